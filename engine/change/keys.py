"""Stored keys over the life of a tenant: what an id is kept as, and what moves do to it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from specs.kinds.moves import MAPPED, RENAMED, RETIRED, Move, Moves
from specs.problem import Code, Place, Problem, did_you_mean
from specs.spec_set import SpecFile, SpecSet
from specs.stored_ids import GROUPS, StoredId, stored_ids

Record = Mapping[str, str]
"""A published step: its `file`, `step` and the `digest` of what it says."""
_VERBS: Final = {
    "rename": RENAMED,
    "map": MAPPED,
    "retire": RETIRED,
    "convert": ("field",),
}
_DEPTH: Final = {"type": (1, 1), "team": (1, 1), "clock": (1, 1), "state": (2, 2),
                 "field": (2, 3), "option": (3, 4)}  # fmt: skip
"""Sort → the fewest and the most parts of its name."""
_LIKE: Final = {"type": "refund", "team": "after_sales", "clock": "first_reply",
                "state": "refund.waiting", "field": "refund.reason",
                "option": "refund.reason.late"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DataMove:
    """A `map`, `retire` or `convert` that touches stored values, with everything as keys.

    `types`: the types whose tickets are concerned (also those that include the field set), or
    `people`: the group. `field`: the field that is concerned or has the option, `column` the column
    of its rows. `key` goes, `to` comes ("" where nothing does).
    """

    verb: str
    sort: str
    file: str
    step: str
    place: Place
    key: str
    to: str = ""
    types: tuple[str, ...] = ()
    people: str = ""
    field: str = ""
    column: str = ""


@dataclass(frozen=True, slots=True)
class KeysAfter:
    """The map `sort:owner.id` → key of every id ever published, with what a publish has to do.

    `done`: all steps that are published with it; `todo`: those that touch stored values.
    """

    keys: dict[str, str]
    done: tuple[dict[str, str], ...]
    todo: tuple[DataMove, ...]
    problems: list[Problem]


def keys_after(specs: SpecSet, before: Mapping[str, str], done: Sequence[Record] = ()) -> KeysAfter:
    """The keys of `specs` on top of those published `before`, with its new moves applied.

    `before` empty means that nothing is known of the past: then a move whose origin is gone is
    taken as done.
    """
    return _Run(specs, before, done).result()


def digest_of(move: Move) -> str:
    """What a step says, without its note: equal digests mean the same move."""
    said = {"rename": move.rename, "map": move.map, "retire": move.retire,
            "convert": move.convert, "from": move.from_, "to": move.to}  # fmt: skip
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


@dataclass(slots=True)
class _Step:
    """A step that is new, with what it says in full names."""

    file: SpecFile
    id: str
    verb: str
    sort: str
    old: str
    new: str

    def place(self, *path: str) -> Place:
        return self.file.place("steps", self.id, *path)

    @property
    def key_place(self) -> Place:
        return self.file.key_place("steps", self.id)


@dataclass(slots=True)
class _Run:
    specs: SpecSet
    before: Mapping[str, str]
    published: Sequence[Record]
    keys: dict[str, str] = field(init=False)
    here: dict[str, StoredId] = field(init=False)
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.keys = dict(self.before)
        self.here = {}
        for one in stored_ids(self.specs):
            self.here.setdefault(one.full, one)

    def result(self) -> KeysAfter:
        steps, done = self._steps()
        waiting = [step for step in steps if self._moves(step)]
        self._circles(steps)
        self._beside(steps)
        self._name_new()
        todo = [] if self.problems else [self._resolved(step) for step in waiting]
        return KeysAfter(self.keys, tuple(done), tuple(todo), self.problems)

    # -- which steps are new ---------------------------------------------------------------------

    def _steps(self) -> tuple[list[_Step], list[dict[str, str]]]:
        """The new steps in their order, and the records of all that are published now."""
        known = {(one["file"], one["step"]): one["digest"] for one in self.published}
        done, new = [dict(one) for one in self.published], []
        files = sorted(self.specs.of("Moves").values(), key=lambda file: file.file)
        for file in files:
            assert isinstance(file.spec, Moves)
            for id_, move in file.spec.steps.items():
                digest, before = digest_of(move), known.pop((file.file, id_), None)
                if before is None:
                    step = self._read(file, id_, move)
                    done.append({"file": file.file, "step": id_, "digest": digest})
                    new += [step] if step is not None else []
                elif before != digest:
                    place = file.key_place("steps", id_)
                    message = f"the move `{id_}` was published and says something else now"
                    self.say(Code.MOVE_CHANGED, message, place, "write it as it was; add a step")
        self._taken_out(known)
        return new, done

    def _taken_out(self, gone: Mapping[tuple[str, str], str]) -> None:
        for name, id_ in gone:
            file = next((f for f in self.specs.of("Moves").values() if f.file == name), None)
            stem = name.rpartition("/")[2].removesuffix(".yaml")
            if file is None and ("Moves", stem) in self.specs.broken:
                continue
            place = file.key_place("steps") if file is not None else _whole(self.specs)
            message = f"the move `{id_}` of `{name}` was published and is gone"
            self.say(Code.MOVE_CHANGED, message, place, "put it back; moves are only added to")

    def _read(self, file: SpecFile, id_: str, move: Move) -> _Step | None:
        """A step with its one verb and full names; None after saying what is wrong."""
        verbs = [verb for verb in _VERBS if getattr(move, verb) is not None]
        place = file.key_place("steps", id_)
        if len(verbs) != 1:
            said = "does nothing" if not verbs else "does several things"
            cure = "write exactly one of " + ", ".join(f"`{verb}`" for verb in _VERBS)
            self.say(Code.MOVE_VERB, f"the move `{id_}` {said}", place, cure)
            return None
        verb, sort = verbs[0], str(getattr(move, verbs[0]))
        step = _Step(file, id_, verb, sort, move.from_, "")
        if not self._is_name(step, sort, move.from_, "from"):
            return None
        if (move.to is None) is (verb in ("rename", "map")):
            cure = "add `to:`" if move.to is None else "leave `to` out"
            said = "does not say what comes instead" if move.to is None else "leads to nothing"
            at = place if move.to is None else step.place("to")
            self.say(Code.MOVE_VERB, f"`{verb}` {said}", at, cure)
            return None
        step.new = self._target(step, move.to) if move.to is not None else ""
        return step if step.new or move.to is None else None

    def _is_name(self, step: _Step, sort: str, name: str, at: str) -> bool:
        few, most = _DEPTH[sort]
        if few <= name.count(".") + 1 <= most:
            return True
        message = f"`{name}` is not how a {sort} is named"
        self.say(Code.BAD_VALUE, message, step.place(at), f"write it like `{_LIKE[sort]}`")
        return False

    def _target(self, step: _Step, to: str) -> str:
        """The full name of what comes instead, which has the same owner; "" after a problem."""
        owner = step.old.rpartition(".")[0]
        if "." not in to:
            return f"{owner}.{to}" if owner else to
        if to.rpartition(".")[0] == owner:
            return to
        message = f"`{step.old}` can't become `{to}`, which belongs to something else"
        self.say(Code.BAD_VALUE, message, step.place("to"), f"name a {step.sort} of `{owner}`")
        return ""

    # -- one step after the other ----------------------------------------------------------------

    def _moves(self, step: _Step) -> bool:
        """Apply a rename; of another step, whether there is something to do in the store."""
        old, new = f"{step.sort}:{step.old}", f"{step.sort}:{step.new}"
        if old not in self.keys and not self.before:
            return False
        if old not in self.keys:
            guess = did_you_mean(step.old, (n.partition(":")[2] for n in self._all(step.sort)))
            message = f"no {step.sort} `{step.old}` was ever published"
            self.say(Code.MOVE_UNKNOWN, message, step.place("from"), guess)
            return False
        if step.verb != "rename":
            return True
        if old == new:
            return False
        if new in self.keys:
            message = f"`{step.new}` was published before, with stored values of its own"
            cure = "choose an id that was never used, or write `map`"
            self.say(Code.MOVE_TAKEN, message, step.place("to"), cure)
            return False
        self._carry(step.sort, step.old, step.new)
        return False

    def _all(self, sort: str) -> list[str]:
        return [name for name in self.keys if name.startswith(f"{sort}:")]

    def _carry(self, sort: str, old: str, new: str) -> None:
        """Give the key to the new id, with the keys of all that it owns."""
        moved = {}
        # A field set of the same id owns its fields under the same name, and keeps them.
        shared = sort == "type" and old in self.specs.of("FieldSet")
        for name, key in self.keys.items():
            of, _, inner = name.partition(":")
            if of == sort and inner == old:
                moved[f"{of}:{new}"] = key
            elif inner.startswith(f"{old}.") and (of, sort) in _CHILDREN:
                moved[f"{of}:{new}{inner[len(old) :]}"] = key
                moved |= {name: key} if shared else {}
            else:
                moved[name] = key
        self.keys = moved

    # -- what has to hold when all are applied ----------------------------------------------------

    def _circles(self, steps: Sequence[_Step]) -> None:
        """A chain of new steps that ends where it began, or passes a place twice."""
        way: dict[tuple[str, str], list[str]] = {}
        for step in steps:
            if step.verb not in ("rename", "map"):
                continue
            passed = [*way.pop((step.sort, step.old), []), step.old]
            if step.new in passed:
                chain = " → ".join((*passed, step.new))
                message = f"the moves lead back: {chain}"
                self.say(Code.MOVE_CIRCLE, message, step.key_place, "take them out")
            way[(step.sort, step.new)] = passed

    def _beside(self, steps: Sequence[_Step]) -> None:
        """What new steps lead to has to be there, and what they take away has to be gone."""
        for number, step in enumerate(steps):
            later = steps[number + 1 :]
            if step.new and not self._stands(step.sort, step.new, later):
                guess = did_you_mean(step.new, (o.name for o in self._like(step)))
                message = f"there is no {step.sort} `{step.new}`"
                self.say(Code.MOVE_TARGET, message, step.place("to"), guess)
            if step.verb == "convert" and not self._stands(step.sort, step.old, later):
                message = f"there is no field `{step.old}` to convert into"
                self.say(Code.MOVE_TARGET, message, step.place("from"))
            left = self.here.get(f"{step.sort}:{step.old}")
            again = any((o.sort, o.new) == (step.sort, step.old) for o in later)
            if self.before and left and not again and step.verb in ("rename", "retire"):
                message = f"`{step.old}` is moved away and still declared"
                cure = "take its definition out, or the move"
                self.say(
                    Code.MOVE_BESIDE, message, step.place("from"), cure,
                    (("it is declared in", left.place),),
                )  # fmt: skip

    def _like(self, step: _Step) -> Iterator[StoredId]:
        owner = step.old.rpartition(".")[0]
        return (o for o in self.here.values() if (o.sort, o.owner) == (step.sort, owner))

    def _stands(self, sort: str, name: str, later: Sequence[_Step]) -> bool:
        """Whether an id is declared, or goes on to another one by a later step."""
        if f"{sort}:{name}" in self.here or self._unread(sort, name):
            return True
        return any(one.old == name or name.startswith(f"{one.old}.") for one in later)

    def _unread(self, sort: str, name: str) -> bool:
        """Whether a file that may declare it can't be read."""
        head = name.partition(".")[0]
        kinds = {"team": ("Team",), "clock": ("SlaPolicy",)}.get(sort, ("TicketType", "FieldSet"))
        if sort == "clock":
            return any(kind == "SlaPolicy" for kind, _ in self.specs.broken)
        if head in GROUPS:
            return ("People", "people") in self.specs.broken
        return any((kind, head) in self.specs.broken for kind in kinds)

    # -- keys of new ids --------------------------------------------------------------------------

    def _name_new(self) -> None:
        """Give each new id its key: the id itself, unless that is another's beside it."""
        used: dict[tuple[str, str], dict[str, str]] = {}
        for name, key in self.keys.items():
            sort, owner, id_ = _split(name)
            used.setdefault((sort, owner), {})[key] = id_
        for one in self.here.values():
            if one.full in self.keys:
                continue
            key, number = one.id, 2
            while self._is_taken(used, one, key):
                key, number = f"{one.id}_{number}", number + 1
            self.keys[one.full] = key
            used.setdefault((one.sort, one.owner), {})[key] = one.id

    def _is_taken(
        self, used: Mapping[tuple[str, str], Mapping[str, str]], one: StoredId, key: str
    ) -> bool:
        if key in used.get((one.sort, one.owner), {}):
            return True
        if one.sort != "field" or one.owner in GROUPS or "." in one.owner:
            return False
        # Fields of a type and of a field set may stand in one ticket.
        sets = self.specs.of("FieldSet")
        owners = (owner for sort, owner in used if sort == "field" and owner != one.owner)
        beside = (o for o in (owners if one.owner in sets else sets) if o not in GROUPS)
        return any(used.get(("field", o), {}).get(key, one.id) != one.id for o in beside)

    # -- what the store has to do -----------------------------------------------------------------

    def _resolved(self, step: _Step) -> DataMove:
        parts = step.old.split(".")
        key = self.keys[f"{step.sort}:{step.old}"]
        to = self.keys[f"{step.sort}:{step.new}"] if step.new else ""
        found: dict[str, Any] = {}
        if step.sort in ("field", "option"):
            fields = parts if step.sort == "field" else parts[:-1]
            found["field"] = self.keys.get(f"field:{'.'.join(fields[:2])}", fields[1])
            if len(fields) > 2:
                found["column"] = self.keys.get(f"field:{'.'.join(fields[:3])}", fields[2])
        if step.sort in ("field", "option", "state") and parts[0] in GROUPS:
            found["people"] = parts[0]
        elif step.sort in ("field", "option", "state"):
            found["types"] = tuple(self._types(parts[0]))
        return DataMove(
            step.verb, step.sort, step.file.file, step.id, step.key_place, key, to, **found
        )

    def _types(self, owner: str) -> Iterator[str]:
        """The keys of the types that have what belongs to an owner."""
        if f"type:{owner}" in self.keys:
            yield self.keys[f"type:{owner}"]
        for id_, file in self.specs.of("TicketType").items():
            if owner in (getattr(file.spec, "include", None) or ()):
                yield self.keys[f"type:{id_}"]

    def say(
        self,
        code: Code,
        message: str,
        place: Place,
        cure: str = "",
        related: tuple[tuple[str, Place], ...] = (),
    ) -> None:
        self.problems.append(Problem(code, message, place, cure=cure, related=related))


_CHILDREN: Final = {
    ("field", "type"), ("state", "type"), ("option", "type"), ("field", "field"),
    ("option", "field"),
}  # fmt: skip
"""(what is carried along, by whose rename)."""


def _split(full: str) -> tuple[str, str, str]:
    """Sort, owner and id of a name in the map of keys."""
    sort, _, name = full.partition(":")
    owner, _, id_ = name.rpartition(".")
    return sort, owner, id_


def _whole(specs: SpecSet) -> Place:
    tenant = specs.of("Tenant").get("tenant")
    return tenant.place() if tenant is not None else Place("tenant.yaml", 1, 1, 1, 1)
