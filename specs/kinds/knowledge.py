"""The knowledge base: its categories, who reads them, and which words mean the same."""

from __future__ import annotations

from typing import Annotated, Literal

from specs.base import (
    ByWho,
    Condition,
    Extending,
    Flag,
    Icon,
    Id,
    OneOrMany,
    ShortForm,
    Spec,
    Str,
    Text,
)
from specs.marks import Ref, Words

READERS: tuple[str, ...] = ("everybody", "signed_in", "staff")


class Audience(Spec):
    """Who reads what is in a category; all that is said has to hold."""

    who: Annotated[str, Words(*READERS)] = "everybody"
    """`everybody`, even without an account; `signed_in`; or `staff` alone."""
    roles: Annotated[tuple[Annotated[str, Ref("Role")], ...], OneOrMany()] | None = None
    """Only people who hold one of these roles."""
    when: Condition | None = None
    """Only people of whom this is true: `{ customer.level: [vip, svip] }`. Staff always read it."""


class Category(Spec):
    """A category of articles."""

    title: Text
    """Its name."""
    help: Text | None = None
    """One sentence below it."""
    icon: Icon | None = None
    """The icon of its card."""
    parent: Annotated[str, Ref("Category")] | None = None
    """The category it is a part of; whoever may not read that one does not read this one."""
    audience: Annotated[Audience, ShortForm("who")] | None = None
    """Who reads it; whoever reads its parent where nothing is said, else everybody."""


class Knowledge(Extending):
    """The knowledge base: its categories, who reads them, and which words mean the same."""

    kind: Literal["Knowledge"]
    title: Text | None = None
    """Its heading in the portal."""
    categories: dict[Id, Annotated[Category, ShortForm()]]
    """Where articles stand, in order."""
    synonyms: dict[Id, tuple[Str, ...]] | None = None
    """Groups of words; whoever searches for one finds the others: `[refund, money back, 退款]`."""
    review: ByWho | None = None
    """Who has to agree before an article is published; a bare id is a role. Authors never count."""
    feedback: Flag = True
    """Whether readers are asked if an article helped."""
