"""One thing found wrong, as tools outside want it: a rule, a sentence, a place they can open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from runtime.cli.formats.region import Region, Regions
from specs.problem import Code, Problem, Severity


@dataclass(frozen=True, slots=True)
class Heading:
    """Which command answers (`validate`), and where its pages are served ("" if nowhere)."""

    command: str
    docs: str = ""

    def link(self, rule: str) -> str:
        """The page that tells about a rule, or ""."""
        return f"{self.docs.rstrip('/')}/problems.md#{rule.lower()}" if self.docs else ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A sort of finding: a stable id, a name for tools, what it means."""

    id: str
    name: str
    meaning: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `detail`: lines that show it, such as a ticket. `pointer`: a JSON pointer into
    the object of the file, which stays the same when lines move."""

    rule: Rule
    severity: Severity
    message: str
    at: Region
    cure: str = ""
    detail: str = ""
    related: tuple[tuple[str, Region], ...] = ()
    fix: tuple[Region, str] | None = None
    pointer: str = ""

    @property
    def said(self) -> str:
        """Message and cure as one text: a guess on the same line, other cures below."""
        if not self.cure:
            return self.message
        guess = self.cure.startswith("did you mean")
        return f"{self.message}; {self.cure}" if guess else f"{self.message}\n{self.cure}"


@dataclass(frozen=True, slots=True)
class Checked:
    """A tenant's folder as it was named, its files, and what was found in it."""

    folder: Path
    files: Mapping[str, bytes]
    problems: Sequence[Problem]

    def findings(self) -> list[Finding]:
        """The problems with the places that a tool started in the current folder can open."""
        regions = Regions(self.folder, self.files)
        return [_finding(one, regions) for one in self.problems]


def rule_of(code: Code) -> Rule:
    """A problem's code as a rule: `UNKNOWN_OPTION` is called UnknownOption."""
    name = "".join(part.capitalize() for part in code.name.split("_"))
    return Rule(code.number, name, code.meaning, code.severity)


def _finding(one: Problem, regions: Regions) -> Finding:
    return Finding(
        rule_of(one.code),
        one.severity,
        one.message,
        regions.of(one.place),
        one.cure,
        one.witness,
        tuple((said, regions.of(place)) for said, place in one.related),
        (regions.of(one.fix.place), one.fix.text) if one.fix is not None else None,
        one.pointer,
    )


def counted(found: Sequence[Finding] | Sequence[Problem]) -> str:
    """`2 errors, 1 warning`."""
    errors = sum(1 for one in found if one.severity == "error")
    return f"{_many(errors, 'error')}, {_many(len(found) - errors, 'warning')}"


def _many(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
