"""The letter to somebody whose mail made no ticket, since it lacks what the form wants."""

from __future__ import annotations

from typing import Final

from engine.model.channel import ChannelModel
from engine.model.desk import Desk
from runtime.site.desks import Live
from runtime.site.links import Links, origin
from runtime.store import arrivals
from runtime.store.jobs import Job
from runtime.store.unit import Unit
from runtime.workers.handling import Bench
from runtime.workers.plain_letter import Plain, write_plain

_WORDS: Final = {
    "en": (
        "Something is missing: {{ subject }}",
        "We could not take up your mail “{{ subject }}”: it does not say {{ lacks }}.\n\n"
        "Please write once more and say everything, or use the form: {{ link }}\n\nFiles that you "
        "sent have to be sent again.",
    ),
    "zh-CN": (
        "内容不完整：{{ subject }}",
        "您的邮件「{{ subject }}」暂时无法受理，缺少以下内容：{{ lacks }}。\n\n"
        "请补充完整后重新发送邮件，或者填写表单：{{ link }}\n\n之前的附件请一并重新发送。",
    ),
}
_SHOWN: Final = 10


async def write(bench: Bench, job: Job) -> None:
    """Send one such letter."""
    await write_plain(bench, job, _letter)


async def _letter(unit: Unit, live: Live, bench: Bench, job: Job) -> Plain | str:
    arrival = await arrivals.read(unit, str(job.body["arrival"]))
    channel = live.desk.channels.get(arrival.channel_id) if arrival is not None else None
    summary = (arrival.summary or {}) if arrival is not None else {}
    if arrival is None or channel is None or not summary.get("from"):
        return "off: the mail or its channel is gone"
    desk, locale = live.desk, str(job.body["locale"]) or live.desk.tenant.locales[0]
    values = {
        "subject": str(summary.get("subject") or channel.title.say(locale)),
        "lacks": _named(desk, channel, job.body["lacks"], locale),
        "link": origin(bench.site.settings) + _form(desk, channel),
    }
    to = (str(summary.get("name") or ""), str(summary["from"]))
    return Plain.of(
        desk, locale, _WORDS, values, to, arrival.id,
        answers=str(job.body["answers"]), reply_to=next(iter(channel.addresses), ""),
    )  # fmt: skip


def _named(desk: Desk, channel: ChannelModel, lacks: list[str], locale: str) -> str:
    """What is missing, in the words of the form; only the first few where it is much."""
    types = (channel.type, *(rule.type for rule in channel.rules))
    known = {key: item for one in types for key, item in desk.types[one].fields.items()}
    names = [known[key].label.say(locale) or known[key].id for key in lacks if key in known]
    more = " …" if len(names) > _SHOWN else ""
    return ("、" if locale.startswith("zh") else ", ").join(names[:_SHOWN]) + more


def _form(desk: Desk, channel: ChannelModel) -> str:
    """Where the portal takes the same; its home, where it does not."""
    links = Links(desk.tenant.id)
    if any(offer.type == channel.type for offer in desk.portal.offers):
        return links.portal("new", desk.types[channel.type].id)
    return links.portal()
