"""Organisations by name and domain, who belongs to one, and records merged into others."""

from __future__ import annotations

from runtime.store import organisations, people
from runtime.store.open import Store
from tests.store.conftest import ELSEWHERE, SHOP, Cast


async def test_a_new_customer_belongs_to_the_organisation_of_their_domain(
    store: Store, cast: Cast
) -> None:
    async with store.unit(SHOP, write=True) as unit:
        first = await organisations.add(unit, "Larch Works", domains=["larch.example", "b_d.test"])
        await organisations.add(unit, "Second", domains=["larch.example"])
        gone = await organisations.add(unit, "Closed", domains=["closed.test"], active=False)
        made = {
            address: await people.add_person(unit, "Somebody", email=address)
            for address in ("a@LARCH.example", "b@b_d.test", "c@xlarch.example", "d@bxd.test")
        }
        made["e@closed.test"] = await people.add_person(unit, "E", email="e@closed.test")
        staff = await people.add_person(unit, "F", kind="staff", email="f@larch.example")
    async with store.unit(SHOP) as unit:
        found = await people.persons_by_id(unit, [*made.values(), staff])
        belongs = {address: found[one].organisation_id for address, one in made.items()}
        assert belongs == {
            "a@LARCH.example": first,
            "b@b_d.test": first,
            "c@xlarch.example": None,
            "d@bxd.test": None,
            "e@closed.test": None,
        }
        assert found[staff].organisation_id is None
        assert await organisations.sizes(unit, [first, gone]) == {first: 2}
    async with store.unit(ELSEWHERE) as unit:
        assert await organisations.of_address(unit, "a@larch.example") is None
        assert await organisations.by_id(unit, first) is None


async def test_organisations_are_found_by_name_and_domain_and_are_changed(
    store: Store, cast: Cast
) -> None:
    async with store.unit(SHOP, write=True) as unit:
        larch = await organisations.add(unit, "Larch Works", domains=["larch.example"])
        oak = await organisations.add(unit, "Oak 100%", tags=["school"])
        await organisations.change(unit, larch, level="gold", note="call first")
    async with store.unit(SHOP) as unit:
        for words, wanted in (("LARCH w", [larch]), ("h.exam", [larch]), ("0%", [oak]), ("", 2)):
            ids = [one.id for one in await organisations.search(unit, words)]
            assert ids == wanted or len(ids) == wanted
        found = await organisations.by_id(unit, larch)
        assert found is not None
        assert (found.level, found.note, list(found.tags)) == ("gold", "call first", [])


async def test_who_was_merged_is_found_as_the_record_that_stands_for_them(
    store: Store, cast: Cast
) -> None:
    async with store.unit(SHOP, write=True) as unit:
        old = await people.add_person(unit, "Ann old", email="ann@old.test")
        older = await people.add_person(unit, "Ann older", email="ann@older.test")
        await people.change_person(unit, older, merged_into_id=old, active=False)
        await people.change_person(unit, old, merged_into_id=cast.ann, active=False)
    async with store.unit(SHOP) as unit:
        for address in ("ann@older.test", "ann@old.test"):
            found = await people.find_person(unit, email=address)
            assert found is not None
            assert found.id == cast.ann
        kept = await people.kept_one(unit, older)
        assert kept is not None
        assert kept.id == cast.ann
