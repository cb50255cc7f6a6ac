"""What every compiler needs: the specs, the words by locale, and the list of problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, cast

from engine.compile.scope import PathInfo, stored_apart
from engine.model.rights import Who
from engine.model.text import NO_WORDS, Words
from specs.clauses import Who as WhoSpec
from specs.problem import Code, Place, Problem
from specs.spec_set import SpecSet

Step = str | int
_DECLARING = frozenset({"TicketType", "FieldSet", "Source", "Tenant", "People"})


class File(Protocol):
    """A SpecFile as compilers read it: the class of `spec` follows from the kind asked for."""

    @property
    def id(self) -> str: ...
    @property
    def file(self) -> str: ...
    @property
    def spec(self) -> Any: ...
    def place(self, *path: Step) -> Place: ...
    def key_place(self, *path: Step) -> Place: ...


@dataclass(frozen=True, slots=True)
class Places:
    """Where things stand inside one position of a file: called, values; `key`, their keys."""

    inside: File
    base: tuple[Step, ...]

    def __call__(self, steps: tuple[Step, ...]) -> Place:
        return self.inside.place(*self.base, *steps)

    def key(self, steps: tuple[Step, ...]) -> Place:
        """The place of the key that leads to a value."""
        return self.inside.key_place(*self.base, *steps)


class Context:
    """One compilation. Compilers add problems here and go on."""

    def __init__(self, specs: SpecSet, keys: Mapping[str, str] | None = None) -> None:
        self.specs = specs
        self.keys = dict(keys or {})
        self.problems: list[Problem] = []
        tenant = specs.tenant
        self.locales: tuple[str, ...] = tuple(tenant.locales) if tenant else ("en",)
        self.scope_of: Callable[[str], Any] = lambda type_id: None
        """type id → the Scope of its tickets; set as soon as the types are known."""
        self.currency: str = (tenant.currency if tenant else None) or "CNY"

    @property
    def half_read(self) -> bool:
        """Whether a file that declares fields, states or records could not be read.

        Then what can't be found may well be there, and the file's own problem is the one to tell.
        """
        return any(kind in _DECLARING for kind, _ in self.specs.broken)

    def key(self, sort: str, name: str, owner: str = "") -> str:
        """The stored key of an id (decisions.md 5): what a Moves entry gave it, else the id.

        `owner`: the type, field set or group of people that has the field; the type that has the
        state; `<owner of the field>.<field>` of an option or of a column of rows.
        """
        found = self.keys.get(f"{sort}:{owner}.{name}") if owner else None
        return found or self.keys.get(f"{sort}:{name}", name)

    def who(self, parts: Iterable[WhoSpec]) -> Who:
        """A who position, sorted into relations, roles, and the keys of teams and of led teams."""
        sorts: dict[str, list[str]] = {"relation": [], "role": [], "team": [], "lead_of": []}
        for part in parts:
            is_team = part.sort in ("team", "lead_of")
            sorts[part.sort].append(self.key("team", part.id) if is_team else part.id)
        return Who(
            tuple(sorts["relation"]),
            tuple(sorts["role"]),
            tuple(sorts["team"]),
            tuple(sorts["lead_of"]),
        )

    def words(self, text: str | Mapping[str, str] | None, fallback: str = "") -> Words:
        """A spec's text as words by locale; a bare string is in the tenant's first locale."""
        if text is None:
            return Words({}, fallback) if fallback else NO_WORDS
        if isinstance(text, str):
            return Words({self.locales[0]: text}, fallback)
        return Words(dict(text), fallback)

    def add(self, found: Iterable[Problem]) -> None:
        """Keep problems of a part."""
        self.problems += found

    def reads(self, info: PathInfo, place: Place) -> bool:
        """Whether a spec can read the path; says so at the place when it is two fields."""
        apart = stored_apart(info)
        if apart is not None:
            self.error(Code.FIELDS_APART, apart[0], place, apart[1])
        return apart is None

    def error(self, code: Code, message: str, place: Place, cure: str = "") -> None:
        """One mistake that refuses a publish."""
        self.problems.append(Problem(code, message, place, cure=cure))

    def place_of(self, file: File, *base: Step) -> Places:
        """Places inside one position of a file, for the condition compiler."""
        return Places(file, base)

    def files(self, kind: str) -> Mapping[str, File]:
        """The files of one kind by id."""
        return cast("Mapping[str, File]", self.specs.of(kind))

    def only(self, kind: str) -> File | None:
        """The file of a kind that a tenant has at most once."""
        return next(iter(self.files(kind).values()), None)


def hue_of(name: str) -> int:
    """A stable hue 1 to 6 from an id, where a spec gives none (ui: hash of the id)."""
    return sum(ord(c) * (i + 1) for i, c in enumerate(name)) % 6 + 1
