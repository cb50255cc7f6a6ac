"""A source: records kept elsewhere that a ticket can point to."""

from __future__ import annotations

import csv
from typing import Annotated, Literal

from specs.base import Currency, Extending, FileName, Flag, Id, Spec, Str, Text
from specs.field_types.options import Options
from specs.marks import Ref, WholeMark, Words

OUTPUT_TYPES: tuple[str, ...] = (
    "text",
    "long_text",
    "integer",
    "decimal",
    "money",
    "boolean",
    "date",
    "datetime",
    "duration",
    "choice",
    "email",
    "phone",
    "url",
)


class Output(Spec):
    """One value of a record."""

    type: Annotated[str, Words(*OUTPUT_TYPES)]
    """What it holds."""
    label: Text | None = None
    """Its name."""
    column: Str | None = None
    """The column it is read from; its id where none is named."""
    options: Options | None = None
    """The options of a choice."""
    places: Annotated[int, WholeMark(0, 6)] | None = None
    """Decimal places of a decimal."""
    currency: Currency | None = None
    """The currency of money; the tenant's where none is named."""
    sensitive: Flag = False
    """Masked unless a right says otherwise."""


class Source(Extending):
    """A source: records kept elsewhere that a ticket can point to."""

    kind: Literal["Source"]
    title: Text
    """Its name."""
    connector: Annotated[str, Words("table")]
    """How it is read; `table` is a CSV file of the tenant's folder."""
    file: FileName
    """The file with the records."""
    key: Annotated[str, Ref("Output")]
    """The output that tells one record from another."""
    shows: tuple[Annotated[str, Ref("Output")], ...] | None = None
    """What a picker shows of a record."""
    search: tuple[Annotated[str, Ref("Output")], ...] | None = None
    """What is searched."""
    own: dict[Annotated[str, Ref("Output")], Annotated[str, Ref("PersonFact")]] | None = None
    """A requester finds only records whose output equals this fact of theirs; staff find all."""
    outputs: dict[Id, Output]
    """The values of a record."""


def columns_of(content: bytes) -> list[str]:
    """The columns that the header of a source's table names."""
    head = content[:65536].decode("utf-8-sig", "replace").splitlines()
    return next(csv.reader(head[:1]), [])
