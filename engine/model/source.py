"""An external system as a table of records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.model.field import FieldModel
from engine.model.text import Words
from specs.problem import Place


@dataclass(frozen=True, slots=True)
class SourceModel:
    """An external system as a table: typed outputs by id, key column, search, own rows."""

    id: str
    title: Words
    connector: str
    file: str
    key: str
    shows: tuple[str, ...]
    search: tuple[str, ...]
    own: Mapping[str, str]
    outputs: Mapping[str, FieldModel]
    columns: Mapping[str, str]
    place: Place
