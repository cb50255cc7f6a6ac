"""What the mapping of a source makes of one record of a reply."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from engine.facts import Value
from engine.model.field import FieldModel
from engine.model.source import SourceModel
from engine.values.registry import ValueProblem, check, normalise, say_problem
from runtime.sources.record import Doubt, Record, made_record
from runtime.strict_json import at_path

CUT = 80
"""Characters of a raw value that are kept to show what was wrong."""


def mapped(model: SourceModel, raw: Any, locale: str, zone: str) -> Record:
    """The record that a JSON object is; a value that does not fit is empty, with the reason."""
    values: dict[str, Value] = {}
    doubts: list[Doubt] = []
    for name, item in model.outputs.items():
        there, found = at_path(model.paths[name], raw)
        values[name] = _value(item, found if there else None, zone, doubts)
    return made_record(model, values, locale, zone, tuple(doubts))


def row_mapped(model: SourceModel, row: Mapping[str, Any], locale: str, zone: str) -> Record:
    """The record that a row of a query is, by the columns of the outputs."""
    values: dict[str, Value] = {}
    doubts: list[Doubt] = []
    for name, item in model.outputs.items():
        values[name] = _value(item, row.get(model.columns[name]), zone, doubts)
    return made_record(model, values, locale, zone, tuple(doubts))


def _value(item: FieldModel, raw: Any, zone: str, doubts: list[Doubt]) -> Value:
    if raw is None:
        return None
    if isinstance(raw, list | Mapping):
        sort = "a list" if isinstance(raw, list) else "an object"
        doubts.append(Doubt(item.id, cut(raw), f"{sort} stands where one value is wanted"))
        return None
    value = normalise(item, _text(raw), zone)
    wrong = value if isinstance(value, ValueProblem) else check(item, value)
    if wrong is not None:
        doubts.append(Doubt(item.id, cut(raw), say_problem(wrong, "en")))
        return None
    return None if isinstance(value, ValueProblem) else value


def _text(raw: Any) -> Any:
    """A JSON scalar as it would come in at any door: text, or a boolean as it is."""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    return f"{raw:f}" if isinstance(raw, Decimal) else str(raw)


def cut(raw: Any) -> str:
    """A raw value as a short text."""
    text = raw if isinstance(raw, str) else json.dumps(raw, default=str, ensure_ascii=False)
    return text if len(text) <= CUT else f"{text[: CUT - 1]}…"
