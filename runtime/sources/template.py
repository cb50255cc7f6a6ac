"""Fills the templates of requests: percent-encoded in addresses, typed in JSON bodies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from engine.model.source import Body, Hole, Template


def filled(template: Template, params: Mapping[str, Any]) -> str:
    """An address; what fills a hole can end no part of it, nor climb out of it."""
    return "".join(
        _encoded(params.get(part.name)) if isinstance(part, Hole) else part for part in template
    )


def _encoded(value: Any) -> str:
    text = quote(said(value), safe="")
    # A part of dots alone would be a step up, percent-encoded or not.
    return text.replace(".", "%2E") if text and not text.strip(".") else text


def filled_body(body: Body, params: Mapping[str, Any]) -> Any:
    """A JSON value; a hole that stands alone keeps its type, one in a text becomes text."""
    if isinstance(body, Mapping):
        return {name: filled_body(one, params) for name, one in body.items()}
    if isinstance(body, list):
        return [filled_body(one, params) for one in body]
    if len(body) == 1 and isinstance(body[0], Hole):
        return params.get(body[0].name)
    return "".join(said(params.get(part.name)) if isinstance(part, Hole) else part for part in body)


def said(value: Any) -> str:
    """A parameter as text, "" when there is none."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
