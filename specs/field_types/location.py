"""A place: an address, with coordinates where they are known."""

from __future__ import annotations

from typing import Literal

from specs.field_types.common import FieldSpec


class LocationField(FieldSpec):
    """A place: an address, with coordinates where they are known."""

    type: Literal["location"]
