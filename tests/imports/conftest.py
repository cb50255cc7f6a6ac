"""Sites with an example tenant published, on both databases."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from runtime.actions.let_through import ANYTHING
from runtime.actions.publish_desk import publish_desk
from runtime.settings import read_settings
from runtime.site.desks import Desks
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM
from runtime.store.files import FileFolder
from runtime.store.open import Store
from specs.load import read_folder
from tests.stores import clock, fresh_url, postgres_server, store, store_template

__all__ = ["clock", "fresh_url", "postgres_server", "store", "store_template"]

EXAMPLES = Path(__file__).parents[2] / "examples" / "tenants"
Publish = Callable[..., Awaitable[Site]]


@pytest.fixture
def site(store: Store, tmp_path: Path) -> Site:
    """A process's handles over an empty store."""
    return Site(store, Desks(store), FileFolder(tmp_path / "files"), store.clock, read_settings({}))


@pytest.fixture
def publish(site: Site) -> Publish:
    """Publishes an example tenant, with some of its files replaced."""

    async def published(tenant: str, **replaced: bytes) -> Site:
        files, problems = read_folder(EXAMPLES / tenant)
        assert problems == []
        done = await publish_desk(site, files | replaced, SYSTEM, "test", word=ANYTHING)
        assert done.revision == 1, [one.headline for one in done.problems]
        return site

    return published
