"""Mails that wait: held for a digest, for the end of quiet hours, or because too many came."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from engine.decide import access
from engine.model.desk import Desk
from runtime.choices import Choices, choices_of
from runtime.clock import SECOND_US
from runtime.render.catalogues import interface_locale
from runtime.site.facts import read_facts
from runtime.site.links import Links, origin
from runtime.site.standing import ask_of, viewer_of
from runtime.store import held_mail, jobs, mail_threads, people, tickets
from runtime.store.held_mail import HeldMail
from runtime.store.jobs import Job, NewJob
from runtime.store.people import Standing
from runtime.store.unit import Unit
from runtime.workers.handling import Bench, TryAgain, complete
from runtime.workers.letter import Told
from runtime.workers.plain_letter import Plain, send_plain

KIND: Final = "digest"
STORM: Final = 5
"""So many letters about one ticket within `STORM_US` go one by one; more go together."""
STORM_US: Final = 600 * SECOND_US
MOST_TOLD: Final = 50
_MOST_LOOKED_AT: Final = 60
_SUBJECT: Final = {
    "zh-CN": ("{{ tenant.title }}：{{ count }} 条通知", "{{ first }}"),
    "en": ("{{ tenant.title }}: {{ count }} notices", "{{ first }}"),
}
_HEAD: Final = {
    "zh-CN": (
        "{{ count }} 条通知，涉及 {{ tickets }} 张工单：",
        "同一张工单的 {{ count }} 条通知：",
    ),
    "en": (
        "{{ count }} notices about {{ tickets }} tickets:",
        "{{ count }} notices about one ticket:",
    ),
}
_REST: Final = {
    "zh-CN": "另有 {{ rest }} 条，见通知中心：{{ inbox }}",
    "en": "{{ rest }} more are in your notices: {{ inbox }}",
}
_CHANGE: Final = {
    "zh-CN": "在这里选择何时收到邮件：{{ profile }}",
    "en": "You choose when you get mail: {{ profile }}",
}


async def due_of(unit: Unit, desk: Desk, told: Told, choices: Choices) -> int | None:
    """When a letter goes to its reader; None: now.

    What is urgent, or answers a mail, never waits.
    """
    if told.urgent or told.answers_mail:
        return None
    now = unit.now_us()
    due = choices.mail_at(now, desk.tenant.zone)
    if due is not None:
        return due
    known = await mail_threads.last_of(unit, told.ticket_id, _MOST_LOOKED_AT)
    mine = [
        one
        for one in known
        if one.direction == mail_threads.OUT and one.person_id == told.recipient.id
    ]
    if sum(one.at_us > now - STORM_US for one in mine) < STORM:
        return None
    return await held_mail.next_due_us(unit, told.recipient.id) or now + STORM_US


async def hold(unit: Unit, job: Job, told: Told, texts: Sequence[str], due_us: int) -> None:
    """Keep a letter until `due_us`, and ask for the one that will say it."""
    person = told.recipient.id
    new = HeldMail(
        id=unit.new_id(),
        person_id=person,
        ticket_id=told.ticket_id,
        notification_key=str(job.body["notification"]),
        subject=texts[0],
        body=texts[1].strip(),
        link=told.path,
        key=job.key,
        created_us=int(job.body.get("at") or unit.now_us()),
        due_us=due_us,
    )
    await held_mail.hold(unit, new)
    await jobs.enqueue(unit, [NewJob(KIND, f"{person}:{due_us}", due_us, {"person": person})])


async def send_digest(bench: Bench, job: Job) -> None:
    """Say in one letter what waited for a person; what they may no longer see is left out."""
    live = bench.site.desks.get(job.tenant_id)
    if live is None:
        raise TryAgain("the tenant's desk is not loaded here")
    async with bench.site.store.unit(job.tenant_id) as unit:
        standing = await people.standing(unit, str(job.body["person"]))
        waiting = await held_mail.waiting(unit, str(job.body["person"]))
        seen = await _seen(unit, bench, standing, waiting) if standing else frozenset()
        address = standing.person.email if standing else None
        bounced = bool(address) and (
            await mail_threads.state_of(unit, address or "") == mail_threads.BOUNCED
        )
    told = [one for one in waiting if one.ticket_id is None or one.ticket_id in seen]
    can = bench.site.settings.smtp_url is not None and bool(address) and not bounced
    if told and standing is not None and can:
        await send_plain(bench, job, _letter(bench, live.desk, standing, told))
    async with bench.site.store.unit(job.tenant_id, write=True) as unit:
        await held_mail.sent(unit, [one.id for one in waiting])
        await complete(unit, job, undone="" if told and can else "off: nobody to write to")


async def _seen(
    unit: Unit, bench: Bench, standing: Standing, waiting: Iterable[HeldMail]
) -> frozenset[str]:
    """The tickets that the person may still see."""
    found: set[str] = set()
    for ticket_id in {one.ticket_id for one in waiting if one.ticket_id}:
        row = await tickets.read(unit, ticket_id)
        live = await bench.site.desks.of(unit, row) if row is not None else None
        if row is None or live is None or row.type_key not in live.desk.types:
            continue
        facts = await read_facts(unit, live.desk, row)
        ask = ask_of(live.desk, viewer_of(live.desk, standing), unit.now_us())
        if access.rights(live.desk, facts, ask).see:
            found.add(ticket_id)
    return frozenset(found)


def _letter(bench: Bench, desk: Desk, standing: Standing, told: Sequence[HeldMail]) -> Plain:
    person = standing.person
    asked = person.locale or desk.tenant.locales[0]
    word = interface_locale(asked)
    links, home = Links(desk.tenant.id), origin(bench.site.settings)
    staff = person.kind == "staff"
    shown = told[:MOST_TOLD]
    values = {
        "count": str(len(told)),
        "tickets": str(len({one.ticket_id for one in told})),
        "rest": str(len(told) - len(shown)),
        "first": told[0].subject,
        "inbox": home + (links.desk("inbox") if staff else links.portal("notices")),
        "profile": home + (links.desk("profile") if staff else links.portal("profile")),
    }
    alone = len(told) == 1
    one_ticket = len({one.ticket_id for one in told}) == 1
    parts = [] if alone else [_HEAD[word][one_ticket]]
    for number, one in enumerate(_by_ticket(shown)):
        values |= {f"n{number}.subject": one.subject, f"n{number}.body": one.body}
        said = f"{{{{ n{number}.body }}}}"
        parts.append(said if alone else f"**{{{{ n{number}.subject }}}}**\n\n{said}")
    parts += [_REST[word]] if len(told) > len(shown) else []
    parts.append(_CHANGE[word])
    words = {word: (_SUBJECT[word][alone], "\n\n---\n\n".join(parts))}
    to = (person.name, person.email or "")
    return Plain.of(desk, asked, words, values, to, f"digest:{person.id}")


def _by_ticket(told: Sequence[HeldMail]) -> list[HeldMail]:
    """What belongs to one ticket stands together, tickets in the order in which they spoke up."""
    order = {one: n for n, one in enumerate(dict.fromkeys(each.ticket_id for each in told))}
    return sorted(told, key=lambda one: order[one.ticket_id])


def chosen_by(told: Told) -> Choices:
    """What the recipient chose."""
    return choices_of(told.recipient.profile)
