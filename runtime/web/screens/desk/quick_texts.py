"""Words kept for answers: one's own and those of one's teams."""

from dataclasses import dataclass

from runtime.web.screens.base import Page
from runtime.web.screens.choosing import Choice
from runtime.web.screens.side import SideNav


@dataclass(frozen=True, slots=True)
class QuickForm:
    """The words of one text to be kept, with what is wrong with them by field.

    `id` is that of a text which is there; `teams` are those for which they may keep a new one.
    """

    id: str = ""
    shortcut: str = ""
    title: str = ""
    body: str = ""
    team: str = ""
    teams: tuple[Choice, ...] = ()
    shortcut_problem: str = ""
    title_problem: str = ""
    body_problem: str = ""


@dataclass(frozen=True, slots=True)
class QuickLine:
    """One text. `owner`: the team's title, "" for one's own; `form` where they may change it."""

    id: str
    shortcut: str
    title: str
    body: str
    owner: str = ""
    form: QuickForm | None = None
    drop_action: str = ""
    open: bool = False


@dataclass(frozen=True, slots=True)
class QuickTextsScreen:
    """`/desk/quick-texts`."""

    page: Page
    nav: SideNav
    action: str
    form: QuickForm
    texts: tuple[QuickLine, ...]
    holes: tuple[tuple[str, str], ...]
