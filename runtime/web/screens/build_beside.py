"""What stands beside a ticket on the desk: who handles it, its records, its customer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.decide.candidates import say_away
from engine.decide.say import Speaker
from engine.model.roster import Member
from engine.model.ticket_type import TypeModel
from engine.values.registry import is_empty
from runtime.queries.list_tickets import Line
from runtime.queries.read_ticket import TicketPage
from runtime.web.pages import moment, person_mark
from runtime.web.requests import Visit
from runtime.web.screens.build_cells import Cells
from runtime.web.screens.choosing import Choice
from runtime.web.screens.side import capped
from runtime.web.screens.ticket import (
    CustomerCard,
    Handling,
    OtherTicket,
    RecordCard,
    RecordLine,
)


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
    for key, ref in found.facts.refs.items():
        item = type_model.fields.get(key)
        if (
            item is None
            or not found.rights.reads(key)
            or item.source not in found.live.desk.sources
        ):
            continue
        source = found.live.desk.sources[item.source]
        figure = next(
            (
                cells.value(o, ref.values.get(n))
                for n, o in source.outputs.items()
                if o.type == "money"
            ),
            None,
        )
        lines = tuple(
            RecordLine(output.label.say(visit.locale), cells.value(output, ref.values.get(name)))
            for name, output in source.outputs.items()
            if not is_empty(ref.values.get(name)) and not output.sensitive and name != source.key
        )
        yield RecordCard(
            title=source.title.say(visit.locale),
            key=ref.key,
            name=ref.title,
            lines=lines,
            figure=figure,
            at=moment(ref.fetched_us),
            src=f"sources/{source.id}.yaml",
        )


def customer(
    visit: Visit, found: TicketPage, cells: Cells, others: Sequence[Line], count: int
) -> CustomerCard | None:
    """Whose ticket it is, with at most five of the `count` tickets they have."""
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
        others=tuple(
            OtherTicket(
                visit.links.ticket(line.facts.text("number")),
                line.facts.text("number"),
                line.facts.text("subject"),
                cells.status(line.facts),
                moment(line.row.created_us),
            )
            for line in others
            if line.row.id != found.row.id
        )[:5],
        all_count=capped(count),
    )
