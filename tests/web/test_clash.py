"""Two people edit one ticket: other fields merge, the same field shows both sides."""

from __future__ import annotations

import re

import pytest

from runtime.web.requests import Form
from runtime.web.screens.ticket.build_clash import _inputs
from tests.web.conftest import one_database
from tests.web.spruce import Browser, Page, Spruce

pytestmark = pytest.mark.asyncio(loop_scope="module")
# Which side wins is decided before anything is written.
store_url = one_database


async def edit(browser: Browser, number: str, page: Page, **values: str) -> object:
    (field,) = values
    form = {"field": field, "_version": page.version, **values}
    return await browser.post(f"/t/spruce/desk/tickets/{number}/edit", form)


async def test_other_fields_merge_and_the_same_field_shows_both_sides(spruce: Spruce) -> None:
    ann, ben, cleo = [await spruce.browser(who) for who in ("ann", "ben", "cleo")]
    number = await ann.submit()
    url = f"/t/spruce/desk/tickets/{number}"
    old = await ben.open_page(url)
    for mine, values in ((cleo, {"fee": "7"}), (cleo, {"amount": "12.50"}), (ben, {"story": "S"})):
        done = await edit(mine, number, await mine.open_page(url), **values)
        assert done.status_code == 303, done.text
    # Ben's page is old, but nobody touched this field, and of that one both mean the same.
    assert (await edit(ben, number, old, reason="late")).status_code == 303
    assert (await edit(ben, number, old, amount="12.5")).status_code == 303
    clash = await edit(ben, number, old, fee="9")
    assert clash.status_code == 409
    sides = re.findall(r"<dd[^>]*>([^<]*)</dd>", clash.text.partition("clash")[2])[:2]
    assert sides == ["9", "7"]
    assert "<b>Cleo</b> changed" in clash.text
    # Keeping mine posts it again with the version that was just read.
    version = re.search(r'id="conflict".*?name="_version" value="(\d+)"', clash.text, re.DOTALL)
    assert version
    again = Page("", "", "", version[1])
    assert (await edit(ben, number, again, fee="9")).status_code == 303
    assert ">9<" in (await cleo.open_page(url)).text


@pytest.mark.parametrize(
    "raw",
    ["plain", ["one", "two"], [], [{"part": "bolt", "pieces": "2"}, {"part": "", "pieces": ""}]],
)
async def test_mine_is_said_again_whole_whatever_it_is(raw: object) -> None:
    texts: dict[str, tuple[str, ...]] = {}
    for name, value in _inputs("f", raw):
        texts[name] = (*texts.get(name, ()), value)
    form = Form(texts, {})
    if raw == "plain":
        assert form.one("f") == raw
    elif raw and isinstance(raw, list) and isinstance(raw[0], dict):
        rows = [{n: form.one(f"f.{at}.{n}") for n in row} for at, row in enumerate(raw)]
        assert rows == raw
    else:
        assert list(form.many("f")) == raw
