"""Rows of sub-fields, such as a list of parts."""

from __future__ import annotations

from typing import Annotated, Literal

from specs.base import Count, FieldId
from specs.field_types.boolean import BooleanField
from specs.field_types.choice import ChoiceField
from specs.field_types.common import FieldSpec, TypedBy
from specs.field_types.date import DateField
from specs.field_types.datetime import DatetimeField
from specs.field_types.decimal import DecimalField
from specs.field_types.duration import DurationField
from specs.field_types.email import EmailField
from specs.field_types.integer import IntegerField
from specs.field_types.long_text import LongTextField
from specs.field_types.money import MoneyField
from specs.field_types.person import PersonField
from specs.field_types.phone import PhoneField
from specs.field_types.reference import ReferenceField
from specs.field_types.text import TextField
from specs.field_types.url import UrlField

LineField = Annotated[
    TextField
    | LongTextField
    | IntegerField
    | DecimalField
    | MoneyField
    | BooleanField
    | DateField
    | DatetimeField
    | DurationField
    | ChoiceField
    | EmailField
    | PhoneField
    | UrlField
    | PersonField
    | ReferenceField,
    TypedBy(),
]


class LinesField(FieldSpec):
    """Rows of sub-fields, such as a list of parts."""

    type: Literal["lines"]
    fields: dict[FieldId, LineField]
    """The columns of a row, in order."""
    min_count: Count | None = None
    """The fewest rows."""
    max_count: Count | None = None
    """The most rows."""
