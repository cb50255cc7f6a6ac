"""Fields of a person or another ticket: found, named as people do, for one ticket or many."""

from __future__ import annotations

import html
import re

import pytest
import pytest_asyncio

from runtime.actions.let_through import ANYTHING
from runtime.actions.publish_desk import publish_desk
from runtime.site.standing import SYSTEM
from runtime.store import people, tickets
from tests.web.asking import opened
from tests.web.conftest import one_database
from tests.web.spruce import SPRUCE, Spruce, specs

pytestmark = pytest.mark.asyncio(loop_scope="module")
store_url = one_database
DESK = f"/t/{SPRUCE}/desk"
LOAN = b"""kind: TicketType
title: Loan
prefix: LN
fields:
  keeper: { type: person, label: Keeper }
  original: { type: ticket, label: Original }
  leader: { type: person, label: Leader, role: head }
  member: { type: person, label: Member, team: second }
  money: { type: ticket, label: Money, types: refund }
  room: { type: team, label: Room, under: second }
workflow:
  start: out
  states: { out: { title: Out, phase: new }, back: { title: Back, phase: solved } }
  transitions: { close: { title: Close, from: out, to: back, by: agent } }
"""
GRANT = """
  loan:
    see: {}
    edit: {}
    create: true
    do: [comment, note, bulk]
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def loans(spruce: Spruce) -> Spruce:
    """A type with such fields; Ann may ask for a loan, Ben works on it."""
    files = specs()
    files["types/loan.yaml"] = LOAN
    files["portal.yaml"] += b"\n  loan: { do: [comment] }\n"
    head, _, rest = files["roles/agent.yaml"].decode().partition("types:\n")
    files["roles/agent.yaml"] = f"{head}types:{GRANT}{rest}".encode()
    done = await publish_desk(spruce.site, files, SYSTEM, "loans", word=ANYTHING)
    assert done.revision == 2, done.problems
    return spruce


async def _loan(spruce: Spruce, who: str = "ann", **more: str) -> str:
    asker = await spruce.browser(who)
    made = await asker.post(f"/t/{SPRUCE}/p/new/loan", {"subject": "Ladder", **more})
    assert made.status_code == 303, _faults(made.text)
    return made.headers["location"].rpartition("/")[2]


def _faults(page: str) -> list[str]:
    return re.findall(r'field__error"[^>]*>(.*?)</p>', html.unescape(page), re.S)


async def _values(spruce: Spruce, number: str) -> tuple[object, object]:
    async with spruce.site.store.unit(SPRUCE) as unit:
        row = await tickets.by_number(unit, number)
    assert row is not None
    return row.values.get("keeper"), row.values.get("original")


async def test_many_are_given_a_person_and_a_ticket(loans: Spruce) -> None:
    """By address and number as typed, in either case; who or what is not there is said before."""
    ben, cleo = await loans.browser("ben"), await loans.viewer("cleo")
    first = await _loan(loans)
    numbers = [await _loan(loans), await _loan(loans)]
    for field, typed, wrong in (
        ("keeper", "Cleo@example.com", "nobody@example.com"), ("original", first.lower(), "LN-999"),
    ):  # fmt: skip
        form = {"number": numbers, "value": field}
        asked = await ben.post(f"{DESK}/bulk/set/check", form)
        assert f'name="f.{field}"' in asked.text
        foreseen = await ben.post(f"{DESK}/bulk/set/check", {**form, f"f.{field}": wrong})
        assert "2 tickets refuse" in foreseen.text
        assert wrong in foreseen.text
        foreseen = await ben.post(f"{DESK}/bulk/set/check", {**form, f"f.{field}": typed})
        assert "2 tickets will change" in foreseen.text
        done = await ben.post(f"{DESK}/bulk/set", {**form, f"f.{field}": typed})
        assert "Done on 2 tickets." in (await ben.open_page(done.headers["location"])).text
    for number in numbers:
        assert await _values(loans, number) == (cleo.person_id, first)
    page = (await ben.open_page(f"{DESK}/tickets/{numbers[0]}")).text
    assert page.count("Cleo") >= 2, "in the field, and in the history"
    assert str(cleo.person_id) not in re.sub(r'(href|value|data-\w+)="[^"]*"', "", page)


async def test_the_limits_of_a_field_hold(loans: Spruce) -> None:
    """A role, a team, types: whoever or whatever is outside is refused with the reason."""
    ben, number = await loans.browser("ben"), await _loan(loans)
    for field, inside, outside in (
        ("leader", "cleo@example.com", "bob@example.com"),
        ("member", "bob@example.com", "cleo@example.com"),
        ("money", (await opened(loans)).number, number),
        ("room", "second", "first"),
        ("room", "second", "nowhere"),
    ):
        form = {"number": number, "value": field}
        refused = await ben.post(f"{DESK}/bulk/set/check", {**form, f"f.{field}": outside})
        assert "can be chosen here" in refused.text or "can&#39;t be chosen here" in refused.text
        taken = await ben.post(f"{DESK}/bulk/set/check", {**form, f"f.{field}": inside})
        assert "1 ticket will change" in taken.text


async def test_what_is_found_is_what_one_may_see(loans: Spruce) -> None:
    ben, number = await loans.browser("ben"), await _loan(loans)
    people = await ben.post(f"{DESK}/find/people", {"q": "cle", "field": "keeper"})
    assert 'data-fill="cleo@example.com"' in people.text
    some = await ben.post(f"{DESK}/find/tickets", {"q": number, "field": "original"})
    assert f'data-fill="{number}"' in some.text
    assert "Nothing was found" in (await ben.post(f"{DESK}/find/people", {"q": "zzz"})).text
    assert (await ben.post(f"{DESK}/find/secrets", {"q": "a"})).status_code == 404
    dora = await loans.browser("dora")
    assert (await dora.post(f"{DESK}/find/people", {"q": "cle"})).status_code == 404


async def test_a_requester_names_themselves_and_their_own_tickets(loans: Spruce) -> None:
    """Whatever else they type answers alike, whether it is there or not."""
    ann = await loans.viewer("ann")
    own = await _loan(loans, keeper="ann@example.com")
    number = await _loan(loans, original=own)
    assert await _values(loans, own) == (ann.person_id, None)
    assert await _values(loans, number) == (None, own)
    foreign = await _loan(loans, who="abe")
    browser = await loans.browser("ann")
    for name, there, gone in (
        ("keeper", "cleo@example.com", "nobody@example.com"), ("original", foreign, "LN-999"),
    ):  # fmt: skip
        told = []
        for typed in (there, gone):
            form = {"subject": "Ladder", name: typed}
            answer = await browser.post(f"/t/{SPRUCE}/p/new/loan", form)
            assert answer.status_code == 422
            told.append([one.replace(typed, "…") for one in _faults(answer.text)])
        assert told[0] == told[1] != []


async def test_what_a_field_holds_may_stay(loans: Spruce) -> None:
    """Somebody who left is still named by the form that did not touch the field."""
    ben, number = await loans.browser("ben"), await _loan(loans, keeper="ann@example.com")
    form = {"keeper": "ann@example.com", "original": "", "field": "keeper"}
    page = await ben.open_page(f"{DESK}/tickets/{number}")
    assert 'value="ann@example.com"' in page.text
    async with loans.site.store.unit(SPRUCE, write=True) as unit:
        await people.change_person(unit, loans.ids["ann"], active=False)
    kept = await ben.post(f"{DESK}/tickets/{number}/edit", form)
    assert kept.status_code == 303, _faults(kept.text)
