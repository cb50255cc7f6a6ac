"""Another ticket."""

from __future__ import annotations

from typing import Annotated, Literal

from specs.base import OneOrMany
from specs.field_types.common import FieldSpec
from specs.marks import Ref


class TicketField(FieldSpec):
    """Another ticket."""

    type: Literal["ticket"]
    types: Annotated[tuple[Annotated[str, Ref("TicketType")], ...], OneOrMany()] | None = None
    """Only tickets of these types."""
