"""Rights that don't meet: blind roles, tickets nobody sees, teams without hands, closed fields."""

from __future__ import annotations

from collections.abc import Iterator

from engine.analyse.search import Searcher, both
from engine.analyse.someone import for_someone
from engine.analyse.witness import case
from engine.analyse.world import world_of
from engine.decide.access import rights_to_open
from engine.facts import Viewer
from engine.model.desk import Desk
from engine.model.rights import REQUESTER, Grant, RoleModel
from engine.model.ticket_type import OPEN_PHASES, TypeModel
from engine.predicate import Op, Path, Test
from specs.problem import Code, Problem, problem

_TEAM = Path("team", "team", "team")
_PHASE = Path("phase", "phase", "phase")
_OPEN = Test(_PHASE, Op.ONE_OF, OPEN_PHASES)


def check_rights(desk: Desk) -> list[Problem]:
    """What `lint` says about roles and the portal."""
    found = [one for role in desk.roles.values() for one in _blind(desk, role)]
    for model in desk.types.values():
        found += [*_unseen(desk, model), *_without_hands(desk, model), *_closed(desk, model)]
    return found


def _blind(desk: Desk, role: RoleModel) -> Iterator[Problem]:
    """A role that gives nothing to see, nothing to open, nothing to read."""
    grants = [grant for several in role.grants.values() for grant in several]
    if role.id == REQUESTER or role.functions or role.reports:
        return
    if any(grant.create or _sees(desk, grant) for grant in grants):
        return
    message = f"whoever holds `{role.id}` sees no ticket, by it"
    cure = "give it `types:` with `see:`, or remove it"
    yield problem(Code.ROLE_SEES_NOTHING, message, role.place, cure=cure)


def _sees(desk: Desk, grant: Grant) -> bool:
    if grant.see is None:
        return False
    seen = for_someone(grant.see)
    world = world_of(desk, desk.types[grant.type])
    return Searcher(world, [seen]).can_be(seen)


def _at_the_desk(desk: Desk, model: TypeModel) -> list[Grant]:
    """The grants of roles that are given to people; the requester's own is everybody's."""
    return [
        grant
        for role in desk.roles.values()
        if role.id != REQUESTER
        for grant in role.grants.get(model.key, ())
    ]


def _unseen(desk: Desk, model: TypeModel) -> Iterator[Problem]:
    grants = _at_the_desk(desk, model)
    seen = tuple(for_someone(g.see, requester=False) for g in grants if g.see is not None)
    world = world_of(desk, model)
    search = Searcher(world, [*seen, _OPEN])
    answer = search.ticket(_OPEN, seen)
    if answer.says != "ticket":
        return
    which = "tickets of" if seen else "all tickets of"
    message = f"there are {which} {model.id} that nobody at the desk sees"
    cure = "give a role `see:` for them"
    witness = case(desk, world, answer, f"unseen {model.id}", {})
    yield problem(Code.TICKET_UNSEEN, message, model.place, cure=cure, witness=witness)


def _without_hands(desk: Desk, model: TypeModel) -> Iterator[Problem]:
    """A team that gets tickets of the type, though no role lets its members edit or move them."""
    grants = _at_the_desk(desk, model)
    seen = [g.see for g in grants if g.see is not None]
    conditions = tuple(dict.fromkeys(for_someone(see, requester=False) for see in seen))
    world = world_of(desk, model)
    for team in _given(desk, model):
        theirs = both(Test(_TEAM, Op.IS, team), _OPEN)
        search = Searcher(world, [*conditions, theirs])
        if any(search.can_be(both(theirs, one)) for one in conditions):
            continue
        message = f"`{desk.teams[team].id}` gets tickets of {model.id} that none of its members see"
        cure = f"give a role of that team `types: {{ {model.id}: {{ see: … }} }}`"
        place = desk.teams[team].place
        yield problem(Code.TEAM_WITHOUT_HANDS, message, place, cure=cure)


def _given(desk: Desk, model: TypeModel) -> list[str]:
    """The teams that routing, states and defaults give tickets of the type to."""
    found = dict.fromkeys([model.default_team or desk.default_team.key])
    routing = desk.routings.get(model.key, {}).get("team")
    rows = [*routing.rows, *([routing.otherwise] if routing.otherwise else [])] if routing else []
    found |= dict.fromkeys(str(row.sets["team"]) for row in rows if row.sets.get("team"))
    found |= dict.fromkeys(s.team for s in model.states.values() if s.team not in ("", "home"))
    for team in list(found):
        over = desk.teams[team].overflow if team in desk.teams else ""
        if over:
            found[over] = None
    return [team for team in found if team in desk.teams]


def _closed(desk: Desk, model: TypeModel) -> Iterator[Problem]:
    """Required fields that someone who may open such a ticket can't fill in."""
    for role in desk.roles.values():
        if not any(grant.create for grant in role.grants.get(model.key, ())):
            continue
        rights = rights_to_open(desk, Viewer("anyone", roles=role.includes), model.key)
        for item in model.fields.values():
            asked = item.required or item.required_when is not None
            if not asked or not item.is_input or rights.writes(item.key):
                continue
            if item.default is not None:
                continue
            right = rights.fields.get(item.key, "hidden")
            word = "requesters" if role.id == REQUESTER else f"holders of `{role.id}`"
            message = f"{word} open {model.id} without `{item.id}`: it is required, but {right}"
            cure = f"give them `fields: {{ {item.id}: edit }}`, or give the field a default"
            place = next(g.place for g in role.grants[model.key] if g.create)
            yield problem(
                Code.REQUIRED_UNWRITABLE,
                message,
                place,
                cure=cure,
                related=((f"`{item.id}` stands in", item.place),),
            )
