"""The outbox: what a decision wants people to be told, in the application and by mail."""

from __future__ import annotations

from dataclasses import replace

import structlog

from runtime.actions.guests import LINK_LASTS_US
from runtime.channels.mail.message import Letter, one_line
from runtime.channels.mail.quotes import REPLY_MARK
from runtime.channels.mail.relay import Relay
from runtime.render.catalogues import interface_locale
from runtime.store import door_keys, jobs, mail_threads, notices, tenant_settings
from runtime.store.jobs import Job, effect_key
from runtime.store.rows import Notice
from runtime.workers.digest import chosen_by, due_of, hold
from runtime.workers.handling import Bench, LostLease, TryAgain, complete
from runtime.workers.letter import Nothing, Told, compose
from runtime.workers.plain_letter import FROM_SETTING, NO_SMTP, deliver, frame, way_out, within
from runtime.workers.urgent import ask_again

log = structlog.get_logger()

NO_ADDRESS = "off: the recipient has no mail address"
BOUNCED = "off: mail to the recipient's address came back"
NOT_WANTED = "off: the recipient chose not to be told so"
PLUS_SETTING = "mail_plus"
"""`off` where the server of our addresses refuses `help+anything@…`."""
_OPEN = {"zh-CN": "打开工单", "en": "Open the ticket"}
_ATTACHED = {"zh-CN": "附件", "en": "Attachments"}
_MOST_KNOWN = 40
_LONGEST_SUBJECT = 300


async def tell(bench: Bench, job: Job) -> None:
    """Put one notice into a person's inbox, with the end of its job."""
    told = await _composed(bench, job)
    if isinstance(told, Nothing):
        await _nothing(bench, job, told.why)
        return
    if not _wanted(job, told, "in_app"):
        await _nothing(bench, job, NOT_WANTED)
        return
    subject, body = await within(job, bench.renderer.render(told.templates, told.values))
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
            urgent=1 if told.urgent else None,
        )
        await notices.add(unit, new)
        if told.urgent and not job.body.get("last"):
            await jobs.enqueue(unit, [ask_again(unit, job, told.repeat_us)])
        await complete(unit, job)


async def post(bench: Bench, job: Job) -> None:
    """Send one letter; a receiver that gets it twice can tell by its Message-ID."""
    if bench.site.settings.smtp_url is None:
        await _nothing(bench, job, NO_SMTP)
        return
    told = await _composed(bench, job)
    if isinstance(told, Nothing) or not told.recipient.email:
        await _nothing(bench, job, told.why if isinstance(told, Nothing) else NO_ADDRESS)
        return
    if not _wanted(job, told, "mail"):
        await _nothing(bench, job, NOT_WANTED)
        return
    async with bench.site.store.unit(job.tenant_id) as unit:
        state = await mail_threads.state_of(unit, told.recipient.email)
        due_us = await due_of(unit, told.desk, told, chosen_by(told))
    if state == mail_threads.BOUNCED:
        await _nothing(bench, job, BOUNCED)
        return
    if due_us is not None:
        await _hold(bench, job, told, due_us)
        return
    texts = await _written(bench, job, told)
    relay, host = way_out(bench.site)
    letter = await _letter(bench, job, told, relay, host, texts)
    await deliver(relay, letter, told.sender.answers)
    async with bench.site.store.unit(job.tenant_id, write=True) as unit:
        await complete(unit, job)


def _wanted(job: Job, told: Told, way: str) -> bool:
    """Whether the recipient wants it by this way; of what is urgent nobody is asked."""
    return told.urgent or chosen_by(told).wants(str(job.body["notification"]), way)


async def _hold(bench: Bench, job: Job, told: Told, due_us: int) -> None:
    """Keep the letter for a digest, with the end of its job."""
    texts = await within(job, bench.renderer.render(told.templates, told.values))
    async with bench.site.store.unit(job.tenant_id, write=True) as unit:
        await hold(unit, job, told, texts, due_us)
        await complete(unit, job)


async def _composed(bench: Bench, job: Job) -> Told | Nothing:
    if bench.site.desks.get(job.tenant_id) is None:
        raise TryAgain("the tenant's desk is not loaded here")
    return await compose(bench.site, job)


async def _written(bench: Bench, job: Job, told: Told) -> tuple[str, str, str]:
    """Subject, text and page."""
    language = interface_locale(told.locale)
    title, files = _ATTACHED[language] if told.files else "", told.files
    if told.by_link and "link" not in told.templates[1]:
        # Without an account there is no other way to the ticket than the letter's own.
        files = (*files, (_OPEN[language], told.values["link"]))
    mark = REPLY_MARK if told.sender.answers else ""
    names = frame(told.locale, told.title, told.accent, mark, files, title)
    render = bench.renderer.render_letter(told.templates, told.values, names)
    subject, body, page = await within(job, render)
    listed = "\n".join(f"{name}: {link}" for name, link in files)
    pieces = (mark, body.strip(), f"{title}\n{listed}".strip())
    return subject, "\n\n".join(piece for piece in pieces if piece) + "\n", page


async def _letter(
    bench: Bench, job: Job, told: Told, relay: Relay, host: str, texts: tuple[str, str, str]
) -> Letter:
    """The letter; just before it goes the lease is proved: a worker that slept sends none.

    Its id is known from then on, so that whatever comes back finds its ticket.
    """
    subject, text, page = texts
    person = told.recipient
    async with bench.site.store.unit(job.tenant_id, write=True) as unit:
        if not await jobs.extend(unit, job):
            raise LostLease(job.key)
        sender = await tenant_settings.read_setting(unit, "live", FROM_SETTING)
        plus = await tenant_settings.read_setting(unit, "live", PLUS_SETTING)
        known = await mail_threads.last_of(unit, told.ticket_id, _MOST_KNOWN)
        if told.by_link:
            await door_keys.add_link(
                unit, job.key, person.email or "", person.id, told.ticket_id, LINK_LASTS_US
            )
        made = Letter(
            key=job.key,
            thread=effect_key(job.tenant_id, told.ticket_id, "thread", ""),
            host=host,
            from_name=told.sender.name,
            from_address=told.sender.address or sender or relay.from_address,
            to_name=person.name,
            to_address=person.email or "",
            subject=subject,
            text=text,
            page=page,
            locale=told.locale,
            at_us=unit.now_us(),
            reply_to=told.sender.reply_to(unit, told.ticket_id, person.id, plain=plus == "off"),
            answers_mail=told.answers_mail,
        )
        before = [one.message_id for one in known if one.person_id == person.id]
        await mail_threads.add(
            unit,
            made.message_id,
            told.ticket_id,
            event_id=told.event_id or None,
            direction=mail_threads.OUT,
            person_id=person.id,
        )
    return replace(made, before=tuple(one for one in before if one != made.message_id))


async def _nothing(bench: Bench, job: Job, why: str) -> None:
    """End a job that has nothing to do; the reason is kept with it and counted."""
    log.debug("nobody was told", tenant=job.tenant_id, kind=job.kind, why=why)
    async with bench.site.store.unit(job.tenant_id, write=True) as unit:
        await complete(unit, job, undone=why)
