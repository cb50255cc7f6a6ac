"""Sources: how systems are asked, with every parameter, place and query checked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, Literal

from engine.compile.context import Context, File
from engine.compile.fields import plain_fields
from engine.compile.holes_in import HOLE, taken_by
from engine.compile.queries import Query, query_of
from engine.model.source import (
    MOST_MS,
    Auth,
    Body,
    Call,
    Given,
    Hole,
    Request,
    SourceModel,
    Template,
)
from specs.json_path import parse_json_path
from specs.problem import Code, did_you_mean

_FACTS: Final = ("name", "email", "phone", "locale")
_MOST_DEPTH: Final = 8
_OF: Final[Mapping[str, frozenset[str]]] = {
    "file": frozenset({"table"}),
    "url": frozenset({"http", "sql"}),
    "auth": frozenset({"http"}),
    "headers": frozenset({"http"}),
    "lookup": frozenset({"http", "sql"}),
    "find": frozenset({"http", "sql"}),
    "calls": frozenset({"http"}),
    "cache": frozenset({"http", "sql"}),
    "fixtures": frozenset({"http", "sql"}),
}
_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "table": ("file",),
    "http": ("url", "lookup"),
    "sql": ("url", "lookup"),
}
_LIKE: Final[Mapping[str, str]] = {
    "file": "`file: demo/orders.csv`",
    "url": "`url: { setting: orders_url }`",
    "lookup": "`lookup: { path: /orders/{key} }`, or `query:` for SQL",
}
_OURS: Final = frozenset(
    "accept authorization connection content-length content-type host idempotency-key "
    "transfer-encoding".split()
)


def compile_sources(context: Context) -> dict[str, SourceModel]:
    """Sources with their outputs as fields."""
    return {
        name: _Source(context, file, name).model() for name, file in context.files("Source").items()
    }


class _Source:
    def __init__(self, context: Context, file: File, name: str) -> None:
        self.context, self.file, self.name = context, file, name
        self.facts = {f"requester.{fact}": fact for fact in self._facts()}

    def model(self) -> SourceModel:
        spec, context = self.file.spec, self.context
        self._fits()
        asked = {out: _as_field(output) for out, output in spec.outputs.items()}
        outputs = dict(plain_fields(context, self.file, f"sources/{self.name}", asked, "outputs"))
        return SourceModel(
            id=self.name,
            title=context.words(spec.title, self.name),
            connector=spec.connector,
            file=spec.file or "",
            key=spec.key,
            shows=tuple(spec.shows or (spec.key,)),
            search=tuple(spec.search or (spec.key,)),
            own={out: self._person_key(fact) for out, fact in (spec.own or {}).items()},
            outputs=outputs,
            columns={out: item.column or out for out, item in spec.outputs.items()},
            place=self.file.place(),
            fixtures=spec.fixtures or "",
            url=self._held("url") if spec.url else Given(),
            auth=self._auth() if spec.auth else None,
            headers={name: self._header(name) for name in spec.headers or {}},
            lookup=self._request("lookup", ("key",)) if spec.lookup else None,
            find=self._request("find", ("words",)) if spec.find else None,
            calls={name: self._call(name) for name in spec.calls or {}},
            paths={
                out: parse_json_path(item.at) if item.at else (out,)
                for out, item in spec.outputs.items()
            },
            timeout_ms=min(spec.timeout_ms, MOST_MS),
            cache_us=spec.cache.wall_minutes * 60_000_000 if spec.cache else 0,
            away=spec.away,
        )

    # -- what fits together

    def _fits(self) -> None:
        spec, connector = self.file.spec, self.file.spec.connector
        for part, connectors in _OF.items():
            if getattr(spec, part) is not None and connector not in connectors:
                cure = f"leave it out, or write `connector: {min(connectors)}`"
                message = f"a source read by `{connector}` has no `{part}`"
                self._wrong(Code.SOURCE_EXTRA, message, part, cure=cure, key=True)
        for part in _NEEDS[connector]:
            if getattr(spec, part) is None:
                message = f"a source read by `{connector}` needs `{part}`"
                self._wrong(Code.SOURCE_LACKS, message, "connector", cure=f"add {_LIKE[part]}")
        if spec.url is not None and spec.url.text is not None:
            cure = f"write `url: {{ setting: {self.name}_url }}`"
            message = "the address of a system stands in a setting, not in a spec"
            self._wrong(Code.SOURCE_HOLDER, message, "url", cure=cure)
        for name, output in spec.outputs.items():
            for part, wanted in (("at", {"http"}), ("column", {"table", "sql"})):
                # A column is also that of the fixtures.
                fixed = part == "column" and spec.fixtures is not None
                if getattr(output, part) is not None and connector not in wanted and not fixed:
                    message = f"a source read by `{connector}` has no `{part}`"
                    self._wrong(Code.SOURCE_EXTRA, message, "outputs", name, part, key=True)

    def _wrong(
        self, code: Code, message: str, *path: str | int, cure: str = "", key: bool = False
    ) -> None:
        place = self.file.key_place(*path) if key else self.file.place(*path)
        self.context.error(code, message, place, cure)

    # -- who we are

    def _held(self, *path: str) -> Given:
        held: Any = self.file.spec
        for step in path:
            held = held[step] if isinstance(held, Mapping) else getattr(held, step)
        said = [one for one in (held.text, held.setting, held.secret) if one is not None]
        if len(said) != 1:
            cure = "write a text, { setting: … } or { secret: … }"
            self._wrong(
                Code.SOURCE_HOLDER, "one of text, setting, secret is said", *path, cure=cure
            )
            return Given()
        return Given(held.text or "", held.setting or held.secret or "", held.secret is not None)

    def _secret(self, *path: str) -> Given:
        given = self._held(*path)
        if given.text or (given.setting and not given.secret):
            cure = "write { secret: … }"
            message = f"`{path[-1]}` is a secret, and specs are read by many"
            self._wrong(Code.SOURCE_HOLDER, message, *path, cure=cure)
        return given

    def _header(self, name: str) -> Given:
        if name.lower() in _OURS:
            cure = "leave it out; `auth:` says how the system knows us"
            self._wrong(Code.SOURCE_EXTRA, f"`{name}` is set by us", "headers", name, cure=cure)
        given = self._held("headers", name)
        if not given.text.isascii() or not given.text.replace("\t", "").isprintable():
            message = "a header is one line of plain letters"
            self._wrong(Code.SOURCE_HOLDER, message, "headers", name)
        return given

    def _auth(self) -> Auth | None:
        auth = self.file.spec.auth
        ways = [way for way in ("bearer", "basic", "oauth2") if getattr(auth, way) is not None]
        if len(ways) != 1:
            message, cure = "one way to be known is said", "write one of bearer, basic, oauth2"
            self._wrong(Code.SOURCE_HOLDER, message, "auth", cure=cure)
            return None
        way = ways[0]
        if way == "bearer":
            return Auth("bearer", self._secret("auth", "bearer"))
        if way == "basic":
            return Auth(
                "basic",
                self._secret("auth", "basic", "password"),
                self._held("auth", "basic", "user"),
            )
        at = ("auth", "oauth2")
        token_url = self._held(*at, "token_url")
        if token_url.text:
            message = "the address of a system stands in a setting, not in a spec"
            self._wrong(Code.SOURCE_HOLDER, message, *at, "token_url", cure="{ setting: … }")
        secret, user = self._secret(*at, "client_secret"), self._held(*at, "client_id")
        return Auth("oauth2", secret, user, token_url, auth.oauth2.scope or "")

    # -- what is asked

    def _request(self, part: Literal["lookup", "find"], own: tuple[str, ...]) -> Request:
        spec = getattr(self.file.spec, part)
        sql = self.file.spec.connector == "sql"
        wanted, barred = ("query", "path") if sql else ("path", "query")
        if getattr(spec, wanted) is None:
            message = f"`{part}` says no `{wanted}`"
            self._wrong(Code.SOURCE_LACKS, message, part, cure=f"add `{wanted}:`")
        if getattr(spec, barred) is not None:
            message = f"a source read by `{self.file.spec.connector}` has no `{barred}`"
            self._wrong(Code.SOURCE_EXTRA, message, part, barred, key=True)
            return Request(place=self.file.place(part))
        known = (*own, *self.facts)
        if sql:
            query = self._query(part, spec.query or "", known)
            return Request(query=query.text, binds=query.binds, place=self.file.place(part))
        root = spec.record if part == "lookup" else spec.items
        return Request(
            path=self._template(spec.path or "", known, part, "path"),
            method=spec.method,
            body=self._body(spec.body, known, part, "body") if spec.body else None,
            root=parse_json_path(root),
            next=parse_json_path(spec.next) if part == "find" and spec.next else None,
            page=(spec.page or "") if part == "find" else "",
            pages=self._pages(spec) if part == "find" else 1,
            place=self.file.place(part),
        )

    def _pages(self, spec: Any) -> int:
        return int(spec.pages) if spec.next or spec.page else 1

    def _query(self, part: str, text: str, known: tuple[str, ...]) -> Query:
        place = self.file.place(part, "query")
        names = {name.replace(".", "_"): name for name in known}
        query = query_of(text)
        if query.wrong and text:
            self.context.error(Code.SOURCE_QUERY, query.wrong, place, query.cure)
        for name in query.binds:
            if name not in names:
                self._unknown(name, [f":{one}" for one in names], part, "query")
        return Query(query.text, tuple(names.get(name, name) for name in query.binds))

    def _template(self, text: str, known: tuple[str, ...], *path: str | int) -> Template:
        """The parts of a text; a hole whose name nobody fills is refused."""
        parts: list[str | Hole] = []
        end = 0
        for found in HOLE.finditer(text):
            if found.start() > end:
                parts.append(text[end : found.start()])
            if found[1] in known:
                parts.append(Hole(self._stored(found[1])))
            else:
                self._unknown(found[1], [f"{{{one}}}" for one in known], *path)
            end = found.end()
        if end < len(text):
            parts.append(text[end:])
        return tuple(parts)

    def _unknown(self, name: str, known: list[str], *path: str | int) -> None:
        sign = known[0][0]
        cure = did_you_mean(f"{sign}{name}", known) or "there are " + ", ".join(known)
        message = f"nothing fills `{name[:40]}` here"
        self.context.error(Code.SOURCE_PARAMETER, message, self.file.place(*path), cure)

    def _stored(self, name: str) -> str:
        """A hole by the stored key of the fact that it names."""
        head, dot, fact = name.partition(".")
        return f"{head}.{self._person_key(fact)}" if head == "requester" and dot else name

    def _body(self, raw: Any, known: tuple[str, ...], *at: str | int) -> Body:
        if isinstance(raw, Mapping) and len(at) < _MOST_DEPTH:
            return {str(name): self._body(one, known, *at, name) for name, one in raw.items()}
        if isinstance(raw, list) and len(at) < _MOST_DEPTH:
            return [self._body(one, known, *at, n) for n, one in enumerate(raw)]
        if isinstance(raw, str):
            return self._template(raw, known, *at)
        message = f"a body holds texts, maps and lists, at most {_MOST_DEPTH} deep"
        self._wrong(Code.SOURCE_PARAMETER, message, *at)
        return ()

    # -- what is written back

    def _call(self, name: str) -> Call:
        spec = self.file.spec.calls[name]
        at = ("calls", name)
        known = _Any(("key", "ticket.number", *self.facts))
        path = self._template(spec.path, known, *at, "path")
        body = self._body(spec.body, known, *at, "body") if spec.body else None
        request = Request(path, spec.method, body, place=self.file.place(*at))
        title = self.context.words(spec.title, name)
        return Call(name, title, request, taken_by(spec), self.file.place(*at))

    # -- people

    def _facts(self) -> list[str]:
        people = self.context.only("People")
        groups = [getattr(people.spec, g) for g in ("requester", "customer")] if people else []
        named = [name for group in groups if group is not None for name in group.fields or {}]
        return list(dict.fromkeys([*_FACTS, *named]))

    def _person_key(self, fact: str) -> str:
        """The key of what is known of people; their name and addresses have none."""
        people = self.context.only("People")
        for name in ("requester", "customer", "staff") if people is not None else ():
            group = getattr(people.spec, name) if people is not None else None
            if group is not None and fact in (group.fields or {}):
                return self.context.key("field", fact, name)
        return fact


class _Any(tuple[str, ...]):
    """Known names beside which an action may hand over any other that looks like an id."""

    __slots__ = ()

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or bool(
            isinstance(name, str) and re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name)
        )


class _as_field:
    """An output read as a field spec: what it does not have is what a bare field has."""

    label = help = placeholder = show_when = required_when = default = None
    filled_by = formula = place = None
    required = indexed = False

    def __init__(self, output: Any) -> None:
        self.type = output.type
        self.label = output.label
        self.options = output.options
        self.places = output.places if output.places is not None else 2
        self.currency = output.currency
        self.sensitive = output.sensitive
        if output.type != "decimal":
            self.places = 0
