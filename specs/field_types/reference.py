"""A record of a source, kept with a snapshot of its values."""

from __future__ import annotations

from typing import Annotated, Literal

from specs.field_types.common import FieldSpec
from specs.marks import Ref


class ReferenceField(FieldSpec):
    """A record of a source, kept with a snapshot of its values."""

    type: Literal["reference"]
    source: Annotated[str, Ref("Source")]
    """Where the record comes from."""
