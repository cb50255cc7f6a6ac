"""What stands beside a ticket on the desk: who handles it, its records, its customer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from engine.decide.candidates import say_away
from engine.decide.say import Speaker
from engine.facts import Ref
from engine.instant import from_us
from engine.model.field import FieldModel
from engine.model.roster import Member
from engine.model.source import SourceModel
from engine.model.ticket_type import TypeModel
from engine.values.registry import is_empty
from runtime.queries.read_ticket import TicketPage
from runtime.store.rows import Organisation
from runtime.web.pages import moment, person_mark
from runtime.web.requests import Visit
from runtime.web.screens.build_cells import Cells
from runtime.web.screens.cells import Cell, TextCell
from runtime.web.screens.choosing import Choice
from runtime.web.screens.ticket.page import (
    CustomerCard,
    Handling,
    RecordCard,
    RecordLine,
)

STALE_US: Final = 24 * 3600 * 1_000_000
"""A record of another system may well have changed after a day."""


def handling(
    visit: Visit,
    found: TicketPage,
    type_model: TypeModel,
    cells: Cells,
    members: Sequence[Member],
    problem: str,
) -> Handling:
    """Team, assignee and tags, with the doors to change them where the viewer may."""
    row, desk, do = found.row, found.live.desk, found.rights.do
    team = desk.teams.get(row.team_key or "")
    assignee = found.people.get(row.assignee_id or "")
    may_assign = found.rights.edit and bool(do & {"assign", "*"})
    may_transfer = found.rights.edit and bool(do & {"transfer", "*"})
    return Handling(
        team=team.title.say(visit.locale) if team else "",
        type_title=type_model.title.say(visit.locale),
        assignee=person_mark(assignee) if assignee else None,
        assignee_id=row.assignee_id or "",
        away=_away(visit, found, members),
        tags=(*cells.tags(found.facts, "tags"), *cells.tags(found.facts, "flags")),
        assign_action=visit.links.ticket(row.number, "assign") if may_assign else "",
        people=tuple(Choice(m.person_id, _load(visit, m)) for m in members),
        take=may_assign
        and row.assignee_id != visit.viewer.person_id
        and any(m.person_id == visit.viewer.person_id for m in members),
        transfer_action=visit.links.ticket(row.number, "transfer") if may_transfer else "",
        teams=tuple(
            Choice(key, other.title.say(visit.locale))
            for key, other in desk.teams.items()
            if key != row.team_key
        ),
        problem=problem,
    )


def _away(visit: Visit, found: TicketPage, members: Sequence[Member]) -> str:
    """That the assignee is away, when they are back and who of the team stands in."""
    away = next((m for m in members if m.person_id == found.row.assignee_id and m.absent), None)
    if away is None:
        return ""
    told = say_away(away.absent_until_us or None, Speaker.of(found.live.desk, visit.locale))
    stands = next((m for m in members if m.person_id == away.substitute and not m.absent), None)
    if stands is None:
        return told
    return f"{told} · {visit.say('%(name)s stands in', name=stands.name)}"


def _load(visit: Visit, member: Member) -> str:
    said = visit.say("%(name)s · %(load)s open", name=member.name, load=member.load)
    return visit.say("%(name)s · away", name=member.name) if member.absent else said


def records(
    visit: Visit, found: TicketPage, type_model: TypeModel, cells: Cells
) -> Iterable[RecordCard]:
    """A card for each record of another system that the ticket names and the viewer may read."""
    for key, item in type_model.fields.items():
        source = found.live.desk.sources.get(item.source)
        if item.type != "reference" or source is None or not found.rights.reads(key):
            continue
        ref = found.facts.refs.get(key)
        if ref is not None:
            yield _known(visit, found, cells, item, source, ref)
        elif not is_empty(found.facts.get(key)):
            yield _unknown(visit, found, item, source)


def shown_beside(found: TicketPage, type_model: TypeModel) -> frozenset[str]:
    """The fields that a card beside tells already: what names a record, and what it has filled."""
    told: set[str] = set()
    for item in type_model.fields.values():
        root, _, column = item.filled_by.partition(".")
        key = root or item.key
        naming = type_model.fields.get(key)
        source = found.live.desk.sources.get(naming.source) if naming is not None else None
        if source is None or key not in found.facts.refs or not found.rights.reads(key):
            continue
        output = source.outputs.get(column)
        if key == item.key or (output is not None and not output.sensitive):
            told.add(item.key)
    return frozenset(told)


def _known(
    visit: Visit,
    found: TicketPage,
    cells: Cells,
    item: FieldModel,
    source: SourceModel,
    ref: Ref,
) -> RecordCard:
    figure = next((n for n, output in source.outputs.items() if output.type == "money"), "")
    values = {
        name: cells.value(output, ref.values.get(name))
        for name, output in source.outputs.items()
        if not is_empty(ref.values.get(name)) and not output.sensitive
    }
    lines = tuple(
        RecordLine(source.outputs[name].label.say(visit.locale), cell)
        for name, cell in values.items()
        if name not in (source.key, figure) and not _is_in(cell, ref.title)
    )
    return RecordCard(
        title=source.title.say(visit.locale),
        key=ref.key,
        name=ref.title,
        lines=lines,
        figure=values.get(figure),
        at=moment(ref.fetched_us),
        src=f"sources/{source.id}.yaml",
        stale=_is_stale(visit, found, source, ref),
        notice=_away_since(visit, found, source),
        refresh=_refresh(visit, found),
        field=item.key,
    )


def _is_in(cell: Cell, title: str) -> bool:
    """Whether the title of the card says it already; a short word may stand there by chance."""
    return isinstance(cell, TextCell) and len(cell.text) > 3 and cell.text in title


def _unknown(visit: Visit, found: TicketPage, item: FieldModel, source: SourceModel) -> RecordCard:
    """A record of which nothing is known: its source gave no answer, or was not asked yet."""
    waits = visit.say("Its values are not known yet; they come as soon as the system answers.")
    other = visit.say("Its values are not known.")
    return RecordCard(
        title=source.title.say(visit.locale),
        key=str(found.facts.get(item.key)),
        name="",
        lines=(),
        src=f"sources/{source.id}.yaml",
        notice=_away_since(visit, found, source) or (waits if source.away == "pending" else other),
        refresh=_refresh(visit, found),
        field=item.key,
    )


def _away_since(visit: Visit, found: TicketPage, source: SourceModel) -> str:
    away = visit.site.records.away(found.live, source.id) if source.is_remote else None
    if away is None:
        return ""
    zone = found.live.desk.tenant.zone
    at = from_us(away[0], zone)
    return visit.say("The system has given no answer since %(time)s.", time=f"{at:%H:%M}")


def _is_stale(visit: Visit, found: TicketPage, source: SourceModel, ref: Ref) -> bool:
    """Older than its source keeps answers; of a table: read from another file than now."""
    if not source.is_remote:
        table = visit.site.records.table(found.live, source.id)
        return table is not None and table.digest != ref.source_digest
    return visit.site.clock.now_us() - ref.fetched_us > max(source.cache_us, STALE_US)


def _refresh(visit: Visit, found: TicketPage) -> str:
    return visit.links.ticket(found.row.number, "refresh") if found.rights.edit else ""


def customer(
    visit: Visit,
    found: TicketPage,
    cells: Cells,
    house: Organisation | None = None,
) -> CustomerCard | None:
    """Whose ticket it is; what else they asked for stands in the history (`build_together`)."""
    person = found.people.get(found.row.requester_id or "")
    if person is None:
        return None
    group = "customer" if person.kind == "customer" else "requester"
    lines = tuple(
        RecordLine(
            item.label.say(visit.locale), cells.value(item, found.facts.get(f"{group}.{key}"))
        )
        for key, item in found.live.desk.people.get(group, {}).items()
        if key != "level" and not is_empty(found.facts.get(f"{group}.{key}")) and not item.sensitive
    )
    return CustomerCard(
        title=visit.say("Customer") if group == "customer" else visit.say("Requester"),
        person=person_mark(person),
        contact=" · ".join(p for p in (person.phone, person.email) if p),
        level=cells.person(found.facts, "customer").level,
        lines=lines,
        href=visit.links.desk("directory", person.id),
        organisation=house.name if house else "",
        organisation_href=visit.links.desk("organisations", house.id) if house else "",
        tags=tuple(person.tags or ()),
    )
