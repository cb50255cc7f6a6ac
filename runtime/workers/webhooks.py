"""Sends events to the webhooks of tenants, a ticket's events in their order, and notes the answers.

An event is tried at 0, 1 min, 5 min, 30 min, 2 h, 6 h, 12 h and 24 h (`schedule`), then it is dead.
A receiver that does not answer at all is given less and less room: first one call at a time, then
none for a while, so that it takes no slot that another needs.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from engine.model.channel import WebhookModel
from runtime.channels.webhook.schedule import meaning, next_s
from runtime.channels.webhook.signature import BadSecret, key_of, signed
from runtime.clock import SECOND_US
from runtime.outbound.door import Answer, Limits, Refusal
from runtime.store import deliveries, jobs, tenant_settings
from runtime.store.deliveries import Delivery, HookState
from runtime.store.desks import LIVE
from runtime.store.jobs import Job, give_back
from runtime.store.open import Store
from runtime.store.unit import Unit
from runtime.workers.handling import Bench, LostLease, TryAgain, complete

LIMITS: Final = Limits(seconds=15.0, body_bytes=64 * 1024, header_bytes=16 * 1024)
SLOTS: Final = 100
MOST_OF_ONE: Final = 8
_PATIENCE: Final = 5
_REST_S, _LONGEST_REST_S = 10, 600
_LOG: Final = 20
# No answer at all: these say something about the receiver, not about the event.
_SILENT: Final = frozenset({"too_slow", "connect", "unknown"})


class Strands:
    """Which strands are taken up: of each webhook only so many at once, of a silent one one."""

    async def lease(self, store: Store, limit: int, running: Collection[Job]) -> list[Job]:
        """Up to `limit` due strands beside those that run."""
        busy = Counter((one.tenant_id, str(one.body["webhook"])) for one in running)
        return await deliveries.lease(store, limit, MOST_OF_ONE, busy, jobs.LEASE_US)

    async def next_due_us(self, store: Store) -> int | None:
        """When the next strand wants to be looked at."""
        return await deliveries.next_due_us(store)


STRANDS: Final = Strands()


@dataclass(frozen=True, slots=True)
class Ready:
    """An event that can be sent: where to, signed by what."""

    delivery: Delivery
    url: str
    keys: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Ended:
    """An event that needs no call, or whose call is over: its state, the wait, the log's line."""

    state: str
    said: Mapping[str, Any]
    wait_s: int | None = None


async def deliver(bench: Bench, job: Job) -> None:
    """Send the first event of a strand that waits; the strand is looked at again for the next."""
    webhook_id = str(job.body["webhook"])
    async with bench.site.store.unit(job.tenant_id) as unit:
        found = await deliveries.next_of(unit, webhook_id, str(job.body["strand"]))
        if found is not None and found.due_us <= unit.now_us():
            ready = await _ready(bench, unit, found)
        else:
            ready = None
    if found is None or ready is None:
        await _settle(bench, job)
    elif isinstance(ready, Ended):
        await _settle(bench, job, found, ready)
    else:
        ended, silent = await call(bench, ready, found.attempts + 1)
        await _settle(bench, job, found, ended, silent=silent)


async def _ready(bench: Bench, unit: Unit, found: Delivery) -> Ready | Ended:
    live = bench.site.desks.get(unit.tenant_id)
    if live is None:
        raise TryAgain("the tenant's desk is not loaded here")
    one = live.desk.webhooks.get(found.webhook_id)
    if one is None:
        return Ended("skipped", {"code": "removed"})
    url = await tenant_settings.read_setting(unit, LIVE, one.url)
    if url is None:
        return Ended("skipped", {"code": "off", "setting": one.url})
    keys = await keys_for(unit, one)
    return keys if isinstance(keys, Ended) else Ready(found, url.strip(), keys)


async def keys_for(unit: Unit, one: WebhookModel) -> tuple[bytes, ...] | Ended:
    """The keys that sign, of the secrets that are there."""
    found = []
    for number, name in enumerate(one.secrets):
        secret = await tenant_settings.read_setting(unit, LIVE, name)
        if secret is None and number == 0:
            return Ended("skipped", {"code": "off", "setting": name})
        try:
            found += [key_of(secret)] if secret is not None else []
        except BadSecret:
            return Ended("dead", {"code": "secret", "setting": name})
    return tuple(found)


async def call(bench: Bench, ready: Ready, attempt: int) -> tuple[Ended, bool]:
    """One try; also whether the receiver was silent."""
    site, one = bench.site, ready.delivery
    now_s = site.store.clock.now_us() // SECOND_US
    headers = signed(one.key, now_s, one.body, ready.keys)
    headers |= {"content-type": "application/json", "user-agent": "Specdesk-Webhook"}
    begun = time.monotonic()
    found = await site.door.call("POST", ready.url, headers, one.body, LIMITS)
    took = {"ms": int((time.monotonic() - begun) * 1000)}
    if isinstance(found, Refusal):
        said = took | {"code": found.code, "reason": found.reason[:300]}
        return _next(one, attempt, said, again=found.again), found.code in _SILENT
    return _answered(one, attempt, found, now_s, took), False


def _answered(
    one: Delivery, attempt: int, found: Answer, now_s: int, took: Mapping[str, Any]
) -> Ended:
    said = {**took, "status": found.status}
    means = meaning(found.status, found.header("retry-after"), now_s)
    if means.kind == "done":
        return Ended("done", said)
    if means.kind == "gone":
        return Ended("gone", said)
    return _next(one, attempt, said, after_s=means.after_s)


def _next(
    one: Delivery,
    attempt: int,
    said: Mapping[str, Any],
    *,
    again: bool = True,
    after_s: int | None = None,
) -> Ended:
    wait = next_s(one.key, attempt, after_s) if again else None
    return Ended("dead", said) if wait is None else Ended("waiting", said, wait)


async def _settle(
    bench: Bench,
    job: Job,
    found: Delivery | None = None,
    ended: Ended | None = None,
    *,
    silent: bool | None = None,
) -> None:
    """Write what became of an event, and when its strand is looked at again; all or nothing.

    Raises:
        LostLease: somebody else has taken the strand over.
    """
    webhook_id, strand = str(job.body["webhook"]), str(job.body["strand"])
    async with bench.site.store.unit(job.tenant_id, write=True) as unit:
        # First the job's row: who adds an event to the strand waits for it, or is seen below.
        if not await jobs.extend(unit, job):
            raise LostLease(job.key)
        if found is not None and ended is not None:
            await _note(unit, found, ended)
            if silent is not None:
                await _note_receiver(unit, webhook_id, silent)
            if ended.state == "gone":
                await _stop(unit, webhook_id)
        following = await deliveries.next_of(unit, webhook_id, strand)
        if following is None:
            await complete(unit, job)
        else:
            again = {"due_us": following.due_us, "attempts": 0, "last_error": None}
            await give_back(unit, job, again)


async def _note(unit: Unit, found: Delivery, ended: Ended) -> None:
    now = unit.now_us()
    state = "dead" if ended.state == "gone" else ended.state
    called = "ms" in ended.said
    changes: dict[str, Any] = {
        "state": state,
        "attempts": found.attempts + called,
        "log": [*found.log, {"at": now, **ended.said}][-_LOG:],
        "ended_us": None if state == "waiting" else now,
    }
    if ended.wait_s is not None:
        changes["due_us"] = now + ended.wait_s * SECOND_US
    await deliveries.change(unit, found.id, **changes)


async def _note_receiver(unit: Unit, webhook_id: str, silent: bool) -> None:
    """How often in a row nobody answered, and how long the receiver is left alone for it."""
    state = (await deliveries.states(unit)).get(webhook_id, HookState(webhook_id))
    if not silent:
        if state.failures or state.resume_us:
            await deliveries.put_state(unit, replace(state, failures=0, resume_us=None))
        return
    failures = state.failures + 1
    resume = None
    if failures >= _PATIENCE:
        rest = min(_REST_S << min(failures - _PATIENCE, 10), _LONGEST_REST_S)
        resume = unit.now_us() + rest * SECOND_US
    await deliveries.put_state(unit, replace(state, failures=failures, resume_us=resume))


async def _stop(unit: Unit, webhook_id: str) -> None:
    """The receiver said that it is gone for good: nothing is sent there until somebody says so."""
    await deliveries.put_state(unit, HookState(webhook_id, stopped=True, reason="gone"))
    await deliveries.give_up(unit, webhook_id, "stopped")
