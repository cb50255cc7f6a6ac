"""What a position is called: the stored thing at it, and the words on the way to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from specs.kinds.moves import Moves
from specs.shape import Step
from specs.spec_set import SpecSet

Path = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """Something that tickets keep by a stored key, as `moves/` name it.

    `sort`: type, field, state, option, clock, team. `name`: `refund.reason.late`.
    """

    sort: str
    name: str

    @property
    def parts(self) -> tuple[str, ...]:
        """The ids the name is made of, outermost first."""
        return tuple(self.name.split("."))

    def called(self, id: str) -> str:
        """Its name with another id."""
        owner = self.name.rpartition(".")[0]
        return f"{owner}.{id}" if owner else id


def stored_at(kind: str, id: str, path: Path) -> Stored | None:
    """The stored thing whose definition begins at a position; None where there is none."""
    steps = tuple(str(step) for step in path)
    if not steps:
        sort = {"TicketType": "type", "Team": "team"}.get(kind, "")
        return Stored(sort, id) if sort else None
    match kind, steps:
        case ("TicketType", ("workflow", "states", state)):
            return Stored("state", f"{id}.{state}")
        case ("SlaPolicy", ("clocks", clock)):
            return Stored("clock", clock)
        case ("TicketType" | "FieldSet", ("fields", field, *rest)):
            return _in_field(f"{id}.{field}", rest)
        case ("People", (group, "fields", field, *rest)):
            return _in_field(f"{group}.{field}", rest)
    return None


def _in_field(name: str, rest: list[str]) -> Stored | None:
    """A field, or an option of it; a node of a tree is named by its own id alone."""
    if not rest:
        return Stored("field", name)
    inside = rest[1::2]
    words = rest[0::2]
    nested = bool(words) and words[0] == "options" and set(words[1:]) <= {"children"}
    return Stored("option", f"{name}.{inside[-1]}") if nested and len(rest) % 2 == 0 else None


def steps_of(specs: SpecSet) -> dict[tuple[str, str], Mapping[str, str]]:
    """Every step of the `moves/` files by (file id, step id): its verb, what it is about, `to`."""
    found: dict[tuple[str, str], Mapping[str, str]] = {}
    for name, file in specs.specs(Moves).items():
        for step_id, step in file.steps.items():
            for verb in ("rename", "map", "retire", "convert"):
                sort = getattr(step, verb)
                if sort:
                    found[name, step_id] = {
                        "verb": verb, "sort": sort, "from": step.from_, "to": step.to or "",
                    }  # fmt: skip
    return found


def new_steps(before: SpecSet | None, after: SpecSet) -> tuple[Mapping[str, str], ...]:
    """The steps that `before` does not have yet, in the order in which they are carried out."""
    known = steps_of(before) if before is not None else {}
    return tuple(step for at, step in sorted_steps(after) if at not in known)


def sorted_steps(specs: SpecSet) -> list[tuple[tuple[str, str], Mapping[str, str]]]:
    """All steps, the files by their names, the steps of a file in document order."""
    return sorted(steps_of(specs).items(), key=lambda one: one[0][0])


def renames_of(before: SpecSet | None, after: SpecSet) -> dict[Stored, str]:
    """What was renamed: the thing under its old name → its new id, over several steps too.

    Going back in time, the steps that are gone are read backwards.
    """
    found: dict[Stored, str] = {}
    for thing, new in rename_steps(before, after):
        first = next(
            (
                one
                for one, to in found.items()
                if one.sort == thing.sort and one.called(to) == thing.name
            ),
            thing,
        )
        found[first] = new
    return {thing: new for thing, new in found.items() if thing.parts[-1] != new}


def rename_steps(before: SpecSet | None, after: SpecSet) -> list[tuple[Stored, str]]:
    """Every rename between two states, in the order in which they are carried out."""
    if before is None:
        return []
    found = []
    for step in new_steps(before, after):
        if step["verb"] == "rename" and step["to"]:
            found.append((Stored(step["sort"], step["from"]), step["to"].rpartition(".")[2]))
    for step in reversed(new_steps(after, before)):
        if step["verb"] == "rename" and step["to"]:
            old = step["from"].rpartition(".")[2]
            was = Stored(step["sort"], step["from"])
            found.append((Stored(was.sort, was.called(step["to"].rpartition(".")[2])), old))
    return found
