"""Transitions: which are open to a person now, and why the others are not."""

from __future__ import annotations

from dataclasses import dataclass

from engine.decide.access import Rights
from engine.decide.pending import request_of
from engine.decide.say import plain_test
from engine.decide.verdict import Refusal
from engine.decide.who import qualifies
from engine.evaluate import first_failing
from engine.facts import Ask, Facts
from engine.model.desk import Desk
from engine.model.ticket_type import INPUTS, Transition, TypeModel
from engine.values.registry import is_empty


@dataclass(frozen=True, slots=True)
class Way:
    """One transition from the present state: open, or refused and why. `needs`: yet to fill."""

    transition: Transition
    refusals: tuple[Refusal, ...]
    needs: tuple[str, ...]

    @property
    def open(self) -> bool:
        """Whether the person may take it (perhaps after filling `needs`)."""
        return not self.refusals


def ways(desk: Desk, facts: Facts, rights: Rights, ask: Ask) -> tuple[Way, ...]:
    """Every transition that leaves the present state, in the order of the spec."""
    type_model = desk.types[facts.text("type")]
    state = facts.text("state")
    return tuple(
        way(desk, type_model, t, facts, rights, ask)
        for t in type_model.transitions.values()
        if state in t.source
    )


def way(
    desk: Desk,
    type_model: TypeModel,
    transition: Transition,
    facts: Facts,
    rights: Rights,
    ask: Ask,
) -> Way:
    """One transition for this person: open when `by` holds, they see the ticket, the guard holds
    and its `needs` are filled or fillable by them (decisions.md 2)."""
    place = str(transition.place)
    refusals: list[Refusal] = []
    if facts.text("state") not in transition.source:
        state = type_model.states.get(facts.text("state"))
        said = {"transition": transition.title, "state": state.title if state else ""}
        refusals.append(Refusal("not_from_here", args=said, place=place))
    if not rights.see or not qualifies(desk, transition.by, ask.viewer, facts):
        refusals.append(Refusal("not_by_you", args={"by": by_words(desk, transition)}, place=place))
    if facts.get("merged") and facts.text("phase") == "closed":
        refusals.append(Refusal("merged_away", place=place))
    refusals += _waiting(type_model, transition, facts)
    failed = first_failing(transition.when, facts, ask)
    if failed is not None:
        told = may_tell(rights, failed.path.name)
        args = {"test": plain_test(failed), "failed": failed} if told else {}
        refusals.append(Refusal("guard" if told else "guard_hidden", args=args, place=place))
    missing = tuple(n for n in transition.needs if n in INPUTS or is_empty(facts.get(n)))
    refusals += [
        Refusal("need_not_yours", need, args={"field": type_model.fields[need].label}, place=place)
        for need in missing
        if need not in INPUTS and not rights.writes(need)
    ]
    return Way(transition, tuple(refusals), missing)


def _waiting(type_model: TypeModel, transition: Transition, facts: Facts) -> list[Refusal]:
    """While a request waits other transitions are closed, unless it says otherwise; a second one
    can't be asked for beside it."""
    request = request_of(facts)
    if request is None:
        return []
    asked = type_model.transitions.get(request.transition)
    approval = asked.approval if asked is not None else None
    if approval is None or (approval.while_pending and transition.approval is None):
        return []
    place = str(approval.place)
    return [Refusal("pending", args={"transition": asked.title if asked else ""}, place=place)]


def may_tell(rights: Rights, name: str) -> bool:
    """Whether an explanation to this viewer may show the value under a dotted name."""
    root = name.partition(".")[0]
    return root not in rights.fields or rights.reads(root)


def by_words(desk: Desk, transition: Transition) -> str:
    """Who may take it, as the spec says it: for an explanation like `by: finance`."""
    who = transition.by
    leads = tuple(f"lead_of: {_team(desk, team)}" for team in who.leads_of)
    teams = tuple(f"team: {_team(desk, team)}" for team in who.teams)
    return ", ".join((*who.relations, *who.roles, *teams, *leads))


def _team(desk: Desk, key: str) -> str:
    return desk.teams[key].id if key in desk.teams else key
