"""A web address; only http and https, since people will click it."""

from __future__ import annotations

import re

from engine.facts import Value
from engine.model.field import FieldModel
from engine.values.base import ValueProblem
from engine.values.text import TextValue

_ADDRESS = re.compile(r"https?://[^\s/?#@\\]+([/?#][^\s\\]*)?", re.IGNORECASE)


class UrlValue(TextValue):
    def normalise(self, raw: object, item: FieldModel, zone: str) -> Value | ValueProblem:
        text = super().normalise(raw, item, zone)
        if not isinstance(text, str):
            return text
        return text if _ADDRESS.fullmatch(text) and len(text) <= 2048 else ValueProblem("not_url")


TYPE = UrlValue()
