"""Yes or no."""

from __future__ import annotations

from typing import Literal

from specs.field_types.common import FieldSpec


class BooleanField(FieldSpec):
    """Yes or no."""

    type: Literal["boolean"]
