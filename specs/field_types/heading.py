"""A heading between fields; it holds nothing."""

from __future__ import annotations

from typing import Literal

from specs.field_types.common import FieldSpec


class HeadingField(FieldSpec):
    """A heading between fields; it holds nothing."""

    type: Literal["heading"]
