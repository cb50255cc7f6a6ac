"""Filters that an address may put on a list: known names, values of the right kind, within rights.

`state=…`, `field.reason=damaged`, `created_at.from=2026-03-01`, `breached.solved=true`,
`field.amount.at_least=500` (an operator of conditions), `report=late` (the report's own condition)
and `measure=overdue` (what that measure counts). The value `empty` asks for tickets without one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.decide import access
from engine.facts import Viewer
from engine.instant import end_of_day, start_of_day
from engine.model.desk import Desk
from engine.model.field import FieldModel
from engine.model.lists import ReportModel
from engine.predicate import TRUE, All, Op, Path, Predicate, Test
from runtime.queries.filter_tests import WORDS, typed
from runtime.queries.run_report import may_read, narrowed_to

EMPTY: Final = "empty"
FIELD: Final = "field."
REPORT: Final = "report"
MEASURE: Final = "measure"
CHOSEN: Final = ("phase", "priority", "type", "team")
"""Filters that the list itself offers; the others come from the marks of a chart."""

_BUILT_IN: Final[Mapping[str, str]] = {
    "phase": "phase", "priority": "priority", "type": "type", "team": "team", "state": "state",
    "channel": "channel", "assignee": "person", "requester": "person", "customer": "person",
    "home_team": "team", "reopened": "integer", "rating": "rating", "tags": "tags",
    "flags": "flags", "subject": "text", "description": "long_text", "number": "text",
    "time_spent": "duration",
}  # fmt: skip
OFFERED: Final = (
    "subject", "description", "state", "phase", "priority", "type", "team", "assignee", "requester",
    "customer", "tags", "flags", "channel", "created_at", "updated_at", "solved_at", "closed_at",
    "state_since", "visit_at", "rating", "reopened", "time_spent",
)  # fmt: skip
"""What every ticket has and a person may filter by, in the order of the menu."""
_TIMES: Final = ("created_at", "updated_at", "solved_at", "closed_at", "state_since", "visit_at")
_CLOCKS: Final = {"due": "datetime", "breached": "boolean", "breach_reason": "text"}
_PEOPLE: Final = {"requester": "requester", "customer": "customer", "assignee": "staff"}
_TEXTS: Final = frozenset(
    {"choice", "tree", "text", "email", "phone", "url", "team", "person", "reference", "ticket"}
)
_NUMBERS: Final = frozenset({"integer", "decimal", "money", "rating", "duration"})
MOST: Final = 12
"""So many filters at once; an address is not a program."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter that is on; `value` stands as in the address.

    `op`: is, from, to, report, or the word of an operator after a dot in the name.
    """

    name: str
    value: str
    op: str
    test: Predicate
    path: Path | None = None
    report: ReportModel | None = None


def filters_of(desk: Desk, viewer: Viewer, asked: Mapping[str, str]) -> tuple[Filter, ...]:
    """The filters that an address asks for and this viewer may use; others are as if not there."""
    found: list[Filter] = []
    for name, value in list(asked.items())[:MOST]:
        if not value or name == MEASURE:
            continue
        made = _report(desk, viewer, asked) if name == REPORT else _one(desk, viewer, name, value)
        found += [made] if made is not None else []
    return tuple(found)


def name_of(path: Path) -> str:
    """The parameter that filters by a path, "" where there is none."""
    root, _, rest = path.name.partition(".")
    if path.name in _BUILT_IN or path.name in _TIMES or (root in _CLOCKS and rest):
        return path.name
    if root in _PEOPLE or path.kind in _TEXTS | _NUMBERS | {"boolean", "date", "datetime"}:
        return f"{FIELD}{path.name}"
    return ""


def _report(desk: Desk, viewer: Viewer, asked: Mapping[str, str]) -> Filter | None:
    report = desk.reports.get(asked[REPORT])
    if report is None or not may_read(desk, viewer, report):
        return None
    parts: list[Predicate] = [narrowed_to(desk, viewer, report)]
    parts += [m.when for m in report.measures if m.id == asked.get(MEASURE) and m.when != TRUE]
    return Filter(REPORT, report.id, REPORT, All(tuple(parts)), report=report)


def _one(desk: Desk, viewer: Viewer, name: str, value: str) -> Filter | None:
    base, end = name, ""
    for word in ("from", "to"):
        if name.endswith(f".{word}"):
            base, end = name.removesuffix(f".{word}"), word
    if not end and name.rpartition(".")[2] in WORDS:
        base, _, end = name.rpartition(".")
    path = path_named(desk, base)
    if path is None:
        return None
    allowed = _within_rights(desk, viewer, path)
    zone = desk.tenant.zone
    if end in WORDS:
        test = typed(path, field_named(desk, base), WORDS[end], value, zone)
    else:
        test = _ranged(path, end, value, zone) if end else _is(path, value)
    if allowed is None or test is None:
        return None
    return Filter(name, value, end or "is", All((test, allowed)) if allowed != TRUE else test, path)


def field_named(desk: Desk, name: str) -> FieldModel | None:
    """The field behind a parameter, None of what every ticket has."""
    return next(_fields(desk, name.removeprefix(FIELD)), None) if name.startswith(FIELD) else None


def path_named(desk: Desk, name: str) -> Path | None:
    """Where the value under a parameter is read; a sensitive one is never filtered by."""
    if name in _BUILT_IN:
        return Path(name, name, _BUILT_IN[name])
    if name in _TIMES:
        return Path(name, name, "datetime")
    root, _, rest = name.partition(".")
    if root in _CLOCKS:
        known = any(rest in policy.clocks for policy in desk.policies.values())
        return Path(name, name, _CLOCKS[root]) if known else None
    if not name.startswith(FIELD):
        return None
    key = name.removeprefix(FIELD)
    item = next(_fields(desk, key), None)
    if item is None or item.sensitive:
        return None
    default = item.default if isinstance(item.default, (str, int)) and "." in key else None
    return Path(key, key, item.type, item.scale, default=default)


def _fields(desk: Desk, key: str) -> Iterator[FieldModel]:
    """The fields under a dotted key: of a person, of a record, of the types that have it."""
    root, _, rest = key.partition(".")
    if root in _PEOPLE:
        found = desk.people.get(_PEOPLE[root], {}).get(rest)
        if found is not None:
            yield found
        return
    for model in desk.types.values():
        item = model.fields.get(root)
        if item is not None and rest and item.source in desk.sources:
            item = desk.sources[item.source].outputs.get(rest)
        elif rest:
            item = None
        if item is not None:
            yield item


def _within_rights(desk: Desk, viewer: Viewer, path: Path) -> Predicate | None:
    """Which tickets may be filtered so: those on which the field is read; None when on none."""
    root = path.name.partition(".")[0]
    having = tuple(key for key, model in desk.types.items() if root in model.fields)
    if root in _PEOPLE or not having or viewer.is_system:
        return TRUE
    allowed = access.readable(desk, viewer, (root,), having)
    return allowed if access.reads_sometimes(desk, viewer, root, having) else None


def _is(path: Path, value: str) -> Predicate | None:
    if value == EMPTY:
        return Test(path, Op.IS_EMPTY, True)
    if path.kind == "boolean":
        return Test(path, Op.IS, value == "true") if value in ("true", "false") else None
    if path.kind in _NUMBERS:
        whole = value.removeprefix("-")
        fine = whole.isascii() and whole.isdigit() and len(whole) < 16
        return Test(path, Op.BETWEEN, (int(value), int(value))) if fine else None
    if path.kind in _TEXTS or path.name in _BUILT_IN or path.kind == "date":
        return Test(path, Op.IS, value)
    return None


def _ranged(path: Path, end: str, value: str, zone: str) -> Predicate | None:
    """From the beginning of a day, or up to its end; an instant as whole microseconds."""
    if path.kind not in ("date", "datetime"):
        return None
    day = _day(value)
    if path.kind == "date":
        if day is None:
            return None
        ends = (value, "9999-12-31") if end == "from" else ("0001-01-01", value)
        return Test(path, Op.BETWEEN, ends)
    if day is not None:
        at = start_of_day(day, zone) if end == "from" else end_of_day(day, zone)
    elif value.isascii() and value.isdigit() and len(value) < 17:
        at = int(value)
    else:
        return None
    return Test(path, Op.AT_LEAST, at) if end == "from" else Test(path, Op.LESS_THAN, at)


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value) if len(value) == 10 else None
    except ValueError:
        return None
