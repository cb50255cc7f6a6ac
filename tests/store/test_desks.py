"""Publishing: bytes come back, the pointer moves once, others hear of it within a second."""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace
from typing import Any

import pytest

from runtime.site.desks import wanted_indexes
from runtime.store import desks, drafts
from runtime.store.desks import Pointer, PublishConflict, Revision
from runtime.store.follow import follow
from runtime.store.indexes import indexed_field
from runtime.store.open import Store
from runtime.store.unit import Unit
from specs.spec_set import tree_digest
from tests.store.conftest import ELSEWHERE, SHOP, Cast

FILES = {
    "tenant.yaml": b"kind: Tenant\r\n# kept\r\n",
    "types/refund.yaml": "title: 退款\n".encode(),
    "types/return.yaml": "title: 退款\n".encode(),
}


async def _publish(unit: Unit, files: dict[str, bytes], expected: Pointer | None) -> Pointer:
    new = Revision(
        n=0,
        tree=tree_digest(files),
        desk_digest="d",
        author="cleo",
        message="m",
        parents=(expected.revision_n,) if expected else (),
        keys={"types": {"refund": "refund"}},
        provenance={},
        files=await desks.put_files(unit, files),
        at_us=unit.now_us(),
    )
    return await desks.publish(unit, new, expected=expected)


async def test_a_revision_gives_its_files_back_byte_for_byte(store: Store, cast: Cast) -> None:
    async with store.unit(SHOP, write=True) as unit:
        first = await _publish(unit, FILES, None)
    assert first == Pointer(SHOP, "live", 1, 1)
    changed = {**FILES, "tenant.yaml": b"kind: Tenant\n"}
    async with store.unit(SHOP, write=True) as unit:
        second = await _publish(unit, changed, first)
    assert second == Pointer(SHOP, "live", 2, 2)
    async with store.unit(SHOP) as unit:
        assert await desks.pointer(unit) == second
        one, two = await desks.read_revision(unit, 1), await desks.read_revision(unit, 2)
        assert one is not None
        assert two is not None
        assert await desks.read_files(unit, one.files) == FILES
        assert await desks.read_files(unit, two.files) == changed
        assert two.parents == [1]
        assert [revision.n for revision in await desks.revisions(unit)] == [2, 1]
    async with store.unit(ELSEWHERE) as unit:
        assert await desks.pointer(unit) is None
        assert await desks.read_revision(unit, 1) is None


def test_a_tree_depends_on_paths_and_bytes_alone() -> None:
    turned = dict(reversed(FILES.items()))
    assert tree_digest(FILES) == tree_digest(turned)
    assert tree_digest(FILES) != tree_digest({**FILES, "a.yaml": b""})


async def test_of_two_who_publish_at_once_one_is_told(store: Store, cast: Cast) -> None:
    async with store.unit(SHOP, write=True) as unit:
        base = await _publish(unit, FILES, None)

    async def go(n: int) -> Pointer:
        async with store.unit(SHOP, write=True) as unit:
            return await _publish(unit, {**FILES, f"types/t{n}.yaml": b""}, base)

    ends = await asyncio.gather(*(go(n) for n in range(5)), return_exceptions=True)
    assert [end for end in ends if isinstance(end, Pointer)] == [Pointer(SHOP, "live", 2, 2)]
    assert sum(isinstance(end, PublishConflict) for end in ends) == 4
    async with store.unit(SHOP) as unit:
        assert [one.n for one in await desks.revisions(unit)] == [2, 1], "the losers left nothing"


async def test_the_first_publish_is_a_race_too(store: Store, cast: Cast) -> None:
    async def go() -> Pointer:
        async with store.unit(SHOP, write=True) as unit:
            return await _publish(unit, FILES, None)

    ends = await asyncio.gather(*(go() for _ in range(4)), return_exceptions=True)
    assert sum(isinstance(end, Pointer) for end in ends) == 1
    assert sum(isinstance(end, PublishConflict) for end in ends) == 3


async def test_a_rollback_moves_the_pointer_alone(store: Store, cast: Cast) -> None:
    async with store.unit(SHOP, write=True) as unit:
        first = await _publish(unit, FILES, None)
        second = await _publish(unit, {}, first)
    async with store.unit(SHOP, write=True) as unit:
        back = await desks.point(unit, 1, expected=second)
    assert back == Pointer(SHOP, "live", 1, 3)
    with pytest.raises(PublishConflict):
        async with store.unit(SHOP, write=True) as unit:
            await desks.point(unit, 2, expected=second)


async def test_another_process_hears_within_a_second(store: Store, cast: Cast) -> None:
    other = await Store.open(store.url.render_as_string(hide_password=False), clock=store.clock)
    following = follow(other)
    try:
        assert await anext(following) == []
        waiting = asyncio.ensure_future(anext(following))
        await asyncio.sleep(0.3)
        assert not waiting.done()
        async with store.unit(SHOP, write=True) as unit:
            moved = await _publish(unit, FILES, None)
        since = time.monotonic()
        assert await asyncio.wait_for(waiting, 5) == [moved]
        assert time.monotonic() - since < 1
    finally:
        await following.aclose()
        await other.close()


async def test_drafts_are_a_persons_own(store: Store, cast: Cast) -> None:
    async with store.unit(SHOP, write=True) as unit:
        await drafts.save_draft(unit, cast.cleo, "types/a.yaml", b"one", "abc")
        await drafts.save_draft(unit, cast.cleo, "types/a.yaml", b"two", "abc")
        await drafts.save_draft(unit, cast.cleo, "types/b.yaml", None, "def")
        await drafts.save_draft(unit, cast.ben, "types/a.yaml", b"mine", None)
    async with store.unit(SHOP, write=True) as unit:
        found = await drafts.drafts(unit, cast.cleo)
        assert {path: one.content for path, one in found.items()} == {
            "types/a.yaml": b"two",
            "types/b.yaml": None,
        }
        await drafts.drop_drafts(unit, cast.cleo)
        assert await drafts.drafts(unit, cast.cleo) == {}
        assert len(await drafts.drafts(unit, cast.ben)) == 1


def test_a_key_that_two_tenants_use_differently_is_indexed_in_both_ways() -> None:
    def live(field_type: str) -> Any:
        item = SimpleNamespace(key="amount", type=field_type, indexed=True)
        claim = SimpleNamespace(fields={"amount": item})
        return SimpleNamespace(desk=SimpleNamespace(types={"claim": claim}, policies={}))

    made = wanted_indexes([live("money"), live("text"), live("money")])
    assert made == [indexed_field("amount", "number"), indexed_field("amount", "text")]
