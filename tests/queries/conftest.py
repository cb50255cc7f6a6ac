"""The app's site over each database, once per module, as the tests of the web have it."""

from __future__ import annotations

from tests.web.conftest import (
    moment,
    postgres_server,
    spruce,
    store_template,
    store_url,
    web_folder,
)

__all__ = ["moment", "postgres_server", "spruce", "store_template", "store_url", "web_folder"]
