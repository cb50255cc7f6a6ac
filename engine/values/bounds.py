"""Limits that move with the time: `min: today`, `max: now`, and moments of a wall clock."""

from __future__ import annotations

from dataclasses import replace

from engine.model.field import FieldModel
from engine.values.datetime import parse_instant


def at_moment(item: FieldModel, today: str, now_us: int, zone: str) -> FieldModel:
    """The field with its limits as they are on a day and at an instant.

    A limit that needs what is not known is none.
    """
    limits = item.limits
    if limits.low_date is None and limits.high_date is None:
        return item
    if item.type == "date":
        low, high = (
            (today or None) if bound == "today" else bound
            for bound in (limits.low_date, limits.high_date)
        )
        return replace(item, limits=replace(limits, low_date=low, high_date=high))
    first, last = (_instant(bound, now_us, zone) for bound in (limits.low_date, limits.high_date))
    return replace(item, limits=replace(limits, low=first, high=last))


def _instant(bound: str | None, now_us: int, zone: str) -> int | None:
    if bound is None:
        return None
    return (now_us or None) if bound == "now" else parse_instant(bound, zone)
