"""What an admin does about webhooks: send again, start one that stopped, try one out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from engine.facts import Viewer
from engine.model.channel import WebhookModel
from runtime.actions.tell_webhooks import needed
from runtime.site.handles import Site
from runtime.site.told import moment
from runtime.store import deliveries, journal, tenant_settings
from runtime.store.deliveries import Delivery, HookState
from runtime.store.desks import LIVE
from runtime.store.jobs import effect_key
from runtime.store.journal import NewEvent
from runtime.store.unit import Unit

FUNCTION: Final = "publish_specs"
"""Who may say what is live may say what leaves again."""
MOST_AT_ONCE: Final = 1000


def may(viewer: Viewer) -> bool:
    """Whether somebody may act on webhooks."""
    return viewer.is_system or FUNCTION in viewer.functions


async def send_again(site: Site, tenant: str, viewer: Viewer, delivery_id: str) -> bool:
    """Let one event that ended be sent again; False if it waits, or there is none."""
    if not may(viewer):
        return False
    async with site.store.unit(tenant, write=True) as unit:
        found = await deliveries.by_id(unit, delivery_id)
        if found is None or not await deliveries.replay(unit, [found]):
            return False
        body = {"webhook": found.webhook_id, "deliveries": [found.id]}
        await _journal(unit, viewer, "webhook_replayed", body)
    return True


async def send_dead_again(site: Site, tenant: str, viewer: Viewer, webhook: str) -> int:
    """Let the dead events of a webhook be sent again, oldest first, at most 1,000; gives how
    many."""
    if not may(viewer):
        return 0
    async with site.store.unit(tenant, write=True) as unit:
        dead = await deliveries.listed(unit, webhook, "dead", limit=MOST_AT_ONCE)
        count = await deliveries.replay(unit, dead[::-1])
        if count:
            body = {"webhook": webhook, "count": count}
            await _journal(unit, viewer, "webhook_replayed", body)
    return count


async def start(site: Site, tenant: str, viewer: Viewer, webhook: str) -> bool:
    """Call a webhook again that was stopped or left alone; False if it was neither."""
    if not may(viewer):
        return False
    async with site.store.unit(tenant, write=True) as unit:
        state = (await deliveries.states(unit)).get(webhook)
        if state is None or not (state.stopped or state.resume_us):
            return False
        await deliveries.put_state(unit, HookState(webhook))
        await _journal(unit, viewer, "webhook_started", {"webhook": webhook})
    return True


async def send_test(site: Site, tenant: str, viewer: Viewer, webhook: str) -> str | None:
    """Send an event `test` that is of no ticket; gives its id, None where the webhook is off."""
    live = site.desks.get(tenant)
    one = live.desk.webhooks.get(webhook) if live is not None else None
    if live is None or one is None or not may(viewer):
        return None
    async with site.store.unit(tenant, write=True) as unit:
        wanted = needed(one)
        if not (await tenant_settings.are_there(unit, LIVE, wanted)).issuperset(wanted):
            return None
        made = _test(unit, one, moment(live.desk, unit.now_us()))
        await deliveries.add(unit, [made])
        await _journal(unit, viewer, "webhook_tested", {"webhook": webhook})
    return made.id


def _test(unit: Unit, one: WebhookModel, at: str) -> Delivery:
    new, now = unit.new_id(), unit.now_us()
    body = {
        "type": "test",
        "timestamp": at,
        "data": {"tenant": unit.tenant_id, "webhook": one.id, "events": ["test"]},
    }
    return Delivery(
        id=new,
        webhook_id=one.id,
        ticket_id=None,
        event_id=None,
        event="test",
        seq=0,
        key=effect_key(unit.tenant_id, new, f"webhook:{one.id}", ""),
        state="waiting",
        body=json.dumps(body, separators=(",", ":")).encode(),
        attempts=0,
        log=[],
        created_us=now,
        due_us=now,
        ended_us=None,
    )


async def _journal(unit: Unit, viewer: Viewer, verb: str, body: Mapping[str, object]) -> None:
    kind = "system" if viewer.is_system else "person"
    await journal.append_admin(unit, [NewEvent(verb, body, kind, viewer.person_id)])
