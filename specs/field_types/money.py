"""An amount of money, exact."""

from __future__ import annotations

from typing import Literal

from specs.base import Currency, Number
from specs.field_types.common import FieldSpec


class MoneyField(FieldSpec):
    """An amount of money, exact."""

    type: Literal["money"]
    min: Number | None = None
    """The least amount."""
    max: Number | None = None
    """The greatest amount."""
    currency: Currency | None = None
    """ISO 4217; the tenant's where there is none."""
