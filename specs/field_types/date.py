"""A day."""

from __future__ import annotations

from typing import Literal

from specs.base import DayOrToday
from specs.field_types.common import FieldSpec


class DateField(FieldSpec):
    """A day."""

    type: Literal["date"]
    min: DayOrToday | None = None
    """The earliest day, or `today`."""
    max: DayOrToday | None = None
    """The latest day, or `today`."""
