"""People and organisations: found, shown, made, edited, invited, merged."""

from dataclasses import dataclass
from datetime import datetime

from runtime.web.screens.base import Page, PersonMark, StatusMark
from runtime.web.screens.choosing import Choice
from runtime.web.screens.side import SideNav


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One person in a list."""

    person: PersonMark
    href: str
    contact: str
    organisation: str = ""
    tags: tuple[str, ...] = ()
    staff: bool = False
    gone: bool = False
    away: str = ""


@dataclass(frozen=True, slots=True)
class DirectoryScreen:
    """`/desk/directory`: everybody, narrowed by words, sort, state and organisation."""

    page: Page
    nav: SideNav
    url: str
    lines: tuple[PersonLine, ...]
    query: str
    kind: str
    state: str
    organisation: str
    organisations: tuple[Choice, ...]
    next_href: str = ""
    new_href: str = ""
    doubles_href: str = ""
    import_href: str = ""
    organisations_href: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A label with its words."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class TicketLine:
    """A ticket of somebody."""

    href: str
    number: str
    subject: str
    status: StatusMark
    at: datetime


@dataclass(frozen=True, slots=True)
class Double:
    """Somebody who may be the same person, why, and where the two are laid side by side."""

    person: PersonMark
    contact: str
    why: str
    href: str


@dataclass(frozen=True, slots=True)
class MergeBack:
    """A record that was merged into this one, and where that is undone."""

    name: str
    contact: str
    at: datetime
    action: str


@dataclass(frozen=True, slots=True)
class CardScreen:
    """`/desk/directory/<person>`. ``secret_link`` is shown once, where no mail can be sent."""

    page: Page
    nav: SideNav
    person: PersonMark
    staff: bool
    contact: str
    level: str
    organisation: str
    organisation_href: str
    tags: tuple[str, ...]
    pairs: tuple[Pair, ...]
    tickets: tuple[TicketLine, ...]
    all_href: str
    count: int
    open: int
    doubles: tuple[Double, ...]
    merges: tuple[MergeBack, ...]
    merge_days: int
    directory_href: str
    colleague_href: str = ""
    edit_href: str = ""
    invite_action: str = ""
    gone: bool = False
    problem: str = ""
    secret_link: str = ""


@dataclass(frozen=True, slots=True)
class FieldBox:
    """One field of the People spec in a form; without options it is a line of text."""

    id: str
    label: str
    value: str
    options: tuple[Choice, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class RoleTick:
    """A role; ``may`` is whether this person may give it."""

    id: str
    title: str
    on: bool
    may: bool


@dataclass(frozen=True, slots=True)
class SkillTick:
    """A skill in a team."""

    id: str
    title: str
    on: bool


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A team with somebody's place in it."""

    id: str
    title: str
    member: bool
    lead: bool
    seniority: str
    capacity: str
    skills: tuple[SkillTick, ...]


@dataclass(frozen=True, slots=True)
class PersonFormScreen:
    """The form of a person, new or known; ``faults`` are sentences by the input's name."""

    page: Page
    nav: SideNav
    heading: str
    action: str
    cancel_href: str
    kind: str
    known: bool
    name: str
    email: str
    phone: str
    locale: str
    locales: tuple[Choice, ...]
    organisation: str
    organisations: tuple[Choice, ...]
    tags: str
    fields: tuple[FieldBox, ...]
    roles: tuple[RoleTick, ...]
    teams: tuple[TeamRow, ...]
    seniorities: tuple[Choice, ...]
    active: bool
    own: bool
    problems: tuple[Pair, ...] = ()

    @property
    def wrong(self) -> dict[str, str]:
        """Sentences by the name of the input."""
        return {one.label: one.text for one in self.problems}


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    """One organisation in a list."""

    name: str
    href: str
    level: str
    domains: str
    people: int
    tags: tuple[str, ...] = ()
    gone: bool = False


@dataclass(frozen=True, slots=True)
class OrganisationsScreen:
    """`/desk/organisations`."""

    page: Page
    nav: SideNav
    url: str
    query: str
    lines: tuple[OrganisationLine, ...]
    directory_href: str
    next_href: str = ""
    new_href: str = ""


@dataclass(frozen=True, slots=True)
class OrganisationScreen:
    """`/desk/organisations/<id>`: its people, domains and open tickets."""

    page: Page
    nav: SideNav
    name: str
    level: str
    tags: tuple[str, ...]
    domains: tuple[str, ...]
    note: str
    people: tuple[PersonLine, ...]
    more: bool
    tickets: tuple[TicketLine, ...]
    count: int
    list_href: str
    edit_href: str = ""
    gone: bool = False


@dataclass(frozen=True, slots=True)
class OrganisationFormScreen:
    """The form of an organisation, new or known."""

    page: Page
    nav: SideNav
    heading: str
    action: str
    cancel_href: str
    name: str
    level: str
    levels: tuple[Choice, ...]
    tags: str
    domains: str
    note: str
    active: bool
    known: bool
    name_problem: str = ""
    domains_problem: str = ""
    note_problem: str = ""
    level_problem: str = ""


@dataclass(frozen=True, slots=True)
class DoublesScreen:
    """`/desk/directory/doubles`: who may be one person, group by group."""

    page: Page
    nav: SideNav
    groups: tuple[tuple[Double, ...], ...]
    directory_href: str


@dataclass(frozen=True, slots=True)
class MergeLine:
    """A value of both records; to choose where they differ."""

    name: str
    label: str
    mine: str
    other: str
    differs: bool


@dataclass(frozen=True, slots=True)
class MergeScreen:
    """Two records side by side before they become one; nothing is written yet."""

    page: Page
    nav: SideNav
    keep: PersonMark
    gone: PersonMark
    lines: tuple[MergeLine, ...]
    tickets: int
    action: str
    days: int
    gone_id: str
    swap_href: str
    cancel_href: str
    address: str = ""
    signs_in: str = ""


@dataclass(frozen=True, slots=True)
class InviteScreen:
    """Where an invited person sets a password; ``known``: they have one already."""

    page: Page
    action: str
    name: str
    email: str
    known: bool
    gone: bool = False
    error: str = ""
    home_url: str = ""
