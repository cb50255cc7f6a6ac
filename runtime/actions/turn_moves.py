"""The data moves that a move of `live` asks for: steps that come, and those to be undone.

Each is a *run*: a row that says how far it is, and jobs that walk the tickets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from engine.change.moving import former_of
from engine.model.desk import Desk
from runtime.site.moves import former_kept
from runtime.store import jobs, moves
from runtime.store.desks import Pointer, Revision
from runtime.store.jobs import NewJob
from runtime.store.moves import Run
from runtime.store.unit import Unit

KIND = "data_move"
_FOLLOWED_US = 2_000_000
"""Other processes follow a publish within a second; until then they do not know the new keys."""


class Todo(Protocol):
    """A step of a `moves/` file as keys: `engine.change.keys.DataMove`."""

    @property
    def verb(self) -> str: ...
    @property
    def sort(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def step(self) -> str: ...
    @property
    def key(self) -> str: ...
    @property
    def to(self) -> str: ...
    @property
    def types(self) -> tuple[str, ...]: ...
    @property
    def people(self) -> str: ...
    @property
    def field(self) -> str: ...
    @property
    def column(self) -> str: ...


class StillGoingBack(Exception):
    """A step can't be done while it is still being undone; the text names the step."""


def kept_todo(one: Todo) -> dict[str, Any]:
    """A step as a revision's provenance keeps it."""
    return {
        "file": one.file,
        "step": one.step,
        "verb": one.verb,
        "sort": one.sort,
        "key": one.key,
        "to": one.to,
        "types": list(one.types),
        "people": one.people,
        "field": one.field,
        "column": one.column,
    }


def steps_of(revision: Revision) -> tuple[str, ...]:
    """The steps of moves that a revision has, in their order."""
    return tuple(f"{one['file']}:{one['step']}" for one in revision.provenance.get("moves", ()))


@dataclass(frozen=True, slots=True)
class Turn:
    """What tickets have to go through when live moves from one revision to another.

    `forth`: steps with what they move; `back`: runs to be undone, the last first.
    """

    forth: tuple[tuple[str, Mapping[str, Any]], ...]
    back: tuple[Run, ...]

    def __bool__(self) -> bool:
        return bool(self.forth or self.back)


async def turn_of(unit: Unit, was: Revision, becomes: Revision) -> Turn:
    """Compare the moves that two revisions have.

    Raises:
        StillGoingBack: a step that comes is still being undone.
    """
    had, has = steps_of(was), steps_of(becomes)
    every = await moves.runs(unit)
    known = {f"{one['file']}:{one['step']}": one for one in becomes.provenance.get("todo", ())}
    known = {run.step: run.body for run in every if run.way > 0} | known
    forth = tuple((step, known[step]) for step in has if step not in had and step in known)
    for run in every:
        if run.way < 0 and run.state == "running" and run.step in dict(forth):
            raise StillGoingBack(run.step)
    gone = set(had) - set(has)
    back = (run for run in reversed(every) if run.way > 0 and run.step in gone and _walks(run.body))
    return Turn(forth, tuple(back))


async def take_turn(
    unit: Unit, turn: Turn, old: Desk, new: Desk, pointer: Pointer, cause: str
) -> list[Run]:
    """Write the runs of a turn of live to `pointer` and the jobs that do them; `cause` is the event
    of the act.

    A `retire` touches no ticket: what they hold stays.
    """
    begun: list[Run] = []
    why = {"cause": cause, "generation": pointer.generation}
    for run in turn.back:
        if run.state == "running":
            await moves.change(unit, run.id, state="stopped", ended_us=unit.now_us())
        body = {**run.body, "of": run.id, **why}
        begun.append(_run(unit, run.step, pointer.revision_n, -1, body))
    for step, one in turn.forth:
        body = _body(unit, old, new, one) | why
        begun.append(_run(unit, step, pointer.revision_n, 1, body))
    for run in begun:
        await moves.add(unit, run)
    await ask_to_walk(unit, [run for run in begun if run.state == "running"])
    return begun


def _walks(body: Mapping[str, Any]) -> bool:
    """Whether tickets are rewritten for it."""
    return body["verb"] in ("map", "convert") and not body["people"]


def _run(unit: Unit, step: str, revision_n: int, way: int, body: Mapping[str, Any]) -> Run:
    walks = _walks(body)
    return Run(
        id=unit.new_id(),
        step=step,
        revision_n=revision_n,
        way=way,
        state="running" if walks else "done",
        after=None,
        body=body,
        counts={},
        started_us=unit.now_us(),
        ended_us=None if walks else unit.now_us(),
    )


async def ask_to_walk(unit: Unit, runs: Sequence[Run]) -> None:
    """Have a worker walk the tickets for these runs."""
    due = unit.now_us() + _FOLLOWED_US
    await jobs.enqueue(unit, [NewJob(KIND, f"{run.id}:0:", due, {"run": run.id}) for run in runs])


def _body(unit: Unit, old: Desk, new: Desk, one: Mapping[str, Any]) -> dict[str, Any]:
    """What a run has to know of its step, under both desks."""
    named = ("verb", "sort", "key", "to", "types", "people", "field", "column")
    body = {name: one[name] for name in named} | {"phase": "", "old_phase": ""}
    if one["sort"] == "state":
        (type_key, *_) = one["types"]
        body["phase"] = _phase(new, type_key, one["to"])
        body["old_phase"] = _phase(old, type_key, one["key"])
    if one["verb"] == "convert" and _walks(one):
        body["former"] = _former(old, one)
        body["becomes"] = _former(new, one)
        body["began_us"] = unit.now_us()
    return body


def _phase(desk: Desk, type_key: str, state: str) -> str:
    model = desk.types.get(type_key)
    return model.states[state].phase if model and state in model.states else ""


def _former(desk: Desk, one: Mapping[str, Any]) -> dict[str, Any]:
    """How a field is read under a desk; one that no type there has is text."""
    for key in one["types"]:
        model = desk.types.get(key)
        if model is not None and one["field"] in model.fields:
            return former_kept(former_of(model.fields[one["field"]]))
    return {"type": "text", "scale": 0, "currency": "", "options": {}}
