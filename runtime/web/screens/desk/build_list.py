"""The desk's list from what a query found: columns, rows, groups, filters, pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.decide.say import Speaker, say
from engine.model.desk import Desk
from engine.model.lists import ViewModel
from engine.predicate import All, Predicate
from runtime.actions.bulk import may_bulk
from runtime.clock import MINUTE_US
from runtime.queries.appointments import Appointed
from runtime.queries.filter_tests import ME
from runtime.queries.filters import CHOSEN, MEASURE, REPORT, Filter
from runtime.queries.list_tickets import Line, TicketList
from runtime.site.links import with_query
from runtime.web.asked import DISPLAY, Asked, sort_path
from runtime.web.pages import page
from runtime.web.requests import Visit
from runtime.web.screens.build_cells import PHASES, Cells
from runtime.web.screens.build_progress import waiting_words
from runtime.web.screens.cells import (
    StatusCell,
    TextCell,
)
from runtime.web.screens.choosing import Choice
from runtime.web.screens.desk.build_board import (
    Members,
    board,
    gantt,
    layout_links,
)
from runtime.web.screens.desk.build_bulk import bulk_actions
from runtime.web.screens.desk.build_calendar import calendar
from runtime.web.screens.desk.build_choosing import (
    column_choices,
    field_links,
    groupings,
    picked_filter,
    said_filter,
)
from runtime.web.screens.desk.build_filters import filter_words
from runtime.web.screens.desk.pages import (
    Column,
    FilterChip,
    FilterSelect,
    ListScreen,
    Row,
    RowGroup,
)
from runtime.web.screens.side import SideNav, capped

SORTS = ("updated_at", "created_at", "priority", "state_since")


def list_screen(
    visit: Visit,
    view: ViewModel,
    found: TicketList,
    asked: Asked,
    nav: SideNav,
    title: str,
    applied: tuple[Filter, ...] = (),
    people: Mapping[str, str] | None = None,
    members: Members | None = None,
    appointed: Appointed | None = None,
) -> ListScreen:
    """A view's page of tickets. `applied`: the filters that hold; `people`: names by id, of those
    they name and of those found; `members`: who can hold tickets, by team, for a board of them;
    `appointed`: the visits to them, for a calendar."""
    cells = Cells(visit, found.people, found.ask.now_us)
    url = visit.links.view(view.id)
    filters = {each.name: each.value for each in applied}
    named = people or {}
    if REPORT in filters and (asked.filters or {}).get(MEASURE):
        filters[MEASURE] = (asked.filters or {})[MEASURE]
    kept = asked.kept(filters)
    at_rest = {name: text for name, text in kept.items() if name not in DISPLAY}
    return ListScreen(
        page=page(visit, title, "desk", now_us=found.ask.now_us),
        nav=nav,
        title=title,
        count=capped(found.count),
        action=url,
        columns=tuple(_column(cells, view, name, url, asked, kept) for name in view.columns),
        groups=tuple(_groups(visit, cells, view, found.lines)),
        query=asked.query,
        hurried=_hurried(visit, found),
        chips=(
            *_view_chips(visit, view),
            *_chips(visit, url, kept, applied, named),
            *_strange(visit, url, asked, kept, filters),
        ),
        filters=tuple(_filters(visit, visit.desk.desk, filters)),
        hidden=tuple(
            Choice(name, value)
            for name, value in kept.items()
            if name not in CHOSEN and name != "q" and value
        ),
        sorts=tuple(_sorts(visit, view, cells, asked.sort)),
        sort=asked.sort,
        clear_href=url if filters or asked.query else "",
        fields=tuple(field_links(visit, view, url, kept)),
        picked=picked_filter(visit, view, asked, url, kept, named),
        groupings=groupings(visit, view, cells),
        group=view.group or "none",
        choices=column_choices(visit, view, cells),
        keep_action=with_query(visit.links.desk("views", view.id, "keep"), **kept),
        own_id=asked.own,
        own_href=visit.links.desk("own"),
        display_action=with_query(visit.links.desk("views", view.id, "display"), **at_rest),
        layouts=layout_links(visit, view, url, kept),
        board=board(visit, view, found, cells, members or {}) if view.layout == "kanban" else None,
        gantt=gantt(visit, view, found, cells) if view.layout == "gantt" else None,
        calendar=calendar(visit, view, found, cells, asked, url, kept, appointed)
        if view.layout == "calendar"
        else None,
        shown=visit.say(
            "%(shown)s of %(count)s", shown=len(found.lines), count=capped(found.count)
        ),
        newer_href=with_query(url, **kept) if asked.after else "",
        older_href=with_query(url, **kept, after=found.after) if found.after else "",
        compact=asked.compact,
        new_href=visit.links.desk("new"),
        exports=tuple(_exports(visit, view, kept)) if "export" in visit.viewer.functions else (),
        src="" if view.id in ("all", "mine", "unassigned", "to_approve") else view.place.file,
        src_href=_src_href(visit, view),
        bulk=bulk_actions(visit) if may_bulk(visit.desk.desk, visit.viewer) else (),
        until=str(found.ask.now_us),
        live_href=with_query(visit.links.desk("live", "views", view.id), q=asked.query, **filters),
    )


def _hurried(visit: Visit, found: TicketList) -> str:
    """What took too long, in words."""
    if found.hurried == "order":
        return visit.say(
            "There are too many tickets to put them in this order in time: they stand by their last"
            " change. A filter makes them fewer."
        )
    if found.hurried == "filter":
        return visit.say(
            "To look at every ticket for this took too long and was broken off. Search for words,"
            " or add a filter that leaves fewer: a state, a team, a time."
        )
    return ""


def _src_href(visit: Visit, view: ViewModel) -> str:
    """Where a view is written, for those who may look there."""
    may = visit.viewer.functions & {"edit_specs", "publish_specs"}
    return visit.links.source(str(view.place)) if may and view.place.file != "tenant.yaml" else ""


def _exports(visit: Visit, view: ViewModel, kept: Mapping[str, str]) -> Iterable[Choice]:
    """The list as it is narrowed now, in each form; for people in words, for programs by ids."""
    url, say = visit.links.desk("views", view.id, "export"), visit.say
    titles, shown = {"words": "titles"}, {"columns": "shown"}
    for form, asked, label in (
        ("xlsx", {**titles, **shown}, say("Excel, these columns")),
        ("xlsx", titles, say("Excel, all columns")),
        ("csv", {**titles, **shown}, say("CSV, these columns")),
        ("csv", titles, say("CSV, all columns")),
        ("csv", {}, say("CSV with ids, to import again")),
        ("jsonl", {}, say("JSON Lines, for programs")),
    ):
        yield Choice(with_query(url, **kept, format=form, **asked), label)


def _column(
    cells: Cells, view: ViewModel, name: str, url: str, asked: Asked, kept: Mapping[str, str]
) -> Column:
    sort = asked.sort or next((f"{'-' if down else ''}{path.name}" for path, down in view.sort), "")
    here = sort.lstrip("-") == name
    way = "" if not here else "descending" if sort.startswith("-") else "ascending"
    turned = f"-{name}" if way == "ascending" else name
    sortable = sort_path(cells.visit, view, name) is not None
    href = with_query(url, **{**kept, "sort": turned}) if sortable else ""
    return Column(name, cells.label(name, view.types), href, way, cells.is_figure(name, view.types))  # type: ignore[arg-type]


def _groups(
    visit: Visit, cells: Cells, view: ViewModel, lines: tuple[Line, ...]
) -> Iterable[RowGroup]:
    row = _Rows(visit, cells, view).row
    if not view.group:
        yield RowGroup(tuple(map(row, lines)))
        return
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(_group_title(visit, cells, line, view.group), []).append(line)
    for title, several in found.items():
        rows = tuple(map(row, several))
        yield RowGroup(rows, title, str(len(rows)))


def _group_title(visit: Visit, cells: Cells, line: Line, name: str) -> str:
    cell = cells.under(line.live).cell(line.facts, line.rights, name)
    if isinstance(cell, StatusCell):
        return cell.mark.label
    text = cell.text if isinstance(cell, TextCell) else getattr(cell, "label", "")
    if hasattr(cell, "person"):
        text = cell.person.name if cell.person else ""
    return str(text) or visit.say("None")


class _Rows:
    """Makes the rows of one page, of which most were made within this minute for somebody who
    reads the same fields in the same words.

    Times that are left, and whether they are short, are so a minute old at most; the page's own
    script counts on from the due instant.
    """

    def __init__(self, visit: Visit, cells: Cells, view: ViewModel) -> None:
        self._visit, self._cells, self._view = visit, cells, view
        minute = cells.now_us // MINUTE_US
        self._how = (view.id, tuple(view.columns), visit.locale, visit.links.base, minute)
        self._reads: dict[int, tuple[tuple[str, str], ...]] = {}
        # What another person than the ticket's own is called, this page may know or not.
        self._again = not any(map(cells.names_people, view.columns))

    def row(self, line: Line) -> Row:
        """The row of a ticket."""
        if not self._again:
            return _row(self._visit, self._cells, self._view, line)
        facts, rights = line.facts, line.rights
        reads = self._reads.get(id(rights))
        if reads is None:
            reads = self._reads[id(rights)] = tuple(sorted(rights.fields.items()))
        theirs = (line.row.requester_id, line.row.customer_id, line.row.assignee_id)
        people = (self._cells.people.get(one or "") for one in theirs)
        made: Row = self._visit.app.rows.of(
            (facts, line.live, *people),
            (self._how, reads, line.parts),
            lambda: _row(self._visit, self._cells, self._view, line),
        )
        return made


def _row(visit: Visit, cells: Cells, view: ViewModel, line: Line) -> Row:
    facts, cells = line.facts, cells.under(line.live)
    return Row(
        number=facts.text("number"),
        href=with_query(visit.links.ticket(facts.text("number")), **{"from": view.id}),
        subject=facts.text("subject"),
        cells=tuple(cells.cell(facts, line.rights, name) for name in view.columns),
        files=0,
        tags=() if "tags" in view.columns else cells.tags(facts, "tags"),
        waiting=waiting_words(visit, facts),
        parts="{}/{}".format(*line.parts) if line.parts[1] else "",
        merged=bool(facts.get("merged")),
    )


def _view_chips(visit: Visit, view: ViewModel) -> Iterable[FilterChip]:
    """The view's own conditions, which stay; each as a sentence."""
    items: tuple[Predicate, ...] = (
        view.filter.items if isinstance(view.filter, All) else (view.filter,)
    )
    speaker = Speaker.of(
        visit.desk.desk, visit.locale, view.types[0] if len(view.types) == 1 else ""
    )
    for item in items:
        if item != All(()):
            yield FilterChip("", "", say(item, speaker))


def _chips(
    visit: Visit, url: str, kept: Mapping[str, str], applied: tuple[Filter, ...],
    people: Mapping[str, str],
) -> Iterable[FilterChip]:  # fmt: skip
    for each in applied:
        gone = {each.name, MEASURE} if each.name == REPORT else {each.name}
        rest = {key: text for key, text in kept.items() if key not in gone}
        said = said_filter(visit, each, people)
        person = people.get(each.value, visit.say("Me") if each.value == ME else "")
        label, operator, value = said or filter_words(visit, each, person, kept.get(MEASURE, ""))
        base = each.name if each.op == "is" or not said else each.name.rpartition(".")[0]
        edit = with_query(url, **kept, pick=base) if each.path is not None else ""
        yield FilterChip(label, operator, value, with_query(url, **rest), edit)


def _strange(
    visit: Visit, url: str, asked: Asked, kept: Mapping[str, str], held: Mapping[str, str]
) -> Iterable[FilterChip]:
    """What the address asks for and this list can't: it narrows nothing, and says so."""
    for name in asked.filters or {}:
        if name not in held and name != MEASURE:
            yield FilterChip(name[:60], "", visit.say("is not known here"), with_query(url, **kept))


def _options(visit: Visit, desk: Desk, name: str) -> list[Choice]:
    locale = visit.locale
    if name == "priority":
        return [Choice(word, text.say(locale)) for word, text in desk.tenant.priorities.items()]
    if name == "type":
        return [Choice(key, model.title.say(locale)) for key, model in desk.types.items()]
    if name == "team":
        return [Choice(key, team.title.say(locale)) for key, team in desk.teams.items()]
    if name == "phase":
        return [
            Choice(word, visit.say(PHASES[word]))
            for word in ("new", "active", "waiting", "solved", "closed")
        ]
    return []


def _filters(visit: Visit, desk: Desk, chosen: Mapping[str, str]) -> Iterable[FilterSelect]:
    labels = {
        "phase": visit.say("Phase"),
        "priority": visit.say("Priority"),
        "type": visit.say("Type"),
        "team": visit.say("Team"),
    }
    for name, label in labels.items():
        yield FilterSelect(name, label, tuple(_options(visit, desk, name)), chosen.get(name, ""))


def _sorts(visit: Visit, view: ViewModel, cells: Cells, now: str) -> Iterable[Choice]:
    """The usual orders, and the one the list has now by the head of a column."""
    known = [f"-{name}" if name.endswith("_at") else name for name in SORTS]
    name = now.lstrip("-")
    if now and now not in known and sort_path(visit, view, name) is not None:
        known.append(now)
    for one in known:
        yield Choice(one, cells.label(one.lstrip("-"), view.types))
