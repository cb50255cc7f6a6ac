"""A list as a week or a month: every visit to its tickets, or what a field of them names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.model.lists import ViewModel
from runtime.queries.appointments import Appointed
from runtime.queries.list_tickets import TicketList
from runtime.site.links import with_query
from runtime.web.asked import Asked, days_of, visit_path
from runtime.web.pages import moment, person_mark, zone_of
from runtime.web.requests import Visit
from runtime.web.screens.build_cells import Cells
from runtime.web.screens.build_notes import STATES
from runtime.web.screens.desk.board import Calendar, Day, OnDay


def calendar(
    visit: Visit, view: ViewModel, found: TicketList, cells: Cells, asked: Asked, url: str,
    kept: Mapping[str, str], appointed: Appointed | None,
) -> Calendar:  # fmt: skip
    """A week or a month, each entry on its day where the reader is.

    `appointed`: the visits, where the list is not laid out by a field of its tickets.
    """
    several = (
        _visits(visit, view, found, appointed)
        if appointed is not None
        else _by_field(visit, view, found, cells)
    )
    by_day: dict[date, list[OnDay]] = {}
    for day, entry in several:
        by_day.setdefault(day, []).append(entry)
    today = moment(found.ask.now_us).astimezone(ZoneInfo(zone_of(visit))).date()
    first, count = days_of(visit, asked)
    is_month = asked.span == "month"
    middle = first + timedelta(days=count // 2)

    def at_day(other: date, span: str) -> str:
        return with_query(url, **{**kept, "week": other.isoformat(), "span": span})

    step = timedelta(days=31 if is_month else 7)
    anchor = middle.replace(day=15) if is_month else first
    return Calendar(
        tuple(
            Day(day, day == today, tuple(sorted(by_day.get(day, ()), key=_order)),
                outside=is_month and day.month != middle.month)
            for day in (first + timedelta(days=n) for n in range(count))
        ),
        cells.label(visit_path(visit, view).name, view.types),
        at_day(anchor - step, asked.span),
        at_day(today, asked.span),
        at_day(anchor + step, asked.span),
        middle if is_month else None,
        at_day(middle, "" if is_month else "month"),
        appointed.cut if appointed is not None else bool(found.after),
    )  # fmt: skip


def _visits(
    visit: Visit, view: ViewModel, found: TicketList, appointed: Appointed
) -> Iterable[tuple[date, OnDay]]:
    """Every visit on its day, with who comes."""
    zone = ZoneInfo(zone_of(visit))
    lines = {line.row.number: line for line in found.lines}
    for one, number in appointed.visits:
        line = lines.get(number)
        if line is None:
            continue
        person = appointed.people.get(one.person_id or "")
        at = moment(one.starts_us).astimezone(zone)
        href = with_query(visit.links.ticket(number), **{"from": view.id})
        made = OnDay(
            number, f"{href}#visits", line.facts.text("subject"), at,
            person_mark(person) if person else None,
            ends=moment(one.ends_us).astimezone(zone), place=one.place, state=one.state,
            label=visit.say(STATES[one.state]) if one.state != "planned" else "",
        )  # fmt: skip
        yield at.date(), made


def _by_field(
    visit: Visit, view: ViewModel, found: TicketList, cells: Cells
) -> Iterable[tuple[date, OnDay]]:
    """Every ticket on the day that its field names, with who holds it."""
    name, zone = visit_path(visit, view).name, ZoneInfo(zone_of(visit))
    for line in found.lines:
        value = line.facts.get(name)
        at = moment(value).astimezone(zone) if isinstance(value, int) else None
        number = line.facts.text("number")
        href = with_query(visit.links.ticket(number), **{"from": view.id})
        who = cells.under(line.live).person(line.facts, "assignee").person
        day = at.date() if at else date.fromisoformat(str(value))
        yield day, OnDay(number, href, line.facts.text("subject"), at, who)


def _order(one: OnDay) -> tuple[bool, datetime | None, str]:
    """Whole days first, then by time."""
    return (one.at is not None, one.at, one.number)
