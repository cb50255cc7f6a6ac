"""The document of a tenant's REST API for whoever asks, by token or on the page."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from engine.facts import Viewer
from generators.openapi import openapi
from runtime.actions.api_tokens import SCOPES
from runtime.site.desks import Live
from runtime.site.links import Links


def document_for(live: Live, viewer: Viewer, locale: str) -> dict[str, Any]:
    """The OpenAPI document within the viewer's rights."""
    return openapi(live.desk, viewer, SCOPES, Links(live.tenant).api(), version("specdesk"), locale)
