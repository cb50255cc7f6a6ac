"""Suggestions from past tickets: evidence within rights, tenants apart, corrected by people."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
import pytest_asyncio

from engine.decide.verdict import Assign, Edit, Event, Label, Move
from engine.suggest.vote import Suggestion
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.let_through import ANYTHING
from runtime.actions.open_ticket import NewTicket, open_ticket
from runtime.actions.outcome import Done, Refused
from runtime.actions.publish_desk import publish_desk
from runtime.clock import FixedClock
from runtime.queries.read_ticket import read_ticket
from runtime.queries.suggest import suggest_for_ticket, suggest_type
from runtime.render.notices import NoticeRenderer
from runtime.site.learned import Learned, _path, read_about
from runtime.site.standing import SYSTEM
from runtime.store import journal, past, tickets
from runtime.workers.handling import Bench
from runtime.workers.keeping import DAY_US, HOUR_US, plan_chores
from tests.web.spruce import CAST, LARCH, SPRUCE, Spruce, specs
from tests.workers.doing import drain

pytestmark = pytest.mark.asyncio(loop_scope="module")

TAGS = b"tags: { bulky: Bulky, zqtag: Zqtagtitle }\n"


@dataclass(slots=True)
class Shop:
    """Opens, works and finishes tickets as the cast would, and asks for suggestions."""

    spruce: Spruce
    bench: Bench
    clock: FixedClock
    samovars: list[str] = field(default_factory=list)

    async def open(self, who: str, subject: str, text: str = "", **values: str) -> str:
        form = {"amount": "10", "reason": "damaged", **values}
        new = NewTicket("refund", form, subject=subject, description=text)
        viewer = await self.spruce.viewer(who)
        done = await open_ticket(self.spruce.site, CAST[who].tenant, viewer, new)
        assert isinstance(done, Done), done
        return done.number

    async def do(self, who: str, number: str, event: Event) -> Done | Refused:
        viewer = await self.spruce.viewer(who)
        found = await change_ticket(
            self.spruce.site, CAST[who].tenant, viewer, number, Change(event)
        )
        assert isinstance(found, Done | Refused), found
        return found

    async def finished(self, subject: str, *events: Event, team: str = "") -> str:
        """A ticket of Ann's, handled by the admin and the agent, then closed."""
        number = await self.open("ann", subject)
        for event in events:
            assert isinstance(await self.do("ivy", number, event), Done), event
        if team:
            assert isinstance(await self.do("ivy", number, Assign("", team)), Done)
        agent = "bob" if team == "second" else "ben"
        closed = await self.do(agent, number, Move("close", {}, "", "done"))
        assert isinstance(closed, Done), closed
        return number

    async def learn(self) -> None:
        """As the work process does an hour later."""
        self.clock.advance(HOUR_US)
        await plan_chores(self.spruce.site)
        await drain(self.bench, "learn")

    async def told(self, who: str, number: str) -> tuple[Suggestion, ...]:
        """What somebody is suggested for a ticket."""
        viewer, tenant = await self.spruce.viewer(who), CAST[who].tenant
        page = await read_ticket(self.spruce.site, tenant, viewer, number)
        assert page is not None
        return await suggest_for_ticket(self.spruce.site, tenant, viewer, page.facts, page.rights)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(spruce: Spruce, moment: FixedClock) -> AsyncIterator[Shop]:
    """Both tenants with tags, and a work process at hand."""
    for tenant in (SPRUCE, LARCH):
        files = specs(tenant)
        files["tenant.yaml"] += TAGS
        done = await publish_desk(spruce.site, files, SYSTEM, "tags", word=ANYTHING)
        assert done.revision, done
    made = Bench(spruce.site, NoticeRenderer())
    # The folder outlives the module's first database.
    shutil.rmtree(spruce.site.files.root / "learned", ignore_errors=True)
    shop = Shop(spruce, made, moment)
    high = Label("high", ("bulky",))
    shop.samovars = [await shop.finished(f"Samovar cracked {n}", high) for n in range(7)]
    shop.samovars += [await shop.finished(f"Samovar cracked at the lid {n}") for n in range(2)]
    await shop.learn()
    yield shop
    await made.renderer.close()


def said(found: tuple[Suggestion, ...]) -> dict[str, tuple[int, int]]:
    """`topic:value` → (agree, of)."""
    return {f"{one.topic}:{one.value}": (one.agree, one.of) for one in found}


async def test_what_most_have_is_suggested(shop: Shop) -> None:
    """Priority and tag at the end, with the tickets that are the evidence."""
    number = await shop.open("ann", "My samovar is cracked")
    found = await shop.told("ivy", number)
    assert said(found) == {"priority:high": (7, 9), "tag:bulky": (7, 9)}
    assert {one.number for one in found[0].past} == set(shop.samovars[:7])
    assert await shop.told("ben", number) == found


async def test_words_in_chinese(shop: Shop) -> None:
    """Pairs of characters find the like in Chinese too."""
    for n in range(5):
        await shop.finished(f"冰箱运输破损，第{n}台", Label("urgent"))
    await shop.learn()
    number = await shop.open("ann", "运输破损的冰箱要退货")
    assert said(await shop.told("ben", number))["priority:urgent"] == (5, 5)


async def test_a_correction_counts_at_once(shop: Shop) -> None:
    """A team by hand is the label; what is suggested is read from the tickets, not remembered."""
    numbers = [await shop.finished(f"Turntable hums {n}", team="second") for n in range(5)]
    await shop.learn()
    number = await shop.open("ann", "Turntable hums loudly")
    assert said(await shop.told("ivy", number)) == {"team:second": (5, 5)}
    for one in numbers[:3]:
        assert isinstance(await shop.do("ivy", one, Assign("", "finance")), Done)
    assert said(await shop.told("ivy", number)) == {}
    assert isinstance(await shop.do("ivy", numbers[3], Assign("", "finance")), Done)
    assert said(await shop.told("ivy", number)) == {"team:finance": (4, 5)}


async def test_only_what_the_viewer_sees_counts(shop: Shop) -> None:
    """Tickets of another team are neither counted nor cited, and can't be felt by their number."""
    for n in range(5):
        number = await shop.finished(f"Zither strings {n}", Label("low"))
        assert isinstance(await shop.do("ivy", number, Assign("", "second")), Done)
    for n in range(9):
        await shop.finished(f"Zither strings {n}", Label("urgent", ("zqtag",)))
    await shop.learn()
    number = await shop.open("ann", "Zither strings")
    assert "priority:urgent" in said(await shop.told("ben", number))
    # Bob is of the second team: he sees this ticket and those that were theirs, none of the rest.
    assert isinstance(await shop.do("ivy", number, Assign("", "second")), Done)
    assert said(await shop.told("bob", number)) == {"priority:low": (5, 5)}


async def test_who_may_not_change_it_is_told_nothing(shop: Shop) -> None:
    """The requester sees the ticket and edits nothing; a finished ticket is past as well."""
    for n in range(5):
        await shop.finished(f"Accordion reeds {n}", Label("high"))
    await shop.learn()
    number = await shop.open("ann", "Accordion reeds")
    assert await shop.told("ann", number) == ()
    assert await shop.told("ben", number) != ()
    assert isinstance(await shop.do("ben", number, Move("close", {}, "", "done")), Done)
    assert await shop.told("ivy", number) == ()


async def test_secrets_make_nothing_alike(shop: Shop) -> None:
    """Sensitive fields, and fields hidden from some role, are no traits."""
    for n in range(6):
        number = await shop.open("ann", f"Plain {chr(97 + n)}oat", iban="zqsecretiban")
        assert isinstance(await shop.do("ivy", number, Edit({"risk": "zqriskopt"})), Done)
        assert isinstance(await shop.do("ivy", number, Label("urgent")), Done)
        assert isinstance(await shop.do("ben", number, Move("close", {}, "", "done")), Done)
    await shop.learn()
    number = await shop.open("ann", "Wholly other words", iban="zqsecretiban", reason="late")
    assert isinstance(await shop.do("ivy", number, Edit({"risk": "zqriskopt"})), Done)
    assert said(await shop.told("ivy", number)) == {}
    folder = shop.spruce.site.files.root / "learned"
    kept = b"".join(path.read_bytes() for path in folder.iterdir())
    for word in (b"zqsecretiban", b"zqriskopt", b"samovar", "破损".encode(), b"bulky", b"high"):
        assert word not in kept


async def test_tenants_are_apart(shop: Shop) -> None:
    """A tenant without a past is told nothing, and a file laid under its name is not read."""
    viewer = await shop.spruce.viewer("dan")
    done = await open_ticket(
        shop.spruce.site,
        LARCH,
        viewer,
        NewTicket("refund", {"amount": "1", "reason": "late"}, subject="My samovar is cracked"),
    )
    assert isinstance(done, Done)
    assert await shop.told("dora", done.number) == ()
    site = shop.spruce.site
    assert read_about(site.files.root, site.store.keys, LARCH) is None
    content = _path(site.files.root, SPRUCE).read_bytes()
    theirs = _path(site.files.root, LARCH)
    theirs.write_bytes(content)
    assert read_about(site.files.root, site.store.keys, LARCH) is None
    assert await shop.told("dora", done.number) == ()
    theirs.unlink()


async def test_a_torn_file_is_made_anew(shop: Shop) -> None:
    """What is not whole is not read, and the next hour makes it again."""
    site = shop.spruce.site
    path = _path(site.files.root, SPRUCE)
    path.write_bytes(path.read_bytes()[:-1])
    assert await Learned().get(site.files.root, site.store.keys, SPRUCE) is None
    await shop.learn()
    lesson = await Learned().get(site.files.root, site.store.keys, SPRUCE)
    assert lesson is not None
    assert len(lesson.likeness) == lesson.about.tickets


async def test_a_newer_file_is_not_the_one_to_go(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where memory is short the tenant just asked for stays, also when it was known before."""
    monkeypatch.setattr("runtime.site.learned.KEPT_BYTES", 10**9)
    site, known = shop.spruce.site, Learned()
    asked = site.files.root, site.store.keys
    assert await known.get(*asked, SPRUCE) is not None
    await known.get(*asked, LARCH)
    monkeypatch.setattr("runtime.site.learned.KEPT_BYTES", 0)
    _path(site.files.root, SPRUCE).touch()
    assert await known.get(*asked, SPRUCE) is not None


async def test_the_type_by_words_alone(shop: Shop) -> None:
    """Under which type others asked; whoever sees none of them is told nothing."""
    site = shop.spruce.site
    found = await suggest_type(site, SPRUCE, await shop.spruce.viewer("ivy"), "samovar cracked", "")
    assert found is not None
    assert (found.topic, found.value, found.agree) == ("type", "refund", 9)
    assert await suggest_type(site, SPRUCE, await shop.spruce.viewer("abe"), "samovar", "") is None
    assert await suggest_type(site, SPRUCE, await shop.spruce.viewer("ivy"), "", "") is None


async def test_it_learns_only_when_there_is_something_new(shop: Shop) -> None:
    """A quiet hour makes no new file; a day with a change does."""
    site = shop.spruce.site
    await shop.learn()
    first = read_about(site.files.root, site.store.keys, SPRUCE)
    await shop.learn()
    assert read_about(site.files.root, site.store.keys, SPRUCE) == first
    assert first is not None
    await shop.finished("Ocarina")
    shop.clock.advance(DAY_US)
    await shop.learn()
    later = read_about(site.files.root, site.store.keys, SPRUCE)
    assert later is not None
    assert later.tickets == first.tickets + 1
    async with site.store.unit(SPRUCE) as unit:
        assert (await past.standing(unit)).count == later.tickets


async def test_the_journal_says_where_it_came_from(shop: Shop) -> None:
    """A label by hand is an edit; taken from a suggestion it says so, and gives no right."""
    site = shop.spruce.site
    number = await shop.open("ann", "My samovar is cracked")
    evidence = {"topic": "priority", "agree": 7, "of": 9}
    change = Change(Label("high"), suggested=evidence)
    for who in ("ann", "ben"):
        viewer = await shop.spruce.viewer(who)
        found = await change_ticket(site, SPRUCE, viewer, number, change)
        assert isinstance(found, Refused if who == "ann" else Done)
    async with site.store.unit(SPRUCE) as unit:
        row = await tickets.by_number(unit, number)
        assert row is not None
        assert row.priority == "high"
        events = await journal.read(unit, row.id)
    assert events[-1].verb == "edited"
    assert events[-1].body is not None
    assert events[-1].body["suggested"] == evidence
    assert {c["name"]: c["after"] for c in events[-1].body["changes"]}["priority"] == "high"


async def test_labels_that_are_not_there(shop: Shop) -> None:
    """What this desk does not have is refused; what the ticket has already changes nothing."""
    number = await shop.open("ann", "Kettle")
    assert isinstance(await shop.do("ivy", number, Label("soon")), Refused)
    assert isinstance(await shop.do("ivy", number, Label("", ("nowhere",))), Refused)
    assert isinstance(await shop.do("ivy", number, Label("", ("bulky", "bulky"))), Done)
    assert isinstance(await shop.do("ivy", number, Label("low", ("bulky",))), Done)
    async with shop.spruce.site.store.unit(SPRUCE) as unit:
        row = await tickets.by_number(unit, number)
        assert row is not None
        assert (row.priority, tuple(row.tags)) == ("low", ("bulky",))


async def test_one_click_takes_it(shop: Shop) -> None:
    """The page shows value, counts and evidence; taking it is the person's own act."""
    number = await shop.open("ann", "My samovar is cracked")
    url = f"/t/{SPRUCE}/desk/tickets/{number}"
    ben, ann = await shop.spruce.browser("ben"), await shop.spruce.browser("ann")
    page = (await ben.open_page(url)).text
    assert "7 of 9 similar tickets" in page
    assert all(f">{one}<" in page for one in shop.samovars[:7])
    form = {"topic": "priority", "value": "high"}
    assert (await ann.post(f"{url}/take", form)).status_code == 404
    assert (await ben.post(f"{url}/take", form)).status_code == 303
    page = (await ben.open_page(url)).text
    assert "changed the details, as 7 of 9 similar tickets suggest" in page
    assert 'value="priority"' not in page, "what the ticket has is suggested no more"
    assert 'name="topic" value="tag"' in page
    # Nothing is taken that nothing suggests, whatever a form says.
    refused = await ben.post(f"{url}/take", {"topic": "priority", "value": "low"})
    assert refused.status_code == 409
    assert "nothing was changed" in refused.text
    assert (await ben.post(f"{url}/take", {"topic": "tag", "value": "bulky"})).status_code == 303
    async with shop.spruce.site.store.unit(SPRUCE) as unit:
        row = await tickets.by_number(unit, number)
        assert row is not None
        assert (row.priority, tuple(row.tags)) == ("high", ("bulky",))


async def test_a_team_is_taken_as_a_transfer(shop: Shop) -> None:
    """With the right to transfer, and only to a team that like tickets had."""
    for n in range(5):
        await shop.finished(f"Gramophone needle {n}", team="second")
    await shop.learn()
    number = await shop.open("ann", "Gramophone needle lost")
    url = f"/t/{SPRUCE}/desk/tickets/{number}"
    ben = await shop.spruce.browser("ben")
    taken = await ben.post(f"{url}/take", {"topic": "team", "value": "second"})
    assert taken.status_code == 303
    async with shop.spruce.site.store.unit(SPRUCE) as unit:
        row = await tickets.by_number(unit, number)
        assert row is not None
        assert row.team_key == "second"
        event = (await journal.read(unit, row.id))[-1]
    assert event.verb == "transferred"
    assert event.body is not None
    assert event.body["suggested"] == {"topic": "team", "agree": 5, "of": 5}


async def test_another_type_while_a_ticket_is_written(shop: Shop) -> None:
    """The fragment names the type of like tickets; its button takes the words along."""
    ivy = await shop.spruce.browser("ivy")
    words = {"subject": "Samovar cracked", "description": "My samovar"}
    new = f"/t/{SPRUCE}/desk/new"
    found = await ivy.post(f"{new}/memo/similar", words)
    assert found.status_code == 200
    assert "Change to “Refund”" in found.text
    assert f'formaction="{new}/refund/check"' in found.text
    there = await ivy.post(f"{new}/refund/check", words)
    assert 'value="Samovar cracked"' in there.text
    assert "Change to" not in there.text
    for other in ({"subject": "Quite another matter"}, {"subject": ""}):
        assert "Change to" not in (await ivy.post(f"{new}/memo/similar", other)).text
    assert "Change to" not in (await ivy.post(f"{new}/refund/similar", words)).text
