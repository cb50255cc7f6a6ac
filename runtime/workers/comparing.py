"""Decides an event of a ticket once more with the desk beside it, and keeps what is otherwise.

A shadow so looks at every live ticket, live at every ticket of a pilot. It is decided in memory
from what the journal tells; the comparison is all that is written, and no value of the ticket
stands in that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.change.compare import Difference, Outcome, differences, outcome_of
from engine.change.door import Door, asked_at, known, lenient
from engine.change.past import Past
from engine.change.replay import course
from engine.decide.clock import chosen_row, target_of
from engine.decide.route import OUTPUTS, route
from engine.decide.run import decide
from engine.decide.verdict import Reason, Verdict
from engine.facts import Facts
from engine.model.desk import Desk
from engine.model.roster import Roster
from runtime.queries import pasts
from runtime.site.handles import Site
from runtime.site.pilot import PILOT
from runtime.site.stored import reason_from, thawed
from runtime.store import comparisons, journal, tickets
from runtime.store.comparisons import Compared
from runtime.store.desks import LIVE
from runtime.store.jobs import Job
from runtime.store.roster import roster
from runtime.store.rows import Event
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit
from runtime.workers.handling import Bench, TryAgain, complete

Told = dict[str, Any]
NOTHING = Outcome("", "", "")


async def look(bench: Bench, job: Job) -> None:
    """Compare one decision."""
    if bench.site.desks.get(job.tenant_id) is None:
        raise TryAgain("the tenant's desk is not loaded here")
    body = job.body
    async with bench.site.store.unit(job.tenant_id, write=True) as unit:
        named = str(body["ticket"]), str(body["event"]), str(body["for"])
        undone = await _compare(bench.site, unit, *named)
        await complete(unit, job, undone=undone)


async def _compare(site: Site, unit: Unit, ticket_id: str, event_id: str, name: str) -> str:
    """Says why there was nothing to compare, "" where it was done."""
    beside, live = await site.desks.newest(unit, name), site.desks.get(unit.tenant_id)
    row = await tickets.read(unit, ticket_id)
    if beside is None or live is None:
        return f"there is no {name} any more"
    if row is None or (row.environment or LIVE) != (PILOT if name == PILOT else LIVE):
        return "the ticket is decided by another desk by now"
    event = await journal.one(unit, ticket_id, event_id)
    own = await site.desks.at_revision(unit.tenant_id, event.revision) if event else None
    if event is None or own is None:
        return "the event or its desk is gone"
    found = await pasts.named(unit, own, [ticket_id], unit.now_us())
    if not found.pasts:
        return found.lost[0].why
    other = live.desk if name == PILOT else beside.desk
    asked = _Asked(own, other, found.pasts[0], event, await roster(unit))
    await _keep(unit, name, beside.revision, row, event, asked)
    return ""


async def _keep(
    unit: Unit, name: str, revision: int, row: TicketRow, event: Event, asked: _Asked
) -> None:
    """One row a ticket: what its opening says, and below that what later decisions say."""
    kept = await comparisons.read(unit, name, revision, row.id)
    found, swap = asked.told(), name == PILOT
    told = [_turned(one) if swap else one for one in found]
    if event.verb == "created":
        later = kept.body.get("later", []) if kept is not None else []
        mine, theirs = _sends(asked.past.decided), _sends(asked.outcome)
        was, becomes = (theirs, mine) if swap else (mine, theirs)
        body: Told = {"number": row.number, "type": row.type_key, "differs": told, "later": later}
        body |= {"was": was, "becomes": becomes}
    else:
        body = {"number": row.number, "type": row.type_key, "differs": [], "later": []}
        body |= kept.body if kept is not None else {}
        rest = [one for one in body["later"] if one["seq"] != event.seq]
        body["later"] = [*rest, {"seq": event.seq, "verb": event.verb, "differs": told}]
    agrees = not body["differs"] and not any(one["differs"] for one in body["later"])
    made = Compared(name, revision, row.id, agrees, body, unit.now_us())
    await comparisons.put(unit, made)


def _sends(outcome: Outcome) -> Told:
    return {"home": outcome.home, "priority": outcome.priority}


def _turned(one: Told) -> Told:
    """Of a pilot's ticket what live says comes first, as of a shadow's."""
    turned = dict(one)
    for left, right in (("before", "after"), ("was", "becomes"), ("was_place", "place")):
        if left in one:
            turned |= {left: one[right], right: one[left]}
    return turned


@dataclass(slots=True)
class _Asked:
    """One event of a ticket that `own` decided, asked of another desk."""

    own: Desk
    other: Desk
    past: Past
    event: Event
    team: Roster
    outcome: Outcome = NOTHING

    def told(self) -> list[Told]:
        """What the other desk decides otherwise."""
        if self.past.type not in self.other.types:
            return [{"topic": "type", "before": self.past.type, "after": ""}]
        verdict = self._opened(self.other)
        refused = [f"{one.code} {one.at}".strip() for one in verdict.refusals]
        if refused:
            verdict = self._opened(lenient(self.other))
        reasons = [reason_from(kept) for kept in (self.event.body or {}).get("reasons", ())]
        if self.event.verb != "created":
            return list(self._later(verdict, reasons))
        self.outcome = outcome_of(verdict) if verdict.allowed else NOTHING
        found = differences(self._decided(reasons), self.outcome)
        told = [_told(one, reasons, verdict.reasons) for one in found]
        rules = _rule(reasons, "assignee"), _rule(verdict.reasons, "assignee")
        if rules[0] != rules[1]:
            told.append({"topic": "assignee", "before": rules[0], "after": rules[1]})
        if refused:
            told.append({"topic": "refused", "before": [], "after": refused})
        return told

    def _decided(self, reasons: Sequence[Reason]) -> Outcome:
        """What was decided, with the instants that were promised then."""
        changes = (self.event.body or {}).get("changes", ())
        begun = {change["name"]: change["after"] for change in changes}
        topics = {why.topic for why in reasons if why.topic.startswith("due.")}
        dues = {topic.removeprefix("due."): begun.get(topic) for topic in topics}
        return replace(self.past.decided, dues=dues)

    def _opened(self, desk: Desk) -> Verdict:
        door, ask = Door(self.own, desk, self.past.type), asked_at(desk, self.past.at_us)
        return decide(desk, known(self.past), door.opening(self.past), ask, self.team)

    def _later(self, opened: Verdict, reasons: Sequence[Reason]) -> Iterator[Told]:
        """What that event decided, asked on the ticket as it stood then; promises as they are
        given (`4h`), since their instants hang on all that went before."""
        other, ask = self.other, asked_at(self.other, self.event.at_us)
        facts = self._then(opened.facts)
        sets, by = route(other, facts, ask)
        policy = other.policies.get(self.past.type)
        row = chosen_row(policy, facts, ask) if policy is not None else None
        for why in reasons:
            after: object = None
            if why.topic in OUTPUTS:
                after, rule = sets.get(why.topic), _rule(by, why.topic)
                before: object = why.outcome
            elif why.topic.startswith("due.") and policy is not None and row is not None:
                clock = policy.clocks.get(why.topic.removeprefix("due."))
                target = target_of(row, clock) if clock is not None else None
                before, after = why.said.get("target"), target.text() if target else None
                rule = f"sla/{policy.id}.{row.id}"
            else:
                continue
            if before != after:
                topic = "home" if why.topic == "team" else why.topic
                one = Difference(topic, before, after, why.rule, rule)  # type: ignore[arg-type]
                yield _told(one, reasons, by)

    def _then(self, facts: Facts) -> Facts:
        """The ticket as the event left it, over what the other desk made of its opening."""
        for _, moment, _, after in course(self.other, facts, self.past):
            if moment.at_us > self.event.at_us:
                break
            facts = after
        return facts


def _told(one: Difference, was: Sequence[Reason], becomes: Sequence[Reason]) -> Told:
    topic = "team" if one.topic == "home" else one.topic
    return {
        "topic": one.topic,
        "before": thawed(one.before),
        "after": thawed(one.after),
        "was": one.was,
        "becomes": one.becomes,
        "was_place": _places(was).get(topic, ""),
        "place": _places(becomes).get(topic, ""),
    }


def _places(reasons: Sequence[Reason]) -> Mapping[str, str]:
    return {why.topic: why.place for why in reasons}


def _rule(reasons: Sequence[Reason], topic: str) -> str:
    return next((why.rule for why in reversed(reasons) if why.topic == topic), "")
