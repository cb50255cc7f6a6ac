"""The small shop on each database, with people and tickets."""

from __future__ import annotations

from pathlib import Path

import pytest

from runtime.clock import FixedClock
from runtime.store.open import Store
from tests.planning.shop import Shop, make_shop
from tests.stores import clock, fresh_url, postgres_server, store, store_template

__all__ = ["clock", "fresh_url", "postgres_server", "shop", "store", "store_template"]


@pytest.fixture
async def shop(store: Store, clock: FixedClock, tmp_path: Path) -> Shop:
    """Sixty tickets of the shop, made through the real door; Dora's tenant has some too."""
    return await make_shop(store, clock, tmp_path)
