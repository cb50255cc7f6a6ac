"""A moment."""

from __future__ import annotations

from typing import Literal

from specs.base import MomentOrNow
from specs.field_types.common import FieldSpec


class DatetimeField(FieldSpec):
    """A moment."""

    type: Literal["datetime"]
    min: MomentOrNow | None = None
    """The earliest moment, or `now`."""
    max: MomentOrNow | None = None
    """The latest moment, or `now`."""
