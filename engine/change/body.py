"""A change as plain values, for `--format json`, for the store, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.change.change import Change
from specs.problem import Place

Body = dict[str, Any]


def body_of(change: Change, locale: str = "en") -> Body:
    """A change for tools. `title` is for a reader of the locale, `trail` for any."""
    return {
        "class": change.klass,
        "op": change.op,
        "kind": change.kind,
        "id": change.id,
        "path": list(change.path),
        "title": change.title(locale),
        "trail": [part if isinstance(part, str) else dict(part) for part in change.trail],
        "before": change.before,
        "after": change.after,
        "place_before": _place(change.place_before),
        "place": _place(change.place),
        "old_id": change.old_id,
        "old_path": list(change.old_path),
    }


def change_of(body: Mapping[str, Any]) -> Change:
    """The change that a body was made of."""
    after = body["place"] if body["op"] != "remove" else None
    return Change(
        klass=body["class"],
        op=body["op"],
        kind=body["kind"],
        id=body["id"],
        path=tuple(body["path"]),
        trail=tuple(body["trail"]),
        before=body["before"],
        after=body["after"],
        place_before=_read(body["place_before"]),
        place_after=_read(after),
        old_id=body["old_id"],
        old_path=tuple(body["old_path"]),
    )


def _place(place: Place | None) -> Body | None:
    return None if place is None else {"file": place.file, "line": place.line, "column": place.col}


def _read(body: Mapping[str, Any] | None) -> Place | None:
    if body is None:
        return None
    return Place(body["file"], body["line"], body["column"], body["line"], body["column"])
