"""Uploaded pictures."""

from __future__ import annotations

from typing import Literal

from specs.base import Accepted, Count, Size
from specs.field_types.common import FieldSpec


class ImageField(FieldSpec):
    """Uploaded pictures."""

    type: Literal["image"]
    accept: Accepted | None = None
    """Picture types that may be uploaded: `image/png`."""
    max_count: Count | None = None
    """The most pictures."""
    max_size: Size | None = None
    """The most one picture may weigh: `20MB`."""
