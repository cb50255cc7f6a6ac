"""Pages that join tickets: one with another, several into one, and what was said split off."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.decide import access
from engine.decide.verdict import Refusal
from runtime.actions.open_beside import MOST_MERGED
from runtime.queries.list_tickets import Line, TicketList
from runtime.queries.read_ticket import Seen, TicketPage
from runtime.queries.talk_data import words_of
from runtime.render.catalogues import N_
from runtime.site.links import with_query
from runtime.store.rows import Person
from runtime.web.pages import moment, page, person_mark
from runtime.web.requests import Visit
from runtime.web.screens.build_cells import Cells
from runtime.web.screens.choosing import Choice
from runtime.web.screens.refusals import say_refusal
from runtime.web.screens.side import SideNav
from runtime.web.screens.ticket.build_together import near, thens
from runtime.web.screens.ticket.together import (
    As,
    Chosen,
    Head,
    JoinScreen,
    MergeManyScreen,
    NearMark,
    SplitEntry,
    SplitScreen,
)

WAYS: Final[Mapping[As, tuple[str, str, str]]] = {
    "merge": (
        N_("Merge into another ticket"),
        N_("This ticket ends, and what it is about goes on in the other."),
        N_("Merge"),
    ),
    "part": (
        N_("Add a sub-ticket"),
        N_("The other becomes a part of this one, and counts in how far this one is."),
        N_("Make it a part"),
    ),
    "related": (
        N_("Link another ticket"),
        N_("Both show the other with its state; nothing else changes."),
        N_("Link"),
    ),
    "duplicate": (
        N_("Mark as a duplicate"),
        N_("Both show it; to end this ticket in the other, merge it."),
        N_("Mark as a duplicate"),
    ),
}
"""Way → title, what it means, and what its button says."""
_TALK: Final = ("commented", "noted")


@dataclass(frozen=True, slots=True)
class Side:
    """One of two tickets with all that its head tells."""

    seen: Seen
    said: int
    files: int
    people: Mapping[str, Person]


def side_of(found: TicketPage) -> Side:
    """A ticket that was read whole, as one of two."""
    seen = Seen(found.live, found.row, found.facts, found.rights, found.ask)
    said = sum(event.verb in _TALK for event in found.events)
    return Side(seen, said, len(found.files), found.people)


def head(visit: Visit, side: Side) -> Head:
    """A ticket's head, to be held beside another's."""
    live, row = side.seen.live, side.seen.row
    cells = Cells(visit, side.people, side.seen.ask.now_us)
    team = live.desk.teams.get(row.team_key or "")
    return Head(
        near=near(cells, side.seen, whose=True),
        type_title=live.desk.types[row.type_key].title.say(visit.locale),
        team=team.title.say(visit.locale) if team else "",
        opened=moment(row.created_us),
        said=side.said,
        files=side.files,
    )


def join_screen(
    visit: Visit, nav: SideNav, way: As, mine: Side, other: Side | None, *, query: str,
    found: TicketList | None, foreseen: Sequence[Refusal] = (), problem: str = "",
) -> JoinScreen:  # fmt: skip
    """Choose the other ticket, look at both, join them."""
    title, lead, button = (visit.say(words) for words in WAYS[way])
    row = mine.seen.row
    here = visit.links.ticket(row.number, "join")
    refusal = problem or next((say_refusal(visit, one, row.type_key) for one in foreseen), "")
    lines = [one for one in found.lines if one.row.id != row.id] if found else []
    return JoinScreen(
        page=page(visit, title, "desk"),
        nav=nav,
        way=way,
        title=title,
        lead=lead,
        action=here,
        search_action=here,
        back_href=visit.links.ticket(row.number),
        idempotency=secrets.token_urlsafe(16),
        number=row.number,
        query=query,
        found=tuple(_result(visit, found, one, here, way) for one in lines) if found else (),
        mine=head(visit, mine),
        other=head(visit, other) if other else None,
        moves=tuple(_happens(visit, way, mine, other)) if other and not foreseen else (),
        refusal=refusal,
        thens=thens(visit) if way == "merge" else (),
        button=button if other and not foreseen else "",
    )


def _result(visit: Visit, found: TicketList, line: Line, here: str, way: str) -> NearMark:
    cells = Cells(visit, found.people, found.ask.now_us)
    seen = Seen(line.live, line.row, line.facts, line.rights, found.ask)
    asked = {"as": way, "q": line.row.number}
    return near(cells, seen, whose=True, undo=with_query(here, **asked))


def _happens(visit: Visit, way: As, mine: Side, other: Side) -> Iterable[str]:
    """What joining them does, in sentences."""
    row, there = mine.seen.row, other.seen.row
    numbers = {"number": row.number, "other": there.number}
    if way == "part":
        yield visit.say(N_("%(other)s becomes a part of %(number)s; both go on"), **numbers)
    if way != "merge":
        return
    requester = mine.people.get(row.requester_id or "")
    who = requester.name if requester else visit.say("the requester")
    yield visit.say(N_("%(number)s is closed, and its deadlines stand still"), **numbers)
    yield visit.say(
        N_("What was said there and its files stay with it, one click away from %(other)s"),
        **numbers,
    )  # fmt: skip
    yield visit.say(
        N_("Replies on %(other)s go to %(who)s too, by name and by the way the ticket came"),
        who=who, **numbers,
    )  # fmt: skip
    yield visit.say(
        N_("What %(who)s writes on %(number)s comes to %(other)s as an internal note"),
        who=who, **numbers,
    )  # fmt: skip
    yield visit.say(N_("It can be undone: state, deadlines and assignee are then as before"))


def merge_many_screen(
    visit: Visit, nav: SideNav, chosen: Sequence[tuple[Side, Sequence[Refusal]]], *,
    into: Side | None, asked: str, query: str, found: TicketList | None, back: str, problem: str,
    done: Sequence[str] = (), done_href: str = "",
) -> MergeManyScreen:  # fmt: skip
    """Several tickets with what each would refuse, and what they may be merged into."""
    marks = tuple(
        Chosen(
            head(visit, one).near,
            _said(visit, one, refusals) if into else "",
            any(refusal.code == "joined_with_itself" for refusal in refusals),
        )
        for one, refusals in chosen
    )
    well = sum(not refusals for _, refusals in chosen) if into else 0
    known = {one.near.number for one in marks}
    desk, viewer = visit.desk.desk, visit.viewer
    results = [_result(visit, found, line, "", "merge") for line in found.lines] if found else []
    results = [one for one in results if one.number not in known]
    if into is not None and into.seen.row.number not in {*known, *(r.number for r in results)}:
        results.insert(0, head(visit, into).near)
    return MergeManyScreen(
        page=page(visit, visit.say("Merge several tickets"), "desk"),
        nav=nav,
        check_action=visit.links.desk("merge", "check"),
        do_action=visit.links.desk("merge"),
        back_href=back,
        idempotency=secrets.token_urlsafe(16),
        chosen=marks,
        most=MOST_MERGED,
        well=well,
        into=into.seen.row.number if into else asked,
        query=query,
        found=tuple(results),
        target=head(visit, into) if into else None,
        thens=thens(visit),
        batches=tuple(
            Choice(desk.types[key].id, desk.types[key].title.say(visit.locale))
            for key in access.offered(desk, viewer)
        ),
        problem=problem,
        done=tuple(done),
        done_href=done_href,
    )


def _said(visit: Visit, one: Side, refusals: Sequence[Refusal]) -> str:
    """What a ticket refuses; the one that the others go into is no refusal but their goal."""
    if any(refusal.code == "joined_with_itself" for refusal in refusals):
        return visit.say(N_("The others are merged into this one"))
    type_key = one.seen.row.type_key
    return next((say_refusal(visit, refusal, type_key) for refusal in refusals), "")


def split_screen(
    visit: Visit, nav: SideNav, found: TicketPage, chosen: frozenset[str], type_id: str,
    problem: str = "",
) -> SplitScreen:  # fmt: skip
    """What was said on a ticket, to be chosen from."""
    row, desk = found.row, found.live.desk
    return SplitScreen(
        page=page(visit, visit.say("Split off a ticket"), "desk"),
        nav=nav,
        number=row.number,
        title=visit.say("Split off a ticket"),
        action=visit.links.ticket(row.number, "split"),
        back_href=visit.links.ticket(row.number),
        entries=tuple(_entries(visit, found, chosen)),
        types=tuple(
            Choice(desk.types[key].id, desk.types[key].title.say(visit.locale))
            for key in access.offered(desk, visit.viewer)
        ),
        type=type_id or desk.types[row.type_key].id,
        problem=problem,
    )


def _entries(visit: Visit, found: TicketPage, chosen: frozenset[str]) -> Iterable[SplitEntry]:
    names: dict[str, list[str]] = {}
    for file in found.files.values():
        if file.event_id and not file.field_key:
            names.setdefault(file.event_id, []).append(file.name)
    for event in found.events:
        text, internal = words_of(event)
        if not text and event.id not in names:
            continue
        person = found.people.get(event.actor_id or "")
        yield SplitEntry(
            id=str(event.seq),
            person=person_mark(person, "Specdesk"),
            at=moment(event.at_us),
            text=text,
            internal=internal,
            files=tuple(names.get(event.id, ())),
            chosen=str(event.seq) in chosen,
        )
