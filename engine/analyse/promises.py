"""Promises: `never` and `always` about all tickets of a type, proved, or broken by one ticket."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Literal

from engine.analyse.guards import Flow
from engine.analyse.search import Answer, Searcher, both
from engine.analyse.someone import for_someone
from engine.analyse.witness import case
from engine.analyse.world import NOW_US, SOMEBODY, World, world_of
from engine.decide import access
from engine.decide.move import way
from engine.decide.route import route
from engine.evaluate import holds
from engine.facts import Ask, Facts, Value, Viewer
from engine.model.desk import Desk
from engine.model.promise import Promise
from engine.model.rights import REQUESTER, Grant, Who
from engine.model.ticket_type import INPUTS, Transition, TypeModel
from engine.predicate import FALSE, TRUE, All, AnyOf, Not, Op, Path, Predicate, Test

_STATE = Path("state", "state", "state")
_ROUTED = ("team", "priority")
_MOST_WAYS = 500
_READS = {"hidden": 0, "masked": 0, "read": 1, "edit": 2}


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of it. `case`: of a broken promise, a ticket as YAML under `cases:` of a test."""

    says: Literal["proved", "broken", "unknown"]
    reason: str
    case: str = ""


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A way in which the promise may be broken: a ticket inside `include`, outside `exclude`.

    `people` are those to try before the decisions; `says` what would then be so.
    """

    include: Predicate
    exclude: tuple[Predicate, ...]
    people: tuple[Viewer, ...]
    says: str
    expect: Mapping[str, Any]


def prove(desk: Desk, promise: Promise) -> Proof:
    """Proved for every ticket, broken by one that the decisions confirm, or neither."""
    return _Prover(desk, promise).run()


class _Prover:
    def __init__(self, desk: Desk, promise: Promise) -> None:
        self.desk, self.promise = desk, promise
        self.model: TypeModel = desk.types[promise.type]
        self.world: World = world_of(desk, self.model, fresh=bool(promise.sets))
        self.here: Predicate = Test(_STATE, Op.ONE_OF, promise.states) if promise.states else TRUE

    def run(self) -> Proof:
        open_doubts: list[_Doubt] = []
        try:
            doubts = list(self.doubts())
        except _TooManyWays:
            return Proof("unknown", "there are too many ways through the workflow")
        for doubt in doubts:
            search = Searcher(self.world, [doubt.include, *doubt.exclude])
            answer = search.ticket(doubt.include, doubt.exclude)
            if answer.says == "never":
                continue
            broken = self.broken(doubt, answer) if answer.says == "ticket" else None
            if broken is not None:
                return broken
            open_doubts.append(doubt)
        if open_doubts:
            return Proof("unknown", f"it may be that {open_doubts[0].says}, yet no ticket shows it")
        return Proof("proved", "no ticket can break it")

    def broken(self, doubt: _Doubt, answer: Answer) -> Proof | None:
        """The proof that it is broken, when the decisions agree for one of the people."""
        for viewer in doubt.people:
            facts = self.for_viewer(answer.facts, viewer)
            if self.breaks(facts, Ask(NOW_US, viewer, SOMEBODY.today), doubt):
                more = self.cast(viewer)
                name = f"{self.promise.id.rpartition('.')[2]} broken"
                text = case(self.desk, self.world, answer, name, doubt.expect, **more)
                return Proof("broken", doubt.says, text)
        return None

    def for_viewer(self, facts: Facts, viewer: Viewer) -> Facts:
        """The ticket of somebody else, or, for one without a role, their own."""
        own = viewer.person_id if not viewer.roles else "another"
        filled = {"requester": own, "assignee": facts.get("assignee") or viewer.person_id}
        team = facts.get("team") or self.desk.default_team.key
        teams = facts.get("teams") or (team,)
        return facts.with_values({**filled, "team": team, "teams": teams})

    def cast(self, viewer: Viewer) -> dict[str, Any]:
        if not (self.promise.do or self.promise.sees or self.promise.reads or self.promise.writes):
            return {}
        roles = [r for r in viewer.roles if not self.is_inherited(r, viewer)]
        teams = sorted(self.desk.teams[t].id for t in viewer.teams)
        person = {"roles": sorted(roles), "teams": teams, "leads": teams}
        return {"people": {"somebody": person}, "as": "somebody"}

    def is_inherited(self, role: str, viewer: Viewer) -> bool:
        others = (self.desk.roles[r] for r in viewer.roles if r != role and r in self.desk.roles)
        return any(role in other.includes for other in others)

    # --- what the decisions say -------------------------------------------------------------------

    def breaks(self, facts: Facts, ask: Ask, doubt: _Doubt) -> bool:
        """Whether this ticket and this person break the promise, by the real decisions."""
        promise = self.promise
        if not holds(promise.when, facts, ask):
            return False
        if promise.do:
            rights = access.rights(self.desk, facts, ask)
            ways = [self.model.transitions[name] for name in promise.do]
            return any(
                way(self.desk, self.model, one, facts, rights, ask).open
                for one in ways
                if facts.text("state") in one.source
            )
        if promise.sets:
            outcome, _ = route(self.desk, facts, ask)
            same = all(outcome.get(name) == value for name, value in promise.sets.items())
            return same is not promise.always
        if promise.sees:
            return access.rights(self.desk, facts, ask).see is not promise.always
        if promise.reads or promise.writes:
            rights = access.rights(self.desk, facts, ask)
            return any(rights.reads(key) for key in promise.reads) or any(
                rights.see and rights.edit and rights.writes(key) for key in promise.writes
            )
        return True  # the ticket itself shows that no way is open

    # --- doubts by sort ---------------------------------------------------------------------------

    def doubts(self) -> Iterator[_Doubt]:
        promise = self.promise
        if promise.do:
            for name in promise.do:
                yield from self.taken(self.model.transitions[name])
        elif promise.sets:
            yield from self.routed()
        elif promise.sees:
            for role in promise.sees:
                yield self.seen(role)
        elif promise.reads or promise.writes:
            yield from self.read()
        elif promise.reach is not None:
            yield from self.stuck(promise.reach)

    def taken(self, one: Transition) -> Iterator[_Doubt]:
        """Somebody takes the transition."""
        there = both(Test(_STATE, Op.ONE_OF, one.source), self.here, one.when, self.promise.when)
        says = f"somebody takes `{one.id}`"
        expect = {f"can.{one.id}": "false"}
        for roles, people in self.persons():
            if not self.may(one.by, roles):
                continue
            see = self.seeing(roles)
            include = both(there, AnyOf(see))
            # What it needs may be filled already, or be filled in by whoever takes it.
            filled = tuple(
                Test(Path(n, n, self.model.fields[n].type), Op.IS_EMPTY, False)
                for n in one.needs
                if n not in INPUTS and n in self.model.fields
            )
            if filled:
                yield _Doubt(both(include, *filled), (), people, says, expect)
            yield _Doubt(include, (), people, says, expect)

    def persons(self) -> Iterator[tuple[tuple[str, ...] | None, tuple[Viewer, ...]]]:
        """The sorts of people that are meant: role ids (None: any), and somebody of each to try."""
        by = self.promise.by
        if by is None or by.teams or by.leads_of or set(by.relations) - {"requester"}:
            everyone = tuple(v for role in self.desk.roles for v in self.viewers(role))
            yield None, (*everyone, Viewer("somebody"))
            return
        for role in by.roles:
            yield (role,), self.viewers(role)
        if "requester" in by.relations:
            yield (REQUESTER,), (Viewer("somebody"),)

    def viewers(self, role: str) -> tuple[Viewer, ...]:
        """Somebody who holds just this role: in no team, in every one, in each alone."""
        if role == REQUESTER or role not in self.desk.roles:
            return ()
        held = self.desk.roles[role].includes
        teams = frozenset(self.desk.teams)
        several = (frozenset[str](), *(frozenset({team}) for team in self.desk.teams), teams)
        return tuple(
            Viewer("somebody", roles=held, teams=t, leads=t, is_staff=True) for t in several
        )

    def may(self, by: Who, roles: tuple[str, ...] | None) -> bool:
        """Whether people of these roles may be among `by`."""
        own = roles == (REQUESTER,)
        relations = set(by.relations) if own or roles is None else set(by.relations) - {"requester"}
        if roles is None or relations or by.teams or by.leads_of:
            return True
        held = {
            r for role in roles if role in self.desk.roles for r in self.desk.roles[role].includes
        }
        return bool(held & set(by.roles))

    def grants(self, roles: tuple[str, ...] | None) -> list[Grant]:
        """The grants of these roles; those who hold one are asked about tickets of others."""
        names = tuple(self.desk.roles) if roles is None else roles
        return [
            grant
            for name in dict.fromkeys(names)
            if name in self.desk.roles
            for grant in self.desk.roles[name].grants.get(self.model.key, ())
        ]

    def seeing(self, roles: tuple[str, ...] | None) -> tuple[Predicate, ...]:
        """What the grants of these roles let somebody see."""
        own = roles is None or roles == (REQUESTER,)
        grants = self.grants(roles)
        return tuple(for_someone(g.see, requester=own) for g in grants if g.see is not None)

    def routed(self) -> Iterator[_Doubt]:
        """Routing decides what it never, or other than it always should."""
        wanted = self.promise.sets
        for parts in product(*(self.outcomes(output) for output in wanted)):
            found = {o: value for o, (value, _, _) in zip(wanted, parts, strict=True)}
            same = all(found[name] == value for name, value in wanted.items())
            if same is self.promise.always:
                continue
            include = both(self.promise.when, *(part[1] for part in parts))
            exclude = tuple(one for part in parts for one in part[2])
            words = ", ".join(f"{name} {self.said(name, found[name])}" for name in found)
            expect = {
                name: self.said(name, wanted[name] if self.promise.always else found[name])
                for name in found
            }
            yield _Doubt(include, exclude, (SOMEBODY.viewer,), f"routing sets {words}", expect)

    def said(self, output: str, value: Value) -> str:
        key = str(value)
        return self.desk.teams[key].id if output == "team" and key in self.desk.teams else key

    def outcomes(self, output: str) -> list[tuple[Value, Predicate, tuple[Predicate, ...]]]:
        """What routing may decide for an output, and for which tickets."""
        model = self.desk.routings.get(self.model.key, {}).get(output)
        default: Value = self.model.default_priority
        if output == "team":
            default = self.model.default_team or self.desk.default_team.key
        if model is None:
            return [(default, TRUE, ())]
        found: list[tuple[Value, Predicate, tuple[Predicate, ...]]] = []
        before: tuple[Predicate, ...] = ()
        for row in model.rows:
            found.append((row.sets.get(output) or default, row.when, before))
            before = (*before, row.when)
        rest = model.otherwise.sets.get(output) if model.otherwise else None
        return [*found, (rest or default, TRUE, before)]

    def seen(self, role: str) -> _Doubt:
        """Somebody of the role sees such a ticket, or does not."""
        sees = [
            for_someone(g.see, requester=False, wanted=not self.promise.always)
            for g in self.grants((role,))
            if g.see is not None
        ]
        gathered: Predicate = All(tuple(sees)) if self.promise.always else AnyOf(tuple(sees))
        word = "does not see" if self.promise.always else "sees"
        expect = {"sees.somebody": "true" if self.promise.always else "false"}
        include = both(self.here, self.promise.when, gathered)
        return _Doubt(include, (), self.viewers(role), f"somebody of `{role}` {word} it", expect)

    def read(self) -> Iterator[_Doubt]:
        """Somebody reads, or changes, the value of a field."""
        for key in (*self.promise.reads, *self.promise.writes):
            writing = key in self.promise.writes
            for roles, people in self.persons():
                own = roles is None or roles == (REQUESTER,)
                given = [self.given(g, key, own, writing) for g in self.grants(roles)]
                include = both(self.here, self.promise.when, AnyOf(tuple(given)))
                id_ = self.model.fields[key].id
                word = "changes" if writing else "reads"
                expect = {f"field.{id_}.right": "read" if writing else "hidden"}
                yield _Doubt(include, (), people, f"somebody {word} `{id_}`", expect)

    def given(self, grant: Grant, key: str, own: bool, writing: bool) -> Predicate:
        """For which tickets a grant gives a right on a field."""
        item = self.model.fields[key]
        right = grant.fields.get(key, "masked" if item.sensitive else "edit")
        if grant.see is None or _READS[right] == 0 or (writing and right != "edit"):
            return FALSE
        if not writing:
            return for_someone(grant.see, requester=own)
        if grant.edit is None or not item.is_input:
            return FALSE
        return both(for_someone(grant.see, requester=own), for_someone(grant.edit, requester=own))

    # --- ways through the workflow ----------------------------------------------------------------

    def stuck(self, goal: Predicate) -> Iterator[_Doubt]:
        """A ticket from which, with the values it has, no way leads to the goal."""
        flow = Flow(self.desk, self.model)
        takeable = [one for one in flow.ways if flow.is_takeable(one)]
        ends = {key for key in self.model.states if self.is_goal(key, goal)}
        for key in self.promise.states or tuple(self.model.states):
            if key in ends:
                continue
            ways = _ways(key, ends, takeable)
            guards = [self.guards(one) for one in ways]
            if TRUE in guards:
                continue
            state = self.model.states[key]
            first = [w.id for w in takeable if key in w.source]
            says = f"a ticket in `{state.id}` has no way to where it should come"
            expect = {f"can.{name}": "false" for name in first} if not ways else {}
            include = both(Test(_STATE, Op.IS, key), self.promise.when)
            outside = (*guards, *flow.lacking(key))
            yield _Doubt(include, outside, (SOMEBODY.viewer,), says, expect)

    def is_goal(self, state: str, goal: Predicate) -> bool:
        facts = Facts({"state": state, "phase": self.model.states[state].phase})
        return holds(goal, facts, SOMEBODY)

    def guards(self, ways: Sequence[tuple[str, Transition]]) -> Predicate:
        """What a ticket must be like to go all this way; what is needed on it may be filled in."""
        filled: set[str] = set()
        parts: list[Predicate] = []
        for state, one in ways:
            filled |= set(one.needs)
            part = self.in_state(one.when, state, filled)
            if part != TRUE:
                parts.append(part)
        return All(tuple(parts))

    def in_state(
        self, pred: Predicate, state: str, filled: set[str], *, wanted: bool = True
    ) -> Predicate:
        """A guard as it stands in a state; what somebody fills in on the way is taken to fit."""
        if isinstance(pred, Test):
            if pred.path.name in ("state", "phase"):
                facts = Facts({"state": state, "phase": self.model.states[state].phase})
                return TRUE if holds(pred, facts, SOMEBODY) else FALSE
            if pred.path.name in filled:
                return TRUE if wanted else FALSE
            return pred
        if isinstance(pred, Not):
            return _not(self.in_state(pred.item, state, filled, wanted=not wanted))
        items = tuple(self.in_state(item, state, filled, wanted=wanted) for item in pred.items)
        if isinstance(pred, All):
            kept = tuple(item for item in items if item != TRUE)
            return FALSE if FALSE in kept else All(kept)
        kept = tuple(item for item in items if item != FALSE)
        return TRUE if TRUE in kept else AnyOf(kept)


def _not(pred: Predicate) -> Predicate:
    return FALSE if pred == TRUE else TRUE if pred == FALSE else Not(pred)


class _TooManyWays(Exception):
    """The workflow has more ways than are looked at."""


def _ways(
    start: str, ends: set[str], takeable: Sequence[Transition]
) -> list[list[tuple[str, Transition]]]:
    """Every way from a state to an end that enters no state twice."""
    found: list[list[tuple[str, Transition]]] = []
    waiting: list[tuple[str, list[tuple[str, Transition]], frozenset[str]]] = [
        (start, [], frozenset({start}))
    ]
    while waiting:
        state, way_to, seen = waiting.pop()
        if state in ends:
            found.append(way_to)
            if len(found) > _MOST_WAYS:
                raise _TooManyWays
            continue
        for one in takeable:
            if state in one.source and one.target not in seen:
                further = [*way_to, (state, one)]
                waiting.append((one.target, further, seen | {one.target}))
        if len(waiting) > 20 * _MOST_WAYS:
            raise _TooManyWays
    return found
