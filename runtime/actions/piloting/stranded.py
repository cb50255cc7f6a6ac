"""What a ticket holds that another desk does not have, and what is put in its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.model.desk import Desk
from engine.model.ticket_type import OPEN_PHASES
from runtime.store.tickets import TicketRow

_CHOICES = ("choice", "multi_choice", "tree")


@dataclass(frozen=True, slots=True, order=True)
class Held:
    """Something of a ticket: `sort` type, state, option, field or team; `name` by dotted keys."""

    sort: str
    name: str

    def __str__(self) -> str:
        return f"{self.sort}.{self.name}"


def stranded(desk: Desk, row: TicketRow) -> list[Held]:
    """Everything that the ticket holds and that this desk does not have."""
    return list(_stranded(desk, row))


def _stranded(desk: Desk, row: TicketRow) -> Iterator[Held]:
    model = desk.types.get(row.type_key)
    if model is None:
        yield Held("type", row.type_key)
        return
    if row.state_key not in model.states:
        yield Held("state", f"{row.type_key}.{row.state_key}")
    for team in {row.team_key, row.home_team_key} - {None}:
        if team not in desk.teams:
            yield Held("team", str(team))
    transition = str(((row.pending or {}).get("request") or {}).get("transition", ""))
    if transition and transition not in model.transitions:
        yield Held("transition", f"{row.type_key}.{transition}")
    for key, value in row.values.items():
        item = model.fields.get(key)
        if item is None:
            yield Held("field", f"{row.type_key}.{key}")
        elif item.type in _CHOICES and not item.sensitive:
            for option in value if isinstance(value, list) else [value]:
                if option not in item.options:
                    yield Held("option", f"{row.type_key}.{key}.{option}")


@dataclass(frozen=True, slots=True)
class Maps:
    """What takes the place of what is not there: `Held` as text → the last part of its new name.

    A field's new name is empty: its values are dropped; the ticket's history keeps them.
    """

    by_name: Mapping[str, str]

    def covers(self, held: Held) -> bool:
        """Whether something takes its place."""
        return str(held) in self.by_name

    def state(self, row: TicketRow) -> str:
        """The state that the ticket comes to be in."""
        return self.by_name.get(f"state.{row.type_key}.{row.state_key}", row.state_key)

    def team(self, key: str | None) -> str | None:
        """The team in the place of a team."""
        return self.by_name.get(f"team.{key}", key) if key else None

    def value(self, row: TicketRow, key: str, value: Any) -> Any:
        """A field's stored value as it comes to be; None drops it."""
        if f"field.{row.type_key}.{key}" in self.by_name:
            return None
        if isinstance(value, list):
            return [self._option(row, key, one) for one in value]
        return self._option(row, key, value)

    def _option(self, row: TicketRow, key: str, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return self.by_name.get(f"option.{row.type_key}.{key}.{value}", value)


def wrong_map(desk: Desk, pilot: Desk, name: str, becomes: str) -> str:
    """Why something can't take the place of something else, "" where it can.

    A state takes the place of one that is open or done alike: else times would be made up.
    """
    sort, _, path = name.partition(".")
    parts = path.split(".")
    if sort == "team":
        return "" if becomes in desk.teams else f"there is no team `{becomes}`"
    model, theirs = desk.types.get(parts[0]), pilot.types.get(parts[0])
    if model is None or theirs is None:
        return f"there is no type `{parts[0]}`"
    match sort, len(parts):
        case "field", 2:
            return "" if not becomes else "the values of a field can only be dropped"
        case "option", 3:
            item = model.fields.get(parts[1])
            known = item is not None and becomes in item.options
            return "" if known else f"`{parts[1]}` has no option `{becomes}`"
        case "state", 2:
            was, state = theirs.states.get(parts[1]), model.states.get(becomes)
            if was is None or state is None:
                return f"there is no state `{parts[1] if was is None else becomes}`"
            alike = (was.phase in OPEN_PHASES) == (state.phase in OPEN_PHASES)
            return "" if alike else "one of them is open and the other is done"
        case _:
            return "only a state, an option, a team or a field can be mapped"
