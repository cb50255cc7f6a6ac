"""Several lines of text."""

from __future__ import annotations

from typing import Literal

from specs.base import Count
from specs.field_types.common import FieldSpec


class LongTextField(FieldSpec):
    """Several lines of text."""

    type: Literal["long_text"]
    min_length: Count | None = None
    """The fewest characters."""
    max_length: Count | None = None
    """The most characters."""
