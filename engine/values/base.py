"""What every field type offers, and the parts of values that all of them share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.facts import Value
from engine.model.field import FieldModel
from engine.normal import clean, is_empty, storable


@dataclass(frozen=True, slots=True)
class ValueProblem:
    """Why a value is refused. `code` names the sentence in `engine.values.messages`."""

    code: str
    args: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom a value is written: `zone` IANA name; `names` what ids are called."""

    locale: str = "en"
    zone: str = "UTC"
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_chinese(self) -> bool:
        return self.locale.partition("-")[0].lower() == "zh"


class ValueType:
    """A field type. The defaults suit a type whose value is one id or key kept as text."""

    def normalise(self, raw: object, item: FieldModel, zone: str) -> Value | ValueProblem:
        """The value of what a form, an import or a spec gives; None when that is empty."""
        text = text_of(raw)
        return text if isinstance(text, ValueProblem) else text or None

    def check(self, value: Value, item: FieldModel) -> ValueProblem | None:
        """Whether a normalised value that is not empty keeps to the limits of the field."""
        return None

    def show(self, value: Value, item: FieldModel, reader: Reader) -> str:
        """The value for people."""
        return reader.names.get(str(value), str(value))

    def to_text(self, value: Value, item: FieldModel, reader: Reader) -> str:
        """The value for a file: the same in every locale, read back by `normalise`."""
        return str(value)


def text_of(raw: object) -> str | ValueProblem:
    """A raw scalar as clean text. Floats are refused: they are no exact value."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, int):
        return str(raw)
    if isinstance(raw, str):
        return clean(raw) if storable(raw) else ValueProblem("bad_characters")
    return ValueProblem("not_text")


def list_of(raw: object) -> tuple[object, ...]:
    """A raw value as several; one scalar is a list of one, empty scalars are none."""
    if isinstance(raw, (list, tuple)):
        return tuple(one for one in raw if not is_empty(one))
    return () if is_empty(raw) else (raw,)
