"""One line of text."""

from __future__ import annotations

from typing import Literal

from specs.base import Count, Pattern, Text
from specs.field_types.common import FieldSpec


class TextField(FieldSpec):
    """One line of text."""

    type: Literal["text"]
    min_length: Count | None = None
    """The fewest characters."""
    max_length: Count | None = None
    """The most characters."""
    pattern: Pattern | None = None
    """What the whole text has to look like (RE2)."""
    pattern_says: Text | None = None
    """What to tell a person whose text does not look so."""
