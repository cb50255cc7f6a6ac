"""The portal's screens: home, own tickets, one ticket."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from runtime.web.screens.approval import Waiting
from runtime.web.screens.base import FileMark, Page, PersonMark, StatusMark, Step
from runtime.web.screens.form import Fact, FieldInput
from runtime.web.screens.knowledge.help import ArticleLink, CategoryLink


@dataclass(frozen=True, slots=True)
class OfferCard:
    """A ticket type that this person may open; ``outside`` opens it in a window of its own."""

    title: str
    help: str
    icon: str
    url: str
    outside: bool = False


@dataclass(frozen=True, slots=True)
class TicketCard:
    """One of the person's tickets in a list. ``line`` says what it waits for.

    ``expected`` is when the next answer is due, ``visit_at`` when somebody comes by; ``who`` asked
    for it, where that is somebody else.
    """

    number: str
    subject: str
    url: str
    status: StatusMark
    updated_at: datetime
    line: str = ""
    expected: datetime | None = None
    visit_at: datetime | None = None
    needs_you: bool = False
    steps: tuple[Step, ...] = ()
    who: str = ""

    @property
    def reached(self) -> int:
        """The number of the present step, from 1; 0 when there is none."""
        places = [place for place, step in enumerate(self.steps, 1) if step.state == "now"]
        return places[0] if places else 0


@dataclass(frozen=True, slots=True)
class PortalHomeScreen:
    """The portal's first page: one question, the types offered, own open tickets.

    ``by_link`` says that who has no account comes back to a ticket by the link of a letter.

    ``search_url`` is the page's own address; ``query`` what was asked for, and ``offers`` what
    is left of the types by it, or with ``none_called`` all of them. ``asked`` are the articles
    that answered most questions lately.
    """

    page: Page
    heading: str
    welcome: str
    search_url: str
    query: str
    offers: tuple[OfferCard, ...]
    tickets: tuple[TicketCard, ...]
    open_count: int
    articles: tuple[ArticleLink, ...] = ()
    categories: tuple[CategoryLink, ...] = ()
    help_url: str = ""
    instead: str = ""
    asked: tuple[ArticleLink, ...] = ()
    by_link: bool = False
    none_called: bool = False


@dataclass(frozen=True, slots=True)
class PortalTicketsScreen:
    """All tickets of the person, open or finished ones; ``more_url`` leads to older ones.

    ``ours_url`` leads to those of their organisation, where they may read them.
    """

    page: Page
    tickets: tuple[TicketCard, ...]
    shown: Literal["open", "finished", "organisation"]
    open_url: str
    finished_url: str
    open_count: int
    more_url: str = ""
    ours_url: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """Words of somebody: what is shown of them, and what of a long text waits behind a fold."""

    text: str
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """A public reply."""

    author: PersonMark
    role: str
    mine: bool
    at: datetime
    body: Said
    files: tuple[FileMark, ...] = ()


@dataclass(frozen=True, slots=True)
class PortalMove:
    """A transition that the requester may make; ``fields`` are asked for before it."""

    title: str
    url: str
    icon: str = ""
    primary: bool = False
    danger: bool = False
    fields: tuple[FieldInput, ...] = ()
    open: bool = False


@dataclass(frozen=True, slots=True)
class RatingBox:
    """The survey: a question, marks from the worst to the best, and words.

    `given` is the mark there already, 0 for none.
    """

    action: str
    question: str
    marks: tuple[int, ...]
    given: int = 0
    words: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class PortalPart:
    """A part of a ticket that the requester may see."""

    href: str
    subject: str
    status: StatusMark


@dataclass(frozen=True, slots=True)
class PortalTicketScreen:
    """A ticket as its requester sees it: progress first, talk second.

    ``expected`` is when the next answer is due, ``waits_for_you`` that it waits for theirs, and
    ``stands_still`` that the time promised does so too; ``visit_at`` is when somebody comes by,
    ``visits_file`` the same for a calendar;
    ``version`` comes back with a move, so that one made on old knowledge is noticed.
    """

    page: Page
    number: str
    subject: str
    status: StatusMark
    steps: tuple[Step, ...]
    description: Said
    files: tuple[FileMark, ...]
    talk: tuple[Message, ...]
    facts: tuple[Fact, ...]
    moves: tuple[PortalMove, ...]
    version: int
    idempotency: str
    draft_key: str
    check_url: str = ""
    reply_url: str = ""
    reply: str = ""
    reply_error: str = ""
    reply_files: tuple[FileMark, ...] = ()
    expected: datetime | None = None
    stands_still: bool = False
    visit_at: datetime | None = None
    visits_file: str = ""
    solved_at: datetime | None = None
    waits_for_you: bool = False
    conflict: str = ""
    rating: RatingBox | None = None
    waiting: Waiting | None = None
    parts: tuple[PortalPart, ...] = ()


@dataclass(frozen=True, slots=True)
class SentScreen:
    """What a guest reads when their form has come. ``sign_in_url``: where one may sign in too."""

    page: Page
    number: str
    home_url: str
    sign_in_url: str = ""


@dataclass(frozen=True, slots=True)
class LinkGoneScreen:
    """A link of a mail that opens nothing any more, and the ways on.

    ``again_url`` has a fresh one sent; ``sent`` says that it was asked for.
    """

    page: Page
    home_url: str
    sign_in_url: str = ""
    again_url: str = ""
    sent: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class LinkOfAnotherScreen:
    """A link of a mail, opened by somebody signed in as ``who`` who may not see its ticket.

    ``link_url`` is the link itself, to go on to once they have signed out.
    """

    page: Page
    who: str
    link_url: str
    home_url: str


@dataclass(frozen=True, slots=True)
class EnterScreen:
    """Asking for a code by mail. ``next`` is where to go once one is in."""

    page: Page
    action: str
    next: str
    password_url: str
    email: str = ""
    error: str = ""
    notice: str = ""


@dataclass(frozen=True, slots=True)
class CodeScreen:
    """Typing the code in. ``key`` is that of the code asked for, ``again_url`` asks for another."""

    page: Page
    action: str
    key: str
    next: str
    again_url: str
    name: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class OfflineScreen:
    """Without a connection: that what was typed is kept, and the ways on."""

    page: Page
    home_url: str
