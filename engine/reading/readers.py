"""Who may read which articles, and who may write or agree to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from engine.evaluate import holds
from engine.facts import Ask, Facts, Value, Viewer
from engine.model.desk import Desk
from engine.model.knowledge import AudienceModel
from engine.model.rights import Who

EDIT: Final = "edit_knowledge"
SUGGEST: Final = "suggest_articles"


class Placed(Protocol):
    """An article as rights see it."""

    @property
    def category(self) -> str: ...
    @property
    def audience(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Reach:
    """What one reader is let see: the categories, and whether articles for staff alone too."""

    categories: frozenset[str]
    is_staff: bool = False
    signed_in: bool = False
    writes: bool = False

    def reads(self, article: Placed) -> bool:
        """Whether the reader may see an article that is published."""
        return article.category in self.categories and (
            self.is_staff or article.audience != "staff"
        )


def reach_of(desk: Desk, viewer: Viewer | None, known: Mapping[str, Value], ask: Ask) -> Reach:
    """What a reader may see; `viewer` None is somebody not signed in, `known` their own facts.

    Whoever edits the knowledge base reads all of it.
    """
    categories = desk.knowledge.categories
    if viewer is not None and EDIT in viewer.functions:
        return Reach(frozenset(categories), True, True, True)
    facts = Facts(dict(known))
    open_to = frozenset(
        one.id
        for one in categories.values()
        if all(_lets_in(audience, viewer, facts, ask) for audience in one.audiences)
    )
    return Reach(open_to, viewer is not None and viewer.is_staff, viewer is not None)


def _lets_in(audience: AudienceModel, viewer: Viewer | None, facts: Facts, ask: Ask) -> bool:
    if viewer is None:
        return audience.who == "everybody" and not audience.roles and audience.when is None
    if audience.who == "staff" and not viewer.is_staff:
        return False
    if audience.roles and not audience.roles & viewer.roles:
        return False
    return audience.when is None or viewer.is_staff or holds(audience.when, facts, ask)


def may_edit(viewer: Viewer | None) -> bool:
    """Whether somebody writes articles."""
    return viewer is not None and (viewer.is_system or EDIT in viewer.functions)


def may_publish(desk: Desk, viewer: Viewer, author: str | None) -> bool:
    """Whether somebody may put an article before readers; where a review is asked for, another."""
    review = desk.knowledge.review
    if review is None or viewer.is_system:
        return may_edit(viewer)
    return viewer.person_id != author and _is_one_of(review, viewer)


def may_review(desk: Desk, viewer: Viewer) -> bool:
    """Whether somebody is among those who agree to articles."""
    review = desk.knowledge.review
    return may_edit(viewer) if review is None else _is_one_of(review, viewer)


def _is_one_of(who: Who, viewer: Viewer) -> bool:
    return bool(
        set(who.roles) & viewer.roles
        or set(who.teams) & viewer.teams
        or set(who.leads_of) & viewer.leads
        or ("anyone" in who.relations)
        or ("lead" in who.relations and viewer.leads)
    )
