"""Which paths a condition, cell, column or formula may read, and what stands at each."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from engine.model.field import FieldModel
from engine.predicate import Path
from specs.problem import Place, nearest
from specs.vocabulary import PHASES, PRIORITIES

Ids = Mapping[str, str]
"""id → key"""

BUILT_IN: Final[Mapping[str, str]] = {
    "number": "text",
    "type": "type",
    "subject": "text",
    "description": "long_text",
    "state": "state",
    "phase": "phase",
    "priority": "priority",
    "channel": "channel",
    "tags": "tags",
    "flags": "flags",
    "requester": "person",
    "customer": "person",
    "team": "team",
    "home_team": "team",
    "teams": "teams",
    "assignee": "person",
    "watchers": "people",
    "approvers": "people",
    "parent": "ticket",
    "children": "tickets",
    "created_at": "datetime",
    "updated_at": "datetime",
    "solved_at": "datetime",
    "closed_at": "datetime",
    "state_since": "datetime",
    "rating": "rating",
    "reopened": "integer",
    "visit_at": "datetime",
    "time_spent": "duration",
    "version": "integer",
}
"""What every ticket has (decisions.md 3) and the kind of each; clocks stand apart."""

OWN_CLOCKS: Final = ("state_limit", "approval")
"""Clocks that need no policy: of a state's own limit, and of an approval that is awaited."""
CHANNELS: Final = ("portal", "desk", "mail", "import", "api", "wecom", "dingtalk", "feishu",
                   "webhook", "phone", "chat", "sms", "schedule")  # fmt: skip
ORGANISATION: Final = ("name", "level")
"""What of a person's organisation may be asked."""
_PEOPLE: Final = {"customer": "customer", "requester": "requester", "assignee": "staff"}


@dataclass(frozen=True, slots=True)
class PathInfo:
    """What stands at a path.

    `field` is None for what every ticket has. `options`: what a spec writes → the keys it stands
    for (several when types of one scope keep one id under different keys). `below`: key → it and
    every node under it (tree). `declared`: where the options come from.
    """

    path: Path
    field: FieldModel | None = None
    options: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    below: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    owner: str = ""
    zone: str = "UTC"
    sensitive: bool = False
    split: tuple[str, str] | None = None
    """Two types that keep the field of this id apart, under different keys; then a spec over both
    can't read it."""

    @property
    def spelled(self) -> str:
        """The path with the type that declares it, for messages: `refund.reason`."""
        return f"{self.owner}.{self.path.spelled}" if self.owner else self.path.spelled

    @property
    def declared(self) -> Place | None:
        return self.field.place if self.field and self.field.options else None


@dataclass(frozen=True, slots=True)
class Scope:
    """The paths of one spec: `find` reads, `suggest` guesses what was meant."""

    infos: Mapping[tuple[str, ...], PathInfo]
    zone: str = "UTC"

    def find(self, path: Iterable[str]) -> PathInfo | None:
        """What stands at a path, or None when it leads nowhere."""
        return self.infos.get(tuple(path))

    def suggest(self, name: str) -> str | None:
        """The path that was probably meant by a dotted name."""
        steps = name.count(".")
        known = [".".join(path) for path in self.infos]
        alike = [one for one in known if one.count(".") == steps]
        return nearest(name, alike) or nearest(name, known)

    def of_row(self, lines: FieldModel) -> Scope:
        """The scope of a formula inside a row: its other cells by their own ids, then the ticket.

        A cell hides a field of the ticket that has its id.
        """
        build = _Build({}, {}, {}, self.zone)
        cells: dict[tuple[str, ...], PathInfo] = {
            (column.id,): build.info((column.id,), column.key, column, lines.id)
            for column in lines.columns.values()
        }
        return Scope({**self.infos, **cells}, self.zone)

    @classmethod
    def of_types(
        cls,
        types: Iterable[Mapping[str, FieldModel]],
        *,
        people: Mapping[str, Mapping[str, FieldModel]] | None = None,
        sources: Mapping[str, Mapping[str, FieldModel]] | None = None,
        states: Iterable[Ids] = (),
        teams: Ids | None = None,
        type_ids: Ids | None = None,
        clocks: Ids | None = None,
        tags: Ids | None = None,
        flags: Ids | None = None,
        owners: Iterable[str] = (),
        zone: str = "UTC",
    ) -> Scope:
        """The scope of a spec over one or several types.

        `types`: the fields of each; `states`: state id → key of each. `sources`: Source id → its
        outputs. `owners`: the type ids, in the order of `types`, for messages. `zone`: the
        tenant's, for days in the place of instants.
        """
        build = _Build(people or {}, sources or {}, teams or {}, zone)
        words: dict[str, Mapping[str, tuple[str, ...]]] = {
            "type": _keys([type_ids or {}]),
            "state": _keys(states),
            "phase": {word: (word,) for word in PHASES},
            "priority": {word: (word,) for word in PRIORITIES},
            "channel": {word: (word,) for word in CHANNELS},
            "tags": _keys([tags or {}]),
            "flags": _keys([flags or {}]),
        }
        build.built_in(words)
        for id_, key in {**dict.fromkeys(OWN_CLOCKS), **(clocks or {})}.items():
            build.clock(id_, key or id_)
        names = list(owners)
        for number, fields in enumerate(types):
            owner = names[number] if number < len(names) else ""
            for item in fields.values():
                build.add((item.id,), item.key, item, owner)
        return cls(build.infos, zone)


def stored_apart(info: PathInfo) -> tuple[str, str] | None:
    """Message and cure for a path that is two fields in one scope; None where it is one."""
    if info.split is None:
        return None
    one, other = (f"`{name}`" if name else "another type" for name in info.split)
    message = f"`{info.path.spelled}` of {one} and of {other} are two fields, stored apart"
    return message, "name one of these types, or give one of the fields another id"


_HOLE: Final = re.compile(r"\{([a-z0-9_.]+)\}")


def with_keys(text: str, scope: Scope) -> str:
    """A text with the stored names in its `{holes}`, which decisions fill from the facts."""

    def kept(hole: re.Match[str]) -> str:
        info = scope.find(hole[1].split("."))
        return f"{{{info.path.name}}}" if info is not None else hole[0]

    return _HOLE.sub(kept, text)


def _keys(parts: Iterable[Ids]) -> dict[str, tuple[str, ...]]:
    """id → keys over several types, each key once."""
    found: dict[str, tuple[str, ...]] = {}
    for part in parts:
        for id_, key in part.items():
            found[id_] = tuple(dict.fromkeys((*found.get(id_, ()), key)))
    return found


class _Build:
    def __init__(
        self,
        people: Mapping[str, Mapping[str, FieldModel]],
        sources: Mapping[str, Mapping[str, FieldModel]],
        teams: Ids,
        zone: str,
    ) -> None:
        self.people = people
        self.sources = sources
        self.teams = _keys([teams])
        self.zone = zone
        self.infos: dict[tuple[str, ...], PathInfo] = {}

    def built_in(self, words: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
        """What every ticket has, and the fields of its people."""
        for name, kind in BUILT_IN.items():
            options = self.teams if kind in ("team", "teams") else words.get(kind, {})
            path = Path(name, name, kind)
            self.infos[(name,)] = PathInfo(path, options=options, zone=self.zone)
        for word, group in _PEOPLE.items():
            called = Path(f"{word}.name", f"{word}.name", "text")
            self.infos[(word, "name")] = PathInfo(called, zone=self.zone)
            for part in ORGANISATION if group != "staff" else ():
                name = f"{word}.organisation.{part}"
                self.infos[(word, "organisation", part)] = PathInfo(
                    Path(name, name, "text"), zone=self.zone
                )
            for item in self.people.get(group, {}).values():
                self.add((word, item.id), f"{word}.{item.key}", item, "")
                self.person(word, item)

    def person(self, word: str, item: FieldModel) -> None:
        """The default of a person's field goes along, as SQL finds only what is known."""
        info = self.infos.get((word, item.id))
        if info is not None and isinstance(item.default, (str, int)):
            path = dataclasses.replace(info.path, default=item.default)
            self.infos[(word, item.id)] = dataclasses.replace(info, path=path)

    def clock(self, id_: str, key: str) -> None:
        """When a clock falls due, whether it was missed, and the reason that was given."""
        for word, kind in (("due", "datetime"), ("breached", "boolean"), ("breach_reason", "text")):
            path = Path(f"{word}.{key}", f"{word}.{id_}", kind)
            self.infos[(word, id_)] = PathInfo(path, zone=self.zone)

    def add(self, way: tuple[str, ...], name: str, item: FieldModel, owner: str) -> None:
        """A field and what it leads to."""
        if item.type == "heading":
            return
        info = self.info(way, name, item, owner)
        known = self.infos.get(way)
        self.infos[way] = _joined(known, info) if known and known.field else info
        if item.type == "reference" and len(way) == 1:
            for output in self.sources.get(item.source, {}).values():
                self.add((*way, output.id), f"{name}.{output.key}", output, "")
        for column in item.columns.values():
            at = (*way, column.id)
            inner = self.info(at, f"{name}.{column.key}", column, owner, name)
            before = self.infos.get(at)
            self.infos[at] = _joined(before, inner) if before and before.field else inner

    def info(
        self, way: tuple[str, ...], name: str, item: FieldModel, owner: str, inside: str = ""
    ) -> PathInfo:
        path = Path(name, ".".join(way), item.type, item.scale, inside)
        options: dict[str, tuple[str, ...]] = {}
        for one in item.options.values():
            options[one.id] = (one.key,)
        below: dict[str, tuple[str, ...]] = {}
        if item.type == "tree":
            below = {key: tuple(_under(key, item)) for key in item.options}
        if item.type == "team":
            options = dict(self.teams)
        return PathInfo(path, item, options, below, owner, self.zone, item.sensitive)


def _under(key: str, item: FieldModel) -> Iterable[str]:
    for node in item.options:
        at, seen = node, set[str]()
        while at and at not in seen:
            if at == key:
                yield node
                break
            seen.add(at)
            option = item.options.get(at)
            at = option.parent if option else ""


def _joined(one: PathInfo, other: PathInfo) -> PathInfo:
    """One path that two types have: the options of both (labels and options may differ)."""
    options = dict(one.options)
    for id_, keys in other.options.items():
        options[id_] = tuple(dict.fromkeys((*options.get(id_, ()), *keys)))
    below = dict(one.below)
    for key, keys in other.below.items():
        below[key] = tuple(dict.fromkeys((*below.get(key, ()), *keys)))
    owner = one.owner if one.owner == other.owner else ""
    sensitive = one.sensitive or other.sensitive
    split = one.split
    if one.path.name != other.path.name and split is None:
        split = (one.owner, other.owner)
    return PathInfo(one.path, one.field, options, below, owner, one.zone, sensitive, split)
