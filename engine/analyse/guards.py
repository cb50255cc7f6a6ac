"""Workflow that does not refuse a publish but can't be meant: dead ends, closed ways, holes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

from engine.analyse.search import Answer, Searcher, both
from engine.analyse.someone import for_someone
from engine.analyse.witness import case
from engine.analyse.world import World, world_of
from engine.evaluate import reads
from engine.model.desk import Desk
from engine.model.rights import Who
from engine.model.ticket_type import DONE_PHASES, OPEN_PHASES, State, Transition, TypeModel
from engine.predicate import TRUE, Op, Path, Predicate, Test
from specs.problem import Code, Problem, problem

_STATE = Path("state", "state", "state")


def check_guards(desk: Desk) -> list[Problem]:
    """What `lint` says about every type's workflow."""
    return [one for model in desk.types.values() for one in Flow(desk, model).run()]


class Flow:
    """The workflow of one type, with what can be said of its guards."""

    def __init__(self, desk: Desk, model: TypeModel) -> None:
        self.desk, self.model = desk, model
        self.world: World = world_of(desk, model)
        self.ways = tuple(model.transitions.values())
        guards = [way.when for way in self.ways]
        here = [Test(_STATE, Op.IS, key) for key in model.states]
        filled = [one for key in model.states for one in self.lacking(key)]
        self.search = Searcher(self.world, [*guards, *here, *filled])

    def run(self) -> Iterator[Problem]:
        closed = {way.id for way in self.ways if not self.is_takeable(way)}
        for way in self.ways:
            if way.id in closed:
                yield self.nobody(way)
        yield from self.dead_ends(closed)
        for state in self.model.states.values():
            if state.phase in OPEN_PHASES:
                yield from self.holes(state)

    # --- ways that nobody takes -------------------------------------------------------------------

    def is_takeable(self, way: Transition) -> bool:
        """Whether there can be a ticket and a person who sees it and takes the transition."""
        there = both(Test(_STATE, Op.ONE_OF, way.source), way.when)
        if not self.search.can_be(there):
            return False
        if "system" in way.by.relations:
            return True
        seen = self.seen_by(way.by)
        search = Searcher(self.world, [there, *seen])
        return any(search.can_be(both(there, one)) for one in seen)

    def seen_by(self, by: Who) -> list[Predicate]:
        """What those who may take it see; a relation or team may be held by people of any role."""
        named = bool(by.relations or by.teams or by.leads_of)
        found = [
            for_someone(grant.see)
            for role in self.desk.roles.values()
            if named or role.includes & set(by.roles)
            for grant in role.grants.get(self.model.key, ())
            if grant.see is not None
        ]
        return list(dict.fromkeys(found))

    def nobody(self, way: Transition) -> Problem:
        there = both(Test(_STATE, Op.ONE_OF, way.source), way.when)
        if not self.search.can_be(there):
            message = f"`{way.id}` of {self.model.id} can never be taken: its guard holds nowhere"
            cure = "correct `when`, or remove the transition"
        else:
            message = f"`{way.id}` of {self.model.id} can never be taken: none of `by` sees it"
            cure = "let `by` name people who see tickets in these states"
        return problem(Code.TRANSITION_NOBODY, message, way.place, cure=cure)

    def dead_ends(self, closed: set[str]) -> Iterator[Problem]:
        """States from which no takeable way leads to an end, though each has a way out."""
        ends = {key for key, s in self.model.states.items() if s.phase in DONE_PHASES}
        reaching = set(ends)
        open_ways = [way for way in self.ways if way.id not in closed]
        while True:
            more = {s for w in open_ways if w.target in reaching for s in w.source} - reaching
            if not more:
                break
            reaching |= more
        for key, state in self.model.states.items():
            if key not in reaching:
                message = f"a ticket in `{state.id}` of {self.model.id} can never come to an end"
                cure = "let a way lead to a state of phase solved or closed"
                yield problem(Code.STATE_DEAD_END, message, state.place, cure=cure)

    # --- guards that leave a hole -----------------------------------------------------------------

    def holes(self, state: State) -> Iterator[Problem]:
        leaving = [way for way in self.ways if state.key in way.source]
        guarded = [way for way in leaving if way.when != TRUE]
        if guarded and len(guarded) == len(leaving):
            found = self.hole(state, guarded)
            if found.says == "ticket":
                yield self.told(state, guarded, found, "no way at all is open")
                return
        for group in _groups(guarded):
            targets = {way.target for way in group}
            if len(group) > 1 and not any(w.when == TRUE and w.target in targets for w in leaving):
                found = self.hole(state, group)
                if found.says == "ticket":
                    yield self.told(state, group, found, "none of them is open")

    def hole(self, state: State, group: Sequence[Transition]) -> Answer:
        """A ticket in the state that no guard of the group lets through."""
        return self.search.ticket(
            Test(_STATE, Op.IS, state.key), [*(way.when for way in group), *self.lacking(state.key)]
        )

    def lacking(self, state: str) -> list[Predicate]:
        """What no ticket in a state is: without a value that every way into it needed.

        What was needed once is taken to stay filled while its field is shown.
        """
        found: list[Predicate] = []
        for key in sorted(self.filled[state] & self.model.fields.keys()):
            item = self.model.fields[key]
            empty = Test(Path(key, item.id, item.type, item.scale), Op.IS_EMPTY, True)
            found.append(empty if item.show_when is None else both(empty, item.show_when))
        return found

    @cached_property
    def filled(self) -> dict[str, frozenset[str]]:
        """state key → the fields that every way from the start to it needs."""
        everything = frozenset(self.model.fields)
        found = dict.fromkeys(self.model.states, everything)
        found[self.model.start] = frozenset()
        while True:
            before = dict(found)
            for way in self.ways:
                for source in way.source:
                    if way.target != self.model.start and way.target in found:
                        found[way.target] &= found.get(source, frozenset()) | set(way.needs)
            if found == before:
                return found

    def told(self, state: State, group: Sequence[Transition], found: Answer, what: str) -> Problem:
        names = ", ".join(f"`{way.id}`" for way in group)
        message = f"the guards of {names} leave a hole in `{state.id}` of {self.model.id}: {what}"
        expect = {f"can.{way.id}": "false" for way in group}
        name = f"hole in {state.id} of {self.model.id}"
        return problem(
            Code.GUARD_HOLE,
            message,
            group[0].place,
            cure="let the guards cover every value, also the empty one, or add a way without one",
            related=tuple((f"`{way.id}` stands in", way.place) for way in group[1:4]),
            witness=case(self.desk, self.world, found, name, expect),
        )


def _groups(guarded: Sequence[Transition]) -> list[list[Transition]]:
    """Transitions whose guards ask about the same paths, as `approve` and `approve_large` do."""
    found: dict[frozenset[str], list[Transition]] = {}
    for way in guarded:
        found.setdefault(frozenset(path.name for path in reads(way.when)), []).append(way)
    return list(found.values())
