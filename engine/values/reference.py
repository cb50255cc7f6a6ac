"""A record of a Source, by the key it has there."""

from __future__ import annotations

from engine.values.base import ValueType

TYPE = ValueType()
