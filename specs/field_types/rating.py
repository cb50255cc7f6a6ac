"""A rating in stars."""

from __future__ import annotations

from typing import Annotated, Literal

from specs.field_types.common import FieldSpec
from specs.marks import WholeMark


class RatingField(FieldSpec):
    """A rating in stars."""

    type: Literal["rating"]
    scale: Annotated[int, WholeMark(2, 10)] = 5
    """How many stars there are."""
