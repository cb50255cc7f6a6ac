"""What a tenant has, kind by kind, as the admin area lists it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from generators.admin_screen.controls import Finding, words_of
from generators.admin_screen.offers import Offers
from specs.catalog import FILES, FOLDERS, KINDS, Kind
from specs.known import Known
from specs.spec_set import SpecSet


@dataclass(frozen=True, slots=True)
class KindLine:
    """A kind with how many there are. `label` and `help` are English msgids."""

    word: str
    label: str
    help: str
    single: bool
    count: int
    errors: int
    warnings: int


@dataclass(frozen=True, slots=True)
class SpecLine:
    """A spec of a kind."""

    kind: str
    id: str
    title: str
    file: str
    errors: int
    warnings: int


@dataclass(frozen=True, slots=True)
class TypeLine:
    """A ticket type across its aspects: how much there is and which specs say it."""

    line: SpecLine
    fields: int
    states: int
    routing: tuple[str, ...]
    sla: tuple[str, ...]
    offered: bool


def kind_of(word: str) -> Kind | None:
    """A kind by its word."""
    return KINDS.get(word)


def kind_of_file(path: str) -> tuple[str, str] | None:
    """The kind and id of the spec that a file holds, None when it holds none."""
    pure = PurePosixPath(path)
    if pure.suffix not in (".yaml", ".yml"):
        return None
    if len(pure.parts) == 1:
        kind = FILES.get(f"{pure.stem}.yaml")
    else:
        kind = FOLDERS.get(pure.parts[0]) if len(pure.parts) == 2 else None
    return (kind.word, pure.stem) if kind is not None else None


def file_of(kind: Kind, id: str, files: Mapping[str, bytes]) -> str:
    """The path of a spec's file, also of one that ends in `.yml`."""
    wanted = kind.file_of(id)
    if kind.single and PurePosixPath(wanted).stem != id:
        return ""
    other = f"{wanted.removesuffix('.yaml')}.yml"
    return other if wanted not in files and other in files else wanted


def kind_lines(files: Iterable[str], findings: Iterable[Finding]) -> tuple[KindLine, ...]:
    """Every kind of the language, in the order of its table."""
    counts: dict[str, int] = {}
    for path in files:
        found = kind_of_file(path)
        if found is not None:
            counts[found[0]] = counts.get(found[0], 0) + 1
    told = [(kind_of_file(one.file), one.gravity) for one in findings]
    return tuple(
        KindLine(
            kind.word,
            *words_for(kind),
            kind.single,
            counts.get(kind.word, 0),
            sum(1 for at, gravity in told if at and at[0] == kind.word and gravity == "error"),
            sum(1 for at, gravity in told if at and at[0] == kind.word and gravity != "error"),
        )
        for kind in KINDS.values()
    )


def spec_lines(
    word: str, files: Iterable[str], specs: SpecSet, findings: Iterable[Finding], locale: str
) -> tuple[SpecLine, ...]:
    """The specs of a kind, those that can't be read as well."""
    offers = Offers(specs, locale, None)
    told = list(findings)
    lines = []
    for path in sorted(files):
        found = kind_of_file(path)
        if found is None or found[0] != word:
            continue
        file = specs.of(word).get(found[1])
        title: Any = getattr(file.spec, "title", None) if file is not None else None
        here = [one.gravity for one in told if one.file == path]
        errors = here.count("error")
        lines.append(
            SpecLine(
                word, found[1], offers.say(title) or found[1], path, errors, len(here) - errors
            )
        )
    return tuple(lines)


def type_lines(
    files: Iterable[str], specs: SpecSet, findings: Iterable[Finding], locale: str
) -> tuple[TypeLine, ...]:
    """The ticket types with what other specs say about them."""
    known = Known(specs)
    portal = specs.of("Portal").get("portal")
    offered = getattr(portal.spec, "types", {}) if portal is not None else {}
    lines = []
    for line in spec_lines("TicketType", files, specs, findings, locale):
        file = specs.of("TicketType").get(line.id)
        workflow: Any = getattr(file.spec, "workflow", None) if file is not None else None
        lines.append(
            TypeLine(
                line,
                len(known.fields(line.id) or {}),
                len(workflow.states) if workflow is not None else 0,
                _about("Routing", line.id, specs),
                _about("SlaPolicy", line.id, specs),
                line.id in offered,
            )
        )
    return tuple(lines)


def _about(kind: str, type_id: str, specs: SpecSet) -> tuple[str, ...]:
    """The specs of a kind that speak about a type; those that name it first."""
    found = {id: tuple(getattr(one.spec, "applies_to", ())) for id, one in specs.of(kind).items()}
    named = [id for id, types in found.items() if type_id in types]
    return tuple(named or [id for id, types in found.items() if "all_types" in types])


def words_for(kind: Kind) -> tuple[str, str]:
    """A kind's name and what it is, as English msgids."""
    return words_of(kind.word), " ".join((kind.model.__doc__ or "").split())
