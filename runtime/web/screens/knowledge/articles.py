"""The desk's screens of the knowledge base: the editors' list, the editor, help for a ticket."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from markupsafe import Markup

from runtime.web.screens.base import Page
from runtime.web.screens.choosing import Choice
from runtime.web.screens.side import SideNav


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of the list."""

    label: str
    url: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """An article in the editors' list, with figures of the last ninety days."""

    url: str
    title: str
    category: str
    state: str
    tone: str
    languages: str
    changed_at: datetime
    seen: int
    helped: int
    missed: int
    solved: int


@dataclass(frozen=True, slots=True)
class MissedLine:
    """What readers looked for in vain."""

    words: str
    count: int
    last_at: datetime
    new_url: str


@dataclass(frozen=True, slots=True)
class SaidLine:
    """What a reader said of an article."""

    words: str
    helpful: bool
    at: datetime
    title: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class ArticlesScreen:
    """`/desk/articles`: everything that is written, or what is missing."""

    page: Page
    nav: SideNav
    show: str
    tabs: tuple[Tab, ...]
    action: str
    query: str
    state: str
    states: tuple[Choice, ...]
    category: str
    categories: tuple[Choice, ...]
    lines: tuple[ArticleLine, ...]
    missed: tuple[MissedLine, ...]
    said: tuple[SaidLine, ...]
    new_url: str
    forget_url: str


@dataclass(frozen=True, slots=True)
class LanguageTab:
    """A language of the article: whether it is there, and whether readers see it."""

    label: str
    url: str
    current: bool
    state: Literal["none", "draft", "live", "changed"]


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version of the text."""

    n: int
    who: str
    at: datetime
    url: str
    live: bool
    approved: str = ""


@dataclass(frozen=True, slots=True)
class StepButton:
    """What may be done with the article as a whole."""

    label: str
    step: str
    icon: str
    primary: bool = False


@dataclass(frozen=True, slots=True)
class EditorScreen:
    """`/desk/articles/<id>`, and `…/new`: title, text, where it stands, and what was said of it.

    `writes` False: somebody who agrees to articles reads it, and does not write it.
    """

    page: Page
    nav: SideNav
    heading: str
    back_url: str
    action: str
    preview_url: str
    lang: str
    last_n: int
    title: str
    body: str
    category: str
    categories: tuple[Choice, ...]
    audience: str
    tags: str
    slug: str
    errors: dict[str, str]
    state: str = ""
    tone: str = ""
    languages: tuple[LanguageTab, ...] = ()
    steps: tuple[StepButton, ...] = ()
    step_url: str = ""
    waits: str = ""
    warnings: tuple[str, ...] = ()
    versions: tuple[VersionLine, ...] = ()
    said: tuple[SaidLine, ...] = ()
    done_url: str = ""
    figures: str = ""
    read_url: str = ""
    preview: Markup = Markup("")  # noqa: RUF009 - immutable
    writes: bool = True


@dataclass(frozen=True, slots=True)
class PreviewScreen:
    """The text as readers will see it."""

    page: Page
    body: Markup


@dataclass(frozen=True, slots=True)
class DiffScreen:
    """Two versions of a text, line by line."""

    page: Page
    nav: SideNav
    heading: str
    back_url: str
    before: int
    after: int
    title_before: str
    title_after: str
    lines: Sequence[tuple[str, str]]
    restore_url: str
    lang: str


@dataclass(frozen=True, slots=True)
class HelpForTicket:
    """An article that may answer the ticket; `insert`: what goes into the reply, "" for staff's."""

    title: str
    url: str
    excerpt: Sequence[tuple[str, bool]]
    insert: str


@dataclass(frozen=True, slots=True)
class TicketArticlesScreen:
    """Articles for the agent of a ticket, and making one of its solution."""

    page: Page
    search_url: str
    query: str
    articles: tuple[HelpForTicket, ...]
    make_url: str
