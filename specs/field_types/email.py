"""A mail address."""

from __future__ import annotations

from typing import Literal

from specs.field_types.common import FieldSpec


class EmailField(FieldSpec):
    """A mail address."""

    type: Literal["email"]
