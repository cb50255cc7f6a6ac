"""What a list offers to choose: fields to filter by with their operators, groups, columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Final
from urllib.parse import quote

from engine.decide.notes import LATE
from engine.decide.say import Speaker
from engine.model.lists import ViewModel
from engine.predicate import Op, Path, Test
from runtime.queries.filter_tests import ME, offered, operators_of
from runtime.queries.filters import EMPTY, OFFERED, Filter, field_named, path_named
from runtime.render.catalogues import N_
from runtime.render.words import duration
from runtime.site.links import with_query
from runtime.web.asked import GROUPS, Asked, columns_offered, group_path
from runtime.web.requests import Visit
from runtime.web.screens.build_cells import PHASES, Cells
from runtime.web.screens.choosing import Choice, ColumnChoice, FieldLink, PickedFilter

OPERATORS: Final[Mapping[str, str]] = {
    "is": N_("is"), "is_not": N_("is not"), "one_of": N_("is one of"), "none_of": N_("is none of"),
    "at_least": N_("is at least"), "more_than": N_("is more than"), "at_most": N_("is at most"),
    "less_than": N_("is less than"), "between": N_("is between"), "before": N_("is before"),
    "after": N_("is after"), "within_last": N_("is within the last"),
    "within_next": N_("is within the next"), "contains": N_("contains"),
    "contains_any": N_("contains one of"), "contains_all": N_("contains all of"),
    "starts_with": N_("starts with"), "under": N_("is under"), "is_empty": N_("is empty"),
}  # fmt: skip
_OF_SEVERAL: Final = {
    "choice": (Op.ONE_OF, Op.NONE_OF), "list": (Op.CONTAINS_ANY, Op.CONTAINS_ALL),
}  # fmt: skip
"""What is asked of values that are ticked; one alone is a list of one."""
MOST_FIELDS: Final = 60


def field_label(visit: Visit, path: Path, speaker: Speaker | None = None) -> str:
    """What people call the value at a path; who asks for many gives the speaker."""
    said = speaker or Speaker.of(visit.desk.desk, visit.locale)
    label = said.label(path)
    return label[:1].upper() + label[1:]


def field_links(
    visit: Visit, view: ViewModel, url: str, kept: Mapping[str, str]
) -> Iterable[FieldLink]:
    """The fields that a filter can be made for."""
    desk = visit.desk.desk
    speaker, base = Speaker.of(desk, visit.locale), with_query(url, **kept)
    for name in offered(desk, visit.viewer, view.types, OFFERED)[:MOST_FIELDS]:
        path = path_named(desk, name)
        if path is not None:
            href = f"{base}{'&' if '?' in base else '?'}pick={quote(name)}"
            yield FieldLink(field_label(visit, path, speaker), href)


def picked_filter(
    visit: Visit, view: ViewModel, asked: Asked, url: str, kept: Mapping[str, str],
    people: Mapping[str, str],
) -> PickedFilter | None:  # fmt: skip
    """The filter that is being made, if the field is one that this viewer may filter by.

    `people`: names by id, of those found and of those the filter holds already.
    """
    desk = visit.desk.desk
    if asked.pick not in offered(desk, visit.viewer, view.types, OFFERED):
        return None
    path = path_named(desk, asked.pick)
    if path is None:
        return None
    held, operator, chosen = _held(asked, asked.pick)
    values = tuple(_values(visit, view, asked.pick, path, people))
    several = (bool(values) or path.kind == "person") and path.kind != "boolean"
    rest = {name: text for name, text in kept.items() if name != held}
    return PickedFilter(
        name=asked.pick,
        label=field_label(visit, path),
        operators=tuple(_operators(visit, path, several=several)),
        operator=operator,
        values=values,
        input="date"
        if path.kind in ("date", "datetime")
        else "number"
        if path.kind in ("integer", "rating")
        else "text",
        kept=tuple(Choice(name, value) for name, value in rest.items() if value),
        cancel_href=with_query(url, **kept),
        several=several,
        people=path.kind == "person",
        who=asked.who,
        find_href=with_query(url, **rest, pick=asked.pick),
        chosen=chosen or asked.ticked,
    )


def _held(asked: Asked, name: str) -> tuple[str, str, tuple[str, ...]]:
    """The filter of a field that the address holds already: its parameter, operator and values."""
    for key, value in (asked.filters or {}).items():
        base, _, op = key.rpartition(".")
        if key == name or (base == name and op in OPERATORS):
            return key, "" if key == name else op, tuple(value.split(","))
    return "", "", ()


def _operators(visit: Visit, path: Path, *, several: bool) -> Iterable[Choice]:
    """How the value can be asked about; the likeliest first."""
    known = operators_of(path)
    of_several = _OF_SEVERAL["list" if path.kind in ("tags", "flags", "multi_choice") else "choice"]
    if several and set(of_several) <= set(known):
        ops = list(of_several)
    elif several:
        ops = [op for op in known if op in (Op.UNDER, Op.IS, Op.IS_NOT)]
    else:
        left_out = {Op.IS_EMPTY, *(op for pair in _OF_SEVERAL.values() for op in pair)}
        ops = [op for op in known if op not in left_out]
    yield from (Choice(op.value, visit.say(OPERATORS[op.value])) for op in ops)
    yield Choice("empty", visit.say("is empty"))
    yield Choice("filled", visit.say("is filled in"))


def _values(
    visit: Visit, view: ViewModel, name: str, path: Path, people: Mapping[str, str]
) -> Iterable[Choice]:
    """The values that a path can have, where they are known."""
    desk, locale = visit.desk.desk, visit.locale
    item = field_named(desk, name)
    if item is not None and item.options:
        for key, option in item.options.items():
            yield Choice(key, option.title.say(locale) or option.id)
    elif name.startswith(LATE):
        yield from _reasons(visit, view, name.removeprefix(LATE))
    elif path.kind == "boolean":
        yield from (Choice("true", visit.say("Yes")), Choice("false", visit.say("No")))
    elif path.kind in ("team", "type", "priority", "phase", "tags", "flags", "channel"):
        yield from _named(visit, path.kind)
    elif path.kind == "state":
        yield from _states(visit, view)
    elif path.kind == "person":
        yield Choice(ME, visit.say("Me"))
        yield from (Choice(key, name) for key, name in people.items())


def _named(visit: Visit, kind: str) -> Iterable[Choice]:
    desk, locale = visit.desk.desk, visit.locale
    words = {
        "team": {key: team.title for key, team in desk.teams.items()},
        "type": {key: model.title for key, model in desk.types.items()},
        "priority": dict(desk.tenant.priorities),
        "tags": {key: tag.title for key, tag in desk.tenant.tags.items()},
        "flags": {key: tag.title for key, tag in desk.tenant.flags.items()},
    }
    if kind in words:
        return [Choice(key, title.say(locale)) for key, title in words[kind].items()]
    phases = ("new", "active", "waiting", "solved", "closed")
    channels = ("portal", "desk", "mail", "api", "phone", "webhook", "import")
    names = phases if kind == "phase" else channels
    return [Choice(key, visit.say(PHASES[key])) for key in names]


def _states(visit: Visit, view: ViewModel) -> Iterable[Choice]:
    desk = visit.desk.desk
    found: dict[str, str] = {}
    for key in view.types or tuple(desk.types):
        for state in desk.types[key].states.values():
            found.setdefault(state.key, state.title.say(visit.locale))
    return [Choice(key, title) for key, title in found.items()]


def _reasons(visit: Visit, view: ViewModel, clock: str) -> Iterable[Choice]:
    """The reasons there are for missing a promise."""
    found: dict[str, str] = {}
    for key, policy in visit.desk.desk.policies.items():
        if clock in policy.clocks and (not view.types or key in view.types):
            for name, title in policy.breach_reasons.items():
                found.setdefault(name, title.say(visit.locale))
    return [Choice(name, title) for name, title in found.items()]


def groupings(visit: Visit, view: ViewModel, cells: Cells) -> tuple[Choice, ...]:
    """What the rows can be grouped by."""
    names = [
        n.removeprefix("field.") for n in offered(visit.desk.desk, visit.viewer, view.types, ())
    ]
    known = [name for name in (*GROUPS, *names) if group_path(visit, name) is not None]
    return (
        Choice("none", visit.say("Not grouped")),
        *(Choice(name, cells.label(name, view.types)) for name in known),
    )


def column_choices(visit: Visit, view: ViewModel, cells: Cells) -> tuple[ColumnChoice, ...]:
    """The columns that can be shown; the subject always is."""
    return tuple(
        ColumnChoice(name, cells.label(name, view.types), name in view.columns)
        for name in columns_offered(visit, view)[:MOST_FIELDS]
    )


def said_filter(
    visit: Visit, each: Filter, people: Mapping[str, str]
) -> tuple[str, str, str] | None:
    """A filter with an operator as label, operator and value; None for those without one."""
    if each.path is None or each.op not in OPERATORS or not each.name.endswith(f".{each.op}"):
        return None
    label = field_label(visit, each.path)
    if each.op == "is_empty":
        said = visit.say("is empty") if each.value == "true" else visit.say("is filled in")
        return label, "", said
    span_us = each.test.operand if isinstance(each.test, Test) else None
    if each.op in ("within_last", "within_next") and isinstance(span_us, int):
        span = timedelta(microseconds=span_us)
        return label, visit.say(OPERATORS[each.op]), duration(span, visit.locale)
    named = (
        {c.value: c.label for c in _any_values(visit, each)} | {ME: visit.say("Me")} | {**people}
    )
    words = visit.listed(named.get(part, part) for part in each.value.split(","))
    return label, visit.say(OPERATORS[each.op]), words


def _any_values(visit: Visit, each: Filter) -> Iterable[Choice]:
    name = each.name.rpartition(".")[0]
    path = each.path
    if path is None or each.value == EMPTY:
        return ()
    return _values(visit, visit.desk.desk.views["all"], name, path, {})
