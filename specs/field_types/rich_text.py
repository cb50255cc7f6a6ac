"""Text with headings, lists and links."""

from __future__ import annotations

from typing import Literal

from specs.base import Count
from specs.field_types.common import FieldSpec


class RichTextField(FieldSpec):
    """Text with headings, lists and links."""

    type: Literal["rich_text"]
    max_length: Count | None = None
    """The most characters, without marks."""
