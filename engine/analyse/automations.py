"""Automations in strata: one that sets off another, or writes what it reads, comes before it.

The strata run one after the other, once for an event, so a cascade ends and its order is known; a
circle is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from engine.evaluate import reads, tests
from engine.model.automation import AutomationModel
from engine.model.sla import Trigger
from engine.model.ticket_type import Action, TypeModel
from engine.predicate import All, AnyOf, Not, Op, Predicate, Test
from specs.problem import Code, Problem

Strata = tuple[tuple[AutomationModel, ...], ...]

_WRITES: Mapping[str, tuple[str, ...]] = {
    "tag": ("tags",),
    "untag": ("tags",),
    "flag": ("flags",),
    "unflag": ("flags",),
    "assign": ("assignee",),
    "transfer": ("team", "home_team", "teams", "assignee"),
    "route": ("team", "home_team", "teams", "assignee", "priority", "tags"),
    "move": ("state", "phase", "state_since", "solved_at", "closed_at", "reopened"),
    "merge": ("phase", "closed_at", "parent"),
    "link": ("parent",),
}
_EMITS: Mapping[str, tuple[str, ...]] = {
    "assign": ("assigned",),
    "transfer": ("transferred", "assigned"),
    "route": ("transferred", "assigned"),
    "move": ("moved",),
    "comment": ("commented",),
    "note": ("noted",),
    "merge": ("merged",),
    "refresh": ("enriched",),
}


@dataclass(frozen=True, slots=True)
class Deed:
    """What an automation may do to a ticket of one type: names it writes, event words it emits.

    `fixed` holds what a name is afterwards, where the spec itself says so.
    """

    writes: frozenset[str]
    emits: frozenset[str]
    fixed: Mapping[str, object]


def deed_of(actions: Sequence[Action], model: TypeModel) -> Deed:
    """Everything a list of actions may do, the transitions they take included."""
    writes: set[str] = set()
    emits: set[str] = set()
    fixed: dict[str, object] = {}
    for action in _unfolded(actions, model, set()):
        writes |= set(_WRITES.get(action.verb, ()))
        emits |= set(_EMITS.get(action.verb, ()))
        if action.verb == "set":
            writes |= action.args.keys()
            fixed.update(action.args)
        elif action.verb == "move":
            fixed.update(_moved(action, model, writes, emits))
        elif action.verb == "transfer" and action.args["name"] != "home":
            fixed["team"] = action.args["name"]
    emits |= {f"changed:{name}" for name in writes}
    return Deed(frozenset(writes), frozenset(emits), fixed)


def _unfolded(actions: Sequence[Action], model: TypeModel, seen: set[str]) -> Iterator[Action]:
    """The actions, and those of the transitions that they take."""
    for action in actions:
        yield action
        name = str(action.args.get("transition", ""))
        transition = model.transitions.get(name) if action.verb == "move" else None
        if transition is not None and name not in seen:
            seen.add(name)
            yield from _unfolded(transition.do, model, seen)


def _moved(
    action: Action, model: TypeModel, writes: set[str], emits: set[str]
) -> dict[str, object]:
    """Where a move leads, with what its state does by itself."""
    transition = model.transitions.get(str(action.args["transition"]))
    state = model.states.get(transition.target) if transition is not None else None
    if state is None:
        return {}
    emits.add(f"entered:{state.key}")
    if state.phase not in ("solved", "closed"):
        emits.add("reopened")
    if state.team:
        writes |= set(_WRITES["transfer"])
        emits |= set(_EMITS["transfer"])
    return {"state": state.key, "phase": state.phase}


def may_set_off(deed: Deed, other: AutomationModel) -> bool:
    """Whether what was done may start the other: an event it waits for, its condition not false."""
    started = any(trigger.named(deed.emits) or _any_of(trigger, deed) for trigger in other.events)
    return started and not surely_false(other.when, deed.fixed)


def _any_of(trigger: Trigger, deed: Deed) -> bool:
    """A trigger without argument (`changed`, `entered`) is named by any event of that word."""
    return not trigger.arg and any(e.partition(":")[0] == trigger.event for e in deed.emits)


def surely_false(pred: Predicate, fixed: Mapping[str, object]) -> bool:
    """Whether a condition can't hold while the names in `fixed` have these values.

    Decided for what is compared with plain values; anything else is taken to be possible.
    """
    return _known(pred, fixed) is False


def _known(pred: Predicate, fixed: Mapping[str, object]) -> bool | None:
    """Kleene's value of a condition of which only some names are known."""
    if isinstance(pred, Test):
        return _test(pred, fixed)
    if isinstance(pred, Not):
        inner = _known(pred.item, fixed)
        return None if inner is None else not inner
    values = [_known(item, fixed) for item in pred.items]
    if isinstance(pred, All):
        return False if False in values else None if None in values else True
    assert isinstance(pred, AnyOf)
    return True if True in values else None if None in values else False


def _test(test: Test, fixed: Mapping[str, object]) -> bool | None:
    value = fixed.get(test.path.name)
    if not isinstance(value, (str, int)) or (
        isinstance(test.operand, tuple)
        and not all(isinstance(one, (str, int)) for one in test.operand)
    ):
        return None
    among = test.operand if isinstance(test.operand, tuple) else (test.operand,)
    if test.op in (Op.IS, Op.ONE_OF, Op.CHANGED_TO):
        return value in among and (None if test.op is Op.CHANGED_TO else True)
    if test.op in (Op.IS_NOT, Op.NONE_OF):
        return value not in among
    if test.op is Op.IS_EMPTY:
        return (value == "") is bool(test.operand)
    return None


def strata_of(
    automations: Sequence[AutomationModel], model: TypeModel
) -> tuple[Strata, list[AutomationModel]]:
    """The automations of one type by stratum, and a circle among them where there is one."""
    deeds = {one.id: deed_of(one.do, model) for one in automations}
    sets_off: dict[str, set[str]] = {
        one.id: {other.id for other in automations if may_set_off(deeds[one.id], other)}
        for one in automations
    }
    after = {
        one.id: sets_off[one.id]
        | {
            other.id
            for other in automations
            if _is_read_by(one, other, deeds[one.id]) and not _reaches(other.id, one.id, sets_off)
        }
        for one in automations
    }
    by_id = {one.id: one for one in automations}
    sorter = TopologicalSorter(_earlier(after))
    try:
        sorter.prepare()
    except CycleError as circle:
        names: list[str] = circle.args[1]
        return (tuple(automations),), [by_id[name] for name in names[:-1]]
    found: list[tuple[AutomationModel, ...]] = []
    while sorter.is_active():
        ready = sorter.get_ready()
        found.append(tuple(one for one in automations if one.id in ready))
        sorter.done(*ready)
    return tuple(found), []


def _earlier(after: Mapping[str, set[str]]) -> dict[str, list[str]]:
    """For each automation those that run before it, in the order of their ids."""
    found: dict[str, list[str]] = {name: [] for name in after}
    for name in sorted(after):
        for later in after[name]:
            found[later].append(name)
    return found


def _is_read_by(one: AutomationModel, other: AutomationModel, deed: Deed) -> bool:
    """Whether `one` writes what the other asks about, where one event may start both."""
    if one is other or not other.events or not one.events:
        return False
    return bool(deed.writes & {path.name for path in reads(other.when)})


def _reaches(start: str, end: str, sets_off: Mapping[str, set[str]]) -> bool:
    """Whether one sets off another, directly or through others; then their order is fixed."""
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        name = waiting.pop()
        if name == end:
            return True
        if name not in seen:
            seen.add(name)
            waiting += sets_off[name]
    return False


def loop_problem(circle: Sequence[AutomationModel], model: TypeModel) -> Problem:
    """The error for a circle, with the whole circle written out."""
    steps = []
    for one, next_ in zip(circle, [*circle[1:], circle[0]], strict=True):
        steps.append(f"{one.id} {_why(one, next_, model)} → {next_.id}")
    message = f"automations of {model.id} go round in a circle: " + "; ".join(steps)
    related = tuple((f"`{one.id}` stands here", one.place) for one in circle[1:])
    cure = "let one of them start on something else, or ask for what the others rule out"
    return Problem(Code.AUTOMATION_LOOP, message, circle[0].place, cure=cure, related=related)


def _why(one: AutomationModel, next_: AutomationModel, model: TypeModel) -> str:
    deed = deed_of(one.do, model)
    if may_set_off(deed, next_):
        events = [t for t in next_.events if t.named(deed.emits) or _any_of(t, deed)]
        word = f"{events[0].event}({events[0].arg})" if events[0].arg else events[0].event
        return f"brings about {word}"
    asked = {test.path.spelled: test.path.name for test in tests(next_.when)}
    return "sets " + ", ".join(word for word, name in asked.items() if name in deed.writes)
