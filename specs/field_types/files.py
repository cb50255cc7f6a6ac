"""Uploaded files."""

from __future__ import annotations

from typing import Literal

from specs.base import Accepted, Count, Size
from specs.field_types.common import FieldSpec


class FilesField(FieldSpec):
    """Uploaded files."""

    type: Literal["files"]
    accept: Accepted | None = None
    """File types that may be uploaded: `image/*`, `application/pdf`."""
    max_count: Count | None = None
    """The most files."""
    max_size: Size | None = None
    """The most one file may weigh: `20MB`."""
