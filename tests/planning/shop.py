"""The shop of tests/engine/change with people and tickets, for tests that count."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engine.change.diff import Side
from engine.change.plan import Plan
from engine.decide.verdict import Move
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.open_ticket import NewTicket, open_ticket
from runtime.actions.outcome import Done
from runtime.actions.publish_desk import publish_desk
from runtime.clock import SECOND_US, FixedClock
from runtime.planning.make import make_plan
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM, viewer_of
from runtime.store import people
from runtime.store.open import Store
from runtime.store.people import Membership
from tests.engine.change.shop import edited, side
from tests.workers.shop import site_of

SHOP, ELSEWHERE = "shop", "larch"
ADMIN = "{ kind: Role, title: Admin, functions: [publish_specs, edit_specs] }"
FIRST = {"roles/admin.yaml": ADMIN}


@dataclass(frozen=True, slots=True)
class Shop:
    """The site with its people by name: Ann asks, Ben and Fay work, Cleo and Ivy may publish."""

    site: Site
    people: Mapping[str, str]
    clock: FixedClock

    async def plan(self, files: Mapping[str, bytes]) -> Plan:
        """The plan of these files over what is live."""
        made = await make_plan(self.site, files, tenant=SHOP)
        assert made.plan is not None, made.problems
        return made.plan

    async def viewer(self, name: str):  # type: ignore[no-untyped-def]
        """A person as they ask."""
        async with self.site.store.unit(SHOP) as unit:
            standing = await people.standing(unit, self.people[name])
        live = self.site.desks.get(SHOP)
        assert standing is not None
        assert live is not None
        return viewer_of(live.desk, standing)


def shop_files(
    *edits: tuple[str, str, str], drop: tuple[str, ...] = (), **more: str
) -> dict[str, bytes]:
    """The shop's files with the role of admins, edited; `more` by `folder__file`."""
    beside = {f"{name.replace('__', '/')}.yaml": text for name, text in more.items()}
    return edited(*edits, drop=drop, more={**FIRST, **beside})


def shop_side(files: Mapping[str, bytes]) -> Side:
    """Files as one side of a comparison."""
    return side(files)


async def make_shop(store: Store, clock: FixedClock, folder: Path, count: int = 60) -> Shop:
    """Publish it twice, let people in, and make tickets in both tenants."""
    site = site_of(store, clock, folder)
    assert (await publish_desk(site, shop_files(), SYSTEM, "first")).revision == 1
    other = shop_files(("tenant.yaml", "id: shop", f"id: {ELSEWHERE}"))
    assert (await publish_desk(site, other, SYSTEM, "first")).revision == 1
    who = await _people(store, SHOP)
    shop = Shop(site, who, clock)
    await _tickets(shop, SHOP, who, count)
    await _tickets(shop, ELSEWHERE, await _people(store, ELSEWHERE), 8)
    return shop


async def _people(store: Store, tenant: str) -> dict[str, str]:
    found = {}
    async with store.unit(tenant, write=True) as unit:
        for name, roles, teams in (
            ("Ann", [], []),
            ("Abe", [], []),
            ("Ben", ["agent"], ["service"]),
            ("Fay", ["agent"], ["finance"]),
            ("Cleo", ["chief", "admin"], ["service"]),
            ("Ivy", ["admin"], []),
        ):
            kind = "staff" if roles else "customer"
            email = f"{name.lower()}@{tenant}.example"
            found[name] = await people.add_person(unit, name, kind=kind, email=email)
            await people.set_roles(unit, found[name], roles)
            places = [Membership(person_id=found[name], team_key=team) for team in teams]
            await people.set_memberships(unit, found[name], places)
    return found


async def _tickets(shop: Shop, tenant: str, who: Mapping[str, str], count: int) -> None:
    dice = random.Random(7)
    live = shop.site.desks.get(tenant)
    assert live is not None
    viewers = {}
    async with shop.site.store.unit(tenant) as unit:
        for name in ("Ann", "Abe", "Ben", "Fay"):
            standing = await people.standing(unit, who[name])
            assert standing is not None
            viewers[name] = viewer_of(live.desk, standing)
    for _ in range(count):
        shop.clock.advance(dice.randrange(1, 1800) * SECOND_US)
        values = {"reason": dice.choice(["damaged", "late", "regret"])}
        if dice.random() < 0.8:
            values["amount"] = str(dice.randrange(1, 400))
        if dice.random() < 0.5:
            values["parts"] = dice.choice(["door", "hinge"])
        if dice.random() < 0.5:
            values["iban"] = dice.choice(["12345", "DE89 3704"])
        new = NewTicket("refund", values, subject="It broke")
        done = await open_ticket(shop.site, tenant, viewers[dice.choice(["Ann", "Abe"])], new)
        assert isinstance(done, Done), done
        for way in dice.choice([(), (), ("approve",), ("reject",), ("approve", "reject")]):
            for name in ("Ben", "Fay"):
                event = Move(way, {}, comment="so be it")
                moved = await change_ticket(
                    shop.site, tenant, viewers[name], done.number, Change(event)
                )
                if isinstance(moved, Done):
                    break
