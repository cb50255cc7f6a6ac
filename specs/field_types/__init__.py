"""The field types: one file a type; `AnyField` is any of them, told apart by `type:`."""

from __future__ import annotations

from typing import Annotated, get_args

from specs.base import FieldId
from specs.field_types.boolean import BooleanField
from specs.field_types.choice import ChoiceField
from specs.field_types.common import FieldSpec, TypedBy
from specs.field_types.date import DateField
from specs.field_types.datetime import DatetimeField
from specs.field_types.decimal import DecimalField
from specs.field_types.duration import DurationField
from specs.field_types.email import EmailField
from specs.field_types.files import FilesField
from specs.field_types.heading import HeadingField
from specs.field_types.image import ImageField
from specs.field_types.integer import IntegerField
from specs.field_types.lines import LinesField
from specs.field_types.location import LocationField
from specs.field_types.long_text import LongTextField
from specs.field_types.money import MoneyField
from specs.field_types.multi_choice import MultiChoiceField
from specs.field_types.person import PersonField
from specs.field_types.phone import PhoneField
from specs.field_types.rating import RatingField
from specs.field_types.reference import ReferenceField
from specs.field_types.rich_text import RichTextField
from specs.field_types.team import TeamField
from specs.field_types.text import TextField
from specs.field_types.ticket import TicketField
from specs.field_types.tree import TreeField
from specs.field_types.url import UrlField
from specs.shape import type_word

AnyField = Annotated[
    TextField
    | LongTextField
    | RichTextField
    | IntegerField
    | DecimalField
    | MoneyField
    | BooleanField
    | DateField
    | DatetimeField
    | DurationField
    | ChoiceField
    | MultiChoiceField
    | TreeField
    | EmailField
    | PhoneField
    | UrlField
    | PersonField
    | TeamField
    | ReferenceField
    | TicketField
    | FilesField
    | ImageField
    | RatingField
    | LocationField
    | LinesField
    | HeadingField,
    TypedBy(),
]
Fields = dict[FieldId, AnyField]

FIELD_TYPES: dict[str, type[FieldSpec]] = {
    type_word(one): one for one in get_args(get_args(AnyField)[0])
}
