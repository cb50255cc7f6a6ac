"""A small published shop whose orders come from the back office, and its worker."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.facts import Viewer
from runtime.actions.let_through import ANYTHING
from runtime.actions.open_ticket import NewTicket, open_ticket
from runtime.actions.outcome import Done, Outcome
from runtime.actions.publish_desk import publish_desk
from runtime.clock import FixedClock
from runtime.render.notices import NoticeRenderer
from runtime.settings import read_settings
from runtime.site.desks import Desks, Live
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM, viewer_of
from runtime.store import jobs, journal, people, tenant_settings, tickets
from runtime.store.files import FileFolder
from runtime.store.open import Store
from runtime.store.people import Membership
from runtime.store.rows import Event as Journaled
from runtime.store.tickets import TicketRow
from runtime.workers.handling import Bench
from runtime.workers.loop import QUEUES, attend
from tests.sources.office import ORDERS, SECRETS, TENANT, Office

SHOP = "shop"
ORDER = "2026112200640"
FILES = {
    "tenant.yaml": TENANT,
    "people.yaml": b"kind: People\ncustomer: { fields: { level: { type: text, label: L } } }\n",
    "teams/desk.yaml": b"kind: Team\ntitle: Desk\ndefault: true\n",
    "teams/large.yaml": b"kind: Team\ntitle: Large\n",
    "roles/agent.yaml": b"kind: Role\ntitle: Agent\n"
    b"any_type: { see: {}, edit: {}, create: true, do: [comment, note] }\n",
    "portal.yaml": b"kind: Portal\ntitle: Help\ntypes: { case: { do: [comment] } }\n",
    "types/case.yaml": b"""kind: TicketType
title: Case
fields:
  order: { type: reference, source: orders, label: Order }
  paid: { type: money, label: Paid, filled_by: order.paid }
  amount: { type: money, label: Amount }
  why: { type: choice, label: Why, options: { late: Late, broken: Broken } }
workflow:
  start: fresh
  states:
    fresh: { title: New, phase: new }
    done: { title: Done, phase: closed }
  transitions:
    pay:
      title: Pay
      from: fresh
      to: done
      by: agent
      do:
        - call:
            name: orders.mark_refunded
            with: { amount: $ticket.amount, reason: $ticket.why }
""",
    "routing/case.yaml": b"""kind: Routing
applies_to: case
rules: { large: { when: { order.paid: { more_than: 1000 } }, set: { team: large } } }
otherwise: { team: desk }
""",
}


@dataclass
class Asked:
    """The shop's site and people."""

    site: Site
    clock: FixedClock
    office: Office
    ids: dict[str, str]

    @property
    def live(self) -> Live:
        found = self.site.desks.get(SHOP)
        assert found is not None
        return found

    async def viewer(self, who: str) -> Viewer:
        async with self.site.store.unit(SHOP) as unit:
            standing = await people.standing(unit, self.ids[who])
        assert standing is not None
        return viewer_of(self.live.desk, standing)

    async def open(self, who: str = "ben", **values: object) -> Outcome:
        """A case for Ann, by Ben or herself."""
        values = {"order": ORDER, **values}
        new = NewTicket("case", values, "Help", requester=self.ids["ann"])
        return await open_ticket(self.site, SHOP, await self.viewer(who), new)

    async def made(self, **values: object) -> str:
        """The number of a case that was made."""
        done = await self.open(**values)
        assert isinstance(done, Done), done
        return done.number

    async def row(self, number: str) -> TicketRow:
        async with self.site.store.unit(SHOP) as unit:
            found = await tickets.by_number(unit, number)
        assert found is not None
        return found

    async def events(self, number: str) -> list[Journaled]:
        row = await self.row(number)
        async with self.site.store.unit(SHOP) as unit:
            return await journal.read(unit, row.id)

    async def work(self, name: str, later_us: int = 60_000_000) -> int:
        """Do what one queue has to do after a while; gives how many jobs that were."""
        self.clock.set(self.clock.now_us() + later_us)
        queue = next(one for one in QUEUES if one.name == name)
        taken = await jobs.lease(self.site.store, queue.kinds, 50)
        for job in taken:
            await attend(Bench(self.site, NoticeRenderer()), queue, job)
        return len(taken)

    async def publish(self, orders: str, **more: str) -> None:
        """Publish the shop with another source of orders; `more` by path, `__` for `/`."""
        files = FILES | {"sources/orders.yaml": orders.encode()}
        files |= {f"{name.replace('__', '/')}.yaml": text.encode() for name, text in more.items()}
        done = await publish_desk(self.site, files, SYSTEM, "x", word=ANYTHING)
        assert done.revision, done.problems


async def set_up(
    store: Store, clock: FixedClock, folder: Path, office: Office, orders: str = ORDERS
) -> Asked:
    """The shop published, with settings, an agent and two customers."""
    settings = read_settings({"SPECDESK_ALLOW_PRIVATE": "127.0.0.1"})
    site = Site(store, Desks(store), FileFolder(folder), clock, settings, asks=True)
    shop = Asked(site, clock, office, {})
    await shop.publish(orders)
    given: Mapping[str, Any] = {"office_url": office.url, **SECRETS}
    async with store.unit(SHOP, write=True) as unit:
        for name, value in given.items():
            await tenant_settings.put_setting(unit, "live", name, value, secret=True)
        for name, kind in (("ann", "customer"), ("dora", "customer"), ("ben", "staff")):
            mail = f"{name}@example.com"
            shop.ids[name] = await people.add_person(unit, name.title(), kind=kind, email=mail)
        await people.set_roles(unit, shop.ids["ben"], ("agent",))
        await people.set_memberships(
            unit, shop.ids["ben"], [Membership(person_id=shop.ids["ben"], team_key="desk")]
        )
    return shop
