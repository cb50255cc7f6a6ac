"""People and organisations over HTTP, on each database: found, made, invited, merged, within
rights."""

from __future__ import annotations

import re

import pytest

from runtime.queries.read_ticket import read_ticket
from runtime.site.standing import SYSTEM
from runtime.store import accounts, journal, organisations, people
from runtime.store.rows import Person
from tests.web.asking import opened
from tests.web.spruce import SPRUCE, Spruce

pytestmark = pytest.mark.asyncio(loop_scope="module")
BASE = f"/t/{SPRUCE}"
HERE, HOUSES = f"{BASE}/desk/directory", f"{BASE}/desk/organisations"


async def add(spruce: Spruce, name: str, **more: object) -> str:
    async with spruce.site.store.unit(SPRUCE, write=True) as unit:
        return await people.add_person(unit, name, **more)


async def read(spruce: Spruce, person_id: str) -> Person:
    async with spruce.site.store.unit(SPRUCE) as unit:
        found = await people.person_by_id(unit, person_id)
    assert found is not None
    return found


async def told(spruce: Spruce) -> list[str]:
    """The verbs of the last two admin acts."""
    async with spruce.site.store.unit(SPRUCE) as unit:
        return sorted(event.verb for event in await journal.last_admin(unit, 2))


async def test_people_are_found_by_words_sort_state_and_organisation(spruce: Spruce) -> None:
    async with spruce.site.store.unit(SPRUCE, write=True) as unit:
        house = await organisations.add(unit, "Larch", domains=["larch.example"])
    zoe = await add(spruce, "Zoe Quill", email="zoe@larch.example", tags=["key"])
    await add(spruce, "Zack Quill", active=False)
    ben = await spruce.browser("ben")
    page = (await ben.open_page(f"{HERE}?q=quill")).text
    assert "Zoe Quill" in page
    assert "Zack" not in page
    assert "New customer" not in page, "only who manages people makes some"
    assert "Zack" in (await ben.open_page(f"{HERE}?q=QUILL&state=gone")).text
    assert "Zoe" not in (await ben.open_page(f"{HERE}?q=quill&kind=staff")).text
    page = (await ben.open_page(f"{HERE}?of={house}")).text
    assert (page.count("data-row="), "Zoe Quill" in page) == (1, True)
    assert "Larch" in (await ben.open_page(f"{HERE}/{zoe}")).text
    assert (await ben.get(f"{HERE}/{zoe}/edit")).status_code == 404
    assert (await ben.post(f"{HERE}/{zoe}/edit", {"name": "x"})).status_code == 404
    assert (await (await spruce.browser("ann")).get(HERE)).status_code == 404


async def test_who_manages_people_makes_and_changes_them(spruce: Spruce) -> None:
    ivy = await spruce.browser("ivy")
    assert "New customer" in (await ivy.open_page(HERE)).text
    assert (await ivy.get(f"{HERE}/new?kind=staff")).status_code == 200
    wrong = {"kind": "staff", "name": " ", "email": "no", "role": "nothing", "in.support": "1"}
    answer = await ivy.post(f"{HERE}/new", wrong)
    assert answer.status_code == 422
    for said in ("It is needed", "It is no e-mail address", "There is no role nothing"):
        assert said in answer.text
    team = (await ivy.open_page(f"{HERE}/new?kind=staff")).text
    first = re.search(r'name="in\.(\w+)"', team)
    assert first is not None
    form = {
        "kind": "staff", "name": "Nils", "email": "nils@example.com", "role": "agent",
        "locale": "en", "tags": "nights， fast,fast", f"in.{first[1]}": "1",
        f"lead.{first[1]}": "1", f"capacity.{first[1]}": "4", f"seniority.{first[1]}": "senior",
    }  # fmt: skip
    answer = await ivy.post(f"{HERE}/new", form)
    assert answer.status_code == 303
    nils = answer.headers["location"].rpartition("/")[2]
    async with spruce.site.store.unit(SPRUCE) as unit:
        (place,) = await people.places_of(unit, nils)
        standing = await people.standing(unit, nils)
    assert standing is not None
    assert (place.lead, place.capacity, place.seniority) == (True, 4, "senior")
    assert (standing.roles, standing.person.tags) == (("agent",), ["nights", "fast"])
    page = (await ivy.open_page(f"{HERE}/{nils}/edit")).text
    assert 'value="nights, fast"' in page
    assert (await ivy.post(f"{HERE}/{nils}/edit", {"name": " "})).status_code == 422
    assert (await read(spruce, nils)).active
    gone = {"name": "Nils N.", "email": "nils@example.com", "role": "agent"}
    assert (await ivy.post(f"{HERE}/{nils}/edit", gone)).status_code == 303
    found = await read(spruce, nils)
    assert (found.name, found.active, list(found.tags or ())) == ("Nils N.", False, [])
    assert await told(spruce) == ["person_changed", "person_made"]


async def test_organisations_have_a_page_with_their_people(spruce: Spruce) -> None:
    ivy, ben = await spruce.browser("ivy"), await spruce.browser("ben")
    answer = await ivy.post(f"{HOUSES}/new", {"name": "", "domains": "no domain"})
    assert answer.status_code == 422
    assert "Write domains like example.com" in answer.text
    answer = await ivy.post(f"{HOUSES}/new", {"name": "Oak School", "level": "x" * 61})
    assert answer.status_code == 422
    assert "There is no such level of customers" in answer.text
    form = {"name": "Oak School", "domains": "@oak.example, OAK.test", "note": "Call first"}
    answer = await ivy.post(f"{HOUSES}/new", form)
    oak = answer.headers["location"]
    await add(spruce, "Olga", email="olga@oak.test")
    page = (await ben.open_page(oak)).text
    for said in ("Oak School", "oak.example", "Call first", "Olga"):
        assert said in page
    assert "Oak School" in (await ben.open_page(f"{HOUSES}?q=oak.test")).text
    assert (await ben.post(f"{oak}/edit", form)).status_code == 404
    assert (await ivy.post(f"{oak}/edit", {"name": "Oak"})).status_code == 303
    assert "Not active" in (await ben.open_page(oak)).text
    assert (await (await spruce.browser("dora")).get(oak)).status_code == 404


async def test_an_invitation_sets_a_password_once(spruce: Spruce) -> None:
    ivy, nobody = await spruce.browser("ivy"), await spruce.browser()
    mia = await add(spruce, "Mia", kind="staff", email="mia@example.com")
    shown = await ivy.post(f"{HERE}/{mia}/invite")
    link = re.search(r"http[^<]*(/t/\w+/invite/\w+)", shown.text)
    assert link is not None, "without SMTP the link is handed over by hand"
    assert "Mia" in (await nobody.open_page(link[1])).text
    short = await nobody.post(link[1], {"password": "short"})
    assert short.status_code == 422
    answer = await nobody.post(link[1], {"password": "a password of Mia"})
    assert answer.status_code == 303
    assert (await nobody.get(f"{BASE}/desk/profile")).status_code == 200
    again = await (await spruce.browser()).get(link[1])
    assert again.status_code == 404
    assert "opens nothing any more" in again.text
    assert "They have a way in already" in (await ivy.post(f"{HERE}/{mia}/invite")).text


async def test_an_invitation_gives_nobody_the_account_of_another(spruce: Spruce) -> None:
    """Who manages people in one tenant must not get a way into an account of the installation."""
    ivy, nobody = await spruce.browser("ivy"), await spruce.browser()
    async with spruce.site.store.system() as unit:
        dora = await accounts.account_by_id(unit, spruce.accounts["dora"])
    assert dora is not None
    made = await add(spruce, "Dora here", kind="staff", email=dora.email)
    shown = await ivy.post(f"{HERE}/{made}/invite")
    link = re.search(r"http[^<]*(/t/\w+/invite/\w+)", shown.text)
    assert link is not None
    assert "Type its password" in (await nobody.open_page(link[1])).text
    assert (await nobody.post(link[1], {"password": "a new password"})).status_code == 422
    async with spruce.site.store.system() as unit:
        after = await accounts.account_by_id(unit, spruce.accounts["dora"])
    assert after is not None
    assert after.password_hash == dora.password_hash
    assert (await read(spruce, made)).account_id is None


async def test_two_records_of_a_customer_become_one_with_their_tickets(spruce: Spruce) -> None:
    ivy, ben = await spruce.browser("ivy"), await spruce.browser("ben")
    number = (await opened(spruce, "abe")).number
    abe = spruce.ids["abe"]
    other = await add(spruce, "Abe other", email="abe@old.example", phone="123", tags=["x"])
    oldest = await add(spruce, "Abe oldest", phone="123", merged_into_id=other, active=False)
    async with spruce.site.store.unit(SPRUCE, write=True) as unit:
        await people.change_person(unit, abe, phone="123", tags=["y"])
    listed = (await ivy.open_page(f"{HERE}/doubles")).text
    assert "Abe other" in listed
    assert "the same phone" in listed
    assert "May be the same person" in (await ivy.open_page(f"{HERE}/{other}")).text
    assert "May be the same person" not in (await ben.open_page(f"{HERE}/{other}")).text
    preview = (await ivy.open_page(f"{HERE}/{other}/merge?other={abe}")).text
    assert "1 ticket moves to Abe other" in preview
    assert (await ivy.get(f"{HERE}/{other}/merge?other={other}")).status_code == 404
    form = {"other": abe, "differs": ["name", "email"], "take.name": "other"}
    assert (await ben.post(f"{HERE}/{other}/merge", form)).status_code == 404
    assert (await ivy.post(f"{HERE}/{other}/merge", form)).status_code == 303
    kept, gone = await read(spruce, other), await read(spruce, abe)
    assert kept.name == gone.name
    assert (kept.email, sorted(kept.tags or ())) == ("abe@old.example", ["x", "y"])
    assert (gone.active, gone.merged_into_id) == (False, other)
    assert kept.account_id == spruce.accounts["abe"], "his way in goes over"
    assert (await read(spruce, oldest)).merged_into_id == other
    shown = await read_ticket(spruce.site, SPRUCE, SYSTEM, number)
    assert shown is not None
    assert (shown.row.requester_id, shown.events[-1].verb) == (other, "known_again")
    answer = await ivy.get(f"{HERE}/{abe}")
    assert answer.headers["location"] == f"{HERE}/{other}"
    for pair in ((abe, other), (other, abe), (oldest, other)):
        again = await ivy.post(f"{HERE}/{pair[0]}/merge", {"other": pair[1]})
        assert again.status_code == 404, "no way leads round"
    async with spruce.site.store.unit(SPRUCE) as unit:
        found = await people.find_person(unit, email=gone.email)
    assert found is not None
    assert found.id == other
    await _the_merge_is_undone(spruce, number, abe, other, oldest)


async def _the_merge_is_undone(
    spruce: Spruce, number: str, abe: str, other: str, oldest: str
) -> None:
    """Both stand alone again; what was changed or came since stays with the kept record."""
    ivy, ben = await spruce.browser("ivy"), await spruce.browser("ben")
    async with spruce.site.store.unit(SPRUCE, write=True) as unit:
        await people.change_person(unit, other, tags=["x", "y", "since"], name="Renamed since")
    spruce.ids["abe"] = other
    since = await opened(spruce, "abe")
    spruce.ids["abe"] = abe
    page = (await ivy.open_page(f"{HERE}/{other}")).text
    assert f"{HERE}/{other}/part/{abe}" in page
    assert "Merged into this record" not in (await ben.open_page(f"{HERE}/{other}")).text
    assert (await ben.post(f"{HERE}/{other}/part/{abe}")).status_code == 404
    assert (await ivy.post(f"{HERE}/{other}/part/{oldest}")).status_code == 404
    assert (await ivy.post(f"{HERE}/{other}/part/{abe}")).status_code == 303
    kept, back = await read(spruce, other), await read(spruce, abe)
    assert (back.active, back.merged_into_id) == (True, None)
    assert back.account_id == spruce.accounts["abe"]
    assert (kept.account_id, kept.name, kept.tags) == (None, "Renamed since", ["x", "since"])
    assert (await read(spruce, oldest)).merged_into_id == other, "another merge stands"
    shown = await read_ticket(spruce.site, SPRUCE, SYSTEM, number)
    stays = await read_ticket(spruce.site, SPRUCE, SYSTEM, since.number)
    assert shown is not None
    assert stays is not None
    assert (shown.row.requester_id, shown.events[-1].verb) == (abe, "told_apart")
    assert stays.row.requester_id == other
    assert (await ivy.post(f"{HERE}/{other}/part/{abe}")).status_code == 404
    # Merged the other way round, and undone again: nothing of the first time is in the way.
    assert (await ivy.post(f"{HERE}/{abe}/merge", {"other": other})).status_code == 303
    assert (await ivy.post(f"{HERE}/{abe}/part/{other}")).status_code == 303
    assert (await read(spruce, oldest)).merged_into_id == other
    shown = await read_ticket(spruce.site, SPRUCE, SYSTEM, number)
    assert shown is not None
    assert shown.row.requester_id == abe
