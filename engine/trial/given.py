"""What a test gives of a ticket: raw values, records, facts of people, and what it pins."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from engine.facts import Ref, Value
from engine.trial.slots import Fault, Slot, Slots
from engine.values.written import as_keys
from specs.problem import Code, Place, Problem, did_you_mean, problem
from specs.spec_set import SpecFile

Path = tuple[str | int, ...]
_SAMPLE: Final = "sample"
_OPENED: Final = ("subject", "description", "channel", "requester", "customer", "parent")
_PINNED: Final = ("team", "priority")
_PERSONS: Final = ("requester", "customer", "assignee")


@dataclass(slots=True)
class Given:
    """A ticket as a test writes it, sorted by what each value is for.

    `values`: raw by field key; `records`: field key → values of its record by output key; `opened`:
    raw texts of the opening itself; `laid`: what is put over the ticket once it stands; `state`: a
    state's key, `phase` the phase that the test takes it to have.
    """

    values: dict[str, object] = field(default_factory=dict)
    records: dict[str, dict[str, Value]] = field(default_factory=dict)
    known: dict[str, Value] = field(default_factory=dict)
    opened: dict[str, str] = field(default_factory=dict)
    pinned: dict[str, Value] = field(default_factory=dict)
    laid: dict[str, Value] = field(default_factory=dict)
    state: str = ""
    phase: str = ""

    def refs(self, at_us: int) -> dict[str, Ref]:
        """The records that its reference fields point to, as if they had been looked up."""
        return {
            key: Ref(str(self.values[key]), at_us, "", values, str(self.values[key]))
            for key, values in self.records.items()
            if self.values.get(key)
        }


class Giving:
    """Reads the values that one test gives, and says what can't be given."""

    def __init__(self, file: SpecFile, slots: Slots, people: Mapping[str, object]) -> None:
        self._file, self._slots, self._people = file, slots, people
        self.problems: list[Problem] = []

    def read(self, values: Mapping[str, Any], *path: str | int, editing: bool = False) -> Given:
        """The ticket of a case, or with `editing` the fields of a step."""
        return self.read_at(((key, raw, (*path, key)) for key, raw in values.items()), editing)

    def read_at(self, values: Iterator[tuple[str, Any, Path]], editing: bool = False) -> Given:
        """The same from values that each stand at a place of their own."""
        given = Given()
        given_at: Path = ()
        for key, raw, path in values:
            given_at = path if key == "phase" else given_at
            self._one(given, key, raw, path, editing)
        for key in given.records:
            given.values.setdefault(key, _SAMPLE)
        if given.phase and given.phase != self._slots.phase_of(given.state):
            message = f"the state it is in is not of the phase `{given.phase}`"
            self.wrong(Code.BAD_VALUE, message, given_at, "leave it out; it follows from `state`")
        return given

    def wrong(self, code: Code, message: str, path: Path, cure: str = "") -> None:
        """One mistake, at the place of what is written."""
        self.problems.append(problem(code, message, self._place(path), cure=cure))

    def _place(self, path: Path) -> Place:
        return self._file.place(*path)

    def _one(self, given: Given, key: str, raw: Any, path: Path, editing: bool) -> None:
        slot = self._slots.find(key)
        if slot is None:
            cure = did_you_mean(key, self._slots.paths)
            message = f"there is nothing to give at `{key}`"
            place = self._file.key_place(*path)
            self.problems.append(problem(Code.UNKNOWN_FIELD, message, place, cure=cure))
            return
        value = slot.read(raw)
        if isinstance(value, Fault):
            self.wrong(Code.VALUE_TYPE, value.message, path, value.cure)
            return
        if not (self._field(given, slot, raw, value, path) or self._of_person(given, slot, value)):
            if editing:
                message = f"`{key}` is no field; only fields are edited"
                self.wrong(Code.BAD_VALUE, message, path, "name a field of the type")
            else:
                self._of_ticket(given, slot, raw, value, path)

    def _field(self, given: Given, slot: Slot, raw: Any, value: Value, path: Path) -> bool:
        """A field, or a value of the record that a field points to."""
        head, _, rest = slot.name.partition(".")
        of_head = self._slots.field(head)
        if of_head is None:
            return False
        if rest:
            given.records.setdefault(head, {})[rest] = value
        elif of_head.filled_by:
            record, _, output = of_head.filled_by.partition(".")
            given.records.setdefault(record, {})[output] = value
        elif of_head.formula is not None:
            message = f"`{slot.spelled}` is computed by its formula and can't be given"
            self.wrong(Code.BAD_VALUE, message, path, "give what the formula reads")
        else:
            given.values[head] = value if of_head.type == "team" else as_keys(of_head, raw, {})
            if of_head.type == "reference" and value is not None:
                given.records.setdefault(head, {})
        return True

    def _of_person(self, given: Given, slot: Slot, value: Value) -> bool:
        head, _, rest = slot.name.partition(".")
        if head not in _PERSONS or not rest:
            return False
        given.known[slot.name] = value
        return True

    def _of_ticket(self, given: Given, slot: Slot, raw: Any, value: Value, path: Path) -> None:
        name = slot.name
        if name in _PERSONS and value not in self._people:
            message = f"nobody called `{value}` takes part"
            cure = did_you_mean(str(value), self._people)
            self.wrong(Code.UNKNOWN_REFERENCE, message, path, cure)
        elif name == "state":
            given.state = str(value)
        elif name in _OPENED:
            given.opened[name] = str(raw or "")
        elif name in _PINNED:
            given.pinned[name] = value
        elif name == "phase":
            given.phase = str(value)
        elif name == "type":
            message = "the type is that of the test"
            self.wrong(Code.BAD_VALUE, message, path, "leave it out")
        else:
            given.laid[name] = value
