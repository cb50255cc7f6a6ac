"""A person, by id. Whether there is such a person the runtime knows."""

from __future__ import annotations

from engine.values.base import ValueType

TYPE = ValueType()
