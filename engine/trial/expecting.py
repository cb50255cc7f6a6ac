"""What an `expect` says, made ready to compare: paths, rights, notices, refusals, reasons."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from pydantic_core import PydanticCustomError

from engine.facts import Value
from engine.model.desk import Desk
from engine.model.ticket_type import TypeModel
from engine.trial.plan import NOTHING, Expectation, Sort
from engine.trial.slots import NOT_EMPTY, Fault, Slots
from specs.marks import FlagMark
from specs.problem import Code, Place, Problem, did_you_mean, problem
from specs.spec_set import SpecFile
from specs.vocabulary import RELATIONS, RIGHTS

_TEXTS: Final = (
    "notified", "not_notified", "refused", "decided_by", "explained", "because", "open", "made",
    "awaits",
)  # fmt: skip
_FORMS: Final = ("can.", "field.", "sees.")
_OF_FIELD: Final = ("visible", "required", "right")


class Expecting:
    """Reads the expectations of one test file."""

    def __init__(self, file: SpecFile, slots: Slots, desk: Desk, model: TypeModel) -> None:
        self._file, self._slots, self._desk, self._model = file, slots, desk, model
        self.problems: list[Problem] = []

    def read(
        self, written: Mapping[str, Any] | None, people: Collection[str], *path: str | int
    ) -> tuple[Expectation, ...]:
        """The expectations in one `expect`; a problem for each that can't be compared."""
        found = []
        for key, raw in (written or {}).items():
            one = self.one(key, raw, people, self._file.place(*path, key), (*path, key))
            if one is not None:
                found.append(one)
        return tuple(found)

    def one(
        self, key: str, raw: Any, people: Collection[str], place: Place, path: tuple[str | int, ...]
    ) -> Expectation | None:
        """One expectation; its value stands at `place`, its key at `path`."""
        if key in _TEXTS:
            return self._texts(key, raw, people, place)
        if key.startswith("can."):
            return self._can(key, raw, place, path)
        if key.startswith("field."):
            return self._field(key, raw, place, path)
        if key.startswith("sees."):
            return self._sees(key, raw, people, place, path)
        return self._path(key, raw, place, path)

    def _wrong(self, code: Code, message: str, place: Place, cure: str = "") -> None:
        self.problems.append(problem(code, message, place, cure=cure))

    def _unknown(self, what: str, word: str, known: Collection[str], path: Any) -> None:
        place = self._file.key_place(*path)
        message = f"there is no {what} `{word}`"
        self._wrong(Code.UNKNOWN_REFERENCE, message, place, did_you_mean(word, known))

    # -- the sorts --------------------------------------------------------------------------------

    def _path(self, key: str, raw: Any, place: Place, path: Any) -> Expectation | None:
        slot = self._slots.find(key)
        if slot is None:
            known = (*self._slots.paths, *_TEXTS, *self._forms())
            message = f"a test can't look at `{key}`"
            cure = did_you_mean(key, known)
            self._wrong(Code.UNKNOWN_KEY, message, self._file.key_place(*path), cure)
            return None
        if raw == NOT_EMPTY:
            return Expectation("path", key, place, slot=slot, not_empty=True)
        value = slot.read(raw)
        if isinstance(value, Fault):
            code = Code.UNKNOWN_OPTION if slot.item and slot.item.options else Code.VALUE_TYPE
            self._wrong(code, value.message, place, value.cure)
            return None
        return Expectation("path", key, place, value, slot=slot)

    def _forms(self) -> list[str]:
        moves = [f"can.{one}" for one in self._model.transitions]
        fields = [one.id for one in self._model.fields.values()]
        return [*moves, *(f"field.{one}.{aspect}" for one in fields for aspect in _OF_FIELD)]

    def _can(self, key: str, raw: Any, place: Place, path: Any) -> Expectation | None:
        move = key.removeprefix("can.")
        if move not in self._model.transitions:
            self._unknown("transition", move, self._model.transitions, path)
            return None
        wanted = self._flag(raw, place)
        return None if wanted is None else Expectation("can", key, place, wanted, move)

    def _field(self, key: str, raw: Any, place: Place, path: Any) -> Expectation | None:
        _, _, rest = key.partition(".")
        name, _, aspect = rest.rpartition(".")
        ids = {one.id: one.key for one in self._model.fields.values()}
        if aspect not in _OF_FIELD:
            known = [f"field.{name or rest}.{one}" for one in _OF_FIELD]
            message = f"a test can't look at `{key}`"
            cure = "write " + " or ".join(f"`{one}`" for one in known)
            self._wrong(Code.UNKNOWN_KEY, message, self._file.key_place(*path), cure)
            return None
        if name not in ids:
            self._unknown("field", name, ids, path)
            return None
        if aspect == "right":
            return self._right(key, raw, place, ids[name])
        wanted = self._flag(raw, place)
        sort: Sort = "visible" if aspect == "visible" else "required"
        return None if wanted is None else Expectation(sort, key, place, wanted, ids[name])

    def _right(self, key: str, raw: Any, place: Place, field: str) -> Expectation | None:
        if raw not in RIGHTS:
            cure = did_you_mean(str(raw), RIGHTS)
            self._wrong(Code.WRONG_WORD, f"`{raw}` is no right", place, cure)
            return None
        return Expectation("right", key, place, raw, field)

    def _sees(
        self, key: str, raw: Any, people: Collection[str], place: Place, path: Any
    ) -> Expectation | None:
        person = key.removeprefix("sees.")
        if person not in people:
            self._unknown("person of this test", person, people, path)
            return None
        wanted = self._flag(raw, place)
        return None if wanted is None else Expectation("sees", key, place, wanted, person)

    def _flag(self, raw: Any, place: Place) -> bool | None:
        try:
            return FlagMark().check(raw)
        except PydanticCustomError as wrong:
            said = wrong.context or {}
            self._wrong(Code[said["code"]], said["message"], place, said["cure"])
            return None

    def _texts(
        self, key: str, raw: Any, people: Collection[str], place: Place
    ) -> Expectation | None:
        items = raw if isinstance(raw, list) else [raw]
        if not all(isinstance(one, str) for one in items):
            self._wrong(Code.WRONG_TYPE, f"`{key}` is a word or a list of words", place)
            return None
        known = self._words(key, people)
        for word in items if known is not None else ():
            if word not in (*(known or ()), NOTHING):
                cure = did_you_mean(word, known or ())
                self._wrong(Code.UNKNOWN_REFERENCE, f"there is no `{word}`", place, cure)
                return None
        sort: Any = "notified" if key == "not_notified" else key
        wanted: Value = tuple(items)
        return Expectation(sort, key, place, wanted, "" if key == "notified" else key)

    def _words(self, key: str, people: Collection[str]) -> Collection[str] | None:
        """The words that may stand there; None where any text may."""
        if key in ("notified", "not_notified"):
            return (*RELATIONS, *self._desk.notifications, *people)
        if key in ("open", "awaits"):
            return tuple(self._model.transitions)
        if key == "made":
            return tuple(self._desk.types)
        return self._rules() if key == "decided_by" else None

    def _rules(self) -> list[str]:
        key = self._model.key
        found = []
        for routing in {one.id: one for one in self._desk.routings.get(key, {}).values()}.values():
            rows = (*routing.rows, routing.otherwise)
            found += [f"routing/{routing.id}.{row.id}" for row in rows if row is not None]
        policy = self._desk.policies.get(key)
        if policy is not None:
            found += [f"sla/{policy.id}.{row.id}" for row in (*policy.rows, policy.otherwise)]
        found += [f"teams/{team.id}" for team in self._desk.teams.values()]
        found += [f"automations/{one.id}" for one in self._automations(key)]
        return [*found, "default"]

    def _automations(self, key: str) -> list[Any]:
        return [one for stratum in self._desk.strata.get(key, ()) for one in stratum]
