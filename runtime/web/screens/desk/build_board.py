"""A list as a board, or as due times on a line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from engine.decide.move import ways
from engine.decide.pending import APPROVAL
from engine.facts import ClockState
from engine.model.lists import ViewModel
from engine.model.roster import Member
from engine.model.sla import STATE_LIMIT
from engine.model.ticket_type import OPEN_PHASES
from runtime.clock import SECOND_US
from runtime.queries.list_tickets import Line, TicketList
from runtime.render.catalogues import N_
from runtime.site.links import with_query
from runtime.web.pages import moment
from runtime.web.requests import Visit
from runtime.web.screens.base import SlaMark
from runtime.web.screens.build_cells import PHASES, Cells
from runtime.web.screens.build_progress import status_mark
from runtime.web.screens.choosing import Choice
from runtime.web.screens.desk.board import (
    Bar,
    Board,
    Card,
    Gantt,
    Lane,
    LayoutLink,
    Tick,
)

LAYOUTS: Final[Mapping[str, tuple[str, str]]] = {
    "list": (N_("List"), "list"),
    "kanban": (N_("Board"), "square-kanban"),
    "gantt": (N_("Due times"), "chart-no-axes-column"),
    "calendar": (N_("Visits"), "calendar"),
}
MOVING: Final = ("state", "phase", "assignee", "team")
"""What a card changes by going to another lane."""
NOBODY: Final = "$nobody"
"""The lane of tickets that nobody holds, where an id is wanted."""
Members = Mapping[str, Sequence[Member]]
MOST: Final = 200
"""So many tickets on one board, line or week."""
_DAY_US: Final = 86_400 * SECOND_US
_PHASES: Final = ("new", "active", "waiting", "solved", "closed")
_GLYPHS: Final = {"new": "new", "active": "active", "waiting": "waiting", "solved": "done",
                  "closed": "closed"}  # fmt: skip


def layout_links(
    visit: Visit, view: ViewModel, url: str, kept: Mapping[str, str]
) -> tuple[LayoutLink, ...]:
    """The ways to look at a list."""
    return tuple(
        LayoutLink(visit.say(label), icon, with_query(url, **{**kept, "layout": name}),
                   name == view.layout)
        for name, (label, icon) in LAYOUTS.items()
    )  # fmt: skip


# -- the board ----------------------------------------------------------------------------------


def lanes_by(visit: Visit, view: ViewModel) -> str:
    """What the lanes are: the states of one type, the phases of several, or what the view groups
    by."""
    if view.group not in ("", "state"):
        return view.group
    return "state" if len(view.types or tuple(visit.desk.desk.types)) == 1 else "phase"


def board(
    visit: Visit, view: ViewModel, found: TicketList, cells: Cells, members: Members
) -> Board:
    """Cards in their lanes, in the order of the list. `members`: who can hold tickets, by team."""
    by = lanes_by(visit, view)
    moves = by in MOVING
    titles = dict(_lanes(visit, view, by, members))
    cards: dict[str, list[Card]] = {key: [] for key in titles}
    for line in found.lines:
        lane, title = _lane_of(visit, cells, line, by)
        titles.setdefault(lane, (title, ""))
        to = tuple(_ways_on(visit, line, found, by, titles, members))
        cards.setdefault(lane, []).append(_card(visit, view, cells, line, by, to))
    lanes = (Lane(key or (NOBODY if by == "assignee" else ""), titles[key][0], titles[key][1],
                  tuple(several))
             for key, several in cards.items())  # fmt: skip
    return Board(tuple(lanes), by, visit.links.desk("board") if moves else "", bool(found.after))


def _lanes(
    visit: Visit, view: ViewModel, by: str, members: Members
) -> Iterable[tuple[str, tuple[str, str]]]:
    """The lanes that are there even when empty, with their titles and glyphs."""
    if by == "assignee":
        yield "", (visit.say("Unassigned"), "")
        for several in members.values():
            yield from ((one.person_id, (one.name, "")) for one in several)
    elif by == "team":
        for key, team in visit.desk.desk.teams.items():
            yield key, (team.title.say(visit.locale), "")
    elif by == "phase":
        for phase in _PHASES:
            yield phase, (visit.say(PHASES[phase]), _GLYPHS[phase])
    elif by == "state":
        desk = visit.desk.desk
        model = desk.types[(view.types or tuple(desk.types))[0]]
        for key, state in model.states.items():
            if state.phase in (*OPEN_PHASES, "solved"):
                mark = status_mark(visit, model, key, state.phase)
                yield key, (state.title.say(visit.locale), mark.category)


def _lane_of(visit: Visit, cells: Cells, line: Line, by: str) -> tuple[str, str]:
    cell = cells.under(line.live).cell(line.facts, line.rights, by)
    if by == "state":
        return line.facts.text("state"), cells.under(line.live).status(line.facts).label
    person = getattr(cell, "person", None)
    title = person.name if person else getattr(cell, "text", "") or getattr(cell, "label", "")
    key = line.facts.text(by) if line.rights.reads(by) or by in _BUILT_IN else ""
    return key, str(title) or visit.say("None")


_BUILT_IN: Final = ("phase", "priority", "team", "assignee", "type", "channel")


def _card(
    visit: Visit, view: ViewModel, cells: Cells, line: Line, by: str, to: tuple[Choice, ...]
) -> Card:
    facts, under = line.facts, cells.under(line.live)
    number = facts.text("number")
    return Card(
        number=number,
        href=with_query(visit.links.ticket(number), **{"from": view.id}),
        subject=facts.text("subject"),
        priority=under.priority(facts.text("priority")),
        assignee=under.person(facts, "assignee").person,
        sla=_next_due(under, line),
        tags=under.tags(facts, "tags"),
        note=under.status(facts).label if by != "state" else "",
        to=to,
    )


def _ways_on(
    visit: Visit, line: Line, found: TicketList, by: str,
    titles: Mapping[str, tuple[str, str]], members: Members,
) -> Iterable[Choice]:  # fmt: skip
    """The lanes that a card may go to, as far as that is known before."""
    here = line.facts.text(by)
    if by in ("assignee", "team"):
        verb = "assign" if by == "assignee" else "transfer"
        if not line.rights.edit or not line.rights.do & {verb, "*"}:
            return
        theirs = {one.person_id for one in members.get(line.facts.text("team"), ())} | {""}
        for lane, (title, _) in titles.items():
            if lane != here and (by == "team" or lane in theirs):
                yield Choice(lane or NOBODY, title)
        return
    if by not in ("state", "phase"):
        return
    desk = line.live.desk
    model = desk.types[line.facts.text("type")]
    seen: set[str] = set()
    for way in ways(desk, line.facts, line.rights, found.ask):
        if not way.open or way.transition.upon:
            continue
        target = way.transition.target
        state = model.states.get(target)
        lane = target if by == "state" else state.phase if state else ""
        if lane in titles and lane not in seen and lane != line.facts.text(by):
            seen.add(lane)
            yield Choice(lane, titles[lane][0])


def _next_due(cells: Cells, line: Line) -> SlaMark | None:
    known = _open_clocks(line)
    if not known:
        return None
    key, clock = min(known, key=lambda pair: pair[1].due_us or 0)
    return cells.sla(line.facts, key, clock)


def _open_clocks(line: Line) -> list[tuple[str, ClockState]]:
    return [
        (key, clock)
        for key, clock in line.facts.clocks.items()
        if key != APPROVAL and clock.met_us is None and clock.due_us is not None
        and (key != STATE_LIMIT or line.facts.text("phase") in OPEN_PHASES)
    ]  # fmt: skip


# -- due times ----------------------------------------------------------------------------------


def gantt(visit: Visit, view: ViewModel, found: TicketList, cells: Cells) -> Gantt:
    """The next deadline of each ticket on one line of time around now."""
    now = found.ask.now_us
    spans = [(line, *min(known, key=lambda pair: pair[1].due_us or 0))
             for line in found.lines if (known := _open_clocks(line))]  # fmt: skip
    first = max(min((c.started_us for _, _, c in spans), default=now), now - 14 * _DAY_US)
    last = min(max((c.due_us or now for _, _, c in spans), default=now), now + 28 * _DAY_US)
    first, last = min(first, now), max(last, now) + 1
    whole = last - first

    def at(instant: int) -> int:
        return max(0, min(1000, (instant - first) * 1000 // whole))

    bars = []
    for line, key, clock in sorted(spans, key=lambda one: one[2].due_us or 0):
        left, right = at(clock.started_us), at(clock.due_us or now)
        number = line.facts.text("number")
        href = with_query(visit.links.ticket(number), **{"from": view.id})
        mark = cells.under(line.live).sla(line.facts, key, clock)
        width = max(4, right - left)
        bars.append(Bar(number, href, line.facts.text("subject"), mark, min(left, 996), width))
    return Gantt(tuple(bars), tuple(_ticks(visit, first, last, at)), at(now), bool(found.after))


def _ticks(visit: Visit, first: int, last: int, at: Callable[[int], int]) -> Iterable[Tick]:
    zone = ZoneInfo(visit.desk.desk.tenant.zone)
    day = moment(first).astimezone(zone).date() + timedelta(days=1)
    days = max(1, (last - first) // _DAY_US)
    step = max(1, -(-days // 8))
    while (start := _midnight(day, zone)) < last:
        yield Tick(day, at(start))
        day += timedelta(days=step)


def _midnight(day: date, zone: ZoneInfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * SECOND_US
