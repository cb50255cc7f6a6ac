"""Fields that several ticket types share."""

from __future__ import annotations

from typing import Literal

from specs.base import Extending, Text
from specs.field_types import Fields


class FieldSet(Extending):
    """Fields that several ticket types share."""

    kind: Literal["FieldSet"]
    title: Text | None = None
    """Its name."""
    fields: Fields
    """The fields, in order."""
