"""Which spec applies (decisions.md 8): one naming the type beats a list beats `all_types`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from engine.compile.context import Context, File
from specs.problem import Code, Problem

Model = TypeVar("Model")


@dataclass(frozen=True, slots=True)
class Claim(Generic[Model]):
    """A spec that wants to decide one output of the types it applies to."""

    file: File
    applies_to: tuple[str, ...]
    output: str
    model: Model

    def rank(self, type_id: str) -> int:
        """3 names the type alone, 2 in a list, 1 all types, 0 not at all."""
        if self.applies_to == (type_id,):
            return 3
        if type_id in self.applies_to:
            return 2
        return 1 if "all_types" in self.applies_to else 0


def winners(context: Context, claims: Sequence[Claim[Model]]) -> dict[str, dict[str, Model]]:
    """type key → output → the model of highest rank; equal rank is an error naming both."""
    found: dict[str, dict[str, Model]] = {}
    for type_id in context.files("TicketType"):
        chosen: dict[str, Claim[Model]] = {}
        for claim in claims:
            rank = claim.rank(type_id)
            rival = chosen.get(claim.output)
            if rank == 0 or (rival is not None and rival.rank(type_id) > rank):
                continue
            if rival is not None and rival.rank(type_id) == rank:
                _same_rank(context, claim, rival, type_id)
                continue
            chosen[claim.output] = claim
        key = context.key("type", type_id)
        found[key] = {output: claim.model for output, claim in chosen.items()}
    return found


def _same_rank(context: Context, one: Claim[Model], other: Claim[Model], type_id: str) -> None:
    message = f"`{one.file.id}` and `{other.file.id}` both decide {one.output} of {type_id}"
    place = one.file.key_place("applies_to")
    related = (("the other stands here", other.file.key_place("applies_to")),)
    cure = "let one of them name the type alone, or drop one"
    problem = Problem(Code.SAME_RANK, message, place, cure=cure, related=related)
    if problem not in context.problems:
        context.problems.append(problem)
