"""A web address."""

from __future__ import annotations

from typing import Literal

from specs.field_types.common import FieldSpec


class UrlField(FieldSpec):
    """A web address."""

    type: Literal["url"]
