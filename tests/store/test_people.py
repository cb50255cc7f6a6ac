"""Accounts, persons, sessions, the roster, notices and idempotent answers."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy.exc import DBAPIError

from engine.model.roster import Member
from runtime.clock import SECOND_US, FixedClock
from runtime.store import accounts, answers, notices, people, rows, sessions, tickets
from runtime.store.answers import Claim
from runtime.store.open import Store
from runtime.store.roster import roster
from tests.store.conftest import ELSEWHERE, SHOP, Cast
from tests.store.making import open_ticket


async def test_an_account_is_found_in_any_case_and_is_one(store: Store, cast: Cast) -> None:
    async with store.system(write=True) as system:
        made = await accounts.add_account(system, " Ben@Example.com", "hash", locale="en")
    async with store.system() as system:
        found = await accounts.account_by_email(system, "BEN@example.COM")
        assert found is not None
        assert (found.id, found.email, found.locale) == (made, "ben@example.com", "en")
    with pytest.raises(DBAPIError):
        async with store.system(write=True) as system:
            await accounts.add_account(system, "ben@EXAMPLE.com", "other")
    async with store.system(write=True) as system:
        await accounts.change_account(system, made, theme="dark")
        again = await accounts.account_by_id(system, made)
        assert again is not None
        assert again.theme == "dark"


async def test_one_account_may_be_a_person_in_two_tenants(store: Store, cast: Cast) -> None:
    async with store.system(write=True) as system:
        account = await accounts.add_account(system, "ben@example.com", None)
        assert list(await accounts.tenants(system)) == [SHOP, ELSEWHERE]
    for tenant_id, person_id in ((SHOP, cast.ben), (ELSEWHERE, cast.dora)):
        async with store.unit(tenant_id, write=True) as unit:
            await people.change_person(unit, person_id, account_id=account)
    async with store.system() as system:
        found = await people.persons_of_account(system, account)
    assert [(tenant_id, one.name) for tenant_id, one in found] == [
        (SHOP, "Ben"),
        (ELSEWHERE, "Dora"),
    ]


async def test_persons_are_found_by_what_identifies_them(store: Store, cast: Cast) -> None:
    async with store.unit(SHOP) as unit:
        ann = await people.find_person(unit, email="ANN@example.com")
        assert ann is not None
        assert (ann.id, ann.values) == (cast.ann, {"level": "vip"})
        assert await people.find_person(unit, email="dora@example.com") is None
        assert await people.find_person(unit) is None
        assert [one.name for one in await people.search_persons(unit, "cL")] == ["Cleo"]
        assert [one.name for one in await people.search_persons(unit, "%")] == []
        staff = await people.search_persons(unit, kind="staff", limit=1)
        rest = await people.search_persons(unit, kind="staff", after=staff[0].id)
        assert [one.name for one in staff + rest] == ["Ben", "Cleo"]
        assert set(await people.persons_by_id(unit, [cast.ann, cast.dora])) == {cast.ann}


async def test_what_a_viewer_is_made_of(store: Store, cast: Cast) -> None:
    async with store.unit(SHOP, write=True) as unit:
        cleo = await people.standing(unit, cast.cleo)
        assert cleo is not None
        assert (cleo.roles, cleo.teams, cleo.leads) == (
            ("agent", "lead"),
            ("after_sales",),
            ("after_sales",),
        )
        assert await people.standing(unit, cast.dora) is None
        await people.change_person(unit, cast.cleo, active=False)
        assert await people.standing(unit, cast.cleo) is None


async def test_the_roster_counts_open_tickets_per_team(
    store: Store, cast: Cast, clock: FixedClock
) -> None:
    now = clock.now_us()
    async with store.unit(SHOP, write=True) as unit:
        for phase in ("new", "waiting", "closed"):
            await open_ticket(unit, assignee_id=cast.ben, team_key="after_sales", phase=phase)
        await open_ticket(unit, assignee_id=cast.ben, team_key="finance")
        await people.mark_assigned(unit, "after_sales", cast.ben, now)
        await people.change_person(unit, cast.cleo, absent_to_us=now + 1, substitute_id=cast.ben)
    async with store.unit(SHOP) as unit:
        found = await roster(unit)
    ben, cleo = found.members("after_sales")
    assert ben == Member(
        cast.ben,
        "Ben",
        "after_sales",
        skills=frozenset({"appliances"}),
        load=2,
        last_assigned_us=now,
    )
    assert (cleo.lead, cleo.capacity, cleo.absent, cleo.substitute) == (True, 3, True, cast.ben)
    assert found.roles == {"agent": (cast.ben, cast.cleo), "lead": (cast.cleo,)}
    async with store.unit(SHOP, write=True) as unit:
        place = people.Membership(person_id=cast.ben, team_key="after_sales")
        await people.set_memberships(unit, cast.ben, [place])
        assert (await roster(unit)).members("after_sales")[0].last_assigned_us == now


async def test_who_was_deactivated_is_in_no_team_and_holds_no_role(
    store: Store, cast: Cast
) -> None:
    async with store.unit(SHOP, write=True) as unit:
        await people.change_person(unit, cast.cleo, active=False)
        found = await roster(unit)
        assert [one.person_id for one in found.members("after_sales")] == [cast.ben]
        assert found.roles == {"agent": (cast.ben,)}
        await people.change_person(unit, cast.cleo, active=True)
        assert (await roster(unit)).roles["lead"] == (cast.cleo,)


def test_an_absence_has_a_beginning_an_end_or_neither() -> None:
    assert not rows.absent(None, None, 5)
    assert rows.absent(5, None, 5)
    assert not rows.absent(6, None, 5)
    assert rows.absent(None, 6, 5)
    assert not rows.absent(1, 5, 5)


async def test_a_session_lives_by_its_token_until_it_runs_out(
    store: Store, cast: Cast, clock: FixedClock
) -> None:
    async with store.system(write=True) as system:
        account = await accounts.add_account(system, "ben@example.com", None)
        token, made = await sessions.start(system, lasts_us=SECOND_US, account_id=account)
        other, _ = await sessions.start(system, lasts_us=SECOND_US, account_id=account)
        await sessions.change(system, made.id_hash, tenant_id=SHOP, data={"step": 2})
    assert token not in (made.id_hash, made.csrf)
    async with store.system(write=True) as system:
        found = await sessions.read(system, token)
        assert found == replace(made, tenant_id=SHOP, data={"step": 2})
        await sessions.end_all(system, account, but=made.id_hash)
        assert await sessions.read(system, other) is None
    clock.advance(SECOND_US)
    async with store.system(write=True) as system:
        assert await sessions.read(system, token) is None
        assert await sessions.sweep(system) == 1


async def test_an_effect_tells_a_person_once(store: Store, cast: Cast) -> None:
    async with store.unit(SHOP, write=True) as unit:
        for key in ("e1", "e1", "e2"):
            new = notices.Notice(
                id=unit.new_id(),
                person_id=cast.ben,
                notification_key="sla_soon",
                subject="Soon",
                body=key,
                key=key,
                created_us=unit.now_us(),
            )
            await notices.add(unit, new)
        assert await notices.bell(unit, cast.ben) == (2, False)
        newest, oldest = await notices.inbox(unit, cast.ben)
        assert (newest.body, oldest.body) == ("e2", "e1")
        assert await notices.inbox(unit, cast.ben, before=newest.id) == [oldest]
        await notices.mark_read(unit, cast.ben, newest.id)
        assert await notices.bell(unit, cast.ben) == (1, False)
        await notices.mark_read(unit, cast.cleo)
        assert await notices.bell(unit, cast.ben) == (1, False)


async def test_a_form_sent_twice_makes_one_ticket(store: Store, cast: Cast) -> None:
    async def send(body: str) -> str:
        async with store.unit(SHOP, write=True) as unit:
            claim = await answers.claim(unit, "form-1", body)
            if not claim.fresh:
                return str(claim.answer["number"])
            number = (await open_ticket(unit)).number
            await answers.answer(unit, "form-1", {"number": number})
            return number

    assert set(await asyncio.gather(*(send("b") for _ in range(8)))) == {"RF-1"}
    with pytest.raises(answers.OtherBody):
        await send("changed")
    async with store.unit(SHOP) as unit:
        assert await tickets.by_number(unit, "RF-2") is None
    async with store.unit(ELSEWHERE, write=True) as unit:
        assert await answers.claim(unit, "form-1", "b") == Claim(True)
