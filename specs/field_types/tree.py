"""A node of a tree of options, chosen level by level."""

from __future__ import annotations

from typing import Literal

from specs.field_types.common import FieldSpec
from specs.field_types.options import TreeOptions


class TreeField(FieldSpec):
    """A node of a tree of options, chosen level by level."""

    type: Literal["tree"]
    options: TreeOptions
    """What may be chosen, in order."""
