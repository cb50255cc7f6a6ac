"""A team of the tenant."""

from __future__ import annotations

from typing import Annotated, Literal

from specs.field_types.common import FieldSpec
from specs.marks import Ref


class TeamField(FieldSpec):
    """A team of the tenant."""

    type: Literal["team"]
    under: Annotated[str, Ref("Team")] | None = None
    """Only this team and those below it."""
