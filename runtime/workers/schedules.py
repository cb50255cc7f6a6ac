"""Schedules: the next run of each is planned as a job, and done when it falls due."""

from __future__ import annotations

import hashlib

import structlog

from engine.model.automation import AutomationModel
from engine.model.calendar import PLAIN
from engine.model.desk import Desk
from engine.model.schedule import Recurring, ScheduleModel
from runtime.actions.run_schedule import run_schedule
from runtime.queries.list_tickets import open_ids
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.store import jobs
from runtime.store.jobs import Job, NewJob
from runtime.workers.handling import Bench, TryAgain, complete

log = structlog.get_logger()

KIND = "schedule"
CHANGED = "the schedule is gone or was changed"


async def plan_schedules(site: Site) -> None:
    """See that the next run of every schedule of every published desk waits as a job.

    What passed while nobody worked is not made up for day by day: the run after now is the next,
    and the last one missed still waits as the job that it was.
    """
    now = site.store.clock.now_us()
    for tenant in site.desks.tenants():
        live = site.desks.get(tenant)
        if live is None:
            continue
        found = [_next(live.desk, each, now) for each in live.desk.schedules.values()]
        found += [_next_round(each, now) for each in live.desk.recurring()]
        wanted = [job for job in found if job is not None]
        if wanted:
            async with site.store.unit(tenant, write=True) as unit:
                await jobs.enqueue(unit, wanted)


def _next(desk: Desk, schedule: ScheduleModel, now_us: int) -> NewJob | None:
    for planned in schedule.when.runs_after(now_us):
        at_us = _on_open_day(desk, schedule, planned)
        if at_us is not None:
            rule = _digest(schedule.when, schedule.on_closed)
            body = {"schedule": schedule.id, "at": planned, "rule": rule}
            return NewJob(KIND, f"{schedule.id}:{planned}:{rule[:12]}", at_us, body)
    return None


def _next_round(automation: AutomationModel, now_us: int) -> NewJob | None:
    """The next time that an automation goes over the open tickets."""
    assert automation.recurring is not None
    for at_us in automation.recurring.runs_after(now_us):
        rule = _digest(automation.recurring)
        body = {"automation": automation.id, "at": at_us, "rule": rule}
        return NewJob(KIND, f"automation.{automation.id}:{at_us}:{rule[:12]}", at_us, body)
    return None


def _on_open_day(desk: Desk, schedule: ScheduleModel, planned_us: int) -> int | None:
    """When a planned run is done: then, at the next opening, or not at all."""
    calendar = desk.calendars.get(schedule.calendar, PLAIN)
    if schedule.on_closed == "run" or calendar.is_open(planned_us):
        return planned_us
    opening = calendar.next_open(planned_us)
    if schedule.on_closed == "next_opening":
        return opening
    # A day with hours is no day off, though the run is before they begin.
    same_day = schedule.when.day_of(opening) == schedule.when.day_of(planned_us)
    return planned_us if same_day else None


def _digest(when: Recurring, on_closed: str = "") -> str:
    """Which rule planned a run: one that was changed since then has planned another."""
    text = f"{when.rule}|{when.first}|{when.minute}|{when.zone}|{on_closed}"
    return hashlib.sha256(text.encode()).hexdigest()


async def run(bench: Bench, job: Job) -> None:
    """Do one run; a schedule that is gone or was changed has planned its own.

    A run of very many tickets goes on in a further try of the same job.
    """
    live = bench.site.desks.get(job.tenant_id)
    if live is None:
        raise TryAgain("the tenant's desk is not loaded here")
    if "automation" in job.body:
        undone, more = await _round(bench, live, job), False
    else:
        undone, more = await _make(bench, live, job)
    async with bench.site.store.unit(job.tenant_id, write=True) as unit:
        if more:
            await jobs.put_off(unit, job, unit.now_us())
        else:
            await complete(unit, job, undone=undone)


async def _make(bench: Bench, live: Live, job: Job) -> tuple[str, bool]:
    """What was not made and why, and whether there is more to make."""
    schedule = live.desk.schedules.get(str(job.body["schedule"]))
    if schedule is None or _digest(schedule.when, schedule.on_closed) != job.body["rule"]:
        return CHANGED, False
    done = await run_schedule(bench.site, job.tenant_id, schedule, int(job.body["at"]))
    if done.away:
        raise TryAgain("; ".join(done.missed))
    said = log.warning if done.missed else log.info
    said("a schedule ran", tenant=job.tenant_id, schedule=schedule.id, made=len(done.made),
         missed=list(done.missed)[:5])  # fmt: skip
    return "; ".join(done.missed)[:2000], done.more


async def _round(bench: Bench, live: Live, job: Job) -> str:
    """An automation goes over the open tickets: an act for each that its condition holds for."""
    name = str(job.body["automation"])
    automation = next((one for one in live.desk.recurring() if one.id == name), None)
    if automation is None or automation.recurring is None:
        return CHANGED
    if _digest(automation.recurring) != job.body["rule"]:
        return CHANGED
    async with bench.site.store.unit(job.tenant_id, write=True) as unit:
        found = await open_ids(unit, live, automation.types, automation.when)
        args = {"automation": name}
        acts = [
            NewJob(
                "act",
                f"{job.key}:{ticket_id}",
                unit.now_us(),
                {"ticket": ticket_id, "event": "", "verb": "react", "args": args},
            )
            for ticket_id in found
        ]
        await jobs.enqueue(unit, acts)
    log.info("an automation went round", tenant=job.tenant_id, automation=name, acts=len(acts))
    return ""
