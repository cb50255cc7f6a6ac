"""One of several options."""

from __future__ import annotations

from typing import Literal

from specs.field_types.common import FieldSpec
from specs.field_types.options import Options


class ChoiceField(FieldSpec):
    """One of several options."""

    type: Literal["choice"]
    options: Options
    """What may be chosen, in order."""
