"""The addresses of the product as routes and screens import them."""

from __future__ import annotations

from runtime.site.links import Links, with_query

__all__ = ["Links", "with_query"]
