"""A letter that is about no one ticket: a digest, an invitation."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

from runtime.channels.mail.message import BadAddress, Letter, message
from runtime.channels.mail.relay import Relay, relay_of, send
from runtime.render.notices import CannotRender
from runtime.site.links import origin
from runtime.store import jobs, tenant_settings
from runtime.store.jobs import Job, effect_key
from runtime.workers.handling import Bench, GiveUp, LostLease, TryAgain

FROM_SETTING = "mail_from"
ACCENT = "#5b6472"
_RENDER_TRIES = 3
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Plain:
    """What it says and to whom; `templates` of subject and body name `values` by dotted name.

    `topic`: letters with one topic make a thread.
    """

    to_name: str
    to_address: str
    locale: str
    templates: tuple[str, str]
    values: Mapping[str, str]
    title: str
    accent: str
    topic: str


async def send_plain(bench: Bench, job: Job, plain: Plain) -> None:
    """Render and send it; just before it goes the lease is proved, so a worker that slept sends
    none. Its id is that of the job: a receiver that gets it twice can tell."""
    settings = bench.site.settings
    assert settings.smtp_url is not None  # who calls has looked
    names = {
        "lang": plain.locale,
        "subject": plain.title,
        "title": plain.title,
        "accent": plain.accent or ACCENT,
        "mark": "",
        "files": [],
        "files_title": "",
    }
    render = bench.renderer.render_letter(plain.templates, plain.values, names)
    subject, body, page = await within(job, render)
    host = urlsplit(origin(settings)).hostname or "localhost"
    relay = relay_of(settings.smtp_url, host)
    async with bench.site.store.unit(job.tenant_id, write=True) as unit:
        if not await jobs.extend(unit, job):
            raise LostLease(job.key)
        sender = await tenant_settings.read_setting(unit, "live", FROM_SETTING)
        letter = Letter(
            key=effect_key(job.tenant_id, job.id, job.kind, job.key),
            thread=effect_key(job.tenant_id, plain.topic, "thread", ""),
            host=host,
            from_name=plain.title,
            from_address=sender or relay.from_address,
            to_name=plain.to_name,
            to_address=plain.to_address,
            subject=subject,
            text=body.strip() + "\n",
            page=page,
            locale=plain.locale,
            at_us=unit.now_us(),
        )
    await deliver(relay, letter, "")


async def within(job: Job, rendering: Awaitable[_T]) -> _T:
    """What a rendering gives; one that fails is tried again, or given up."""
    try:
        return await rendering
    except CannotRender as wrong:
        if wrong.again and job.attempts < _RENDER_TRIES:
            raise TryAgain(f"rendering: {wrong}") from None
        raise GiveUp(f"rendering: {wrong}") from None


async def deliver(relay: Relay, letter: Letter, answers: str) -> None:
    """Hand a letter to the server; what it refuses is tried again or given up, as it says."""
    try:
        made = message(letter)
    except BadAddress as wrong:
        raise GiveUp(str(wrong)) from None
    refusal = await send(relay, made, sender=answers)
    if refusal is not None and refusal.again:
        raise TryAgain(refusal.why)
    if refusal is not None:
        raise GiveUp(refusal.why)
