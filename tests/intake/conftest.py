"""The shop with a channel for mail; mails are understood in this process."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from runtime.clock import FixedClock
from runtime.store.open import Store
from tests.intake.post import Post, make_post
from tests.stores import clock, fresh_url, postgres_server, store, store_template
from tests.workers.shop import site_of

__all__ = ["clock", "fresh_url", "postgres_server", "store", "store_template"]


@pytest.fixture
async def post(store_template: Path, clock: FixedClock, tmp_path: Path) -> AsyncIterator[Post]:
    """The shop and whoever writes to it, on SQLite: what is understood is the same on both."""
    path = tmp_path / "store.sqlite"
    shutil.copy(store_template, path)
    opened = await Store.open(f"sqlite:///{path}", key_file=tmp_path / "keys.json", clock=clock)
    try:
        yield await make_post(site_of(opened, clock, tmp_path))
    finally:
        await opened.close()


@pytest.fixture
async def both(store: Store, clock: FixedClock, tmp_path: Path) -> Post:
    """The same on each database, where statements and locks matter."""
    return await make_post(site_of(store, clock, tmp_path))
