"""Deadlines of one ticket: which clocks run after an event, what they cost, and what falls due."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.decide.verdict import Due, Reason
from engine.facts import Ask, Facts
from engine.model.desk import Desk

if TYPE_CHECKING:
    from engine.decide.clock import ClockState


@dataclass(frozen=True, slots=True)
class Deadlines:
    """`clocks`: state by clock key, whole; `values`: due.<clock>, breached.<clock> as facts;
    `dues`: every timer row the ticket should have now, whole (SLA warn/breach, the state's
    `limit`, `close` of a solved ticket after reopen_within); `reasons`: one for each target chosen.
    """

    clocks: dict[str, ClockState]
    values: dict[str, int | bool | None]
    dues: tuple[Due, ...]
    reasons: tuple[Reason, ...]


def deadlines(
    desk: Desk, before: Facts | None, after: Facts, events: tuple[str, ...], ask: Ask
) -> Deadlines:
    """Start, stop, pause, resume, reset or re-target the clocks of the ticket's policy.

    `events` are the event words of this decision (`created`, `first_agent_reply`, `commented`,
    `moved`, `entered:<state key>`, `assigned`, `transferred`, `reopened` …). `before` is None for a
    new ticket. Calendar: the policy's, else the team's, else the tenant's (decisions.md 9).
    """
    raise NotImplementedError
