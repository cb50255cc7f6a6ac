"""The studio's page of pilot and shadow: what is tried beside live, its figures, how it ends."""

from __future__ import annotations

from dataclasses import dataclass

from runtime.web.screens.base import Page
from runtime.web.screens.form import Option
from runtime.web.screens.side import SideNav
from runtime.web.screens.studio.pages import Fact


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure of both sides, each with what it rests on; `tone` "" where it tells nothing."""

    label: str
    pilot: str
    pilot_note: str
    live: str
    live_note: str
    tells: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class RouteRow:
    """So many tickets that live sends to one team and the other revision to another."""

    before: str
    after: str
    count: int
    same: bool


@dataclass(frozen=True, slots=True)
class DifferRow:
    """One thing decided otherwise, with the rules of both sides and where they stand."""

    topic: str
    before: str
    after: str
    was: str = ""
    was_href: str = ""
    becomes: str = ""
    becomes_href: str = ""


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A ticket that is decided otherwise; `href` leads to the reasons of what was decided."""

    number: str
    href: str
    differs: tuple[DifferRow, ...]


@dataclass(frozen=True, slots=True)
class StuckRow:
    """What live has no place for: `name` for the form, `options` to put there; without any its
    values can only be dropped (`drops`), or nothing helps."""

    name: str
    label: str
    count: int
    options: tuple[Option, ...] = ()
    chosen: str = ""
    drops: bool = False


@dataclass(frozen=True, slots=True)
class TeamBox:
    """A team to tick."""

    id: str
    title: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class StartForm:
    """What to try: the draft or a revision; a pilot also says for whom. `problem` stood against
    the last try; `rights`: it changed who sees what, which can be allowed."""

    action: str
    revisions: tuple[Option, ...]
    revision: str = ""
    teams: tuple[TeamBox, ...] = ()
    share: str = ""
    message: str = ""
    problem: str = ""
    rights: bool = False


@dataclass(frozen=True, slots=True)
class PilotCard:
    """The pilot, or the last one: `going` while it decides about tickets."""

    revision: int
    going: bool
    state: str
    facts: tuple[Fact, ...]
    figures: tuple[FigureRow, ...]
    notes: tuple[str, ...]
    few: str
    routes: tuple[RouteRow, ...]
    promote_action: str
    stop_action: str
    over: str
    stuck: tuple[StuckRow, ...]
    problem: str


@dataclass(frozen=True, slots=True)
class ShadowCard:
    """The shadow, or the last one. `share`: how often it decides alike, "" before anything."""

    revision: int
    going: bool
    state: str
    facts: tuple[Fact, ...]
    share: str
    counted: str
    topics: tuple[Fact, ...]
    routes: tuple[RouteRow, ...]
    samples: tuple[SampleRow, ...]
    stop_action: str
    problem: str


@dataclass(frozen=True, slots=True)
class StudioPilot:
    """`/studio/pilot`."""

    page: Page
    nav: SideNav
    live: int
    pilot: PilotCard | None
    pilot_form: StartForm | None
    shadow: ShadowCard | None
    shadow_form: StartForm | None
