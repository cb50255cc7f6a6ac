"""What `specdesk test` finds wrong, as findings: a case that misses, a promise that is broken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from engine.trial.run import Result
from runtime.cli.formats.finding import Checked, Finding, Rule
from runtime.cli.formats.region import Regions
from runtime.cli.trial_report import Proved, Report
from specs.problem import Place, Problem

MISS = Rule("test-case", "TestCase", "a test case does not hold", "error")
BROKEN = Rule("test-promise", "TestPromise", "a promise is broken", "error")
UNKNOWN = Rule("test-unknown", "TestUnknown", "a promise could not be decided", "warning")
SHORT = Rule("test-coverage", "TestCoverage", "less was reached than was wanted", "error")


def findings_of(
    report: Report, folder: Path, files: Mapping[str, bytes], wrong: list[Problem]
) -> list[Finding]:
    """Everything that makes a run fail, each at its place, and promises that stayed open.

    `wrong`: the problems of tests that could not be made ready.
    """
    regions = Regions(folder, files)
    found = Checked(folder, files, wrong).findings()
    for result in report.results:
        found += _misses(result, regions)
    for one in report.promises:
        found += _promise(one, regions)
    top = regions.of(Place("tenant.yaml", 1, 1, 1, 1))
    found += [Finding(SHORT, "error", said, top) for said in report.short]
    return found


def _misses(result: Result, regions: Regions) -> Iterator[Finding]:
    for miss in result.misses:
        after = f" after step {miss.step}" if miss.step else ""
        said = f"expected {miss.expected}, actual {miss.actual}"
        yield Finding(
            MISS,
            "error",
            f"{result.case.name}: {miss.key}{after}: {said}",
            regions.of(miss.place),
            detail="\n".join(f"because: {why}" for why in miss.why),
        )


def _promise(one: Proved, regions: Regions) -> Iterator[Finding]:
    if one.says == "proved":
        return
    rule = BROKEN if one.says == "broken" else UNKNOWN
    said = f"promise {one.name}: {one.reason or one.says}"
    yield Finding(rule, rule.severity, said, regions.of(one.place), detail=one.case)
