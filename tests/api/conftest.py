"""The app of the web tests, and programs that call it with tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from runtime.actions.api_tokens import SCOPES, Made, new_token
from tests.web.conftest import (
    moment,
    postgres_server,
    spruce,
    sqlite_url,
    store_template,
    web_folder,
)
from tests.web.spruce import CAST, ORIGIN, Spruce

__all__ = ["moment", "postgres_server", "spruce", "store_template", "web_folder"]


@pytest.fixture(scope="module")
def store_url(store_template: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the API adds lies above the store; what it adds below has tests of its own."""
    return sqlite_url(store_template, tmp_path_factory)


@dataclass(slots=True)
class Programs:
    """Programs of the cast, each with a token of all scopes unless others are named."""

    spruce: Spruce
    _made: dict[tuple[str, tuple[str, ...]], httpx.AsyncClient] = field(default_factory=dict)

    async def of(self, who: str, scopes: Sequence[str] = SCOPES) -> httpx.AsyncClient:
        """The program of somebody."""
        key = (who, tuple(scopes))
        if key not in self._made:
            self._made[key] = self.client(CAST[who].tenant, await self.token(who, scopes))
        return self._made[key]

    async def token(self, who: str, scopes: Sequence[str] = SCOPES, days: int = 30) -> str:
        """A fresh token of somebody."""
        tenant, viewer = CAST[who].tenant, await self.spruce.viewer(who)
        made = await new_token(
            self.spruce.site, tenant, viewer.person_id or "", viewer, "a program", scopes, days
        )
        assert isinstance(made, Made), made
        return made.text

    def client(self, tenant: str, token: str = "", **headers: str) -> httpx.AsyncClient:
        """A program with just this token."""
        bearer = {"authorization": f"Bearer {token}"} if token else {}
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.spruce.app),
            base_url=f"{ORIGIN}/t/{tenant}/api/v1",
            headers={"accept-language": "en", **bearer, **headers},
        )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def programs(spruce: Spruce) -> Programs:
    """Programs of the cast."""
    return Programs(spruce)


NEW: dict[str, Any] = {
    "type": "refund",
    "subject": "Lamp",
    "fields": {"amount": "10", "reason": "damaged"},
}


@pytest.fixture
def new() -> dict[str, Any]:
    """The body of a new ticket."""
    return {**NEW, "fields": dict(NEW["fields"])}
