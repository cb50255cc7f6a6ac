"""Stored rows as plain values: queries give them, screens read them, none leads to the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody in a tenant: `kind` is `staff` or `customer`; `values` are fields of people.yaml.

    `merged_into_id`: the record that stands for them now. `profile`: what they chose for themselves
    (`runtime.choices` reads it).
    """

    id: str
    account_id: str | None = None
    kind: str = "customer"
    name: str
    email: str | None = None
    phone: str | None = None
    locale: str | None = None
    values: Mapping[str, Any]
    absent_from_us: int | None = None
    absent_to_us: int | None = None
    substitute_id: str | None = None
    external_key: str | None = None
    active: bool = True
    created_us: int
    changed_us: int
    organisation_id: str | None = None
    merged_into_id: str | None = None
    tags: Sequence[str] | None = None
    profile: Mapping[str, Any] | None = None
    organisation_name: str | None = None
    organisation_level: str | None = None

    def absent(self, now_us: int) -> bool:
        """Whether they are out of office at `now_us`."""
        return absent(self.absent_from_us, self.absent_to_us, now_us)


@dataclass(frozen=True, slots=True)
class Search:
    """What of all people is looked for; "" and None leave a thing open.

    `after`: the id of the last one before the page.
    """

    words: str = ""
    kind: str = ""
    active: bool | None = True
    organisation: str = ""
    team: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """A customer's company, school or household; `domains`: mail domains whose people are its."""

    id: str
    name: str
    level: str | None = None
    tags: Sequence[str] = ()
    domains: Sequence[str] = ()
    note: str = ""
    external_key: str | None = None
    active: bool = True
    created_us: int
    changed_us: int


def absent(from_us: int | None, to_us: int | None, now_us: int) -> bool:
    """Whether `now_us` lies in an absence; an open end lasts until it is changed."""
    if from_us is None and to_us is None:
        return False
    return (from_us or 0) <= now_us and (to_us is None or now_us < to_us)


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A notice; `key` is the effect's digest, so that a second try tells nobody twice."""

    id: str
    person_id: str
    ticket_id: str | None = None
    event_id: str | None = None
    notification_key: str
    subject: str
    body: str
    link: str | None = None
    key: str
    created_us: int
    read_us: int | None = None
    urgent: int | None = None
    done_us: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRow:
    """A file as people see it: `token` stands in its address, `visibility` public or internal."""

    id: str
    token: str
    sha256: str
    size: int
    type_found: str
    name: str
    state: str = "held"
    owner: str | None = None
    ticket_id: str | None = None
    event_id: str | None = None
    field_key: str | None = None
    visibility: str = "public"
    created_us: int


@dataclass(frozen=True, slots=True)
class Event:
    """A journal row with its payload; `body` is None when it was erased, `erased` says why."""

    id: str
    ticket_id: str
    seq: int
    at_us: int
    actor_kind: str
    actor_id: str | None
    verb: str
    cause_event_id: str | None
    revision: int
    desk_digest: str
    idempotency_key: str | None
    payload_id: str
    hash: str
    body: Mapping[str, Any] | None
    erased: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge that can be undone: its act in the journal, and the record that was given up."""

    event: Event
    gone: Person


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A group of a report: its keys (text, number, truth, a date or hour as text, None for
    empty) and its figures.

    Figures are whole numbers or `Decimal`, in the unit of the value; None where nothing was.
    """

    keys: tuple[str | int | bool | None, ...]
    figures: tuple[int | Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class BacktestKey:
    """Which backtest: the draft's tree, the live revision it is compared with, so many days."""

    tree: str
    base_n: int
    days: int


@dataclass(frozen=True, slots=True)
class KeptBacktest:
    """A backtest as it stands: waiting, running, done or failed. `done` of `total` tickets; `body`
    what it found; `why` it failed."""

    key: BacktestKey
    state: str
    done: int
    total: int
    files: Mapping[str, str]
    body: Mapping[str, Any] | None
    why: str
    at_us: int
    ended_us: int | None


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token of a program that acts for a person; `hash` is the sha256 of its secret.

    `scopes` narrow what the person may do. All instants in microseconds UTC.
    """

    id: str
    person_id: str
    title: str
    hash: str
    scopes: Sequence[str]
    created_us: int
    expires_us: int
    used_us: int | None = None
    revoked_us: int | None = None

    def holds(self, now_us: int) -> bool:
        """Whether it still opens anything."""
        return self.revoked_us is None and now_us < self.expires_us


@dataclass(frozen=True, slots=True)
class SettingName:
    """That a setting is there; its value is told by `tenant_settings.read_setting` alone."""

    environment: str
    name: str
    secret: bool
    changed_us: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A row of the ledger. `reason`: why it was joined, quarantined or refused, a code with its
    arguments in `said`; `remote_id`: what the sender calls it; `digest`: of what it says."""

    id: str
    way: str
    channel_id: str = ""
    at_us: int
    state: str
    reason: str | None = None
    said: Mapping[str, Any] | None = None
    remote_id: str | None = None
    digest: str | None = None
    raw_sha256: str | None = None
    raw_size: int = 0
    summary: Mapping[str, Any] | None = None
    ticket_id: str | None = None
    event_id: str | None = None
    person_id: str | None = None
    attempts: int = 0
    ended_us: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article whatever its language. `state`: draft, review, published, retired."""

    id: str
    slug: str
    category: str
    audience: str = ""
    tags: Sequence[str] = ()
    state: str = "draft"
    wanted_us: int | None = None
    wanted_by: str | None = None
    author_id: str | None = None
    ticket_id: str | None = None
    starter: str | None = None
    touched: bool = False
    created_us: int
    changed_us: int
    published_us: int | None = None


@dataclass(frozen=True, slots=True)
class ArticleText:
    """A version of an article in one language; `published_us` None: readers never saw it."""

    article_id: str
    locale: str
    n: int
    title: str
    body: str
    author_id: str | None
    at_us: int
    approved_by: str | None = None
    published_us: int | None = None


@dataclass(frozen=True, slots=True)
class ArticleHead:
    """An article's language: which version readers see, which is the newest, its newest title."""

    article_id: str
    locale: str
    live_n: int | None
    last_n: int
    title: str


@dataclass(frozen=True, slots=True)
class ArticleFigures:
    """What became of an article since a day."""

    seen: int = 0
    helped: int = 0
    missed: int = 0
    solved: int = 0


@dataclass(frozen=True, slots=True)
class ArticleWord:
    """What a reader said of an article."""

    id: str
    article_id: str
    locale: str
    n: int | None
    helpful: bool
    words: str
    way: str
    at_us: int
    done_us: int | None
