"""Who positions: does this viewer qualify, and which people does a list of relations name."""

from __future__ import annotations

from engine.facts import Facts, Viewer
from engine.model.desk import Desk
from engine.model.rights import Who
from engine.model.roster import Roster

_ONE = ("requester", "customer", "assignee", "author")
_MANY = ("watchers", "approvers", "mentioned")


def qualifies(desk: Desk, who: Who, viewer: Viewer, facts: Facts) -> bool:
    """Whether `viewer` is among `who` for this ticket (a transition's `by`, a view's `for`)."""
    if viewer.is_system or "anyone" in who.relations:
        return True
    if viewer.roles & set(who.roles) or viewer.teams & set(who.teams):
        return True
    if viewer.leads & set(who.leads_of):
        return True
    return any(_stands(desk, word, viewer, facts) for word in who.relations)


def _stands(desk: Desk, word: str, viewer: Viewer, facts: Facts) -> bool:
    if word in _ONE:
        return viewer.person_id == facts.get(word)
    if word in _MANY:
        return viewer.person_id in facts.names(word)
    team = facts.text("team")
    if word == "lead":
        return team in viewer.leads
    if word == "upper_lead":
        return _parent(desk, team) in viewer.leads
    return False


def manages(viewer: Viewer, roster: Roster, person: str) -> bool:
    """Whether a viewer leads one of a person's teams, or manages people altogether."""
    if viewer.is_system or "manage_people" in viewer.functions:
        return True
    return any(roster.member(team, person) is not None for team in viewer.leads)


def people(desk: Desk, who: Who, facts: Facts, roster: Roster, author: str = "") -> tuple[str, ...]:
    """The person ids that `who` names for this ticket, each once, in a stable order."""
    found: list[str] = list(who.people)
    for word in who.relations:
        found += _named(desk, word, facts, roster, author)
    for role in who.roles:
        found += _holders(desk, role, roster)
    for team in who.teams:
        found += [m.person_id for m in roster.members(team)]
    for team in who.leads_of:
        found += roster.leads(team)
    return tuple(dict.fromkeys(p for p in found if p))


def _holders(desk: Desk, role: str, roster: Roster) -> list[str]:
    """Everyone who has a role, or one that inherits from it (decisions.md 2)."""
    heirs = (one.id for one in desk.roles.values() if role in one.includes)
    held = dict.fromkeys((role, *heirs))
    return [person for each in held for person in roster.roles.get(each, ())]


def _named(desk: Desk, word: str, facts: Facts, roster: Roster, author: str) -> tuple[str, ...]:
    if word == "author":
        return (author,)
    if word in _ONE:
        return (facts.text(word),)
    if word in _MANY:
        return facts.names(word)
    if word == "lead":
        return roster.leads(facts.text("team"))
    if word == "upper_lead":
        # A top team has nobody above: its own lead is then the superior who must hear of it.
        team = facts.text("team")
        return roster.leads(_parent(desk, team)) or roster.leads(team)
    return ()


def _parent(desk: Desk, team: str) -> str:
    model = desk.teams.get(team)
    return model.parent if model else ""
