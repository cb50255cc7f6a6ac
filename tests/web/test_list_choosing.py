"""Filters by the operators of conditions, groups and columns, all in the address of a list."""

from __future__ import annotations

import re
from typing import Any

import pytest

from runtime.queries.list_tickets import EVERY, count_views, mine, unassigned
from runtime.store import lists
from runtime.store.unit import OutOfTime, Unit
from tests.web.conftest import one_database
from tests.web.spruce import SPRUCE, Browser, Spruce

pytestmark = pytest.mark.asyncio(loop_scope="module")
# How each operator is lowered is tried over both databases in tests/store.
store_url = one_database
ALL = f"/t/{SPRUCE}/desk/views/all"


async def _subjects(browser: Browser, query: str) -> set[str]:
    page = await browser.open_page(f"{ALL}?{query}")
    return {name.strip() for name in re.findall(r'class="rowlink"[^>]*>([^<]+)<', page.text)}


@pytest.fixture(scope="module")
def filled() -> dict[str, bool]:
    return {}


async def _fill(spruce: Spruce, filled: dict[str, bool]) -> Browser:
    if not filled:
        ann = await spruce.browser("ann")
        await ann.submit(subject="Blue lamp", amount="12.50", reason="damaged")
        await ann.submit(subject="Red lamp", amount="300", reason="late")
        await ann.submit(subject="Chair", amount="40", reason="late")
        filled["done"] = True
    return await spruce.browser("ivy")


@pytest.mark.parametrize(
    ("query", "want"),
    [
        ("field.amount.at_least=40.00", {"Red lamp", "Chair"}),
        ("field.amount.less_than=40", {"Blue lamp"}),
        ("field.amount.between=12.50..40", {"Blue lamp", "Chair"}),
        ("field.amount.is=12.50", {"Blue lamp"}),
        ("subject.contains=LAMP", {"Blue lamp", "Red lamp"}),
        ("subject.starts_with=red", {"Red lamp"}),
        ("field.reason.is_not=late", {"Blue lamp"}),
        ("field.reason.one_of=late,damaged&subject.contains=chair", {"Chair"}),
        ("field.story.is_empty=false", set()),
        ("created_at.within_last=2d&field.reason.is=late", {"Red lamp", "Chair"}),
        ("created_at.before=2026-03-01", set()),
        ("phase.is=new&field.reason.is=damaged", {"Blue lamp"}),
    ],
)
async def test_an_operator_in_the_address_asks_what_a_condition_asks(
    spruce: Spruce, filled: dict[str, bool], query: str, want: set[str]
) -> None:
    assert await _subjects(await _fill(spruce, filled), query) == want


async def test_what_does_not_fit_is_as_if_not_there(
    spruce: Spruce, filled: dict[str, bool]
) -> None:
    ivy = await _fill(spruce, filled)
    everything = await _subjects(ivy, "")
    for query in (
        "field.amount.at_least=much", "field.amount.contains=4", "subject.matches=.*",
        "created_at.within_last=9999d", "field.iban.is=x", "field.nothing.is=x",
        "field.amount.between=1", "field.reason.is_empty=perhaps",
    ):  # fmt: skip
        assert await _subjects(ivy, query) == everything, query


async def test_field_operator_and_value_become_one_chip(
    spruce: Spruce, filled: dict[str, bool]
) -> None:
    ivy = await _fill(spruce, filled)
    picking = (await ivy.open_page(f"{ALL}?pick=field.amount&q=lamp")).text
    assert '<input type="hidden" name="q" value="lamp">' in picking
    assert 'name="f" value="field.amount"' in picking
    sent = await ivy.get(f"{ALL}?q=lamp&f=field.amount&op=at_least&v=40")
    assert sent.status_code == 303
    assert "field.amount.at_least=40" in sent.headers["location"]
    page = (await ivy.open_page(sent.headers["location"])).text
    assert re.search(r"<span>Amount</span> <span>is at least</span> <b>40</b>", page)
    assert "Red lamp" in page
    assert "Chair" not in page


async def test_groups_columns_and_order_stand_in_the_address(
    spruce: Spruce, filled: dict[str, bool]
) -> None:
    ivy = await _fill(spruce, filled)
    page = (await ivy.open_page(f"{ALL}?group=reason&cols=subject,amount&sort=-amount")).text
    heads = re.findall(r'scope="rowgroup">([^<]+)<', page)
    assert heads[:2] == ["Damaged", "Late"]
    assert page.index("Red lamp") < page.index(">Chair<")
    assert re.findall(r'<th scope="col" class="([^"]+)"', page)[1:] == ["c-subj", "c-x r"]


async def test_a_field_that_is_hidden_is_not_offered_by_name(
    spruce: Spruce, filled: dict[str, bool]
) -> None:
    await _fill(spruce, filled)
    ben = await spruce.browser("ben")
    page = (await ben.open_page(f"{ALL}?pick=field.iban&cols=subject,iban&group=iban")).text
    assert "Account" not in page
    assert 'name="f"' not in page


async def test_a_list_is_kept_for_oneself_and_thrown_away(
    spruce: Spruce, filled: dict[str, bool]
) -> None:
    ivy = await _fill(spruce, filled)
    await ivy.open_page(ALL)
    kept = await ivy.post(f"{ALL}/keep?q=lamp&field.reason.is=late", {"title": " Late  lamps "})
    assert kept.status_code == 303
    where = kept.headers["location"]
    page = (await ivy.open_page(where)).text
    assert re.search(r'aria-current="page"[^>]*>.{0,300}Late lamps', page, re.DOTALL)
    assert "Red lamp" in page
    assert "Blue lamp" not in page
    own = re.search(r"own=([^&]+)", where)
    assert own
    ben = await spruce.browser("ben")
    drop = f"/t/{SPRUCE}/desk/own/{own[1]}/drop"
    assert (await ben.post(drop, {})).status_code == 404, "another's"
    assert "Late lamps" not in (await ben.open_page(ALL)).text
    assert (await ivy.post(drop, {})).status_code == 303
    assert "Late lamps" not in (await ivy.open_page(ALL)).text
    assert (await ivy.post(f"{ALL}/keep", {"title": " "})).headers["location"] == ALL


async def test_own_lists_are_named_ordered_pinned_and_counted(
    spruce: Spruce, filled: dict[str, bool]
) -> None:
    cleo = await spruce.browser("cleo")
    await _fill(spruce, filled)
    await cleo.open_page(ALL)
    ids = []
    for title, query in (("One", "field.reason.is=late"), ("Two", "q=lamp")):
        kept = await cleo.post(f"{ALL}/keep?{query}", {"title": title})
        found = re.search(r"own=([^&]+)", kept.headers["location"])
        assert found
        ids.append(found[1])
    own = f"/t/{SPRUCE}/desk/own"

    async def do(which: int, what: str, **form: str) -> str:
        sent = await cleo.post(f"{own}/{ids[which]}/{what}", form)
        assert sent.status_code == 303, what
        return (await cleo.open_page(own)).text

    assert re.findall(r'name="title" value="([^"]+)"', await do(1, "up")) == ["Two", "One"]
    assert re.findall(r'name="title" value="([^"]+)"', await do(1, "down")) == ["One", "Two"]
    assert 'value="Late ones"' in await do(0, "rename", title="Late  ones")
    assert 'value="Late ones"' in await do(0, "rename", title=" ")
    page = await do(0, "pin")
    assert page.index("Late ones") < page.index(">Views<"), "it stands on top"
    assert re.search(r'Late ones</span><span class="count">2</span>', page), "and is counted"
    assert re.search(r"<span>Two</span></a>", page), "words are not counted"
    assert (await cleo.post(f"{own}/{ids[0]}/explode", {})).status_code == 404


async def test_how_a_list_is_shown_is_kept_for_the_person(
    spruce: Spruce, filled: dict[str, bool]
) -> None:
    ivy = await _fill(spruce, filled)
    await ivy.open_page(ALL)
    form = {"col": ["subject", "amount"], "sort": "-amount", "density": "compact", "group": "none"}
    sent = await ivy.post(f"{ALL}/display?q=lamp&sort=number", form)
    assert sent.headers["location"] == f"{ALL}?q=lamp"
    page = (await ivy.open_page(ALL)).text
    assert re.findall(r'<th scope="col" class="([^"]+)"', page)[1:] == ["c-subj", "c-x r"]
    assert 'data-density="compact"' in page
    assert page.index("Red lamp") < page.index(">Chair<")
    other = (await ivy.open_page(f"{ALL}?density=standard&sort=amount")).text
    assert 'data-density="compact"' not in other
    assert other.index(">Chair<") < other.index("Red lamp")
    await ivy.post(f"{ALL}/display", {"reset": "1"})
    assert 'data-density="compact"' not in (await ivy.open_page(ALL)).text


async def test_several_people_are_found_and_filtered_by(
    spruce: Spruce, filled: dict[str, bool]
) -> None:
    ivy = await _fill(spruce, filled)
    found = (await ivy.open_page(f"{ALL}?pick=requester&who=ann")).text
    ann = re.search(r'name="v" value="([^"]+)"[^>]*><span>Ann<', found)
    assert ann
    sent = await ivy.get(f"{ALL}?f=requester&op=one_of&v={ann[1]}&v=me")
    assert sent.status_code == 303
    page = (await ivy.open_page(sent.headers["location"])).text
    assert re.search(r"<b>Ann(, | and )Me</b>", page)
    assert "Red lamp" in page
    nobody = (await ivy.get(f"{ALL}?f=assignee&op=empty")).headers["location"]
    assert "assignee.is_empty=true" in nobody
    strange = (await ivy.open_page(f"{ALL}?field.nothing.is=x")).text
    assert "is not known here" in strange


async def test_what_takes_too_long_is_broken_off_and_says_so(
    spruce: Spruce, filled: dict[str, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """First in another order, then not at all; other lists go on."""
    ivy = await _fill(spruce, filled)
    slow: set[str] = set()

    def made_slow(name: str) -> None:
        real = getattr(lists, name)

        async def slowly(unit: Unit, where: Any, *more: Any, **given: Any) -> Any:
            order = getattr(more[0][0][0], "name", "") if more else ""
            if name in slow and order != "updated_us" and given.get("patience_s"):
                raise OutOfTime
            return await real(unit, where, *more, **given)

        monkeypatch.setattr(lists, name, slowly)

    for name in ("list_tickets", "count_capped"):
        made_slow(name)
    slow.add("list_tickets")
    page = (await ivy.open_page(f"{ALL}?layout=list&sort=amount")).text
    assert "they stand by their last change" in page
    assert "Red lamp" in page
    assert "after=" not in page
    slow.add("count_capped")
    page = (await ivy.open_page(f"{ALL}?layout=list&subject.contains=amp")).text
    assert "took too long and was broken off" in page
    assert "No ticket matches" not in page
    assert "took too long" not in (await ivy.open_page(f"/t/{SPRUCE}/desk/inbox")).text


async def test_a_number_that_takes_too_long_is_left_out_alone(
    spruce: Spruce, filled: dict[str, bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And is not tried again for some minutes; the others stand where they stood."""
    ivy = await _fill(spruce, filled)
    asked: list[int] = []
    real = lists.count_many

    async def slowly(unit: Unit, wheres: Any, *more: Any, **given: Any) -> list[int]:
        asked.append(len(wheres))
        if len(asked) == 1:
            raise OutOfTime
        return await real(unit, wheres, *more, **given)

    async def slow_alone(unit: Unit, where: Any, *more: Any, **given: Any) -> int:
        (count,) = await real(unit, [where], *more)
        if "phase" not in str(where.compile(dialect=unit.speech)):
            raise OutOfTime
        return count

    viewer = await spruce.viewer("ivy")
    views = [(mine(viewer), ()), (EVERY, ()), (unassigned(), ())]
    monkeypatch.setattr(lists, "count_many", slowly)
    monkeypatch.setattr(lists, "count_capped", slow_alone)
    found = await count_views(spruce.site, SPRUCE, viewer, views, 12, 1)
    assert [n < 0 for n in found] == [False, True, False]
    await ivy.post(f"{ALL}/display", {"reset": "1"})
    again = await count_views(spruce.site, SPRUCE, viewer, views, 13, 1)
    assert (again, asked) == (found, [3, 2])


async def test_a_filter_is_told_in_words(spruce: Spruce, filled: dict[str, bool]) -> None:
    """A span as people say it; what this list does not know has no operator."""
    ivy = await _fill(spruce, filled)
    page = (await ivy.open_page(f"{ALL}?created_at.within_last=90m&field.nothing.is=x")).text
    assert "<b>1h 30m</b>" in page
    assert "</span><span></span><b>" not in page
