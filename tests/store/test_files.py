"""Files: bytes whole or not at all; rows held, attached, erased, and only by their owner."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from runtime.clock import SECOND_US, FixedClock
from runtime.store import files
from runtime.store.files import Bytes, FileFolder, TooLarge
from runtime.store.open import Store
from runtime.store.rows import FileRow
from runtime.store.unit import Unit
from tests.store.conftest import ELSEWHERE, SHOP, Cast
from tests.store.making import open_ticket


async def _chunks(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def _kept(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_bytes_lie_under_their_digest_and_once(tmp_path: Path) -> None:
    folder = FileFolder(tmp_path)
    put = (folder.put(_chunks(b"x" * 9000, b"yz"), limit=10_000) for _ in range(4))
    found = set(await asyncio.gather(*put))
    digest = hashlib.sha256(b"x" * 9000 + b"yz").hexdigest()
    assert found == {Bytes(digest, 9002, b"x" * 8192)}
    assert await folder.read(digest) == b"x" * 9000 + b"yz"
    assert _kept(tmp_path) == [tmp_path / digest[:2] / digest[2:4] / digest]
    await folder.remove(digest)
    with pytest.raises(FileNotFoundError):
        await folder.read(digest)


async def test_an_upload_over_the_limit_or_cut_short_leaves_nothing(tmp_path: Path) -> None:
    folder = FileFolder(tmp_path)
    with pytest.raises(TooLarge):
        await folder.put(_chunks(b"123", b"456"), limit=5)

    async def cut() -> AsyncIterator[bytes]:
        yield b"123"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await folder.put(cut(), limit=5)
    assert _kept(tmp_path) == []


def test_a_digest_is_no_way_out_of_the_folder(tmp_path: Path) -> None:
    for wrong in ("../" * 20 + "etcx", "A" * 64, "", "0" * 63 + "/"):
        with pytest.raises(ValueError, match="no sha256"):
            FileFolder(tmp_path).path(wrong)


async def _held(unit: Unit, owner: str, content: bytes = b"x") -> FileRow:
    found = Bytes(hashlib.sha256(content).hexdigest(), len(content), content)
    return await files.hold(unit, found, name="p.png", type_found="image/png", owner=owner)


async def test_only_the_owner_attaches_a_held_file_and_only_once(store: Store, cast: Cast) -> None:
    async with store.unit(SHOP, write=True) as unit:
        row = await open_ticket(unit, requester_id=cast.ann)
        mine, bens = await _held(unit, cast.ann), await _held(unit, cast.ben)

        async def attach(*ids: str) -> int:
            return await files.attach(
                unit,
                ids,
                ticket_id=row.id,
                event_id="e1",
                owner=cast.ann,
                visibility="public",
                field_key="photo",
            )

        assert await files.held_bytes(unit, cast.ann) == 1
        assert await attach(mine.id, bens.id) == 1
        assert await attach(mine.id) == 0
        assert await files.held_bytes(unit, cast.ann) == 0
        (attached,) = await files.of_ticket(unit, row.id)
        assert (attached.id, attached.state, attached.field_key) == (mine.id, "attached", "photo")
        assert await files.by_token(unit, mine.token) == attached
    async with store.unit(ELSEWHERE) as unit:
        assert await files.by_token(unit, mine.token) is None
        assert await files.by_ids(unit, [mine.id]) == {}


async def test_bytes_go_when_no_file_names_them(
    store: Store, cast: Cast, clock: FixedClock
) -> None:
    async with store.unit(SHOP, write=True) as unit:
        one, two = await _held(unit, cast.ann), await _held(unit, cast.ben)
        assert await files.erase(unit, [one.id]) == []
        assert await files.by_token(unit, one.token) is None
        assert await files.erase(unit, [two.id]) == [two.sha256]
        lost = await _held(unit, cast.ann)
    clock.advance(SECOND_US)
    async with store.unit(SHOP) as unit:
        assert await files.stale(unit, clock.now_us()) == [lost.id]
