"""An external system as records: how it is asked, what its answers mean, what happens without."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.model.field import FieldModel
from engine.model.text import Words
from specs.problem import Place

MOST_MS = 2000
"""How long an answer may take in all (decisions.md 6)."""

JsonPath = tuple[str | int, ...]
Away = Literal["pending", "refuse", "empty"]


@dataclass(frozen=True, slots=True)
class Hole:
    """A place in a template that a parameter fills: `key`, `words`, `requester.email`, `amount`."""

    name: str


Template = tuple[str | Hole, ...]
"""Fixed texts and holes in turn; one hole alone keeps the type of what fills it."""

Body = Template | Mapping[str, "Body"] | list["Body"]


@dataclass(frozen=True, slots=True)
class Given:
    """A text as the spec says it, or the name of the setting or secret that holds it."""

    text: str = ""
    setting: str = ""
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """One way of asking.

    Over HTTP `path`, `method` and `body`; `root` leads to the record, or to the list of records,
    in the reply. `next` leads to the address or number of the next page, `page` names the query
    parameter that counts pages, `pages` bounds them. `query` is SQL with `binds`, the names in the
    order in which `:name` stands in it.
    """

    path: Template = ()
    method: str = "GET"
    body: Body | None = None
    root: JsonPath = ()
    next: JsonPath | None = None
    page: str = ""
    pages: int = 1
    query: str = ""
    binds: tuple[str, ...] = ()
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """Something written back: `takes` names what the action hands over beside the key."""

    id: str
    title: Words
    request: Request
    takes: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Auth:
    """How it knows us: `bearer`, `basic` (user and secret) or `oauth2` (client credentials)."""

    sort: Literal["bearer", "basic", "oauth2"]
    secret: Given
    user: Given = Given()
    token_url: Given = Given()
    scope: str = ""


@dataclass(frozen=True, slots=True)
class SourceModel:
    """An external system as a table: typed outputs by id, key output, search, own rows.

    `columns` and `paths` say where each output stands in a row and in a JSON record. `file` is the
    table itself, `fixtures` the records that stand for those of another connector where nothing is
    asked: in tests of specs, previews and plans. `cache_us` 0 keeps no answer.
    """

    id: str
    title: Words
    connector: str
    file: str
    key: str
    shows: tuple[str, ...]
    search: tuple[str, ...]
    own: Mapping[str, str]
    outputs: Mapping[str, FieldModel]
    columns: Mapping[str, str]
    place: Place
    fixtures: str = ""
    url: Given = Given()
    auth: Auth | None = None
    headers: Mapping[str, Given] = field(default_factory=dict)
    lookup: Request | None = None
    find: Request | None = None
    calls: Mapping[str, Call] = field(default_factory=dict)
    paths: Mapping[str, JsonPath] = field(default_factory=dict)
    timeout_ms: int = MOST_MS
    cache_us: int = 0
    away: Away = "pending"

    @property
    def is_remote(self) -> bool:
        """Whether asking it leaves this process."""
        return self.connector != "table"

    @property
    def wanted(self) -> frozenset[str]:
        """The settings and secrets without which it is off."""
        return frozenset(one.setting for one in self._given() if one.setting)

    def _given(self) -> Iterator[Given]:
        yield self.url
        yield from self.headers.values()
        if self.auth is not None:
            yield from (self.auth.secret, self.auth.user, self.auth.token_url)


def holes(template: Body | None) -> Iterator[str]:
    """The names of the holes in a template or body."""
    if isinstance(template, Mapping):
        for one in template.values():
            yield from holes(one)
    elif isinstance(template, list):
        for part in template:
            yield from holes(part)
    else:
        yield from (piece.name for piece in template or () if isinstance(piece, Hole))
