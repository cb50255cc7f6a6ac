"""The small shop with bursts and patterns: reports of one room, complaints and refunds."""

from __future__ import annotations

from pathlib import Path

from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.let_through import ANYTHING
from runtime.actions.open_ticket import NewTicket, open_ticket
from runtime.actions.outcome import Done
from runtime.actions.publish_desk import publish_desk
from runtime.clock import Clock
from runtime.site.standing import SYSTEM
from runtime.store.open import Store
from tests.workers import shop as plain
from tests.workers.shop import SHOP, Shop, make_shop, site_of

SPECS = {
    "types/repair.yaml": plain.SPECS["types/repair.yaml"].replace(
        "            fix: {",
        "            again: { title: Again, from: fixed, to: fresh, by: agent }\n"
        "            fix: {",
    ),
    "types/complaint.yaml": """
        kind: TicketType
        title: { zh-CN: 投诉, en: Complaint }
        prefix: CP
        fields:
          about: { type: choice, label: About, options: { goods: Goods, people: People } }
        workflow:
          start: fresh
          states:
            fresh: { title: Fresh, phase: new }
            done:  { title: Done, phase: solved }
          transitions:
            end: { title: End, from: fresh, to: done, by: agent }
    """,
    "types/batch.yaml": """
        kind: TicketType
        title: { zh-CN: 批次问题, en: Batch }
        prefix: BA
        fields:
          room: { type: text, label: Room }
        workflow:
          start: fresh
          states:
            fresh: { title: Fresh, phase: new }
            done:  { title: Done, phase: solved }
          transitions:
            end: { title: End, from: fresh, to: done, by: agent }
    """,
    "notifications/burst.yaml": """
        kind: Notification
        channels: [in_app]
        to: lead
        subject: { zh-CN: "{{ ticket.number }} 集中报修", en: "{{ ticket.number }} burst" }
        body: { zh-CN: "x", en: "x" }
    """,
    "automations/three_in_a_room.yaml": """
        kind: Automation
        title: { zh-CN: 同一房间三次报修, en: Three of one room }
        applies_to: repair
        starts: { burst: { of: created, same: room, count: 3, within: 1h } }
        do:
          - create: { type: batch, as: parent_of_matches, values: { room: $same.room } }
          - flag: late
          - notify: burst
    """,
    "automations/reopened.yaml": """
        kind: Automation
        applies_to: repair
        starts: { burst: { of: reopened, same: ticket, count: 2, within: 7d } }
        do: [{ set: { priority: high } }]
    """,
    "automations/torn.yaml": """
        kind: Automation
        title: { zh-CN: 投诉后报修, en: Complaint then repair }
        applies_to: [complaint, repair]
        starts:
          pattern:
            events:
              complaint: { of: created, type: complaint, when: { about: goods } }
              repair:    { of: created, type: repair }
            same: [customer]
            in_order: true
            within: 24h
        do: [{ set: { priority: urgent } }, { notify: burst }]
    """,
}  # fmt: skip


def files(**changes: str) -> dict[str, bytes]:
    """The shop's files with these; `changes` as in `tests.workers.shop.files`."""
    named = {name.removesuffix(".yaml").replace("/", "__"): text for name, text in SPECS.items()}
    return plain.files(**{**named, **changes})


async def make(store: Store, clock: Clock, folder: Path) -> Shop:
    """Publish it; another tenant has the same specs."""
    shop = await make_shop(site_of(store, clock, folder))
    done = await publish_desk(shop.site, files(), SYSTEM, "patterns", word=ANYTHING)
    assert done.revision == 2, done.problems
    other = files()
    other["tenant.yaml"] = other["tenant.yaml"].replace(b"id: shop", b"id: larch")
    done = await publish_desk(shop.site, other, SYSTEM, "patterns", word=ANYTHING)
    assert done.revision == 2, done.problems
    return shop


async def open_in(shop: Shop, tenant: str, requester: str, type_id: str, **values: object) -> str:
    """Open a ticket as the system; gives its number."""
    new = NewTicket(type_id, values, "Lamp", "dark", channel="phone", requester=requester)
    done = await open_ticket(shop.site, tenant, SYSTEM, new)
    assert isinstance(done, Done), done
    return done.number


async def change(shop: Shop, number: str, event: object) -> None:
    """Change a ticket of the shop as the system."""
    done = await change_ticket(shop.site, SHOP, SYSTEM, number, Change(event))  # type: ignore[arg-type]
    assert isinstance(done, Done), done
