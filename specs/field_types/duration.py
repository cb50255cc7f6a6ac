"""A span of time."""

from __future__ import annotations

from typing import Literal

from specs.base import Span
from specs.field_types.common import FieldSpec


class DurationField(FieldSpec):
    """A span of time."""

    type: Literal["duration"]
    min: Span | None = None
    """The shortest."""
    max: Span | None = None
    """The longest."""
