"""Webhooks as an admin sees them: how each stands, and what was sent; no secret, no content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from engine.model.text import Words
from runtime.site.handles import Site
from runtime.store import deliveries, tenant_settings
from runtime.store.deliveries import Delivery, HookState
from runtime.store.desks import LIVE

PAGE: Final = 50
STATES: Final = ("waiting", "done", "dead", "skipped")
HIDDEN: Final = "••••"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One webhook. `shown`: its address without what may be secret in it; `missing`: the settings
    that nobody has written; `resume_us`: until then it is left alone; `counts` by state.

    `known` is False for one that the live specs don't have any more.
    """

    id: str
    title: Words | None
    upon: tuple[str, ...]
    shown: str
    missing: tuple[str, ...]
    secrets: tuple[str, ...]
    stopped: bool
    failures: int
    resume_us: int | None
    counts: Mapping[str, int]

    @property
    def known(self) -> bool:
        return self.title is not None


@dataclass(frozen=True, slots=True)
class Sent:
    """One event; `number` of its ticket, "" for none; `log`: each try."""

    id: str
    webhook: str
    number: str
    event: str
    key: str
    state: str
    attempts: int
    log: Sequence[Mapping[str, Any]]
    created_us: int
    due_us: int
    ended_us: int | None


async def endpoints(site: Site, tenant: str) -> list[Endpoint]:
    """Every webhook of the live specs, then those of which events are kept still."""
    live = site.desks.get(tenant)
    hooks = live.desk.webhooks if live is not None else {}
    async with site.store.unit(tenant) as unit:
        states, counts = await deliveries.states(unit), await deliveries.counts(unit)
        names = {name for one in hooks.values() for name in (one.url, *one.secrets)}
        there = await tenant_settings.are_there(unit, LIVE, names)
        urls = {
            one.id: await tenant_settings.read_setting(unit, LIVE, one.url) or ""
            for one in hooks.values()
        }
    left = sorted({name for name, _ in counts} - hooks.keys())
    found = []
    for name in (*sorted(hooks), *left):
        one, state = hooks.get(name), states.get(name, HookState(name))
        wanted = (one.url, *one.secrets[:1]) if one is not None else ()
        found.append(
            Endpoint(
                name,
                one.title if one is not None else None,
                tuple(trigger.event for trigger in one.upon) if one is not None else (),
                shown(urls.get(name, "")),
                tuple(item for item in wanted if item not in there),
                tuple(item for item in one.secrets if item in there) if one is not None else (),
                state.stopped,
                state.failures,
                state.resume_us if (state.resume_us or 0) > site.clock.now_us() else None,
                {word: counts.get((name, word), 0) for word in STATES},
            )
        )
    return found


async def sent(
    site: Site, tenant: str, webhook: str = "", state: str = "", before: str = ""
) -> list[Sent]:
    """A page of events, newest first."""
    wanted = state if state in STATES else ""
    async with site.store.unit(tenant) as unit:
        found = await deliveries.listed(unit, webhook, wanted, before=before, limit=PAGE)
        numbers = await deliveries.numbers(unit, [one.ticket_id for one in found if one.ticket_id])
    return [_sent(one, numbers.get(one.ticket_id or "", "")) for one in found]


def shown(url: str) -> str:
    """An address as it may be seen: what stands in its query, or for a name, may be a secret."""
    if not url:
        return ""
    try:
        parts = urlsplit(url.strip())
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return HIDDEN
    query = f"?{HIDDEN}" if parts.query else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}{query}"


def _sent(one: Delivery, number: str) -> Sent:
    return Sent(
        one.id,
        one.webhook_id,
        number,
        one.event,
        one.key,
        one.state,
        one.attempts,
        one.log,
        one.created_us,
        one.due_us,
        one.ended_us,
    )
