"""What tickets of a type can look like: what each path may hold, and what can't stand together.

A World is wider than the truth, never narrower: what is impossible in it is impossible, so proofs
hold; a ticket found in it is confirmed by the evaluator before anyone is told.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from engine.evaluate import LIST_KINDS, reads
from engine.expression import NUMBER_KINDS, paths
from engine.facts import Ask, Facts, Value, Viewer
from engine.model.desk import Desk
from engine.model.field import FieldModel
from engine.model.rights import REQUESTER
from engine.model.ticket_type import TypeModel
from engine.normal import GREATEST
from engine.predicate import All, Not, Op, Path, Predicate, Test
from specs.vocabulary import PHASES, PRIORITIES

FINITE, WHOLE, DAY, OPEN, SEVERAL, COUNT = "finite", "whole", "day", "open", "several", "count"
"""Sorts of domains: listed values, whole numbers (money, moments), days, texts and ids, lists, and
how many things there are."""

NOW_US = 1_772_413_200_000_000
"""2026-03-02 01:00 UTC: the moment at which relative conditions are looked at."""
SOMEBODY = Ask(NOW_US, Viewer("somebody", is_staff=True), "2026-03-02")
_COUNTED = frozenset({"files", "image", "lines", "tickets"})
_PEOPLE = {"customer": "customer", "requester": "requester", "assignee": "staff"}


@dataclass(frozen=True, slots=True)
class Domain:
    """The values a path may hold. `low`, `high` are both in, days as ordinals; None is open.

    `values` are all there are (FINITE), or all elements a SEVERAL may have (`closed`).
    """

    path: Path
    sort: str
    values: tuple[Value, ...] = ()
    low: int | None = None
    high: int | None = None
    may_be_empty: bool = True
    closed: bool = False
    field: FieldModel | None = None


@dataclass(frozen=True, slots=True)
class World:
    """The tickets of one type.

    `same`: names that always hold what another name holds. `phases`: state key → phase, where the
    phase follows from the state. `barred`: name → conditions about it that no ticket meets.
    """

    domains: Mapping[str, Domain] = field(default_factory=dict)
    same: Mapping[str, str] = field(default_factory=dict)
    phases: Mapping[str, str] = field(default_factory=dict)
    barred: Mapping[str, tuple[Predicate, ...]] = field(default_factory=dict)
    type: TypeModel | None = None

    def name_of(self, path: Path) -> str:
        """The name that stands for a path: of two that are always equal, the source."""
        return self.same.get(path.name, path.name)

    def domain(self, path: Path) -> Domain:
        """What may stand at a path; by its kind alone where nothing is known of it."""
        return self.domains.get(self.name_of(path)) or domain_of(path)

    def bars(self, names: Iterable[str]) -> tuple[Predicate, ...]:
        """Every barred condition that bears on these names, and on what those conditions read."""
        waiting, seen, found = list(names), set[str](), dict[Predicate, None]()
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            for bar in self.barred.get(name, ()):
                found[bar] = None
                waiting += [self.name_of(path) for path in reads(bar)]
        return tuple(found)


def domain_of(path: Path, item: FieldModel | None = None, values: Iterable[Value] = ()) -> Domain:
    """What may stand at a path of this kind, within the limits of its field."""
    kind, listed = path.kind, tuple(values)
    if item is not None and item.options:
        listed = tuple(item.options)
    if kind == "boolean":
        return Domain(path, FINITE, (True, False), field=item)
    if kind in ("choice", "tree", "priority", "phase", "state", "type", "team") and listed:
        return Domain(path, FINITE, listed, field=item)
    if kind in NUMBER_KINDS or kind == "duration":
        low, high = (item.limits.low, item.limits.high) if item else (None, None)
        least = 0 if kind in ("duration", "rating") else -GREATEST
        return Domain(path, WHOLE, (), _or(low, least), _or(high, GREATEST), field=item)
    if kind == "datetime":
        return Domain(path, WHOLE, field=item)
    if kind == "date":
        return _days(path, item)
    if kind in _COUNTED:
        return Domain(path, COUNT, field=item)
    if kind in LIST_KINDS:
        return Domain(path, SEVERAL, listed, closed=bool(listed), field=item)
    return Domain(path, OPEN, listed, field=item)


def _or(value: int | None, other: int) -> int:
    return other if value is None else value


def _days(path: Path, item: FieldModel | None) -> Domain:
    low = _ordinal(item.limits.low_date) if item else None
    high = _ordinal(item.limits.high_date) if item else None
    return Domain(path, DAY, (), _or(low, 1), _or(high, LAST_ORDINAL), field=item)


LAST_ORDINAL = 3_652_059


def _ordinal(text: str | None) -> int | None:
    """The day of a limit; None for `today`, which is another day tomorrow."""
    try:
        return datetime.date.fromisoformat(text).toordinal() if text else None
    except ValueError:
        return None


# --- the world of a type --------------------------------------------------------------------------


def world_of(desk: Desk, model: TypeModel, *, fresh: bool = False) -> World:
    """The tickets of a type under this desk; `fresh`: while routing looks at a new one.

    A field whose `show_when` is false is empty; one that is required, shown and writable for
    everybody who opens such tickets is not.
    """
    domains = {d.path.name: d for d in _built_in(desk, model, fresh=fresh)}
    same: dict[str, str] = {}
    barred: dict[str, list[Predicate]] = {}
    if not fresh:
        barred["teams"] = [Test(domains["teams"].path, Op.IS_EMPTY, True)]
    for key, item in model.fields.items():
        path = Path(key, item.id, item.type, item.scale)
        domains[key] = domain_of(path, item, desk.teams if item.type == "team" else ())
        if item.source:
            _outputs(desk, key, item, domains, barred)
    for key, item in model.fields.items():
        if item.filled_by and item.show_when is None and item.filled_by in domains:
            same[key] = item.filled_by
        _shown(desk, model, item, domains, barred)
    _deadlines(desk, model, domains)
    return World(
        domains,
        same,
        {state.key: state.phase for state in model.states.values()},
        {name: tuple(found) for name, found in barred.items()},
        model,
    )


def _built_in(desk: Desk, model: TypeModel, *, fresh: bool) -> Iterator[Domain]:
    def listed(name: str, kind: str, values: Iterable[Value], *, empty: bool = False) -> Domain:
        return Domain(Path(name, name, kind), FINITE, tuple(values), may_be_empty=empty)

    yield listed("type", "type", [model.key])
    yield listed("state", "state", model.states)
    yield listed("phase", "phase", [word for word in PHASES if word in _phases(model)])
    yield listed("priority", "priority", PRIORITIES)
    yield listed("team", "team", desk.teams, empty=fresh)
    yield listed("home_team", "team", desk.teams, empty=fresh)
    for name, known in (("tags", desk.tenant.tags), ("flags", desk.tenant.flags)):
        yield domain_of(Path(name, name, name), values=known)
    yield domain_of(Path("teams", "teams", "teams"), values=desk.teams)
    subject = Path("subject", "subject", "text")
    yield replace(domain_of(subject), may_be_empty=False)
    yield domain_of(Path("description", "description", "long_text"))
    yield domain_of(Path("channel", "channel", "channel"))
    yield domain_of(Path("rating", "rating", "rating"))
    yield replace(domain_of(Path("reopened", "reopened", "integer")), low=0)
    yield replace(domain_of(Path("time_spent", "time_spent", "duration")), low=0)
    for name in ("solved_at", "closed_at", "visit_at"):
        yield domain_of(Path(name, name, "datetime"))
    for name in ("created_at", "updated_at", "state_since"):
        yield replace(domain_of(Path(name, name, "datetime")), may_be_empty=False)
    for word, group in _PEOPLE.items():
        for item in desk.people.get(group, {}).values():
            path = Path(f"{word}.{item.key}", f"{word}.{item.id}", item.type, item.scale)
            domain = domain_of(path, item, desk.teams if item.type == "team" else ())
            yield replace(domain, may_be_empty=item.default is None)


def _phases(model: TypeModel) -> set[str]:
    return {state.phase for state in model.states.values()}


def _outputs(
    desk: Desk,
    key: str,
    item: FieldModel,
    domains: dict[str, Domain],
    barred: dict[str, list[Predicate]],
) -> None:
    """The values of the record that a reference names: empty where it names none."""
    source = desk.sources.get(item.source)
    named = Test(domains[key].path, Op.IS_EMPTY, True)
    for output in source.outputs.values() if source else ():
        path = Path(f"{key}.{output.key}", f"{item.id}.{output.id}", output.type, output.scale)
        domains[path.name] = domain_of(path, output)
        bar = All((named, Test(path, Op.IS_EMPTY, False)))
        barred.setdefault(path.name, []).append(bar)


def _shown(
    desk: Desk,
    model: TypeModel,
    item: FieldModel,
    domains: dict[str, Domain],
    barred: dict[str, list[Predicate]],
) -> None:
    path = domains[item.key].path
    filled = Test(path, Op.IS_EMPTY, False)
    bars = barred.setdefault(item.key, [])
    if item.show_when is not None:
        bars.append(All((filled, Not(item.show_when))))
    if not item.is_input or not _all_write(desk, model, item):
        return
    if item.required and item.show_when is None and domains[item.key].sort == SEVERAL:
        bars.append(Test(path, Op.IS_EMPTY, True))
    elif item.required and item.show_when is None:
        domains[item.key] = replace(domains[item.key], may_be_empty=False)
    elif item.required or item.required_when is not None:
        asked = tuple(c for c in (item.show_when, item.required_when) if c is not None)
        if item.required and item.required_when is not None:
            asked = tuple(c for c in (item.show_when,) if c is not None)
        bars.append(All((*asked, Test(path, Op.IS_EMPTY, True))))


def _all_write(desk: Desk, model: TypeModel, item: FieldModel) -> bool:
    """Whether everyone who may open a ticket of the type may fill the field in."""
    usual = "masked" if item.sensitive else "edit"
    for role in desk.roles.values():
        creating = [g for g in role.grants.get(model.key, ()) if g.create]
        own = [g for g in creating if g.fields.get(item.key, usual) == "edit"]
        # Everybody holds the built-in role too, so what it lets them write they all write.
        if creating and not own and not _requester_writes(desk, model, item, usual):
            return False
    return True


def _requester_writes(desk: Desk, model: TypeModel, item: FieldModel, usual: str) -> bool:
    role = desk.roles.get(REQUESTER)
    grants = role.grants.get(model.key, ()) if role else ()
    return any(g.create and g.fields.get(item.key, usual) == "edit" for g in grants)


def _deadlines(desk: Desk, model: TypeModel, domains: dict[str, Domain]) -> None:
    policy = desk.policies.get(model.key)
    for clock in policy.clocks.values() if policy else ():
        for word, kind in (("due", "datetime"), ("breached", "boolean"), ("breach_reason", "text")):
            path = Path(f"{word}.{clock.key}", f"{word}.{clock.id}", kind)
            domains[path.name] = domain_of(path)


def formula_reads(model: TypeModel, names: Iterable[str]) -> dict[str, tuple[Path, ...]]:
    """Of these names the computed ones, with what their formulas read."""
    found = {}
    for name in names:
        item = model.fields.get(name)
        if item is not None and item.formula is not None:
            found[name] = paths(item.formula)
    return found


def facts_of(world: World, values: Mapping[str, Value]) -> Facts:
    """A ticket with these values; what follows from them (type, phase, equal names) filled in."""
    filled = dict(values)
    if world.type is not None:
        filled.setdefault("type", world.type.key)
        filled.setdefault("state", world.type.start)
        filled.setdefault("priority", world.type.default_priority)
    state = filled.get("state")
    if isinstance(state, str) and state in world.phases:
        filled["phase"] = world.phases[state]
    filled |= {name: filled.get(source) for name, source in world.same.items()}
    return Facts(filled)
