"""Letters and how they go out; and those that no notification of a spec writes, like a digest."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from engine.model.desk import Desk
from runtime.channels.mail.message import BadAddress, Letter, message
from runtime.channels.mail.relay import Relay, relay_of, send
from runtime.render.catalogues import interface_locale
from runtime.render.notices import CannotRender
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.site.links import origin
from runtime.store import jobs, tenant_settings
from runtime.store.jobs import Job, effect_key
from runtime.store.unit import Unit
from runtime.workers.handling import Bench, GiveUp, LostLease, TryAgain, complete

FROM_SETTING = "mail_from"
NO_SMTP = "off: SMTP not configured"
ACCENT = "#5b6472"
_RENDER_TRIES = 3
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Plain:
    """What it says and to whom; `templates` of subject and body name `values` by dotted name.

    `topic`: letters with one topic make a thread. `answers`: the id of a mail of the reader's that
    it answers. `reply_to`: where answers go, if not to the sender.
    """

    to_name: str
    to_address: str
    locale: str
    templates: tuple[str, str]
    values: Mapping[str, str]
    title: str
    accent: str
    topic: str
    answers: str = ""
    reply_to: str = ""

    @classmethod
    def of(
        cls, desk: Desk, asked: str, words: Mapping[str, tuple[str, str]],
        values: Mapping[str, str], to: tuple[str, str], topic: str,
        *, answers: str = "", reply_to: str = "",
    ) -> Plain:  # fmt: skip
        """What a tenant writes to somebody who reads `asked`, "" where that is not known.

        `words`: subject and body by the interface's locales; `to`: name and address.
        """
        locale = asked or desk.tenant.locales[0]
        title = desk.tenant.title.say(locale)
        return cls(
            to_name=to[0],
            to_address=to[1],
            locale=locale,
            templates=words[interface_locale(locale)],
            values={**values, "tenant.title": title},
            title=title,
            accent=desk.portal.accent,
            topic=topic,
            answers=answers,
            reply_to=reply_to,
        )


def frame(
    locale: str, title: str, accent: str, mark: str = "", files: Sequence[tuple[str, str]] = (),
    files_title: str = "",
) -> dict[str, Any]:  # fmt: skip
    """What the page of a letter shows around its words; `files` by name with their addresses."""
    return {
        "lang": locale,
        "subject": title,
        "title": title,
        "accent": accent or ACCENT,
        "mark": mark,
        "files": [{"name": name, "link": link} for name, link in files],
        "files_title": files_title,
    }


def way_out(site: Site) -> tuple[Relay, str]:
    """The server that letters are handed to, and the host in whose name."""
    assert site.settings.smtp_url is not None  # who calls has looked
    host = urlsplit(origin(site.settings)).hostname or "localhost"
    return relay_of(site.settings.smtp_url, host), host


Compose = Callable[[Unit, Live, Bench, Job], Awaitable[Plain | str]]
"""Writes a letter from what the store holds at this moment, or says why there is none."""


async def write_plain(bench: Bench, job: Job, compose: Compose) -> None:
    """Write, send and end one letter; where none is to be sent the job ends with the reason."""
    live = bench.site.desks.get(job.tenant_id)
    if live is None:
        raise TryAgain("the tenant's desk is not loaded here")
    said: Plain | str = NO_SMTP
    if bench.site.settings.smtp_url is not None:
        async with bench.site.store.unit(job.tenant_id, write=True) as unit:
            said = await compose(unit, live, bench, job)
    if isinstance(said, Plain):
        await send_plain(bench, job, said)
    why = said if isinstance(said, str) else ""
    async with bench.site.store.unit(job.tenant_id, write=True) as unit:
        await complete(unit, job, undone=why)


async def send_plain(bench: Bench, job: Job, plain: Plain) -> None:
    """Render and send it; just before it goes the lease is proved, so a worker that slept sends
    none. Its id is that of the job: a receiver that gets it twice can tell."""
    names = frame(plain.locale, plain.title, plain.accent)
    render = bench.renderer.render_letter(plain.templates, plain.values, names)
    subject, body, page = await within(job, render)
    relay, host = way_out(bench.site)
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
            before=(plain.answers,) if plain.answers else (),
            reply_to=plain.reply_to,
            answers_mail=bool(plain.answers),
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
