"""What other systems are told of a change, kept for sending in the transaction of the change."""

from __future__ import annotations

import json
from typing import Any, Final

from engine.decide.hooks import hooked
from engine.decide.verdict import Verdict
from engine.facts import Facts
from engine.model.channel import WebhookModel
from engine.model.desk import Desk
from engine.model.sla import Trigger
from runtime.site.desks import Live
from runtime.site.standing import SYSTEM, ask_of
from runtime.site.told import moment, people_in, told
from runtime.store import deliveries, people, tenant_settings
from runtime.store.deliveries import Delivery, HookState
from runtime.store.desks import LIVE
from runtime.store.jobs import effect_key
from runtime.store.rows import Person
from runtime.store.unit import Unit

TEST: Final = "test"


async def tell_webhooks(
    unit: Unit,
    live: Live,
    ticket_id: str,
    number: str,
    seq: int,
    event_id: str,
    verdict: Verdict,
    verb: str,
) -> None:
    """Keep one event for each webhook that the change is for; `verb` is the deed's.

    A webhook whose address or secret nobody has written is off: nothing is kept for it. For one
    that is stopped the event is kept and skipped, so that it can be sent after all.
    """
    ask = ask_of(live.desk, SYSTEM, unit.now_us())
    found = list(hooked(live.desk, verdict, ask, fresh=verb == "created"))
    if not found:
        return
    wanted = {name for one, _ in found for name in needed(one)}
    there = await tenant_settings.are_there(unit, LIVE, wanted)
    found = [(one, fired) for one, fired in found if there.issuperset(needed(one))]
    if not found:
        return
    states = await deliveries.states(unit)
    facts = verdict.facts.with_values({"number": number})
    names = set().union(*(people_in(facts, one.send) for one, _ in found))
    persons = await people.persons_by_id(unit, names)
    now = unit.now_us()
    new = []
    for one, fired in found:
        stopped = states.get(one.id, HookState(one.id)).stopped
        body = payload(live.desk, one, fired, facts, persons, number, now)
        new.append(
            Delivery(
                id=unit.new_id(),
                webhook_id=one.id,
                ticket_id=ticket_id,
                event_id=event_id,
                event=body["type"],
                seq=seq,
                key=effect_key(unit.tenant_id, event_id, f"webhook:{one.id}", ""),
                state="skipped" if stopped else "waiting",
                body=json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(),
                attempts=0,
                log=[],
                created_us=now,
                due_us=now,
                ended_us=now if stopped else None,
            )
        )
    await deliveries.add(unit, new)


def needed(one: WebhookModel) -> frozenset[str]:
    """The names of the settings without which a webhook is off; an old secret may be gone."""
    return frozenset((one.url, *one.secrets[:1]))


def payload(
    desk: Desk,
    one: WebhookModel,
    fired: tuple[Trigger, ...],
    facts: Facts,
    persons: dict[str, Person],
    number: str,
    now_us: int,
) -> dict[str, Any]:
    """What is sent: what happened, of which ticket, and the values that the spec names."""
    model = desk.types[facts.text("type")]
    state = model.states.get(facts.text("state"))
    return {
        "type": f"ticket.{fired[0].event}",
        "timestamp": moment(desk, now_us),
        "data": {
            "tenant": desk.tenant.id,
            "webhook": one.id,
            "events": [_spelled(desk, trigger, facts) for trigger in fired],
            "number": number,
            "type": model.id,
            "state": state.id if state else facts.text("state"),
            "ticket": told(desk, facts, one.send, persons),
        },
    }


def _spelled(desk: Desk, trigger: Trigger, facts: Facts) -> str:
    """The event as specs write it: `entered(refunded)`, by ids."""
    if not trigger.arg:
        return trigger.event
    model = desk.types[facts.text("type")]
    name = trigger.arg
    if trigger.event == "entered" and name in model.states:
        name = model.states[name].id
    elif trigger.event == "changed" and name in model.fields:
        name = model.fields[name].id
    else:
        policy = desk.policies.get(model.key)
        clock = policy.clocks.get(name.partition(":")[0]) if policy else None
        name = clock.id if clock else name
    return f"{trigger.event}({name})"
