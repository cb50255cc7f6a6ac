"""The knowledge base as a desk has it: categories with their readers, and words that mean alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.model.rights import Who
from engine.model.text import NO_WORDS, Words
from engine.predicate import Predicate


@dataclass(frozen=True, slots=True)
class AudienceModel:
    """Who reads a category. `who`: everybody, signed_in or staff; `roles` empty: any.

    `when` is asked of `requester.*` and `customer.*` of people who are no staff.
    """

    who: str = "everybody"
    roles: frozenset[str] = frozenset()
    when: Predicate | None = None


@dataclass(frozen=True, slots=True)
class CategoryModel:
    """A category. `audiences`: its own and those of all it stands in; each has to let one in."""

    id: str
    title: Words
    help: Words = NO_WORDS
    icon: str = ""
    parent: str = ""
    audiences: tuple[AudienceModel, ...] = ()


@dataclass(frozen=True, slots=True)
class KnowledgeModel:
    """The knowledge base; without categories there is none. `review` None: authors publish."""

    title: Words = NO_WORDS
    categories: Mapping[str, CategoryModel] = field(default_factory=dict)
    synonyms: tuple[tuple[str, ...], ...] = ()
    review: Who | None = None
    feedback: bool = True

    def under(self, category: str) -> frozenset[str]:
        """A category and all that stand in it."""
        found = {category} if category in self.categories else set()
        # Parents stand in no special order, so it is gone through until nothing more comes.
        while more := {c.id for c in self.categories.values() if c.parent in found} - found:
            found |= more
        return frozenset(found)


NO_KNOWLEDGE = KnowledgeModel()
