"""The loop: leases jobs queue by queue, handles them side by side, and stops with grace."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection

import structlog

from runtime.actions.door_codes import KIND as DOOR
from runtime.actions.intake.record import KIND as INTAKE
from runtime.actions.intake.send_back import KIND as SENT_BACK
from runtime.actions.invite import KIND as INVITE
from runtime.actions.merge_people import KIND as MERGE_PEOPLE
from runtime.actions.piloting.compare import KIND as COMPARE
from runtime.actions.piloting.end import KIND as PILOT_END
from runtime.actions.propose_alike import KIND as ALIKE
from runtime.actions.set_absence import KIND
from runtime.actions.turn_moves import KIND as KIND_OF_MOVES
from runtime.channels.mail.reader import MailReader
from runtime.clock import SECOND_US
from runtime.render.notices import NoticeRenderer
from runtime.site.handles import Site
from runtime.store import jobs, leader
from runtime.store.bell import listening
from runtime.store.jobs import Job
from runtime.workers import (
    absences,
    acts,
    backtesting,
    bulk_acts,
    calling,
    comparing,
    deadlines,
    digest,
    doors,
    enriching,
    importing,
    intake,
    keeping,
    learning,
    merging,
    moving,
    outbox,
    patterns,
    pilots,
    retiming,
    schedules,
    sent_back,
    urgent,
    webhooks,
)
from runtime.workers.alike import look_for_alike
from runtime.workers.handling import Bench, GiveUp, LostLease, Queue, TryAgain
from runtime.workers.mailboxes import attend_mailboxes

log = structlog.get_logger()

POLL_S = 1.0
GRACE_S = 10.0
_CHORES_S = 60.0
_LEAD_US = 6 * SECOND_US
_LEAD_EVERY_S = 2.0
_READERS = 2
"""So many mails are understood at once, each in a process of its own."""

# A letter may wait half a day for its server: 10 s, 20 s … then every hour.
_MAIL_ATTEMPTS = 20

QUEUES = (
    Queue("deadlines", ("deadline",), deadlines.fire),
    Queue("acts", ("act",), acts.act),
    Queue(bulk_acts.KIND, (bulk_acts.KIND,), bulk_acts.act, slots=2, limit_s=50.0),
    Queue("calls", (calling.KIND,), calling.call, attempts=calling.ATTEMPTS),
    Queue(enriching.KIND, (enriching.KIND,), enriching.enrich, attempts=enriching.ATTEMPTS),
    Queue(schedules.KIND, (schedules.KIND,), schedules.run, slots=1, limit_s=55.0),
    Queue("patterns", (patterns.NEW,), patterns.decide),
    Queue("matches", (patterns.FIRE,), patterns.act_on_match),
    Queue("inbox", ("notice",), outbox.tell),
    Queue(INTAKE, (INTAKE,), intake.take_in, limit_s=50.0),
    Queue("mail", ("mail",), outbox.post, limit_s=45.0, attempts=_MAIL_ATTEMPTS),
    Queue(digest.KIND, (digest.KIND,), digest.send_digest, limit_s=45.0, attempts=_MAIL_ATTEMPTS),
    Queue(MERGE_PEOPLE, (MERGE_PEOPLE,), merging.move_over, slots=1, limit_s=600.0),
    Queue(INVITE, (INVITE,), doors.write, limit_s=45.0, attempts=_MAIL_ATTEMPTS),
    Queue(SENT_BACK, (SENT_BACK,), sent_back.write, limit_s=45.0, attempts=_MAIL_ATTEMPTS),
    Queue(urgent.KIND, (urgent.KIND,), urgent.repeat, slots=1),
    # Somebody sits and waits for these.
    Queue("doors", (DOOR,), doors.write, limit_s=45.0),
    Queue(
        "webhooks",
        (),
        webhooks.deliver,
        slots=webhooks.SLOTS,
        limit_s=webhooks.LIMITS.seconds + 10,
        picking=webhooks.STRANDS,
        gather_s=0.02,
    ),
    Queue("absences", (KIND,), absences.begin, slots=1, limit_s=55.0),
    Queue(COMPARE, (COMPARE,), comparing.look, slots=2),
    Queue(PILOT_END, (PILOT_END,), pilots.end, slots=1, limit_s=55.0),
    Queue(KIND_OF_MOVES, (KIND_OF_MOVES,), moving.move, slots=1, limit_s=55.0),
    Queue("retiming", ("retime",), retiming.retime, slots=1, limit_s=55.0),
    Queue(backtesting.KIND, (backtesting.KIND,), backtesting.run, slots=1, limit_s=1800.0),
    Queue(ALIKE, (ALIKE,), look_for_alike, slots=2),
    Queue(importing.KIND, (importing.KIND,), importing.step, slots=2, limit_s=6 * 3600.0),
    Queue("sweeping", (keeping.SWEEP,), keeping.sweep, slots=1, limit_s=55.0),
    Queue("learning", (keeping.LEARN,), learning.learn, slots=1, limit_s=600.0),
    Queue("anchors", (keeping.ANCHOR,), keeping.anchor, slots=1, limit_s=55.0),
)


async def run_workers(site: Site, stop: asyncio.Event, count: int = 1) -> None:
    """Do all work of this installation until `stop` is set; `count` multiplies what runs at once.

    On PostgreSQL as many processes as wanted may do so. On SQLite one leads and works, the others
    wait for its lease to end.
    """
    if site.store.dialect != "sqlite":
        await work(site, stop, count)
        return
    while not stop.is_set():
        fence = await _try_to_lead(site)
        if fence is None:
            await _wait(stop, POLL_S)
        else:
            await _lead(site, stop, count, fence)


async def work(site: Site, stop: asyncio.Event, count: int = 1) -> None:
    """The loop of one process, whoever else works."""
    bench = Bench(site, NoticeRenderer(), mails=MailReader(_READERS))
    try:
        async with asyncio.TaskGroup() as group:
            for queue in QUEUES:
                group.create_task(serve(bench, queue, stop, count))
            group.create_task(_chores(site, stop))
            group.create_task(attend_mailboxes(site, stop))
    finally:
        await bench.renderer.close()
        await bench.correlation.close()
        await bench.mails.close()


async def serve(bench: Bench, queue: Queue, stop: asyncio.Event, count: int = 1) -> None:
    """Handle the jobs of one queue until `stop`; what runs then may still end, for a while."""
    running: dict[asyncio.Task[None], Job] = {}
    slots = queue.slots * count
    with listening() as wake:
        stopper = asyncio.create_task(_pass_on(stop, wake))
        while not stop.is_set():
            if running and queue.gather_s:
                await asyncio.sleep(queue.gather_s)
            wake.clear()
            taken = await _lease(bench, queue, slots - len(running), running.values())
            for job in taken:
                task = asyncio.create_task(attend(bench, queue, job))
                running[task] = job
                task.add_done_callback(running.pop)
                task.add_done_callback(lambda _: wake.set())
            if not taken:
                await _wait(wake, await _until_next(bench, queue))
        await stopper
    await _let_end(set(running))


async def attend(bench: Bench, queue: Queue, job: Job) -> None:
    """Handle one job and note how it ended; never raises, so that one job harms no other."""
    try:
        async with asyncio.timeout(queue.limit_s):
            await queue.handle(bench, job)
    except LostLease:
        log.warning("a job was taken over", kind=job.kind, tenant=job.tenant_id, key=job.key)
    except GiveUp as wrong:
        await _failed(bench, queue, job, str(wrong), again=False)
    except TryAgain as wrong:
        await _failed(bench, queue, job, str(wrong))
    except TimeoutError:
        await _failed(bench, queue, job, f"took longer than {queue.limit_s:g} s")
    except Exception as wrong:
        log.exception("a job failed", kind=job.kind, tenant=job.tenant_id, key=job.key)
        await _failed(bench, queue, job, f"{type(wrong).__name__}: {wrong}")


async def _failed(bench: Bench, queue: Queue, job: Job, why: str, *, again: bool = True) -> None:
    dead = not again or job.attempts >= queue.attempts
    said = log.error if dead else log.warning
    words = "a job was given up" if dead else "a job will be tried again"
    said(words, kind=job.kind, tenant=job.tenant_id, key=job.key, attempts=job.attempts, why=why)
    try:
        async with bench.site.store.unit(job.tenant_id, write=True) as unit:
            await jobs.fail(unit, job, why, again=again, max_attempts=queue.attempts)
    except Exception:
        # Its lease will run out, and somebody tries again.
        log.exception("a failure could not be noted", kind=job.kind, key=job.key)


async def _lease(bench: Bench, queue: Queue, limit: int, running: Collection[Job]) -> list[Job]:
    if limit <= 0:
        return []
    try:
        if queue.picking is not None:
            return await queue.picking.lease(bench.site.store, limit, tuple(running))
        return await jobs.lease(bench.site.store, queue.kinds, limit)
    except Exception:
        log.exception("no jobs could be leased", queue=queue.name)
        return []


async def _until_next(bench: Bench, queue: Queue) -> float:
    """How long to sleep: until something falls due, but at most a second, for others write too."""
    try:
        if queue.picking is not None:
            due = await queue.picking.next_due_us(bench.site.store)
        else:
            async with bench.site.store.system() as system:
                due = await jobs.next_due_us(system, queue.kinds)
    except Exception:
        log.exception("the store can't be asked", queue=queue.name)
        return POLL_S
    left = (due - bench.site.store.clock.now_us()) / SECOND_US if due is not None else POLL_S
    # What is due already is leased by somebody.
    return left if 0 < left < POLL_S else POLL_S


async def _let_end(running: set[asyncio.Task[None]]) -> None:
    """Wait for what runs; what takes too long is left to whoever gets its lease."""
    if running:
        await asyncio.wait(running, timeout=GRACE_S)
    for task in tuple(running):
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _chores(site: Site, stop: asyncio.Event) -> None:
    while not stop.is_set():
        try:
            await keeping.plan_chores(site)
            await schedules.plan_schedules(site)
        except Exception:
            log.exception("the chores could not be planned")
        await _wait(stop, _CHORES_S)


async def _try_to_lead(site: Site) -> int | None:
    try:
        return await leader.lead(site.store, _LEAD_US)
    except Exception:
        log.exception("nobody could be asked who leads")
        return None


async def _lead(site: Site, stop: asyncio.Event, count: int, fence: int) -> None:
    """Work for as long as the lease is kept."""
    ended = asyncio.Event()
    keeper = asyncio.create_task(_keep(site, stop, ended, fence))
    try:
        await work(site, ended, count)
    finally:
        ended.set()
        keeper.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeper
        with contextlib.suppress(Exception):
            await leader.resign(site.store, fence)


async def _keep(site: Site, stop: asyncio.Event, ended: asyncio.Event, fence: int) -> None:
    """Renew the lease until `stop`, or until another leads; either way the work ends."""
    kept = True
    while kept and not stop.is_set():
        await _wait(stop, _LEAD_EVERY_S)
        try:
            kept = stop.is_set() or await leader.keep(site.store, fence, _LEAD_US)
        except Exception:
            log.exception("the lead could not be kept")
    ended.set()


async def _wait(event: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), seconds)


async def _pass_on(stop: asyncio.Event, wake: asyncio.Event) -> None:
    await stop.wait()
    wake.set()
