"""A phone number, kept as its digits with `+` for a country code."""

from __future__ import annotations

import re
import unicodedata

from engine.facts import Value
from engine.model.field import FieldModel
from engine.values.base import ValueProblem
from engine.values.text import TextValue

_WRITTEN = re.compile(r"\+?[\d\s().\-/]{3,40}", re.ASCII)


def plain_phone(text: str) -> str:
    """The digits of a number, with `+` for a country code; "" for what is none."""
    plain = unicodedata.normalize("NFKC", text)
    digits = re.sub(r"[^\d]", "", plain, flags=re.ASCII)
    if not _WRITTEN.fullmatch(plain) or not 3 <= len(digits) <= 20:
        return ""
    return ("+" if plain.startswith("+") else "") + digits


class PhoneValue(TextValue):
    def normalise(self, raw: object, item: FieldModel, zone: str) -> Value | ValueProblem:
        text = super().normalise(raw, item, zone)
        if not isinstance(text, str):
            return text
        return plain_phone(text) or ValueProblem("not_phone")


TYPE = PhoneValue()
