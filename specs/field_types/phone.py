"""A telephone number."""

from __future__ import annotations

from typing import Literal

from specs.field_types.common import FieldSpec


class PhoneField(FieldSpec):
    """A telephone number."""

    type: Literal["phone"]
