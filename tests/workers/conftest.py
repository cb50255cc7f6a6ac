"""A published shop on each database, and an SMTP server that really speaks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from runtime.clock import FixedClock
from runtime.render.notices import NoticeRenderer
from runtime.store.open import Store
from runtime.workers.handling import Bench
from tests.stores import clock, fresh_url, postgres_server, store, store_template
from tests.workers.post_office import PostOffice, serving
from tests.workers.shop import Shop, make_shop, site_of

__all__ = ["clock", "fresh_url", "postgres_server", "store", "store_template"]


@pytest.fixture
async def office() -> AsyncIterator[PostOffice]:
    """An SMTP server on the loopback that keeps what it gets."""
    async with serving() as running:
        yield running


@pytest.fixture
async def shop(store: Store, clock: FixedClock, tmp_path: Path) -> Shop:
    """The shop, with no SMTP server configured."""
    return await make_shop(site_of(store, clock, tmp_path))


@pytest.fixture
async def bench(shop: Shop) -> AsyncIterator[Bench]:
    """What handlers work with, without SMTP."""
    made = Bench(shop.site, NoticeRenderer())
    yield made
    await made.renderer.close()


@pytest.fixture
async def posting(shop: Shop, office: PostOffice) -> AsyncIterator[Bench]:
    """What handlers work with, mail going to `office`."""
    settings = replace(shop.site.settings, smtp_url=office.url)
    made = Bench(replace(shop.site, settings=settings), NoticeRenderer())
    yield made
    await made.renderer.close()
