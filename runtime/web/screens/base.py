"""What every page carries around its content: title, tenant, language, theme, person, addresses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Tone = Literal["", "ok", "warn", "danger", "accent"]
Theme = Literal["system", "light", "dark"]


@dataclass(frozen=True, slots=True)
class TenantMark:
    """A tenant as a page shows it: its name and the letter of its mark."""

    id: str
    name: str
    letter: str


@dataclass(frozen=True, slots=True)
class Me:
    """The person signed in. ``role`` is the line under the name, empty for requesters.

    ``picture`` is what follows ``urls.pictures``, or empty.
    """

    name: str
    letter: str
    hue: int
    role: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True)
class Flash:
    """The result of the last action, shown once as a toast."""

    text: str
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class Urls:
    """Addresses of the frame. An empty one is not offered to this person.

    `outside`: the portal in a window of its own, where the page stands inside another site;
    `here_in`: this very page in each language, where no cookie can keep the choice.
    """

    home: str
    preferences: str = "/preferences"
    sign_in: str = "/sign-in"
    sign_out: str = "/sign-out"
    tickets: str = ""
    help: str = ""
    uploads: str = ""
    desk: str = ""
    absence: str = ""
    studio: str = ""
    outside: str = ""
    profile: str = ""
    notices: str = ""
    pictures: str = ""
    here_in: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """The frame of a page.

    ``here`` is the address to come back to after a change of preferences; ``current`` the
    navigation entry that stands for the page; ``brand_css`` the tenant's own colours, or empty;
    ``contact`` the tenant's line in the foot; ``keys`` whether single keys act.
    """

    locale: str
    csrf: str
    now: datetime
    time_zone: str
    currency: str
    urls: Urls
    here: str
    tenant: TenantMark | None = None
    me: Me | None = None
    title: str = ""
    theme: Theme = "system"
    current: str = ""
    contact: str = ""
    brand_css: str = ""
    keys: bool = True
    flashes: tuple[Flash, ...] = ()


@dataclass(frozen=True, slots=True)
class StatusMark:
    """A state: the spec's word, and the category that picks the glyph."""

    category: Literal["new", "active", "review", "waiting", "done", "closed", "cancelled"]
    label: str


@dataclass(frozen=True, slots=True)
class SlaMark:
    """A deadline as a pill. ``percent`` is what is left of the ring.

    ``due`` lets the clock run on, ``started`` the ring; at ``warns`` the pill turns amber.
    """

    state: Literal["ok", "warn", "breached", "paused", "met"]
    text: str
    target: str = ""
    percent: int = 50
    due: datetime | None = None
    started: datetime | None = None
    warns: datetime | None = None


@dataclass(frozen=True, slots=True)
class PersonMark:
    """A person beside their avatar. ``hue`` is 1 to 6, from a hash of their id.

    ``picture`` is what follows ``urls.pictures``, or empty.
    """

    name: str
    letter: str
    hue: int = 1
    picture: str = ""


@dataclass(frozen=True, slots=True)
class FileMark:
    """An attachment that is stored. ``url`` is empty while it is only held for a form.

    ``look`` is how a page can show it: ``image``, ``video``, ``audio``, ``pdf`` or ``text``; empty
    where it can only be saved. ``pixels`` says how large a picture is that is too large to show.
    """

    name: str
    size: int
    url: str = ""
    token: str = ""
    image: bool = False
    look: Literal["", "image", "video", "audio", "pdf", "text"] = ""
    pixels: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """A way on from a page."""

    url: str
    label: str


@dataclass(frozen=True, slots=True)
class ErrorScreen:
    """A page that says what went wrong and the ways on, the best one first."""

    page: Page
    status: int
    heading: str
    text: str
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a ticket's way. ``at`` is when it was reached, ``text`` what happens there."""

    title: str
    state: Literal["done", "now", "todo"]
    at: datetime | None = None
    text: str = ""
