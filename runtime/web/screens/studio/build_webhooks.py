"""The screen of webhooks from how they stand and what was sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from runtime.actions.save_draft import Bench
from runtime.actions.webhook_acts import may
from runtime.queries.webhook_log import PAGE, STATES, Endpoint, Sent
from runtime.render.catalogues import N_
from runtime.site.links import with_query
from runtime.web.pages import moment
from runtime.web.requests import Visit
from runtime.web.screens.studio.build_pages import frame, spec_href
from runtime.web.screens.studio.webhooks import (
    HookRow,
    SentRow,
    StudioWebhooks,
    Tally,
    Tone,
    Try,
)

_STATES: Mapping[str, tuple[str, Tone]] = {
    "waiting": (N_("waiting"), "info"),
    "done": (N_("delivered"), "ok"),
    "dead": (N_("given up"), "danger"),
    "skipped": (N_("skipped"), "warn"),
}
_CODES: Mapping[str, str] = {
    "address": N_("The address can't be called"),
    "closed": N_("The address is not of the open internet"),
    "unknown": N_("The host is not known"),
    "connect": N_("No connection"),
    "redirect": N_("The answer leads elsewhere; redirects are not followed"),
    "too_large": N_("The answer is too large"),
    "too_slow": N_("No answer in time"),
    "garbled": N_("The answer can't be read"),
    "off": N_("Off: a setting is missing"),
    "removed": N_("The webhook is not in the specs any more"),
    "secret": N_("The secret is not of the form whsec_…"),
    "stopped": N_("The receiver was gone (410)"),
    "expired": N_("Nobody was there for three days"),
}


def webhooks_screen(
    visit: Visit,
    bench: Bench,
    hooks: Sequence[Endpoint],
    rows: Sequence[Sent],
    webhook: str,
    state: str,
) -> StudioWebhooks:
    """Webhooks, and the page of events that was asked for."""
    page, nav = frame(visit, bench, visit.say("Webhooks"), "webhooks")
    home = visit.links.studio("webhooks")
    known = state if state in STATES else ""
    words = [webhook] if webhook else []
    words += [visit.say(_STATES[known][0])] if known else []
    older = with_query(home, webhook=webhook, state=known, before=rows[-1].id if rows else "")
    return StudioWebhooks(
        page,
        nav,
        tuple(_hook(visit, one) for one in hooks),
        tuple(_row(visit, one) for one in rows),
        " · ".join(words),
        home if words else "",
        older if len(rows) == PAGE else "",
    )


def _hook(visit: Visit, one: Endpoint) -> HookRow:
    standing, tone = _standing(visit, one)
    home, acts = visit.links.studio("webhooks"), may(visit.viewer)
    dead = one.counts["dead"]
    on = one.known and not one.missing
    tallies = tuple(
        Tally(
            visit.say(label),
            one.counts[word],
            with_query(home, webhook=one.id, state=word),
            look if one.counts[word] else "",
        )
        for word, (label, look) in _STATES.items()
    )
    return HookRow(
        one.id,
        one.title.say(visit.locale) if one.title is not None else one.id,
        spec_href(visit, "Webhook", one.id) if one.known else "",
        standing,
        tone,
        one.upon,
        one.shown,
        one.secrets,
        tallies,
        visit.links.studio("webhooks", one.id, "test") if acts and on else "",
        visit.links.studio("webhooks", one.id, "start")
        if acts and (one.stopped or one.resume_us)
        else "",
        visit.links.studio("webhooks", one.id, "replay") if acts and on and dead else "",
        dead,
    )


def _standing(visit: Visit, one: Endpoint) -> tuple[str, Tone]:
    if not one.known:
        return visit.say("not in the specs any more"), ""
    if one.missing:
        return visit.say(
            "off: setting missing (%(names)s)", names=visit.listed(one.missing)
        ), "warn"
    if one.stopped:
        return visit.say("stopped by its receiver"), "danger"
    if one.resume_us:
        return visit.say("left alone for a while: nobody answers"), "warn"
    return visit.say("on"), "ok"


def _row(visit: Visit, one: Sent) -> SentRow:
    label, tone = _STATES[one.state]
    again = may(visit.viewer) and one.state != "waiting"
    return SentRow(
        one.id,
        one.webhook,
        one.event,
        one.number,
        visit.links.ticket(one.number) if one.number else "",
        visit.say(label),
        tone,
        one.key,
        moment(one.created_us),
        moment(one.due_us) if one.state == "waiting" else None,
        tuple(_try(visit, said) for said in one.log),
        visit.links.studio("webhooks", "events", one.id, "replay") if again else "",
    )


def _try(visit: Visit, said: Mapping[str, Any]) -> Try:
    status = said.get("status")
    if status is not None:
        text = visit.say("Answer %(status)s", status=status)
    else:
        text = visit.say(_CODES.get(str(said.get("code")), N_("It did not work")))
        more = said.get("reason") or said.get("setting")
        text = f"{text} ({more})" if more else text
    ok = isinstance(status, int) and 200 <= status < 300
    return Try(moment(int(said["at"])), text, said.get("ms"), ok)
