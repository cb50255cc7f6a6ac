"""The workers' shop on each database, and how its pilot's specs differ."""

from __future__ import annotations

from tests.stores import clock, fresh_url, postgres_server, store, store_template
from tests.workers.conftest import bench, shop

__all__ = ["bench", "clock", "fresh_url", "postgres_server", "shop", "store", "store_template"]
