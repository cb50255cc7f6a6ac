"""Stores on both databases, and the cast: Ann, Ben and Cleo in one tenant, Dora in another."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from runtime.store import accounts, people
from runtime.store.open import Store
from tests.stores import clock, fresh_url, postgres_server, store, store_template

__all__ = ["cast", "clock", "fresh_url", "postgres_server", "store", "store_template"]

SHOP = "ecommerce"
ELSEWHERE = "education"


@dataclass(frozen=True, slots=True)
class Cast:
    """The ids of the four; Dora belongs to `ELSEWHERE`."""

    ann: str
    ben: str
    cleo: str
    dora: str


@pytest.fixture
async def cast(store: Store) -> Cast:
    """The cast, in two tenants."""
    async with store.unit(SHOP, write=True) as unit:
        await accounts.ensure_tenant(unit, {"en": "Spruce Select"})
        ann = await people.add_person(unit, "Ann", email="Ann@example.com", values={"level": "vip"})
        ben = await people.add_person(unit, "Ben", kind="staff", email="ben@example.com")
        cleo = await people.add_person(unit, "Cleo", kind="staff", email="cleo@example.com")
        await people.set_roles(unit, ben, ["agent"])
        await people.set_roles(unit, cleo, ["lead", "agent"])
        place = people.Membership(person_id=ben, team_key="after_sales", skills=("appliances",))
        await people.set_memberships(unit, ben, [place])
        place = people.Membership(person_id=cleo, team_key="after_sales", lead=True, capacity=3)
        await people.set_memberships(unit, cleo, [place])
    async with store.unit(ELSEWHERE, write=True) as unit:
        await accounts.ensure_tenant(unit, {"en": "Larch School"})
        dora = await people.add_person(unit, "Dora", kind="staff", email="dora@example.com")
    return Cast(ann, ben, cleo, dora)
