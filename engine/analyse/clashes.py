"""Automations of one stratum that write one thing two ways: no order between them is meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from engine.analyse.automations import deed_of
from engine.analyse.search import Answer, Searcher, both
from engine.analyse.witness import case
from engine.analyse.world import world_of
from engine.model.automation import AutomationModel
from engine.model.desk import Desk
from engine.model.ticket_type import TypeModel
from engine.predicate import TRUE, All, AnyOf, Op, Predicate, Test
from specs.problem import Code, Problem, problem

_TOGGLES: Mapping[str, tuple[str, bool]] = {
    "tag": ("tag", True),
    "untag": ("tag", False),
    "flag": ("flag", True),
    "unflag": ("flag", False),
}


def check_clashes(desk: Desk, faulty: Iterable[str] = ()) -> list[Problem]:
    """An error where a ticket shows it, a warning where there may be one.

    `faulty`: files with mistakes; what their automations would do is not known.
    """
    found: list[Problem] = []
    told: set[tuple[str, str]] = set()
    for key, strata in desk.strata.items():
        for stratum in strata:
            for one, other in combinations(stratum, 2):
                if {one.place.file, other.place.file} & set(faulty) or not _meet(one, other):
                    continue
                if (one.id, other.id) in told:
                    continue
                clash = _clash(desk, desk.types[key], one, other)
                if clash is not None:
                    told.add((one.id, other.id))
                    found.append(clash)
    return found


def _meet(one: AutomationModel, other: AutomationModel) -> bool:
    """Whether one event, or one timer, may start both."""
    if one.held is not None and other.held is not None:
        states = set(one.held.states) & set(other.held.states)
        return bool(states) and one.held.span == other.held.span
    return any(
        a.event == b.event and (a.arg == b.arg or not a.arg or not b.arg)
        for a in one.events
        for b in other.events
    )


def _clash(
    desk: Desk, model: TypeModel, one: AutomationModel, other: AutomationModel
) -> Problem | None:
    names = sorted(_written_two_ways(one, other, model))
    if not names:
        return None
    first, second = settled(one.when), settled(other.when)
    world = world_of(desk, model)
    answer = Searcher(world, [first, second]).ticket(both(first, second))
    if answer.says == "never":
        return None
    return _told(desk, model, one, other, names, answer)


def _told(
    desk: Desk,
    model: TypeModel,
    one: AutomationModel,
    other: AutomationModel,
    names: list[str],
    answer: Answer,
) -> Problem:
    sure = answer.says == "ticket"
    words = ", ".join(f"`{_said(model, name)}`" for name in names)
    maybe = "" if sure else "possibly: "
    message = (
        f"{maybe}one event starts `{one.id}` and `{other.id}` for one ticket of {model.id}, "
        f"and they write {words} two ways"
    )
    more = {"type": model.id} if len(one.types) > 1 else {}
    name = f"{one.id} against {other.id}"
    return problem(
        Code.AUTOMATIONS_CLASH if sure else Code.AUTOMATIONS_CLASH_MAYBE,
        message,
        other.place,
        cure="let `when` of one exclude the other, or write it in one of them",
        related=((f"`{one.id}` stands in", one.place),),
        witness=case(desk, world_of(desk, model), answer, name, {}, **more),
    )


def _said(model: TypeModel, name: str) -> str:
    item = model.fields.get(name)
    return item.id if item is not None else name


def _written_two_ways(
    one: AutomationModel, other: AutomationModel, model: TypeModel
) -> Iterator[str]:
    mine, theirs = deed_of(one.do, model).fixed, deed_of(other.do, model).fixed
    for name in mine.keys() & theirs.keys() - {"phase"}:
        if mine[name] != theirs[name]:
            yield name
    here, there = _toggled(one), _toggled(other)
    for listed, word in here.keys() & there.keys():
        if here[listed, word] is not there[listed, word]:
            yield f"{listed}s"
    people = [{str(a.to) for a in auto.do if a.verb == "assign"} for auto in (one, other)]
    if people[0] and people[1] and people[0] != people[1]:
        yield "assignee"


def _toggled(one: AutomationModel) -> dict[tuple[str, str], bool]:
    """Tag or flag → whether it is put on at the end."""
    found = {}
    for action in one.do:
        if action.verb in _TOGGLES:
            listed, on = _TOGGLES[action.verb]
            found[listed, str(action.args.get("name", ""))] = on
    return found


def settled(pred: Predicate) -> Predicate:
    """A condition about an event as one about the ticket after it: what became so is so.

    What changed, and from what, may always have been; under a `not` it is left as it stands.
    """
    if isinstance(pred, Test):
        if pred.op is Op.CHANGED_TO:
            several = isinstance(pred.operand, tuple)
            listed = pred.path.kind in ("multi_choice", "tags", "flags", "teams")
            if listed:
                return Test(pred.path, Op.CONTAINS_ANY if several else Op.CONTAINS, pred.operand)
            return Test(pred.path, Op.ONE_OF if several else Op.IS, pred.operand)
        changed = pred.op is Op.CHANGED and pred.operand is True
        return TRUE if changed or pred.op is Op.CHANGED_FROM else pred
    if isinstance(pred, All):
        return All(tuple(settled(item) for item in pred.items))
    if isinstance(pred, AnyOf):
        return AnyOf(tuple(settled(item) for item in pred.items))
    return pred
