"""Who works how much, who is away, and how one person's backlog could be shared out."""

from dataclasses import dataclass

from runtime.web.screens.base import Page, PersonMark
from runtime.web.screens.choosing import Choice
from runtime.web.screens.side import SideNav


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """Somebody's place in a team. ``says`` is the load in words, ``percent`` of capacity.

    ``most`` is empty where there is no limit, and then there is no bar either.
    """

    team: str
    says: str
    percent: int
    most: str = ""
    seniority: str = ""
    skills: str = ""
    lead: bool = False
    person: PersonMark | None = None
    href: str = ""
    away: str = ""


@dataclass(frozen=True, slots=True)
class TeamLoad:
    """A team that the viewer leads, with its members."""

    id: str
    title: str
    lines: tuple[PlaceLine, ...]


@dataclass(frozen=True, slots=True)
class PeopleScreen:
    """`/desk/people`: the members of the viewer's teams, their load and absence."""

    page: Page
    nav: SideNav
    teams: tuple[TeamLoad, ...]


@dataclass(frozen=True, slots=True)
class AbsenceForm:
    """From when until when, who stands in. Days as `2026-03-02`; ``end_action`` when one is set."""

    action: str
    first: str
    last: str
    substitute: str
    substitutes: tuple[Choice, ...]
    everything: bool = False
    first_problem: str = ""
    last_problem: str = ""
    substitute_problem: str = ""
    end_action: str = ""


@dataclass(frozen=True, slots=True)
class HandLine:
    """A ticket that would go to somebody else, and what speaks for them."""

    number: str
    subject: str
    href: str
    to: PersonMark
    says: str


@dataclass(frozen=True, slots=True)
class StayLine:
    """A ticket that would stay, and why."""

    number: str
    subject: str
    href: str
    why: str


@dataclass(frozen=True, slots=True)
class Backlog:
    """The plan for a person's open tickets, before it is carried out."""

    action: str
    here: str
    digest: str
    waiting: bool
    hands: tuple[HandLine, ...]
    stays: tuple[StayLine, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PersonScreen:
    """`/desk/people/<person>`: absence for oneself or a lead; for a lead the backlog as well."""

    page: Page
    nav: SideNav
    heading: str
    person: PersonMark
    absence: AbsenceForm
    places: tuple[PlaceLine, ...]
    own: bool = False
    away: str = ""
    people_href: str = ""
    backlog: Backlog | None = None
