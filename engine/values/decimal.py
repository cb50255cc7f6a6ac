"""A decimal number with the fixed digits that `places:` gives it."""

from __future__ import annotations

from engine.values.number import NumberValue

TYPE = NumberValue()
