"""What the address of a list asks for: words, filters, order, groups, columns, from where on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from engine.instant import start_of_day
from engine.model.lists import ViewModel
from engine.predicate import All, Op, Path, Predicate, Test
from engine.values.date import parse_date
from runtime.queries.filter_tests import MOST_VALUES, WORDS, offered
from runtime.queries.filters import FIELD, Filter, path_named
from runtime.queries.list_tickets import UPDATED, Wanted, of_view
from runtime.queries.smart_search import smart_words
from runtime.web.pages import zone_of
from runtime.web.requests import Visit

_OWN = (
    "q", "sort", "after", "density", "from", "show", "format", "group", "cols", "col", "pick", "f",
    "op", "v", "seen", "words", "columns", "lasts", "layout", "week", "own", "only", "who", "span",
)  # fmt: skip
"""Parameters of the list itself; every other one is a filter."""
MOST_COLUMNS = 16
MOST_ROWS = 50
"""So many rows of a list are asked for by their numbers."""
DISPLAY = ("sort", "group", "cols", "density", "layout")
"""Parameters that say how a list is shown; a person's own are kept for each view."""
DENSITIES = ("compact", "standard")
WAYS = ("list", "kanban", "gantt", "calendar")
"""How a list can be laid out."""
_SORTABLE = {
    "number": "text", "priority": "priority", "state": "state", "type": "type", "team": "team",
    "created_at": "datetime", "updated_at": "datetime", "solved_at": "datetime",
    "state_since": "datetime", "reopened": "integer", "rating": "integer", "phase": "phase",
    "assignee": "person", "channel": "channel", "visit_at": "datetime", "closed_at": "datetime",
    "subject": "text", "customer": "person", "requester": "person", "home_team": "team",
    "time_spent": "duration",
}  # fmt: skip
_SORTED_FIELDS = frozenset(
    {"text", "email", "integer", "decimal", "money", "rating", "duration", "date", "datetime",
     "choice", "boolean"}
)  # fmt: skip
GROUPS = ("state", "phase", "assignee", "team", "priority", "type", "channel")
BUILT_IN_COLUMNS = (
    "number", "subject", "state", "phase", "priority", "type", "customer", "requester", "assignee",
    "team", "channel", "tags", "flags", "created_at", "updated_at", "state_since", "solved_at",
    "closed_at", "visit_at", "rating", "reopened", "time_spent",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for beside the view. `pick`: the field a filter is being made for.

    `only`: the numbers of rows that an open page wants anew. `who`: the people looked for, to
    filter by; `ticked`: the values ticked so far.
    """

    query: str = ""
    filters: Mapping[str, str] | None = None
    sort: str = ""
    after: str = ""
    density: str = ""
    group: str = ""
    columns: tuple[str, ...] = ()
    pick: str = ""
    layout: str = ""
    week: str = ""
    span: str = ""
    own: str = ""
    only: tuple[str, ...] = ()
    who: str = ""
    ticked: tuple[str, ...] = ()

    @property
    def compact(self) -> bool:
        """Whether rows are low."""
        return self.density == "compact"

    def shown(self, kept: Asked) -> Asked:
        """With what the person keeps for the view where the address says nothing."""
        return replace(
            self,
            sort=self.sort or kept.sort,
            group=self.group or kept.group,
            columns=self.columns or kept.columns,
            density=self.density or kept.density,
            layout=self.layout or kept.layout,
        )

    def kept(self, filters: Mapping[str, str]) -> dict[str, str]:
        """The address again, with the filters that hold, from its first page."""
        return {
            "q": self.query,
            "sort": self.sort,
            "group": self.group,
            "cols": ",".join(self.columns),
            "density": self.density,
            "layout": self.layout,
            **filters,
        }


@dataclass(frozen=True, slots=True)
class Address:
    """The parameters of a list's address, in order; each cut at a sane length."""

    pairs: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, query: str) -> Address:
        """The parameters of a query as it stands in an address."""
        found = parse_qsl(query[:8_000], max_num_fields=100) if query.count("&") < 100 else []
        return cls(tuple((name, value.replace("\x00", "")[:500]) for name, value in found))

    def one(self, name: str) -> str:
        """The last value under a name, "" where there is none."""
        return next((value for key, value in reversed(self.pairs) if key == name), "")

    def many(self, name: str) -> list[str]:
        """All values under a name."""
        return [value for key, value in self.pairs if key == name]


def asked_of(found: Visit) -> Asked:
    """What the request's address asks for."""
    return asked_in(found, Address.of(found.request.url.query))


def asked_in(found: Visit, address: Address) -> Asked:
    """What an address asks for; a group or a column that is none is as if not there."""
    columns = address.many("col") or address.one("cols").split(",")
    group = address.one("group")
    layout, density = address.one("layout"), address.one("density")
    names = list(dict.fromkeys(name for name, _ in address.pairs))[:40]
    return Asked(
        query=address.one("q").strip()[:100],
        filters={
            name: address.one(name) for name in names if name not in _OWN and address.one(name)
        },
        sort=address.one("sort"),
        after=address.one("after"),
        density=density if density in DENSITIES else "",
        group=group if group == "none" or group_path(found, group) is not None else "",
        columns=tuple(dict.fromkeys(n for n in columns if n and may_show(found, n)))[:MOST_COLUMNS],
        pick=address.one("pick"),
        layout=layout if layout in WAYS else "",
        week=address.one("week"),
        span="month" if address.one("span") == "month" else "",
        own=address.one("own"),
        who=address.one("who").strip()[:100],
        ticked=tuple(address.many("v"))[:MOST_VALUES],
        only=tuple(number for number in address.one("only").split(",") if number)[:MOST_ROWS],
    )


def adding(found: Visit) -> dict[str, str] | None:
    """The address with the filter that the form of a field, an operator and values makes."""
    address = Address.of(found.request.url.query)
    name, op = address.one("f"), address.one("op")
    values = [one.strip() for one in address.many("v") if one.strip()][:MOST_VALUES]
    if op in ("empty", "filled"):
        op, values = "is_empty", ["true" if op == "empty" else "false"]
    if not name or not values or (op and op not in WORDS):
        return None
    asked = asked_of(found)
    key = f"{name}.{op}" if op else name
    return asked.kept({**(asked.filters or {}), key: ",".join(values)})


VISIT: Final = Path("visit_at", "visit_at", "datetime")
"""A calendar by this path shows every visit of a ticket, not only the next."""


def laid_out(found: Visit, view: ViewModel, asked: Asked) -> ViewModel:
    """The view with the groups and columns that the address asks for."""
    group = "" if asked.group == "none" else asked.group or view.group
    columns, layout = asked.columns or view.columns, asked.layout or view.layout
    return replace(view, group=group, columns=columns, layout=layout)


def visit_path(found: Visit, view: ViewModel) -> Path:
    """The time by which a week is laid out: the first that the view sorts by or shows, else the
    visit's."""
    for name in (*(path.name for path, _ in view.sort), *view.columns):
        path = path_named(found.desk.desk, f"{FIELD}{name}") if "." not in name else None
        if path is not None and path.kind in ("date", "datetime"):
            return path
    return VISIT


def days_of(found: Visit, asked: Asked) -> tuple[date, int]:
    """The first of the days that are shown, a Monday, and how many: a week, or the whole weeks of
    a month, around the day that is asked for, else today."""
    zone = ZoneInfo(zone_of(found))
    today = datetime.fromtimestamp(found.site.clock.now_us() / 1e6, zone).date()
    day = parse_date(asked.week) or today
    if not date(1970, 2, 5) < day < date(9000, 1, 1):
        day = today
    if asked.span != "month":
        return day - timedelta(days=day.weekday()), 7
    first = day.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    start = first - timedelta(days=first.weekday())
    end = last + timedelta(days=6 - last.weekday())
    return start, (end - start).days + 1


def span_of(first: date, count: int, zone: str) -> tuple[int, int]:
    """When so many days begin, and when the day after them does."""
    return start_of_day(first, zone), start_of_day(first + timedelta(days=count), zone)


def of_days(path: Path, first: date, count: int, zone: str) -> Predicate:
    """The tickets with a time on one of so many days."""
    if path.kind == "date":
        last = first + timedelta(days=count - 1)
        return Test(path, Op.BETWEEN, (first.isoformat(), last.isoformat()))
    ends = span_of(first, count, zone)
    return All((Test(path, Op.AT_LEAST, ends[0]), Test(path, Op.LESS_THAN, ends[1])))


async def narrowed(
    found: Visit, view: ViewModel, asked: Asked, filters: tuple[Filter, ...] = ()
) -> Wanted:
    """The view with the address's words, filters and order; groups come first in the order."""
    extra: list[Predicate] = [each.test for each in filters]
    extra.append(await smart_words(found.site, found.desk.tenant, found.viewer, asked.query))
    wanted = of_view(view, extra, asked.after)
    path = sort_path(found, view, asked.sort.lstrip("-"))
    sort = ((path, asked.sort.startswith("-")),) if path is not None else tuple(wanted.sort)
    first = group_path(found, view.group) if view.layout == "list" else None
    if first is not None and all(first.name != each.name for each, _ in sort[:1]):
        sort = ((first, False), *sort)
    return replace(wanted, sort=sort or (UPDATED,))


def sort_path(found: Visit, view: ViewModel, name: str) -> Path | None:
    """The path to sort by: what every ticket has, a clock, or a plain field."""
    if name in _SORTABLE:
        return Path(name, name, _SORTABLE[name])
    if name.startswith("due.") and name in view.columns:
        return path_named(found.desk.desk, name)
    if name and "." not in name:
        path = path_named(found.desk.desk, f"{FIELD}{name}")
        if path is not None and path.kind in _SORTED_FIELDS:
            return path
    return next((path for path, _ in view.sort if path.name == name), None)


def group_path(found: Visit, name: str) -> Path | None:
    """The path that rows are grouped by: what every ticket has few of, or any choice."""
    if name in GROUPS:
        return Path(name, name, _SORTABLE[name])
    path = path_named(found.desk.desk, f"{FIELD}{name}") if name and "." not in name else None
    return path if path is not None and path.kind in ("choice", "boolean") else None


def may_show(found: Visit, name: str) -> bool:
    """Whether a name can be a column; what the viewer reads only at times is empty elsewhere."""
    known = offered(found.desk.desk, found.viewer, (), ())
    return name in BUILT_IN_COLUMNS or name in known or f"{FIELD}{name}" in known


def columns_offered(found: Visit, view: ViewModel) -> tuple[str, ...]:
    """Every column that can be chosen, those of the view first."""
    named = offered(found.desk.desk, found.viewer, view.types, ())
    more = [n.removeprefix(FIELD) for n in named if not n.startswith("breached.")]
    return tuple(dict.fromkeys((*view.columns, *BUILT_IN_COLUMNS, *more)))
