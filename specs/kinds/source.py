"""A source: records kept elsewhere that a ticket can point to."""

from __future__ import annotations

import csv
from typing import Annotated, Literal

from specs.base import (
    Currency,
    Extending,
    FileName,
    Flag,
    Id,
    SettingId,
    ShortForm,
    Span,
    Spec,
    Str,
    Text,
    Value,
)
from specs.field_types.options import Options
from specs.marks import JsonPathMark, Ref, StrMark, WholeMark, Words

CONNECTORS: tuple[str, ...] = ("table", "http", "sql")
OUTPUT_TYPES: tuple[str, ...] = (
    "text",
    "long_text",
    "integer",
    "decimal",
    "money",
    "boolean",
    "date",
    "datetime",
    "duration",
    "choice",
    "email",
    "phone",
    "url",
)

JsonPlace = Annotated[str, JsonPathMark()]
AddressPath = Annotated[str, StrMark(r"/[^\s#\\]{0,2000}", "path of an address", "/orders/{key}")]
HeaderName = Annotated[str, StrMark(r"[A-Za-z][A-Za-z0-9-]{0,63}", "header", "X-Api-Key")]
Sql = Annotated[str, StrMark(r"[\s\S]{1,8000}", "query", "select * from orders where no = :key")]


class HeldText(Spec):
    """A text that is fixed, or that a setting or secret of the tenant holds."""

    text: Str | None = None
    """The text itself."""
    setting: SettingId | None = None
    """The setting that holds it."""
    secret: SettingId | None = None
    """The secret that holds it; it is never shown."""


Held = Annotated[HeldText, ShortForm("text")]


class BasicAuth(Spec):
    """A name and a password."""

    user: Held
    """The name."""
    password: Held
    """The secret with the password."""


class ClientCredentials(Spec):
    """OAuth2 client credentials: a token is fetched, and kept until it ends."""

    token_url: Held
    """The setting with the address that gives tokens."""
    client_id: Held
    """Who we are there."""
    client_secret: Held
    """The secret that proves it."""
    scope: Str | None = None
    """What the token is for."""


class SourceAuth(Spec):
    """How the system knows us; one of the three."""

    bearer: Held | None = None
    """The secret with a token that does not end."""
    basic: BasicAuth | None = None
    """A name and a password."""
    oauth2: ClientCredentials | None = None
    """OAuth2 client credentials."""


class RecordLookup(Spec):
    """How one record is asked for."""

    path: AddressPath | None = None
    """The path behind the source's address; `{key}` is the record's key."""
    method: Annotated[str, Words("GET", "POST")] = "GET"
    """How it is asked over HTTP."""
    body: dict[Str, Value] | None = None
    """What is sent along as JSON."""
    record: JsonPlace = "$"
    """Where the record stands in the reply."""
    query: Sql | None = None
    """The SQL query, with `:key`."""


class RecordSearch(Spec):
    """How records are searched for."""

    path: AddressPath | None = None
    """The path behind the source's address; `{words}` is what was typed."""
    method: Annotated[str, Words("GET", "POST")] = "GET"
    """How it is asked over HTTP."""
    body: dict[Str, Value] | None = None
    """What is sent along as JSON."""
    items: JsonPlace = "$"
    """Where the list of records stands in the reply."""
    next: JsonPlace | None = None
    """Where the reply has the address of the next page, or says that there is one."""
    page: Annotated[str, StrMark(r"[A-Za-z][A-Za-z0-9_.-]{0,39}", "parameter", "page")] | None = (
        None
    )
    """The parameter that numbers the pages, from 1."""
    pages: Annotated[int, WholeMark(1, 20)] = 3
    """So many pages are read at most."""
    query: Sql | None = None
    """The SQL query, with `:words`."""


class SourceCall(Spec):
    """Something written back, by the action `call`."""

    title: Text | None = None
    """What the ticket's history calls it."""
    method: Annotated[str, Words("POST", "PUT", "PATCH", "DELETE")] = "POST"
    """How it is written."""
    path: AddressPath
    """The path behind the source's address, with `{key}` and what the action hands over."""
    body: dict[Str, Value] | None = None
    """What is sent as JSON; `"{amount}"` alone keeps the type of what is handed over."""


class Output(Spec):
    """One value of a record."""

    type: Annotated[str, Words(*OUTPUT_TYPES)]
    """What it holds."""
    label: Text | None = None
    """Its name."""
    column: Str | None = None
    """The column it is read from; its id where none is named."""
    at: JsonPlace | None = None
    """Where it stands in the record of a reply; under its id where nothing is said."""
    options: Options | None = None
    """The options of a choice."""
    places: Annotated[int, WholeMark(0, 6)] | None = None
    """Decimal places of a decimal."""
    currency: Currency | None = None
    """The currency of money; the tenant's where none is named."""
    sensitive: Flag = False
    """Masked unless a right says otherwise."""


class Source(Extending):
    """A source: records kept elsewhere that a ticket can point to."""

    kind: Literal["Source"]
    title: Text
    """Its name."""
    connector: Annotated[str, Words(*CONNECTORS)]
    """How it is read; `table` is a CSV file of the tenant's folder."""
    file: FileName | None = None
    """The file with the records of a table."""
    url: Held | None = None
    """The setting with the address of the system; of a database the secret."""
    auth: SourceAuth | None = None
    """How the system knows us."""
    headers: dict[HeaderName, Held] | None = None
    """Headers that go along with every request."""
    lookup: RecordLookup | None = None
    """How one record is asked for."""
    find: RecordSearch | None = None
    """How records are searched for; without it a picker takes the key alone."""
    calls: dict[Id, SourceCall] | None = None
    """What the action `call` can write back."""
    timeout_ms: Annotated[int, WholeMark(50, 2000)] = 2000
    """How many milliseconds an answer may take in all."""
    cache: Span | None = None
    """How long an answer is kept; without it every look-up asks."""
    away: Annotated[str, Words("pending", "refuse", "empty")] = "pending"
    """What happens when it gives no answer: the ticket is made and enriched later, is refused, or
    stays without the record's values."""
    fixtures: FileName | None = None
    """A CSV file with records that stand for the system's where it is not asked: in tests of
    specs and in previews."""
    key: Annotated[str, Ref("Output")]
    """The output that tells one record from another."""
    shows: tuple[Annotated[str, Ref("Output")], ...] | None = None
    """What a picker shows of a record."""
    search: tuple[Annotated[str, Ref("Output")], ...] | None = None
    """What is searched in a table."""
    own: dict[Annotated[str, Ref("Output")], Annotated[str, Ref("PersonFact")]] | None = None
    """A requester finds only records whose output equals this fact of theirs; staff find all."""
    outputs: dict[Id, Output]
    """The values of a record."""


def columns_of(content: bytes) -> list[str]:
    """The columns that the header of a source's table names."""
    head = content[:65536].decode("utf-8-sig", "replace").splitlines()
    return next(csv.reader(head[:1]), [])
