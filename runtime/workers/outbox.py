"""The outbox: what a decision wants people to be told, in the application and by mail."""

from __future__ import annotations

from urllib.parse import urlsplit

import structlog

from runtime.channels.mail.message import BadAddress, Letter, message, one_line
from runtime.channels.mail.relay import Relay, relay_of, send
from runtime.render.notices import CannotRender
from runtime.site.links import origin
from runtime.store import jobs, notices, tenant_settings
from runtime.store.jobs import Job, effect_key
from runtime.store.notices import Notice
from runtime.workers.handling import Bench, GiveUp, LostLease, TryAgain, complete
from runtime.workers.letter import Nothing, Told, compose

log = structlog.get_logger()

NO_SMTP = "off: SMTP not configured"
NO_ADDRESS = "off: the recipient has no mail address"
FROM_SETTING = "mail_from"
_RENDER_TRIES = 3
_LONGEST_SUBJECT = 300


async def tell(bench: Bench, job: Job) -> None:
    """Put one notice into a person's inbox, with the end of its job."""
    told = await _composed(bench, job)
    if isinstance(told, Nothing):
        await _nothing(bench, job, told.why)
        return
    subject, body = await _rendered(bench, job, told)
    async with bench.site.store.unit(job.tenant_id, write=True) as unit:
        new = Notice(
            id=unit.new_id(),
            person_id=told.recipient.id,
            ticket_id=told.ticket_id,
            event_id=str(job.body["event"]),
            notification_key=str(job.body["notification"]),
            subject=one_line(subject)[:_LONGEST_SUBJECT],
            body=body.strip(),
            link=told.path,
            key=job.key,
            # When it happened, not when a worker came to it.
            created_us=int(job.body.get("at") or unit.now_us()),
        )
        await notices.add(unit, new)
        await complete(unit, job)


async def post(bench: Bench, job: Job) -> None:
    """Send one letter; a receiver that gets it twice can tell by its Message-ID."""
    settings = bench.site.settings
    if settings.smtp_url is None:
        await _nothing(bench, job, NO_SMTP)
        return
    told = await _composed(bench, job)
    if isinstance(told, Nothing) or not told.recipient.email:
        await _nothing(bench, job, told.why if isinstance(told, Nothing) else NO_ADDRESS)
        return
    subject, body = await _rendered(bench, job, told)
    host = urlsplit(origin(settings)).hostname or "localhost"
    relay = relay_of(settings.smtp_url, host)
    letter = await _letter(bench, job, told, relay, host, subject, body)
    await _send(bench, job, relay, letter)
    async with bench.site.store.unit(job.tenant_id, write=True) as unit:
        await complete(unit, job)


async def _composed(bench: Bench, job: Job) -> Told | Nothing:
    if bench.site.desks.get(job.tenant_id) is None:
        raise TryAgain("the tenant's desk is not loaded here")
    return await compose(bench.site, job)


async def _rendered(bench: Bench, job: Job, told: Told) -> tuple[str, str]:
    try:
        subject, body = await bench.renderer.render(told.templates, told.values)
    except CannotRender as wrong:
        if wrong.again and job.attempts < _RENDER_TRIES:
            raise TryAgain(f"rendering: {wrong}") from None
        raise GiveUp(f"rendering: {wrong}") from None
    return subject, body


async def _letter(
    bench: Bench, job: Job, told: Told, relay: Relay, host: str, subject: str, body: str
) -> Letter:
    """The letter; just before it goes the lease is proved: a worker that slept sends none."""
    async with bench.site.store.unit(job.tenant_id, write=True) as unit:
        if not await jobs.extend(unit, job):
            raise LostLease(job.key)
        sender = await tenant_settings.read_setting(unit, "live", FROM_SETTING)
        now_us = unit.now_us()
    return Letter(
        key=job.key,
        thread=effect_key(job.tenant_id, told.ticket_id, "thread", ""),
        host=host,
        from_name=told.sender,
        from_address=sender or relay.from_address,
        to_name=told.recipient.name,
        to_address=told.recipient.email or "",
        subject=subject,
        text=body.strip() + "\n",
        locale=told.locale,
        at_us=now_us,
    )


async def _send(bench: Bench, job: Job, relay: Relay, letter: Letter) -> None:
    try:
        made = message(letter)
    except BadAddress as wrong:
        raise GiveUp(str(wrong)) from None
    refusal = await send(relay, made)
    if refusal is not None and refusal.again:
        raise TryAgain(refusal.why)
    if refusal is not None:
        raise GiveUp(refusal.why)


async def _nothing(bench: Bench, job: Job, why: str) -> None:
    """End a job that has nothing to do; the reason is kept with it and counted."""
    log.debug("nobody was told", tenant=job.tenant_id, kind=job.kind, why=why)
    async with bench.site.store.unit(job.tenant_id, write=True) as unit:
        await complete(unit, job, undone=why)
