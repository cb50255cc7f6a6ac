"""What `specdesk test` answers: as text for people, as JSON, and as JUnit for build servers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Literal
from xml.etree import ElementTree

from engine.trial.compare import Miss
from engine.trial.coverage import Coverage, Item
from engine.trial.mutate import Score
from engine.trial.run import Result
from specs.problem import Place

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Proof = Literal["proved", "broken", "unknown"]


@dataclass(frozen=True, slots=True)
class Proved:
    """What came of one promise. `case`: for a broken one, a ticket as a case to paste."""

    name: str
    place: Place
    says: Proof
    reason: str = ""
    case: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that a run found out. `problems`: how many tests could not be made ready."""

    results: tuple[Result, ...]
    promises: tuple[Proved, ...] = ()
    problems: int = 0
    coverage: Coverage | None = None
    score: Score | None = None
    seconds: float = 0.0
    short: tuple[str, ...] = field(default=())

    @property
    def failed(self) -> int:
        """Cases and promises that do not hold."""
        cases = sum(1 for one in self.results if not one.passed)
        return cases + sum(1 for one in self.promises if one.says == "broken")

    @property
    def passed(self) -> bool:
        """Whether all is well."""
        return not (self.failed or self.problems or self.short)


# ---------------------------------------------------------------- text


def as_text(report: Report) -> str:
    """File by file: how many passed, each miss with expected, actual and why, then the promises."""
    lines: list[str] = []
    for file, results in _by_file(report.results):
        bad = [one for one in results if not one.passed]
        good = len(results) - len(bad)
        lines.append(f"{file}: {good} passed" + (f", {len(bad)} failed" if bad else ""))
        for result in bad:
            lines += _failed(result)
    for promise in report.promises:
        lines += _promise(promise)
    if report.coverage is not None:
        lines += ["", *_coverage(report.coverage)]
    if report.score is not None:
        lines += ["", *_score(report.score)]
    lines += report.short
    return "\n".join([*lines, _summary(report)])


def _by_file(results: Iterable[Result]) -> Iterator[tuple[str, list[Result]]]:
    found: dict[str, list[Result]] = {}
    for one in results:
        found.setdefault(one.case.place.file, []).append(one)
    yield from found.items()


def _failed(result: Result) -> list[str]:
    case = result.case
    lines = [f"  FAILED {case.name}  ({case.place.file}:{case.place.line})"]
    for miss in result.misses:
        lines += [f"    {line}" for line in _miss(miss)]
    return lines


def _miss(miss: Miss) -> list[str]:
    where = f"after step {miss.step}, " if miss.step else ""
    head = f"{where}{miss.key}: expected {miss.expected}, actual {miss.actual}"
    at = f"  ({miss.place.file}:{miss.place.line})"
    return [head + at, *(f"  because: {why}" for why in miss.why)]


def _promise(one: Proved) -> list[str]:
    at = f"{one.place.file}:{one.place.line}"
    word = {"proved": "proved", "broken": "BROKEN", "unknown": "unknown"}[one.says]
    lines = [f"promise {one.name}: {word}  ({at})"]
    if one.reason and one.says != "proved":
        lines.append(f"    {one.reason}")
    if one.case:
        lines.append("    this ticket breaks it; as a case:")
        lines += [f"      {line}" for line in one.case.splitlines()]
    return lines


def _coverage(found: Coverage) -> list[str]:
    rows = [("reached", "of", "share", "")]
    for sort, items in found.by_sort():
        hit = sum(1 for one in items if one.reached)
        rows.append((str(hit), str(len(items)), _share(hit, len(items)), sort))
    rows.append((str(found.reached), str(found.total), f"{found.percent} %", "all"))
    widths = [max(len(row[at]) for row in rows) for at in range(3)]
    lines = [
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=False))
        + f"  {row[3]}"
        for row in rows
    ]
    missed = found.missed
    if missed:
        lines += ["", "not reached:", *(f"  {_item(one)}" for one in missed)]
    return [line.rstrip() for line in lines]


def _share(hit: int, total: int) -> str:
    return f"{100 * hit // total} %" if total else "-"


def _item(one: Item) -> str:
    return f"{one.place.file}:{one.place.line}  {one.sort}: {one.name}"


def _score(score: Score) -> list[str]:
    lines = [
        f"{score.killed} of {score.tried} changes of the specs were noticed by a test"
        f" ({score.percent} %)"
        + (f"; {score.possible - score.tried} more were not tried" if score.cut else "")
    ]
    for one in score.alive:
        lines.append(f"  not noticed: {one.said}  ({one.place.file}:{one.place.line})")
    return lines


def _summary(report: Report) -> str:
    good = sum(1 for one in report.results if one.passed)
    parts = [f"{good} of {len(report.results)} cases passed"]
    for word in ("proved", "broken", "unknown"):
        count = sum(1 for one in report.promises if one.says == word)
        if count:
            parts.append(f"{count} {'promise' if count == 1 else 'promises'} {word}")
    if report.problems:
        word = "problem" if report.problems == 1 else "problems"
        parts.append(f"{report.problems} {word} in the tests")
    return "; ".join(parts)


# ---------------------------------------------------------------- data


def as_json(report: Report) -> str:
    """The whole report as one JSON object."""
    whole: dict[str, Any] = {
        "passed": report.passed,
        "cases": [_case_data(one) for one in report.results],
        "promises": [
            {
                "name": p.name,
                "place": str(p.place),
                "says": p.says,
                "reason": p.reason,
                "case": p.case,
            }
            for p in report.promises
        ],
        "problems": report.problems,
    }
    if report.coverage is not None:
        whole["coverage"] = _coverage_data(report.coverage)
    if report.score is not None:
        whole["mutation"] = _score_data(report.score)
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _case_data(result: Result) -> dict[str, Any]:
    misses = [
        {
            "step": miss.step,
            "key": miss.key,
            "place": str(miss.place),
            "expected": miss.expected,
            "actual": miss.actual,
            "why": list(miss.why),
        }
        for miss in result.misses
    ]
    case = result.case
    return {"name": case.name, "place": str(case.place), "passed": result.passed, "misses": misses}


def _coverage_data(found: Coverage) -> dict[str, Any]:
    return {
        "percent": found.percent,
        "reached": found.reached,
        "total": found.total,
        "items": [
            {"sort": one.sort, "name": one.name, "place": str(one.place), "reached": one.reached}
            for one in found.items
        ],
    }


def _score_data(score: Score) -> dict[str, Any]:
    return {
        "percent": score.percent,
        "tried": score.tried,
        "possible": score.possible,
        "killed": score.killed,
        "alive": [{"said": one.said, "place": str(one.place)} for one in score.alive],
    }


# ---------------------------------------------------------------- JUnit


def as_junit(report: Report) -> str:
    """A `testsuites` document: a suite for each file, and one for the promises."""
    root = ElementTree.Element("testsuites", name="specdesk", time=f"{report.seconds:.3f}")
    for file, results in _by_file(report.results):
        suite = ElementTree.SubElement(root, "testsuite", name=file)
        for result in results:
            _junit_case(suite, result)
        _counted(suite)
    if report.promises:
        suite = ElementTree.SubElement(root, "testsuite", name="promises")
        for promise in report.promises:
            _junit_promise(suite, promise)
        _counted(suite)
    for word in ("tests", "failures", "errors", "skipped"):
        root.set(word, str(sum(int(suite.get(word, "0")) for suite in root)))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, "unicode")


def _counted(suite: ElementTree.Element) -> None:
    found = {"tests": len(suite), "failures": 0, "errors": 0, "skipped": 0}
    for case in suite:
        found["failures"] += case.find("failure") is not None
        found["skipped"] += case.find("skipped") is not None
    for word, count in found.items():
        suite.set(word, str(count))


def _junit_case(suite: ElementTree.Element, result: Result) -> None:
    case = result.case
    made = ElementTree.SubElement(
        suite,
        "testcase",
        name=_xml(case.id),
        classname=case.test,
        file=case.place.file,
        line=str(case.place.line),
    )
    if result.misses:
        first = result.misses[0]
        message = f"{first.key}: expected {first.expected}, actual {first.actual}"
        failure = ElementTree.SubElement(made, "failure", message=_xml(message), type="expectation")
        failure.text = _xml("\n".join(line for miss in result.misses for line in _miss(miss)))


def _junit_promise(suite: ElementTree.Element, promise: Proved) -> None:
    made = ElementTree.SubElement(
        suite,
        "testcase",
        name=promise.name.partition(".")[2],
        classname=promise.name.partition(".")[0],
        file=promise.place.file,
        line=str(promise.place.line),
    )
    if promise.says == "broken":
        failure = ElementTree.SubElement(
            made, "failure", message=_xml(promise.reason or "broken"), type="promise"
        )
        failure.text = _xml(promise.case)
    elif promise.says == "unknown":
        ElementTree.SubElement(made, "skipped", message=_xml(promise.reason or "unknown"))


def _xml(text: str) -> str:
    return _NOT_XML.sub("�", text)
