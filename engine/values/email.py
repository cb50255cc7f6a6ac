"""A mail address; its domain is kept in small letters, as the domain means the same either way."""

from __future__ import annotations

import re

from engine.facts import Value
from engine.model.field import FieldModel
from engine.values.base import ValueProblem
from engine.values.text import TextValue

_ADDRESS = re.compile(r"[^\s@<>,;\"()]{1,64}@[^\s@<>,;\"()]+\.[^\s@<>,;\"().]{2,}")


class EmailValue(TextValue):
    def normalise(self, raw: object, item: FieldModel, zone: str) -> Value | ValueProblem:
        text = super().normalise(raw, item, zone)
        if not isinstance(text, str):
            return text
        if len(text) > 254 or not _ADDRESS.fullmatch(text) or ".." in text:
            return ValueProblem("not_email")
        name, _, domain = text.rpartition("@")
        return f"{name}@{domain.lower()}"


TYPE = EmailValue()
