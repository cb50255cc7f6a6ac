"""Another ticket."""

from __future__ import annotations

from typing import Annotated, Literal

from specs.base import OneOrMany, Ref
from specs.field_types.common import FieldSpec


class TicketField(FieldSpec):
    """Another ticket."""

    type: Literal["ticket"]
    types: Annotated[tuple[Annotated[str, Ref("TicketType")], ...], OneOrMany()] | None = None
    """Only tickets of these types."""
