"""An exact number with decimal places."""

from __future__ import annotations

from typing import Annotated, Literal

from specs.base import Number, Text
from specs.field_types.common import FieldSpec
from specs.marks import WholeMark


class DecimalField(FieldSpec):
    """An exact number with decimal places."""

    type: Literal["decimal"]
    min: Number | None = None
    """The least value."""
    max: Number | None = None
    """The greatest value."""
    places: Annotated[int, WholeMark(0, 6)] = 2
    """How many decimal places are kept."""
    unit: Text | None = None
    """What is measured, shown behind the number."""
