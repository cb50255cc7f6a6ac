"""What past tickets suggest for a new one, from those alone that the viewer may see.

The index tells which tickets are alike; whether they may count for this viewer, and what became of
them, is read from the tickets, through the same rights as any list. So neither a count nor a value
tells of a ticket that the viewer could not open.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence

from engine.decide import access
from engine.decide.access import Rights
from engine.facts import Facts, Viewer
from engine.model.desk import Desk
from engine.model.ticket_type import OPEN_PHASES
from engine.suggest.likeness import Likeness
from engine.suggest.traits import traits_of
from engine.suggest.vote import ASKED, LEAST, Past, Suggestion, Topic, suggest
from runtime.queries.list_tickets import EVERY, allowed
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.site.standing import ask_of
from runtime.store import past
from runtime.store.lower import lower
from runtime.store.unit import Unit

_LOOKED_AT = (40, 400)
"""So many like tickets are looked at, then so many, until enough of them may be seen."""


async def suggest_for_ticket(
    site: Site, tenant: str, viewer: Viewer, facts: Facts, rights: Rights
) -> tuple[Suggestion, ...]:
    """What would change an open ticket that the viewer may change; nothing for anybody else."""
    live = site.desks.get(tenant)
    if live is None or not rights.edit or facts.text("phase") not in OPEN_PHASES:
        return ()
    lesson = await site.learned.get(site.files.root, site.store.keys, tenant)
    if lesson is None:
        return ()
    topics: list[Topic] = ["priority", "tag"]
    if rights.do & {"transfer", "*"}:
        topics.append("team")
    asked = traits_of(live.desk).of_facts(facts)
    kind = facts.text("type")
    like = await _like(site, live, viewer, lesson.likeness, asked, kind, facts.text("id"))
    return tuple(one for one in suggest(like, topics) if _is_news(live.desk, facts, one))


async def suggest_type(
    site: Site, tenant: str, viewer: Viewer, subject: str, description: str
) -> Suggestion | None:
    """The type under which most tickets with like words are found, if this viewer may open one."""
    live = site.desks.get(tenant)
    lesson = await site.learned.get(site.files.root, site.store.keys, tenant)
    if live is None or lesson is None:
        return None
    asked = traits_of(live.desk).of_text(subject, description)
    like = await _like(site, live, viewer, lesson.likeness, asked)
    offered = access.offered(live.desk, viewer)
    return next((one for one in suggest(like, ["type"]) if one.value in offered), None)


def _is_news(desk: Desk, facts: Facts, found: Suggestion) -> bool:
    """Whether it names something this desk still has, and the ticket has not."""
    match found.topic:
        case "tag":
            return found.value in desk.tenant.tags and found.value not in facts.names("tags")
        case "team":
            here = (facts.text("home_team"), facts.text("team"))
            return found.value in desk.teams and found.value not in here
        case topic:
            return facts.text(topic) != found.value


async def _like(
    site: Site,
    live: Live,
    viewer: Viewer,
    likeness: Likeness,
    asked: array[int],
    kind: str = "",
    but: str = "",
) -> list[Past]:
    """The most alike of the tickets that the viewer may see, at most as many as are asked."""
    near = likeness.nearest(asked, _LOOKED_AT[-1], kind=kind, least=LEAST, but=but)
    ids = [one.ticket_id for one in near]
    found: list[Past] = []
    async with site.store.unit(live.tenant) as unit:
        done = 0
        for end in _LOOKED_AT:
            if done < len(ids) and len(found) < ASKED:
                found += await _seen(unit, live, viewer, ids[done:end])
            done = end
    return found[:ASKED]


async def _seen(unit: Unit, live: Live, viewer: Viewer, ids: Sequence[str]) -> Iterable[Past]:
    """Those that the viewer may see, in the order of their ids here."""
    ask = ask_of(live.desk, viewer, unit.now_us())
    rows = await past.outcomes(unit, ids, lower(allowed(live, viewer, EVERY), ask))
    return [
        Past(row.id, row.number, row.subject, row.type_key, row.priority, row.team_key, row.tags)
        for one in ids
        if (row := rows.get(one)) is not None
    ]
