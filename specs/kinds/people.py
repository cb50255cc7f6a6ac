"""What is known of people besides name and addresses."""

from __future__ import annotations

from typing import Annotated, Literal

from specs.base import Extending, OneOrMany, Spec
from specs.field_types import Fields
from specs.marks import Ref


class PersonGroup(Spec):
    """The fields of one sort of people."""

    identity: Annotated[tuple[Annotated[str, Ref("PersonFact")], ...], OneOrMany()] | None = None
    """What two records have to share to be one person."""
    fields: Fields | None = None
    """What is known of such a person."""


class People(Extending):
    """What is known of people besides name and addresses."""

    kind: Literal["People"]
    customer: PersonGroup | None = None
    """People outside who buy or use."""
    requester: PersonGroup | None = None
    """Whoever asks, inside or outside."""
    staff: PersonGroup | None = None
    """People who work on tickets."""
