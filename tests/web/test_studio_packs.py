"""The studio with packs: what is inherited is shown whole, what is changed is the tenant's own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from runtime.actions.let_through import ANYTHING
from runtime.actions.publish_desk import publish_desk
from runtime.clock import FixedClock
from runtime.site.standing import SYSTEM
from runtime.store import desks
from runtime.store.open import Store
from specs.load import read_folder
from tests.specs.packed import pinned
from tests.web.conftest import one_database
from tests.web.studio_site import EXAMPLES, SHOP, STUDIO, Browser, Served, serve

pytestmark = pytest.mark.asyncio(loop_scope="module")
# What pages say of specs; the statements beneath are tried on both databases in tests/store.
store_url = one_database

HEAD = "kind: Pack\nid: extra\nversion: 1.0.0\nlanguage: 1\ntitle: Extra\nsummary: More\n"
TEAM = "kind: Team\n# of the pack\ntitle: { zh-CN: 维修, en: Fixers }\ncapacity: 5\n"
PACK = {"pack.yaml": HEAD.encode(), "teams/fixers.yaml": TEAM.encode()}
FIXERS = f"{STUDIO}Team/fixers"


def files() -> dict[str, bytes]:
    """The shop, using the pack."""
    found, _ = read_folder(EXAMPLES / SHOP)
    found |= {f"packs/extra/{name}": content for name, content in PACK.items()}
    found["tenant.yaml"] += b"packs: { extra: { version: 1.0.0 } }\n"
    return pinned(found)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(store_url: str, web_folder: Path, moment: FixedClock) -> AsyncIterator[Served]:
    """The shop, served once for the module."""
    store = await Store.open(store_url, key_file=web_folder / "keys.json", clock=moment)
    try:
        yield await serve(store, moment, web_folder)
    finally:
        await store.close()


@pytest_asyncio.fixture(loop_scope="module")
async def cleo(served: Served) -> AsyncIterator[Browser]:
    """Cleo's browser; the shop is as its folder says and she has no draft."""
    done = await publish_desk(served.site, files(), SYSTEM, "with a pack", word=ANYTHING)
    assert done.revision, done.problems
    async with served.at("cleo") as browser:
        page = await browser.get(STUDIO)
        await browser.post(f"{STUDIO}discard", page)
        yield browser


async def test_what_a_pack_brings_is_listed_and_says_where_it_comes_from(cleo: Browser) -> None:
    listed = await cleo.get(f"{STUDIO}Team/")
    assert "Fixers" in listed.text
    assert "Team/fixers/delete" not in listed.text
    page = await cleo.get(FIXERS)
    assert page.status == 200
    assert "Built upon extra 1.0.0" in page.text
    assert "teams/fixers.yaml" in page.text
    text = await cleo.get(f"{FIXERS}/yaml")
    assert "extends: extra:fixers" in text.text
    assert (await cleo.get(f"{STUDIO}files?path=packs/extra/teams/fixers.yaml")).status == 404


async def test_a_form_sent_as_it_stands_makes_no_file(cleo: Browser) -> None:
    page = await cleo.get(FIXERS)
    await cleo.post(FIXERS, page, **page.form())
    assert "teams/fixers.yaml" not in (await cleo.get(f"{STUDIO}publish")).text


async def test_a_change_is_the_tenants_own_and_the_pack_stays(
    served: Served, cleo: Browser
) -> None:
    page = await cleo.get(FIXERS)
    form = {**page.form(), "title.en": ["Repair crew"]}
    await cleo.post(FIXERS, page, **form)
    overview = await cleo.get(f"{STUDIO}publish")
    assert "teams/fixers.yaml" in overview.text
    done = await cleo.post(
        f"{STUDIO}publish", overview, message="ours", _digest=overview.field("_digest")
    )
    assert "is live" in done.text
    live = served.site.desks.get(SHOP)
    assert live is not None
    assert live.desk.teams["fixers"].title.say("en") == "Repair crew"
    async with served.site.store.unit(SHOP) as unit:
        pointer = await desks.pointer(unit)
        assert pointer is not None
        revision = await desks.read_revision(unit, pointer.revision_n)
        assert revision is not None
        kept = await desks.read_files(unit, revision.files)
    assert kept["packs/extra/teams/fixers.yaml"] == PACK["teams/fixers.yaml"]
    own = kept["teams/fixers.yaml"].decode()
    assert own == "kind: Team\nextends: extra:fixers\ntitle: { en: Repair crew }\n"
    again = await cleo.get(FIXERS)
    assert "Repair crew" in again.text
    assert "Built upon extra 1.0.0" in again.text
