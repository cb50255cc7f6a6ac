"""What fields of all types have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, get_args

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from specs.base import Condition, Flag, Formula, Path, Spec, Str, Text, Value
from specs.marks import Ref
from specs.shape import type_word


class FieldPlace(Spec):
    """Where a field stands among the others."""

    after: Annotated[str, Ref("OwnField")] | None = None
    """The field before it."""
    before: Annotated[str, Ref("OwnField")] | None = None
    """The field behind it."""


class FieldSpec(Spec):
    """A field of a ticket, a person or a row of lines."""

    type: Str
    """What the field holds."""
    label: Text | None = None
    """Its name on forms and pages; the id where there is none."""
    help: Text | None = None
    """A sentence below the field."""
    placeholder: Text | None = None
    """A grey example inside the empty field."""
    required: Flag = False
    """Whether it has to be filled wherever it is shown."""
    show_when: Condition | None = None
    """Shown only then; otherwise it is empty."""
    required_when: Condition | None = None
    """Has to be filled then, if it is shown."""
    default: Value = None
    """What a new form begins with."""
    filled_by: Path | None = None
    """Taken from a source or a person and read-only: `order_no.paid`."""
    formula: Formula | None = None
    """Computed from other fields and read-only."""
    sensitive: Flag = False
    """Masked unless a right says otherwise, and encrypted in the store."""
    indexed: Flag = False
    """Searched and sorted quickly over many tickets."""
    place: FieldPlace | None = None
    """Where it stands; otherwise last."""


def type_of(value: Any) -> Any:
    """The `type:` of a field, written or read."""
    return value.get("type") if isinstance(value, dict) else getattr(value, "type", None)


@dataclass(frozen=True, slots=True)
class TypedBy:
    """A family of classes told apart by their `type:`."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        classes = {type_word(one): handler.generate_schema(one) for one in get_args(source)}
        return core_schema.tagged_union_schema(classes, discriminator=type_of)
