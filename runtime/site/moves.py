"""Between the rows of running data moves and what readers do about them (`engine.moved`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.model.desk import Desk
from engine.moved import STATE, TEAM, Former, Moved, Recast, Shift
from runtime.store.moves import Run


def what_moves(desk: Desk, runs: Iterable[Run]) -> Moved:
    """What tickets that were not reached yet are read as under this desk.

    On the way back a key that the desk knows is read as it stands until it is given back: only the
    ticket itself says what it held.
    """
    shifts: list[Shift] = []
    recasts: list[Recast] = []
    for run in runs:
        shift, one = shift_of(run), recast_of(run)
        if shift is not None and _is_meant(desk, shift, run.way):
            shifts.append(shift)
        if one is not None:
            recasts.append(one)
    return Moved(tuple(shifts), tuple(recasts))


def shift_of(run: Run) -> Shift | None:
    """Which key gives way to which in a run; None when it is about something else."""
    body = run.body
    if body["verb"] != "map":
        return None
    sort = body["sort"]
    name = {"state": STATE, "team": TEAM}.get(sort, body["field"])
    old, new = (body["key"], body["to"]) if run.way > 0 else (body["to"], body["key"])
    phase = body["phase"] if run.way > 0 else body["old_phase"]
    return Shift(name, old, new, tuple(body["types"]), body["column"], phase)


def recast_of(run: Run) -> Recast | None:
    """Which field is read as another type in a run; None when it is about something else."""
    body = run.body
    if body["verb"] != "convert":
        return None
    former = former_from(body["former"] if run.way > 0 else body["becomes"])
    marked, began = (body.get("of") or run.id), body["began_us"]
    return Recast(marked, body["field"], tuple(body["types"]), began, former, run.way < 0)


def former_from(kept: Mapping[str, Any]) -> Former:
    """A former field as a run keeps it."""
    return Former(kept["type"], kept["scale"], kept["currency"], dict(kept["options"]))


def former_kept(former: Former) -> dict[str, Any]:
    """The same for the run to keep."""
    return {
        "type": former.type,
        "scale": former.scale,
        "currency": former.currency,
        "options": dict(former.options),
    }


def _is_meant(desk: Desk, shift: Shift, way: int) -> bool:
    """Whether the desk wants the key read so: a pilot beside may still have the old one."""
    old, new = _knows(desk, shift, shift.old), _knows(desk, shift, shift.new)
    return new and not old if way < 0 else new or not old


def _knows(desk: Desk, shift: Shift, key: str) -> bool:
    """Whether the desk itself has a key, where the shift is about it."""
    if shift.name == TEAM:
        return key in desk.teams
    models = [model for key, model in desk.types.items() if shift.is_on(key)]
    if shift.name == STATE:
        return any(key in model.states for model in models)
    items = [model.fields[shift.name] for model in models if shift.name in model.fields]
    if shift.column:
        items = [item.columns[shift.column] for item in items if shift.column in item.columns]
    return any(key in item.options for item in items)
