"""Decides an event of a ticket once more with another desk, in memory, and keeps what differs.

A shadow so looks at every live ticket, live at every ticket of a pilot. Nothing of it leaves: the
only thing written is the comparison, and no value of the ticket stands in that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.change.compare import (
    AUTOMATION,
    Difference,
    Outcome,
    differences,
    outcome_of,
)
from engine.change.door import Door, asked_at, known, lenient
from engine.change.past import Past
from engine.decide.run import decide
from engine.decide.verdict import Reason, Verdict
from engine.facts import Value
from engine.model.desk import Desk
from engine.model.roster import Roster
from runtime.site.desks import Desks, Live
from runtime.site.facts import read_facts
from runtime.site.handles import Site
from runtime.site.pilot import PILOT, SHADOW
from runtime.site.stored import frozen, reason_from, thawed
from runtime.store import comparisons, jobs, journal, tickets
from runtime.store.comparisons import Compared
from runtime.store.desks import LIVE
from runtime.store.jobs import NewJob
from runtime.store.roster import roster
from runtime.store.rows import Event
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit

KIND = "compare"
_DECIDES = ("team", "priority", "tags", "skills")
_NOT_GIVEN = frozenset(
    ("type", "state", "phase", "priority", "team", "home_team", "assignee", "tags", "created_at")
)


async def ask_to_compare(
    desks: Desks, unit: Unit, live: Live, ticket_id: str, event_id: str, verdict: Verdict
) -> None:
    """Have a decision that routed a ticket or started a clock looked at by who is beside it."""
    name = PILOT if live.environment == PILOT else SHADOW
    if desks.get(live.tenant, name) is None or not _matters(verdict):
        return
    body = {"ticket": ticket_id, "event": event_id, "for": name}
    await jobs.enqueue(unit, [NewJob(KIND, f"{name}:{event_id}", unit.now_us(), body)])


def _matters(verdict: Verdict) -> bool:
    return "created" in verdict.events or any(
        why.topic in _DECIDES or why.topic.startswith("due.") for why in verdict.reasons
    )


async def compare(site: Site, tenant: str, ticket_id: str, event_id: str, name: str) -> str:
    """Compare one decision; says why there was nothing to compare, "" where it was done."""
    async with site.store.unit(tenant, write=True) as unit:
        beside, live = await site.desks.newest(unit, name), site.desks.get(tenant)
        if beside is None or live is None:
            return f"there is no {name} any more"
        other = live if name == PILOT else beside
        row = await tickets.read(unit, ticket_id)
        if row is None or (row.environment or LIVE) != (PILOT if name == PILOT else LIVE):
            return "the ticket is decided by another desk by now"
        events = await journal.read(unit, ticket_id)
        at = next((n for n, event in enumerate(events) if event.id == event_id), None)
        own = await site.desks.at_revision(tenant, events[at].revision) if at is not None else None
        if at is None or own is None:
            return "the event or its desk is gone"
        past = await _past(unit, own, row, events[: at + 1])
        reasons = _reasons(events[at])
        found = judged(own, other.desk, past, await roster(unit), reasons, first=not at)
        body = _body(row, events[at], found, swap=name == PILOT)
        kept = await comparisons.read(unit, name, beside.revision, row.id) if at else None
        if kept is not None:
            body = {**kept.body, "later": [*kept.body.get("later", ()), body]}
        agrees = not found.differs and (kept is None or kept.agrees)
        await comparisons.put(
            unit, Compared(name, beside.revision, row.id, agrees, body, unit.now_us())
        )
    return ""


async def _past(unit: Unit, desk: Desk, row: TicketRow, events: list[Event]) -> Past:
    """The ticket as it came in at the last of these events, and what that decided."""
    facts = await read_facts(unit, desk, row)
    given: dict[str, Value] = {}
    people = {name: value for name, value in facts.values.items() if _of_person(name)}
    for event in events:
        body = event.body or {}
        given |= {change["name"]: frozen(change["after"]) for change in body.get("changes", ())}
        for why in body.get("reasons", ()):
            told = {r["path"]: frozen(r["value"]) for r in why.get("reads", ())}
            people |= {name: value for name, value in told.items() if _of_person(name)}
    decided = _decided(given, _reasons(events[-1]))
    return Past(
        id=row.id,
        number=row.number,
        type=row.type_key,
        at_us=events[0].at_us,
        given={name: value for name, value in given.items() if name not in _NOT_GIVEN},
        known=people,
        refs=facts.refs,
        decided=decided,
    )


def _of_person(name: str) -> bool:
    return name.startswith(("customer.", "requester."))


def _reasons(event: Event) -> list[Reason]:
    return [reason_from(kept) for kept in (event.body or {}).get("reasons", ())]


def _decided(given: Mapping[str, Value], reasons: Sequence[Reason]) -> Outcome:
    """What the event's own desk made of it."""
    rules = {why.topic: why.rule for why in reasons}
    clocks = [topic.removeprefix("due.") for topic in rules if topic.startswith("due.")]
    tags = given.get("tags")
    due = {key: given.get(f"due.{key}") for key in clocks}
    return Outcome(
        team=str(given.get("team") or ""),
        home=str(given.get("home_team") or ""),
        priority=str(given.get("priority") or ""),
        tags=tuple(str(tag) for tag in tags) if isinstance(tags, tuple) else (),
        rules=rules,
        fired=tuple(
            why.rule.rpartition("/")[2]
            for why in reasons
            if why.topic == AUTOMATION and why.outcome is True
        ),
        targets={k: str(_said(reasons, f"due.{k}").get("target", "")) for k in clocks},
        dues={k: at if isinstance(at, int) else None for k, at in due.items()},
    )


def _said(reasons: Sequence[Reason], topic: str) -> Mapping[str, object]:
    return next((why.said for why in reversed(reasons) if why.topic == topic), {})


@dataclass(frozen=True, slots=True)
class Judged:
    """What another desk makes of a decision. `differs`: topic, before, after, and both rules with
    their places; `refused`: what it would not have taken."""

    differs: tuple[Mapping[str, Any], ...]
    refused: tuple[str, ...]
    other: Outcome


def judged(
    own: Desk, other: Desk, past: Past, team: Roster, reasons: Sequence[Reason], *, first: bool
) -> Judged:
    """The same event under another desk, on the same facts.

    Of an event after the first only what it decided is compared: it is asked what a ticket with
    these values would get, so a promise is compared as it was given (`4h`), not as an instant.
    """
    if past.type not in other.types:
        gone = Outcome("", "", "")
        return Judged(({"topic": "type", "before": past.type, "after": ""},), (), gone)
    verdict = _verdict(own, other, past, team)
    refused = tuple(f"{one.code} {one.at}".strip() for one in verdict.refusals)
    if refused:
        verdict = _verdict(own, lenient(other), past, team)
    found = outcome_of(verdict) if verdict.allowed else Outcome("", "", "")
    sides = _places(reasons), _places(verdict.reasons)
    differs = [_told(one, *sides) for one in _differences(past.decided, found, reasons, first)]
    if first:
        rules = [_rule(reasons, "assignee"), _rule(verdict.reasons, "assignee")]
        if rules[0] != rules[1]:
            differs.append({"topic": "assignee", "before": rules[0], "after": rules[1]})
        if refused:
            differs.append({"topic": "refused", "before": [], "after": [*refused]})
    return Judged(tuple(differs), refused, found)


def _differences(
    one: Outcome, other: Outcome, reasons: Sequence[Reason], first: bool
) -> Iterator[Difference]:
    found = differences(one, other)
    if first:
        yield from found
        return
    topics = {"home" if why.topic == "team" else why.topic for why in reasons}
    yield from (each for each in found if each.topic in topics & {"home", "priority", "tags"})
    for key, target in one.targets.items():
        if other.targets.get(key) != target:
            rules = one.rule(f"due.{key}"), other.rule(f"due.{key}")
            yield Difference(f"due.{key}", target, other.targets.get(key), *rules)


def _told(one: Difference, was: Mapping[str, str], becomes: Mapping[str, str]) -> dict[str, Any]:
    topic = "team" if one.topic == "home" else one.topic
    return {
        "topic": one.topic,
        "before": thawed(one.before),
        "after": thawed(one.after),
        "was": one.was,
        "becomes": one.becomes,
        "was_place": was.get(topic, ""),
        "place": becomes.get(topic, ""),
    }


def _places(reasons: Sequence[Reason]) -> dict[str, str]:
    return {why.topic: why.place for why in reasons}


def _rule(reasons: Sequence[Reason], topic: str) -> str:
    return next((why.rule for why in reversed(reasons) if why.topic == topic), "")


def _verdict(own: Desk, other: Desk, past: Past, team: Roster) -> Verdict:
    door = Door(own, other, past.type)
    return decide(other, known(past), door.opening(past), asked_at(other, past.at_us), team)


def _body(row: TicketRow, event: Event, found: Judged, *, swap: bool) -> dict[str, Any]:
    """What is kept. Of a pilot's ticket `before` is what live says, as of a shadow's."""
    differs = [_turned(one) if swap else dict(one) for one in found.differs]
    first = event.verb == "created"
    body: dict[str, Any] = {"number": row.number, "type": row.type_key, "differs": differs}
    body |= {"revision": event.revision} if first else {"seq": event.seq, "verb": event.verb}
    mine = dict(_teams(event))
    theirs = {"home": found.other.home, "priority": found.other.priority}
    was, becomes = (theirs, mine) if swap else (mine, theirs)
    return body | ({"was": was, "becomes": becomes} if first else {})


def _teams(event: Event) -> Iterator[tuple[str, Any]]:
    for change in (event.body or {}).get("changes", ()):
        if change["name"] in ("home_team", "priority"):
            yield change["name"].removesuffix("_team"), change["after"]


def _turned(one: Mapping[str, Any]) -> dict[str, Any]:
    pairs = (("before", "after"), ("was", "becomes"), ("was_place", "place"))
    turned = dict(one)
    for left, right in pairs:
        if left in one:
            turned |= {left: one[right], right: one[left]}
    return turned
