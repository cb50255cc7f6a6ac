"""Two people publish one file: the second sees both sides, and nobody loses anything."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from runtime.actions.let_through import ANYTHING
from runtime.actions.merge_draft import met_files, settle_draft
from runtime.actions.publish_desk import publish_desk
from runtime.actions.save_draft import Saved, open_bench, save_text
from runtime.site.standing import SYSTEM
from tests.web.spruce import SPRUCE, Spruce, specs

pytestmark = pytest.mark.asyncio(loop_scope="module")
STUDIO = f"/t/{SPRUCE}/studio"
PATH = "types/refund.yaml"


def with_label(label: str, prefix: str = "RF") -> str:
    text = specs()[PATH].decode().replace("label: Story", f"label: {label}")
    return text.replace("prefix: RF", f"prefix: {prefix}")


async def drafted(spruce: Spruce, who: str, text: str) -> None:
    """Somebody's draft of the refund type."""
    viewer = await spruce.viewer(who)
    bench = await open_bench(spruce.site, SPRUCE, viewer)
    saved = await save_text(spruce.site, bench, PATH, text, bench.seen(PATH))
    assert isinstance(saved, Saved)


async def published(spruce: Spruce, text: str, why: str) -> None:
    done = await publish_desk(
        spruce.site, specs() | {PATH: text.encode()}, SYSTEM, why, word=ANYTHING
    )
    assert done.changed, done.problems


async def live(spruce: Spruce) -> str:
    bench = await open_bench(spruce.site, SPRUCE, await spruce.viewer("ivy"))
    return bench.live_text(PATH)


def digest(html: str) -> str:
    found = re.search(r'name="_digest" value="([^"]*)"', html)
    assert found
    return found[1]


async def test_both_changes_are_taken_over_where_they_do_not_meet(spruce: Spruce) -> None:
    await drafted(spruce, "ivy", with_label("Your story"))
    await published(spruce, with_label("Story", "RX"), "another prefix")
    ivy = await spruce.browser("ivy")
    assert f'href="{STUDIO}/merge"' in (await ivy.get(f"{STUDIO}/publish")).text
    page = (await ivy.get(f"{STUDIO}/merge")).text
    for said in ("another prefix", "prefix: RX", "label: Your story", 'value="merge"'):
        assert said in page, said
    done = await ivy.post(
        f"{STUDIO}/merge", {"path": PATH, "how": "merge", "_digest": digest(page)}
    )
    assert (done.status_code, done.headers["location"]) == (303, f"{STUDIO}/publish")
    bench = await open_bench(spruce.site, SPRUCE, await spruce.viewer("ivy"))
    assert bench.text(PATH) == with_label("Your story", "RX")
    assert not any(one.stale for one in bench.changes)


async def test_the_same_lines_are_for_a_person(spruce: Spruce) -> None:
    await drafted(spruce, "ivy", with_label("Mine", "RX"))
    await published(spruce, with_label("Theirs", "RX"), "our own words")
    ivy = await spruce.browser("ivy")
    page = (await ivy.get(f"{STUDIO}/merge")).text
    assert 'value="merge"' not in page
    assert "Both changed the same lines" in page
    seen = digest(page)
    forced = await ivy.post(f"{STUDIO}/merge", {"path": PATH, "how": "merge", "_digest": seen})
    assert forced.status_code == 409
    kept = await ivy.post(f"{STUDIO}/merge", {"path": PATH, "how": "mine", "_digest": seen})
    assert kept.status_code == 303
    bench = await open_bench(spruce.site, SPRUCE, await spruce.viewer("ivy"))
    assert bench.text(PATH) == with_label("Mine", "RX")
    assert await live(spruce) == with_label("Theirs", "RX")
    assert "was published by others" in (await ivy.get(f"{STUDIO}/merge")).text


async def test_theirs_ends_the_draft_and_what_was_not_seen_changes_nothing(spruce: Spruce) -> None:
    await published(spruce, with_label("Again", "RX"), "once more")
    viewer = await spruce.viewer("ivy")
    bench = await open_bench(spruce.site, SPRUCE, viewer)
    (met,) = await met_files(spruce.site, bench)
    assert [one.message for one in met.by] == ["once more"]
    assert not await settle_draft(spruce.site, bench, PATH, "theirs", "old.old")
    assert not await settle_draft(
        spruce.site, replace(bench, drafts={}), PATH, "theirs", bench.seen(PATH)
    )
    assert await settle_draft(spruce.site, bench, PATH, "theirs", bench.seen(PATH))
    assert not await settle_draft(spruce.site, bench, PATH, "mine", bench.seen(PATH))
    fresh = await open_bench(spruce.site, SPRUCE, viewer)
    assert fresh.text(PATH) == with_label("Again", "RX")
    assert not fresh.changes
