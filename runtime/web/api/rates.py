"""How many calls somebody may make (filled in by the rates of the store)."""

from __future__ import annotations

from runtime.web.requests import AnyRequest, App


async def spend(request: AnyRequest, app: App, tenant: str, who: str) -> None:
    """Count one call of somebody."""
