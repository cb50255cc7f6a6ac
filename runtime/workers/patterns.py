"""Decides what comes together over time, and does once what a match brings about.

Events wait in the store, written in the transaction that they happened in. A batch is read, decided
without a transaction (a matcher may hang), and written if nobody else decided meanwhile: numbers of
the events, what is used up, the matches with their jobs, and how far it is decided now. So whatever
dies on the way, each match is written once; what it brings about is done once by its own job.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog

from engine.decide.correlate import Token, fire_id
from engine.decide.verdict import React
from engine.model.pattern import MOST_LIVE, PatternRule
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.outcome import Done, NotFound, Refused
from runtime.clock import SECOND_US
from runtime.site.desks import Live
from runtime.site.standing import SYSTEM
from runtime.site.stored import frozen
from runtime.store import jobs, journal, tickets
from runtime.store import patterns as kept
from runtime.store.crypto import is_sealed
from runtime.store.jobs import Job
from runtime.store.journal import NewEvent
from runtime.store.patterns import FIRE, NEW, Fire, Head, LiveEvent
from runtime.store.unit import Unit
from runtime.workers.correlation import Batch, Fires, in_python
from runtime.workers.handling import Bench, TryAgain, complete
from runtime.workers.matcher_process import Died

__all__ = ["FIRE", "NEW", "act_on_match", "decide"]

log = structlog.get_logger()

BATCH: Final = 500
_TRIES: Final = 8
_BUSY_US: Final = SECOND_US // 5
_NO_DESK_US: Final = 10 * SECOND_US
# A rule that this process does not know may have been published a moment ago.
_UNKNOWN_US: Final = 60 * SECOND_US

Rules = Mapping[str, PatternRule]
Events = Sequence[tuple[str, Token]]


async def decide(bench: Bench, job: Job) -> None:
    """Decide all of a tenant's new events, of whichever of them this job tells."""
    site, tenant = bench.site, job.tenant_id
    live, turn = site.desks.get(tenant), bench.correlation.turn(tenant)
    if live is None or turn.locked():
        # While one decides the others step aside: a tenant may not take all slots of the queue.
        wait_us = _BUSY_US if live is not None else _NO_DESK_US
        async with site.store.unit(tenant, write=True) as unit:
            await jobs.put_off(unit, job, unit.now_us() + wait_us)
        return
    async with turn:
        for _ in range(_TRIES):
            if await _decide(bench, live, job):
                return
    raise TryAgain("others decided at the same time, or the matcher died")


class _Swept(Exception):
    """Events that a match took were swept away between reading and writing: their time was over."""


async def _decide(bench: Bench, live: Live, job: Job) -> bool:
    """One batch; False when it has to be read again."""
    found = await _read(bench, live)
    try:
        fires = await _matches(bench, found)
        return await _settle(bench, live, job, found, fires)
    except (Died, _Swept):
        return False


async def _settle(bench: Bench, live: Live, job: Job, found: _Found, fires: Fires) -> bool:
    """Write what a batch came to; False when others decided meanwhile."""
    async with bench.site.store.unit(job.tenant_id, write=True) as unit:
        if await kept.hold_head(unit) != found.head:
            return False
        await _write(unit, found, fires)
        if bench.correlation.put_in_quarantine(job.tenant_id):
            await _note_quarantine(unit, live)
        if found.more:
            await jobs.put_off(unit, job, unit.now_us())
        else:
            await complete(unit, job)
    if found.in_c and (found.known or any(name in found.in_c for name, _ in found.events)):
        bench.correlation.settled(job.tenant_id, found.to.n)
    return True


# -- reading ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """What there is to decide. `in_c`, `plain`: the rules by who decides them."""

    tenant: str
    in_c: Rules
    plain: Rules
    head: Head
    to: Head
    events: Events
    numbers: Mapping[str, tuple[int, int]]
    waiting: Mapping[str, Sequence[Token]]
    gone: Sequence[tuple[str, str]]
    known: bool
    more: bool


async def _read(bench: Bench, live: Live) -> _Found:
    rules = {rule.id: rule for rule in live.desk.patterns}
    patterns = {name: rule for name, rule in rules.items() if not rule.is_burst}
    in_c = patterns if bench.correlation.in_c(live.tenant, patterns) else {}
    plain = {name: rule for name, rule in rules.items() if name not in in_c}
    async with bench.site.store.unit(live.tenant) as unit:
        head = await kept.head(unit)
        rows = await kept.undecided(unit, BATCH)
        good = [row for row in rows if _is_of(row, rules)]
        events, numbers, to = _numbered(head, good)
        known = bool(in_c) and bench.correlation.knows(live.tenant, in_c, head.n)
        waiting: dict[str, Sequence[Token]] = {}
        if not known and any(name in in_c for name, _ in events):
            for rule in in_c.values():
                waiting[rule.id] = await _waiting(unit, rule, events, whole=True)
        for rule in plain.values():
            waiting[rule.id] = await _waiting(unit, rule, events, whole=False)
        stale = unit.now_us() - _UNKNOWN_US
    unknown = [row for row in rows if not _is_of(row, rules)]
    gone = [(row.rule, row.event_id) for row in unknown if row.at_us < stale]
    fresh = len(gone) < len(unknown)
    if fresh and not events and not gone:
        raise TryAgain("the tenant's desk is not followed here yet")
    more = fresh or len({row.event_id for row in rows}) >= BATCH
    return _Found(live.tenant, in_c, plain, head, to, events, numbers, waiting, gone, known, more)


def _is_of(row: LiveEvent, rules: Rules) -> bool:
    return row.rule in rules and rules[row.rule].version == row.version


def _numbered(
    head: Head, rows: Sequence[LiveEvent]
) -> tuple[list[tuple[str, Token]], dict[str, tuple[int, int]], Head]:
    """The events in the order of their times, numbered on from the head; no time goes back."""
    numbers: dict[str, tuple[int, int]] = {}
    steps: dict[tuple[str, str], list[LiveEvent]] = {}
    at_us, n = head.at_us, head.n
    for row in rows:
        if row.event_id not in numbers:
            at_us, n = max(at_us, row.at_us), n + 1
            numbers[row.event_id] = (n, at_us)
        steps.setdefault((row.event_id, row.rule), []).append(row)
    events = []
    for (event_id, rule), parts in steps.items():
        number, when = numbers[event_id]
        fits = tuple(sorted(part.step for part in parts))
        events.append((rule, Token(number, when, fits, parts[0].same, parts[0].differs)))
    return sorted(events, key=lambda one: (one[1].n, one[0])), numbers, Head(n, at_us)


async def _waiting(unit: Unit, rule: PatternRule, events: Events, *, whole: bool) -> list[Token]:
    """What waits in a rule, or only what agrees with the new events of it."""
    own = [token for name, token in events if name == rule.id]
    if not own and not whole:
        return []
    since = events[0][1].at_us - rule.within_us
    same = None if whole else {token.same for token in own}
    rows = await kept.waiting(unit, rule.id, rule.version, since, same)
    by_number: dict[int, list[LiveEvent]] = {}
    for row in rows:
        assert row.n is not None
        by_number.setdefault(row.n, []).append(row)
    return [
        Token(n, parts[0].at_us, tuple(p.step for p in parts), parts[0].same, parts[0].differs)
        for n, parts in by_number.items()
    ]


# -- deciding and writing --------------------------------------------------------------------------


async def _matches(bench: Bench, found: _Found) -> Fires:
    """The matches of both kinds of rules, in the order of the events that completed them."""
    fires = in_python(_batch(found, found.plain))
    in_c = _batch(found, found.in_c)
    if in_c.events:
        fires += await bench.correlation.decide(in_c)
    return sorted(fires, key=lambda fire: (max(fire[1]), fire[0]))


def _batch(found: _Found, rules: Rules) -> Batch:
    events = [(name, token) for name, token in found.events if name in rules]
    waiting = {name: found.waiting[name] for name in rules if name in found.waiting}
    return Batch(found.tenant, rules, found.head.n, events, waiting)


async def _write(unit: Unit, found: _Found, fires: Fires) -> None:
    rules = {**found.in_c, **found.plain}
    await kept.number(unit, found.numbers)
    made: list[Fire] = []
    for name, numbers in fires:
        events = await kept.numbered(unit, name, numbers)
        if len(events) != len(numbers):
            raise _Swept(name)
        made.append(_fire(unit, rules[name], events))
        await kept.use_up(unit, [(name, event.event_id) for event in events])
    await kept.use_up(unit, [*found.gone, *_useless(found, rules)])
    await kept.fired(unit, made)
    for name in {name for name, _ in found.events}:
        since = found.to.at_us - rules[name].within_us
        count = await kept.shed(unit, name, since, MOST_LIVE)
        if count:
            log.error(
                "too many events wait in a pattern", tenant=unit.tenant_id, rule=name, shed=count
            )
    if found.to != found.head:
        await kept.move_head(unit, found.to)


def _useless(found: _Found, rules: Rules) -> list[tuple[str, str]]:
    """Events (rule, id) that completed nothing, or did, and have nothing to wait for."""
    ids = {n: event_id for event_id, (n, _) in found.numbers.items()}
    return [
        (name, ids[token.n])
        for name, token in found.events
        if not rules[name].may_wait(token.steps)
    ]


def _fire(unit: Unit, rule: PatternRule, events: Sequence[LiveEvent]) -> Fire:
    last = events[-1]
    ids = [event.event_id for event in events]
    body = {
        "events": ids,
        "tickets": list(dict.fromkeys(event.ticket_id for event in events)),
        "last": last.ticket_id,
        "same": dict(last.body),
        "of": last.event_id,
    }
    return Fire(fire_id(unit.tenant_id, rule, ids), rule.id, last.at_us, body)


async def _note_quarantine(unit: Unit, live: Live) -> None:
    rules = [rule.id for rule in live.desk.patterns if not rule.is_burst]
    body = {"rules": rules, "why": "the matcher died three times within ten minutes"}
    event = NewEvent(
        "patterns_quarantined",
        body,
        "system",
        SYSTEM.person_id,
        revision=live.revision,
        desk_digest=live.desk.digest,
    )
    await journal.append_admin(unit, [event])


# -- acting ----------------------------------------------------------------------------------------


async def act_on_match(bench: Bench, job: Job) -> None:
    """Run the automation of a match on each of its tickets, each once, the completing one last."""
    site, tenant = bench.site, job.tenant_id
    live = site.desks.get(tenant)
    if live is None:
        raise TryAgain("the tenant's desk is not loaded here")
    async with site.store.unit(tenant) as unit:
        fire = await kept.fire(unit, job.key)
        found = [await tickets.read(unit, one) for one in _in_turn(fire)]
        same = _opened(unit, fire.body) if fire is not None else {}
    undone: list[str] = [] if fire is not None else ["the match is gone"]
    for row in found:
        if fire is None or row is None:
            continue
        last = row.id == fire.body["last"]
        event = React(fire.rule, same, tuple(fire.body["tickets"]), last)
        done = await change_ticket(
            site, tenant, SYSTEM, row.number, Change(event, idempotency_key=fire.id)
        )
        if isinstance(done, Refused):
            undone.append("refused: " + ", ".join(one.code for one in done.refusals))
        elif not isinstance(done, (Done, NotFound)):
            raise TryAgain("the ticket was changed at the same time")
    if undone:
        log.warning("a match was not acted on", tenant=tenant, key=job.key, why="; ".join(undone))
    async with site.store.unit(tenant, write=True) as unit:
        await complete(unit, job, undone="; ".join(undone))


def _in_turn(fire: Fire | None) -> list[str]:
    if fire is None:
        return []
    last = fire.body["last"]
    return [*(one for one in fire.body["tickets"] if one != last), last]


def _opened(unit: Unit, body: Mapping[str, Any]) -> dict[str, Any]:
    """The values in common, unsealed."""
    return {
        name: frozen(
            unit.sealer.open(value, f"pattern/{body['of']}/{name}") if is_sealed(value) else value
        )
        for name, value in body["same"].items()
    }
