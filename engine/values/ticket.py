"""Another ticket, by id."""

from __future__ import annotations

from engine.values.base import ValueType

TYPE = ValueType()
