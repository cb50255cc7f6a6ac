"""A person of the tenant."""

from __future__ import annotations

from typing import Annotated, Literal

from specs.field_types.common import FieldSpec
from specs.marks import Ref


class PersonField(FieldSpec):
    """A person of the tenant."""

    type: Literal["person"]
    role: Annotated[str, Ref("Role")] | None = None
    """Only people with this role."""
    team: Annotated[str, Ref("Team")] | None = None
    """Only members of this team."""
