"""The letter of an invitation: its link is made again here, no job and no row holds it."""

from __future__ import annotations

from typing import Final

from runtime.site.links import Links, origin
from runtime.store import door_keys, people
from runtime.store.jobs import Job
from runtime.workers.handling import Bench, TryAgain, complete
from runtime.workers.plain_letter import Plain, send_plain

_TEXTS: Final = {
    "zh": (
        "{{ tenant }}：设置密码",
        "{{ name }}，您好：\n\n{{ by }} 邀请您使用 {{ tenant }} 的服务台。请在 7 天内打开下面的链接"
        "设置密码，链接只能使用一次。\n\n{{ link }}\n\n如果与您无关，请忽略这封邮件。",
    ),
    "en": (
        "{{ tenant }}: set your password",
        "Hello {{ name }},\n\n{{ by }} invites you to the service desk of {{ tenant }}. Open this "
        "link within 7 days to set a password; it works once.\n\n{{ link }}\n\nIf this is not "
        "about you, leave it alone.",
    ),
}  # fmt: skip


async def send_invitation(bench: Bench, job: Job) -> None:
    """Send it, unless it was used, replaced or is for nobody any more."""
    live = bench.site.desks.get(job.tenant_id)
    if live is None:
        raise TryAgain("the tenant's desk is not loaded here")
    async with bench.site.store.unit(job.tenant_id) as unit:
        key = await door_keys.by_id(unit, str(job.body["key"]))
        person = await people.person_by_id(unit, str(job.body["person"]))
        secret = door_keys.link_of(unit.keys, job.tenant_id, str(job.body["key"]))
        holds = key is not None and key.holds(unit.now_us())
    can = bench.site.settings.smtp_url is not None
    if holds and can and person is not None and person.active and person.email:
        desk = live.desk
        asked = person.locale or desk.tenant.locales[0]
        word = "zh" if asked.partition("-")[0].lower() == "zh" else "en"
        title = desk.tenant.title.say(asked)
        link = f"{origin(bench.site.settings)}{Links(job.tenant_id).base}/invite/{secret}"
        names = {"tenant": title, "name": person.name, "by": str(job.body["by"]), "link": link}
        letter = Plain(
            to_name=person.name,
            to_address=person.email,
            locale=asked,
            templates=_TEXTS[word],
            values=names,
            title=title,
            accent=desk.portal.accent,
            topic=f"invite:{person.id}",
        )
        await send_plain(bench, job, letter)
    async with bench.site.store.unit(job.tenant_id, write=True) as unit:
        await complete(unit, job, undone="" if holds and can else "off: nobody to invite")
