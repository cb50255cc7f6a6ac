"""A whole number."""

from __future__ import annotations

from typing import Literal

from specs.base import Text, Whole
from specs.field_types.common import FieldSpec


class IntegerField(FieldSpec):
    """A whole number."""

    type: Literal["integer"]
    min: Whole | None = None
    """The least value."""
    max: Whole | None = None
    """The greatest value."""
    unit: Text | None = None
    """What is counted, shown behind the number."""
