"""Any of several options."""

from __future__ import annotations

from typing import Literal

from specs.base import Count
from specs.field_types.common import FieldSpec
from specs.field_types.options import Options


class MultiChoiceField(FieldSpec):
    """Any of several options."""

    type: Literal["multi_choice"]
    options: Options
    """What may be chosen, in order."""
    min_count: Count | None = None
    """The fewest that have to be chosen."""
    max_count: Count | None = None
    """The most that may be chosen."""
