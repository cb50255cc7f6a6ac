"""What a spec names has to exist: every reference and path looked up."""

from __future__ import annotations

from specs.problem import Problem
from specs.spec_set import SpecSet


def check_references(specs: SpecSet) -> list[Problem]:
    """Every reference to nothing, every loop of references."""
    return []
