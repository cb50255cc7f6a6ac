"""A value for a field that only has to hold something: the same each time, within its limits."""

from __future__ import annotations

from engine.model.field import FieldModel
from engine.values.registry import to_text

_PLAIN: dict[str, object] = {
    "text": "sample",
    "long_text": "sample",
    "rich_text": "sample",
    "boolean": "true",
    "date": "2026-03-03",
    "datetime": "2026-03-03T09:00",
    "duration": "1h",
    "email": "sample@example.com",
    "phone": "13800000000",
    "url": "https://example.com/",
    "rating": "3",
    "reference": "sample",
    "ticket": "sample",
    "files": ["sample.pdf"],
    "image": ["sample.png"],
    "person": "requester",
}


def sample(item: FieldModel) -> object | None:
    """A value as a test writes it, None where none can be made up."""
    if item.type in ("choice", "tree", "multi_choice"):
        return _option(item)
    if item.type in ("integer", "decimal", "money"):
        low, high = item.limits.low, item.limits.high
        value = low if low is not None else min(10**item.scale, high if high is not None else 1)
        return to_text(item, value)
    if item.type in ("text", "long_text") and item.limits.pattern is not None:
        return None
    return _PLAIN.get(item.type)


def _option(item: FieldModel) -> object | None:
    parents = {one.parent for one in item.options.values()}
    leaf = next((one.id for key, one in item.options.items() if key not in parents), None)
    return [leaf] if leaf is not None and item.type == "multi_choice" else leaf
