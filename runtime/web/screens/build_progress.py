"""How far a ticket has come and when its requester may expect what, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial

from engine.decide.pending import APPROVAL, request_of
from engine.facts import Facts
from engine.model.ticket_type import TypeModel
from runtime.store.rows import Event, Person
from runtime.web.pages import moment
from runtime.web.requests import Visit
from runtime.web.screens.base import StatusMark, Step


def status_mark(visit: Visit, type_model: TypeModel, state_key: str, phase: str) -> StatusMark:
    """A state's word and glyph: the phase picks it, unless the spec gives the state a look."""
    state = type_model.states.get(state_key)
    category = "done" if phase == "solved" else phase
    if state is not None and state.look and phase != "waiting":
        category = state.look
    label = state.title.say(visit.locale) if state else state_key
    return StatusMark(category, label)  # type: ignore[arg-type]


def waiting_words(visit: Visit, facts: Facts) -> str:
    """That a ticket waits for an approval, "" where it does not."""
    return visit.say("Waits for approval") if request_of(facts) is not None else ""


def expected(facts: Facts) -> datetime | None:
    """When an open ticket's next clock runs out; nothing once it is late (no false promise)."""
    if facts.text("phase") not in ("new", "active"):
        return None
    running = [
        c.due_us
        for key, c in facts.clocks.items()
        if key != APPROVAL and c.phase == "running" and c.due_us and c.breached_us is None
    ]
    now = facts.get("updated_at")
    return moment(min(running)) if running and isinstance(now, int) else None


def stands_still(facts: Facts) -> bool:
    """Whether the time promised stands still until its requester has answered."""
    clocks = [c for key, c in facts.clocks.items() if key != APPROVAL and c.breached_us is None]
    return facts.text("phase") == "waiting" and any(c.phase == "paused" for c in clocks)


def visit_ahead(facts: Facts, now_us: int) -> datetime | None:
    """When somebody comes by, as long as that is not over."""
    at = facts.get("visit_at")
    return moment(at) if isinstance(at, int) and at > now_us else None


def speaker_of(event: Event) -> str:
    """Whose act an event is: a granted move is of who asked for it, and says their words."""
    asked = (event.body or {}).get("asked_by") if event.verb == "approved" else event.actor_id
    return str(asked or "")


def steps(
    visit: Visit,
    type_model: TypeModel,
    facts: Facts,
    events: Iterable[Event],
    people: Mapping[str, Person],
) -> tuple[Step, ...]:
    """A ticket's way: the states it was in, when and by whom, where it is, what mostly follows."""
    been = _been(visit, events, people)
    if not been:
        since = facts.get("state_since")
        been = [(facts.text("state"), since if isinstance(since, int) else 0, "")]
    title = partial(_title, visit, type_model)
    made = [Step(title(key), "done", moment(at), who) for key, at, who in been[:-1]]
    last, at, who = been[-1]
    ended = facts.text("phase") in ("solved", "closed")
    text = waiting_words(visit, facts) or who
    made.append(Step(title(last), "done" if ended else "now", moment(at), text))
    if not ended:
        been_to = {key for key, _, _ in been}
        made += [Step(title(key), "todo") for key in _ahead(type_model, last, been_to)]
    return tuple(made)


def _been(
    visit: Visit, events: Iterable[Event], people: Mapping[str, Person]
) -> list[tuple[str, int, str]]:
    """The states a ticket came to, when, and who brought it there: "" for a rule or the reader."""
    found: list[tuple[str, int, str]] = []
    for event in events:
        for change in (event.body or {}).get("changes", ()):
            if change["name"] == "state" and isinstance(change["after"], str):
                speaker = speaker_of(event)
                person = people.get(speaker) if speaker != visit.person.id else None
                found.append((change["after"], event.at_us, person.name if person else ""))
    return found


def _title(visit: Visit, type_model: TypeModel, key: str) -> str:
    state = type_model.states.get(key)
    return state.title.say(visit.locale) if state else key


def _ahead(type_model: TypeModel, start: str, been: set[str]) -> list[str]:
    """The states that usually follow: the first harmless way on, until one is solved."""
    found: list[str] = []
    here = start
    while True:
        ways = [
            t.target
            for t in type_model.transitions.values()
            if here in t.source and not t.danger and type_model.states[t.target].phase != "waiting"
        ]
        onward = next((key for key in ways if key not in found and key not in been), None)
        if onward is None:
            return found
        found.append(onward)
        if type_model.states[onward].phase in ("solved", "closed"):
            return found
        here = onward
