"""Writes a verdict: the ticket's row, its journal, its outbox and timers, in the caller's unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.apply import Step
from engine.decide.verdict import Effect, Verdict
from engine.decide.who import people
from engine.facts import Viewer
from engine.model.desk import Desk
from engine.model.roster import Roster
from runtime.actions.keep_events import keep_events
from runtime.actions.tell_webhooks import tell_webhooks
from runtime.site.desks import Live
from runtime.site.stored import (
    answers_kept,
    clock_names,
    columns_of,
    reason_kept,
    secret_names,
    thawed,
)
from runtime.store import jobs, journal, tickets, timers
from runtime.store import people as directory
from runtime.store.desks import LIVE
from runtime.store.jobs import NewJob, effect_key
from runtime.store.journal import Head, NewEvent
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit

# What a first event tells beside the type's own fields.
_BUILT_IN = (
    *("type", "state", "phase", "priority", "team", "home_team", "assignee", "subject"),
    *("description", "requester", "customer", "channel", "tags", "created_at", "parent"),
)
# What every decision touches and nobody wants to read as a change.
_QUIET = frozenset({"updated_at", "state_since", "version"})


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did, for the journal: a verb, its own words, and the event that caused it.

    `subject`: the person whom its words are about, where it is not the requester.
    """

    verb: str
    viewer: Viewer
    body: Mapping[str, Any] = field(default_factory=dict)
    idempotency_key: str | None = None
    cause: str | None = None
    subject: str = ""


async def write_new(
    unit: Unit,
    live: Live,
    verdict: Verdict,
    deed: Deed,
    roster: Roster,
    external_key: str = "",
) -> tuple[TicketRow, str]:
    """A ticket that was decided on: number, row, first event, notices and timers.

    Gives the row and the id of its first event.
    """
    type_model = live.desk.types[verdict.facts.text("type")]
    ticket_id = unit.new_id()
    number = await tickets.next_number(unit, type_model.prefix)
    columns = columns_of(live.desk, verdict.facts, unit.sealer, ticket_id)
    events = [_event(unit, live, verdict, deed, new=True), *_words(live, verdict)]
    head, ids = await journal.append(unit, ticket_id, Head(), events)
    row = TicketRow(
        id=ticket_id,
        number=number,
        version=head.seq,
        head_hash=head.hash,
        next_due_us=_next_due(verdict),
        external_key=external_key or None,
        environment=None if live.environment == LIVE else live.environment,
        **columns,
    )
    await tickets.create(unit, row)
    await tickets.hear(unit, row.id, events)
    timer = [timers.first_timer(row.id, row.next_due_us)] if row.next_due_us is not None else []
    await _after(unit, live, row.id, ids, verdict, deed, roster, timer)
    await tell_webhooks(unit, live, row.id, row.number, head.seq, ids[0], verdict, deed.verb)
    return row, ids[0]


async def write_change(
    unit: Unit, live: Live, row: TicketRow, verdict: Verdict, deed: Deed, roster: Roster
) -> str:
    """A change of a ticket that the caller holds locked; gives the id of its event."""
    facts = verdict.facts.with_values({"updated_at": unit.now_us()})
    columns = columns_of(live.desk, facts, unit.sealer, row.id)
    events = [_event(unit, live, verdict, deed, new=False), *_words(live, verdict)]
    head, ids = await journal.append(unit, row.id, row.head, events)
    fields = live.desk.types[row.type_key].fields
    # What a field held that is no longer asked for stays where it was, for a version that has it.
    strays = (key for key in row.values if key not in fields and facts.get(key) is not None)
    columns["values"] |= {key: row.values[key] for key in strays}
    changes = {n: value for n, value in columns.items() if not _same(getattr(row, n), value)}
    next_due = _next_due(verdict)
    changes |= {
        "version": head.seq,
        "head_hash": head.hash,
        "next_due_us": next_due,
        "updated_us": unit.now_us(),
    }
    await tickets.change(unit, row.id, row.version, changes)
    await tickets.hear(unit, row.id, events)
    if next_due is not None and next_due != row.next_due_us:
        await timers.set_timer(unit, row.id, next_due)
    await _after(unit, live, row.id, ids, verdict, deed, roster)
    await tell_webhooks(unit, live, row.id, row.number, head.seq, ids[0], verdict, deed.verb)
    return ids[0]


def _same(was: Any, becomes: Any) -> bool:
    return bool(thawed(was) == becomes)


async def _after(
    unit: Unit,
    live: Live,
    ticket_id: str,
    event_ids: Sequence[str],
    verdict: Verdict,
    deed: Deed,
    roster: Roster,
    more: Sequence[NewJob] = (),
) -> None:
    """Everything else that belongs to the same transaction. `event_ids`: the deed's, the words'."""
    found = list(more)
    for effect in verdict.effects:
        quoted = effect.args.get("word", 0)
        event_id = event_ids[quoted if isinstance(quoted, int) else 0]
        if effect.kind == "notify":
            found += _notices(unit, live.desk, ticket_id, event_id, effect, verdict, deed, roster)
        else:
            found.append(_act(unit, ticket_id, event_id, effect))
    if "guest" in deed.body:
        found += _door(unit, ticket_id, event_ids[0], verdict, found)
    await jobs.enqueue(unit, found)
    if not _of_match(deed):
        await keep_events(unit, live, ticket_id, event_ids[0], verdict, deed.verb)
    assigned = next((s for s in verdict.steps if s.name == "assignee" and s.after), None)
    if assigned is not None:
        team = verdict.facts.text("team")
        await directory.mark_assigned(unit, team, str(assigned.after), unit.now_us())


def _door(
    unit: Unit, ticket_id: str, event_id: str, verdict: Verdict, found: Sequence[NewJob]
) -> list[NewJob]:
    """A letter with the link for a guest, where no notification writes to them anyway."""
    person = verdict.facts.text("requester")
    if any(one.kind == "mail" and one.body["recipient"] == person for one in found):
        return []
    key = effect_key(unit.tenant_id, event_id, "door", person)
    body = {"purpose": "ticket", "ticket": ticket_id, "recipient": person}
    return [NewJob("door", key, unit.now_us(), body)]


def _of_match(deed: Deed) -> bool:
    """Whether a match of events did it: to its own tickets, or as the ticket it makes over them.

    That is no event for another match, else one would feed itself.
    """
    by_rule = deed.verb == "linked" and deed.viewer.is_system
    return by_rule or bool(deed.body.get("of_match"))


def _next_due(verdict: Verdict) -> int | None:
    """One timer waits for what falls due next; when it fires the ticket itself says what is due."""
    return min((due.at_us for due in verdict.dues), default=None)


def _act(unit: Unit, ticket_id: str, event_id: str, effect: Effect) -> NewJob:
    """An act on this or another ticket, done once in a transaction of its own."""
    key = effect_key(unit.tenant_id, event_id, effect.key, "")
    args = {name: thawed(value) for name, value in effect.args.items()}
    body = {"ticket": ticket_id, "event": event_id, "verb": effect.kind, "args": args}
    kind = "call" if effect.kind == "call" else "act"
    return NewJob(kind, key, unit.now_us(), body)


def _words(live: Live, verdict: Verdict) -> list[NewEvent]:
    """What rules said on the ticket, each an entry of its own after what set it going."""
    return [
        NewEvent(
            verb="noted" if word.internal else "commented",
            body={"text": word.text, "rule": word.rule},
            actor_kind="system",
            revision=live.revision,
            desk_digest=live.desk.digest,
            subject_person_id=verdict.facts.text("requester") or None,
        )
        for word in verdict.words
    ]


def _notices(
    unit: Unit,
    desk: Desk,
    ticket_id: str,
    event_id: str,
    effect: Effect,
    verdict: Verdict,
    deed: Deed,
    roster: Roster,
) -> list[NewJob]:
    """One job for each recipient and channel, each with the key that makes it happen once."""
    notification = desk.notifications[str(effect.args["notification"])]
    author = deed.viewer.person_id or ""
    who = effect.to or notification.to
    made: list[NewJob] = []
    quiet = verdict.facts.text("requester") if deed.body.get("quiet") else ""
    for person in people(desk, who, verdict.facts, roster, author):
        for channel in ways_of(notification.channels, verdict.facts.text("channel")):
            if channel == "mail" and person == quiet:
                # A machine wrote in their name: to answer it would begin a loop.
                continue
            key = effect_key(unit.tenant_id, event_id, f"{effect.key}:{channel}", person)
            body = {
                "ticket": ticket_id,
                "event": event_id,
                "notification": notification.id,
                "recipient": person,
                "clock": str(effect.args.get("clock", "")),
                "effect": key,
                "at": unit.now_us(),
            }
            made.append(NewJob("mail" if channel == "mail" else "notice", key, unit.now_us(), body))
    return made


def ways_of(channels: Sequence[str], came: str) -> tuple[str, ...]:
    """The ways a notice goes; `origin` is the way the ticket came, `came`.

    Whoever wrote a mail is answered by mail alone. A program hears of its tickets by a Webhook.
    """
    there = {"mail": ("mail",), "api": ()}.get(came, ("in_app", "mail"))
    every = [way for one in channels for way in (there if one == "origin" else (one,))]
    return tuple(dict.fromkeys(every))


def _event(unit: Unit, live: Live, verdict: Verdict, deed: Deed, *, new: bool) -> NewEvent:
    type_model = live.desk.types[verdict.facts.text("type")]
    fields = type_model.fields
    steps = [step for step in verdict.steps if step.name not in _QUIET]
    changes = _first_values(verdict, fields) if new else [_change(step) for step in steps]
    secret = secret_names(live.desk, type_model)
    read = {one.path for why in verdict.reasons for one in why.reads}
    answered = answers_kept(live.desk, verdict.facts) if new else {}
    read |= {name for name in verdict.facts.values if new and name in secret}
    body = {
        **deed.body,
        **answered,
        "events": list(verdict.events),
        "changes": changes,
        "reasons": [reason_kept(reason) for reason in verdict.reasons],
    }
    return NewEvent(
        verb=deed.verb,
        body=body,
        actor_kind="system" if deed.viewer.is_system else "person",
        actor_id=deed.viewer.person_id,
        revision=live.revision,
        desk_digest=live.desk.digest,
        cause_event_id=deed.cause,
        idempotency_key=deed.idempotency_key,
        subject_person_id=deed.subject or verdict.facts.text("requester") or None,
        sealed=bool(secret & read) or any(change["name"] in secret for change in changes),
    )


def _first_values(verdict: Verdict, fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A new ticket's journal holds all it began with, so that history can be replayed.

    What a rule put into a field has its rule, and what came in as `before`.
    """
    kept = (*fields, *_BUILT_IN)
    dues = clock_names(verdict.facts.clocks)
    found = {name: verdict.facts.get(name) for name in kept} | dues
    steps = {step.name: step for step in verdict.steps if step.name in fields}
    return [
        {"name": name, "before": None, "after": thawed(value), "rule": ""}
        if name not in steps
        else _change(steps[name])
        for name, value in found.items()
        if value not in (None, "", ()) or name in steps
    ]


def _change(step: Step) -> dict[str, Any]:
    return {
        "name": step.name,
        "before": thawed(step.before),
        "after": thawed(step.after),
        "rule": step.rule,
    }


def steps_of(changes: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The after-values of an event's changes by name."""
    return {change["name"]: change["after"] for change in changes}
