"""What a list offers to choose, as its template reads it: fields to filter by, columns."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Choice:
    """A value with its words."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class FieldLink:
    """A field that a filter can be made for."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class PickedFilter:
    """A filter being made: the field, its operators, the values it has, or how one is typed.

    `several`: more than one value can be ticked. `people`: values are people, looked for by `who`
    at `find_href`. `chosen`: what the filter holds already. `kept` are the parameters of the
    address that stay.
    """

    name: str
    label: str
    operators: tuple[Choice, ...]
    operator: str
    values: tuple[Choice, ...]
    input: Literal["text", "number", "date"]
    kept: tuple[Choice, ...]
    cancel_href: str
    several: bool = False
    people: bool = False
    who: str = ""
    find_href: str = ""
    chosen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """A column that can be shown."""

    name: str
    label: str
    shown: bool
