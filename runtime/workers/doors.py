"""Letters that open a door: a code to sign in with, a guest's link to their ticket, an invitation.

They are no notification of a spec, since nobody could get in if a spec forgot them.
"""

from __future__ import annotations

from typing import Final

from runtime.actions.door_codes import may_come
from runtime.actions.guests import LINK_LASTS_US
from runtime.site.desks import Live
from runtime.site.links import Links, origin
from runtime.store import door_keys, people, tickets
from runtime.store.jobs import Job
from runtime.store.unit import Unit
from runtime.workers.handling import Bench
from runtime.workers.plain_letter import Plain, write_plain

_WORDS: Final = {
    "code": {
        "en": (
            "{{ code }} is your code for {{ tenant.title }}",
            "Your code is **{{ code }}**. Type it in where you asked for it; it holds for ten "
            "minutes.\n\nIf you did not ask for it, somebody mistyped their address. Nothing "
            "happens without the code.",
        ),
        "zh-CN": (
            "{{ tenant.title }} 的登录验证码：{{ code }}",
            "您的验证码是 **{{ code }}**，请在申请验证码的页面填写，十分钟内有效。\n\n"
            "如果不是您本人操作，多半是有人填错了邮箱，没有验证码就什么都不会发生，请放心忽略。",
        ),
    },
    "ticket": {
        "en": (
            "{{ ticket.number }}: {{ ticket.subject }}",
            "We have your request {{ ticket.number }}.\n\nFollow it, answer and add files here; "
            "the link is for you alone and holds for 30 days: {{ link }}\n\nIf it was not you who "
            "wrote to us, you need not do anything.",
        ),
        "zh-CN": (
            "{{ ticket.number }}：{{ ticket.subject }}",
            "您的申请 {{ ticket.number }} 已收到。\n\n在这里查看进度、回复或补充文件，"
            "链接只供您本人使用，30 天内有效：{{ link }}\n\n如果不是您提交的，可以忽略这封邮件。",
        ),
    },
    "invite": {
        "en": (
            "{{ tenant.title }}: set your password",
            "Hello {{ name }},\n\n{{ by }} invites you to the service desk of {{ tenant.title }}. "
            "Open this link within 7 days to set a password; it works once.\n\n{{ link }}\n\nIf "
            "this is not about you, leave it alone.",
        ),
        "zh-CN": (
            "{{ tenant.title }}：设置密码",
            "{{ name }}，您好：\n\n{{ by }} 邀请您使用 {{ tenant.title }} 的服务台。请在 7 天内打开"
            "下面的链接设置密码，链接只能使用一次。\n\n{{ link }}\n\n"
            "如果与您无关，请忽略这封邮件。",
        ),
    },
}


async def write(bench: Bench, job: Job) -> None:
    """Send one letter; whom no door opens to gets none, and nobody sees the difference."""
    await write_plain(bench, job, _LETTERS[job.body["purpose"]])


async def _code(unit: Unit, live: Live, bench: Bench, job: Job) -> Plain | str:
    key = await door_keys.by_id(unit, str(job.body["key"]))
    if key is None or not key.holds(unit.now_us()):
        return "off: the code ran out"
    if not await may_come(unit, live, key.email):
        return "off: no code for this address"
    values = {"code": door_keys.code_of(unit.keys, unit.tenant_id, key.id)}
    asked = str(job.body.get("locale", ""))
    return Plain.of(live.desk, asked, _WORDS["code"], values, ("", key.email), key.id)


async def _link(unit: Unit, live: Live, bench: Bench, job: Job) -> Plain | str:
    row = await tickets.read(unit, str(job.body["ticket"]))
    person = await people.kept_one(unit, str(job.body["recipient"]))
    if row is None or person is None or not person.active or not person.email:
        return "off: the recipient or the ticket is gone"
    links = Links(job.tenant_id)
    path = links.portal_ticket(row.number)
    if person.kind == "customer" and person.account_id is None:
        path = links.portal("k", door_keys.link_of(unit.keys, unit.tenant_id, job.key))
        await door_keys.add_link(unit, job.key, person.email, person.id, row.id, LINK_LASTS_US)
    values = {
        "ticket.number": row.number,
        "ticket.subject": row.subject,
        "link": origin(bench.site.settings) + path,
    }
    to = (person.name, person.email)
    return Plain.of(live.desk, person.locale or "", _WORDS["ticket"], values, to, row.id)


async def _invitation(unit: Unit, live: Live, bench: Bench, job: Job) -> Plain | str:
    """Its link is made again here: no job and no row holds it."""
    key = await door_keys.by_id(unit, str(job.body["key"]))
    person = await people.person_by_id(unit, str(job.body["person"]))
    if key is None or not key.holds(unit.now_us()):
        return "off: it was used, replaced or ran out"
    if person is None or not person.active or not person.email:
        return "off: nobody to invite"
    secret = door_keys.link_of(unit.keys, unit.tenant_id, key.id)
    link = f"{origin(bench.site.settings)}{Links(job.tenant_id).base}/invite/{secret}"
    values = {"name": person.name, "by": str(job.body["by"]), "link": link}
    to, topic = (person.name, person.email), f"invite:{person.id}"
    return Plain.of(live.desk, person.locale or "", _WORDS["invite"], values, to, topic)


_LETTERS: Final = {"code": _code, "ticket": _link, "invite": _invitation}
