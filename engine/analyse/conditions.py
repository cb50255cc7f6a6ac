"""Conditions that hold for no ticket: fields never shown, views always empty, idle rights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.analyse.search import Searcher
from engine.analyse.someone import for_someone
from engine.analyse.world import world_of
from engine.model.desk import Desk
from engine.model.rights import REQUESTER
from engine.model.ticket_type import TypeModel
from engine.predicate import Predicate
from specs.problem import Code, Place, Problem, problem


def check_conditions(desk: Desk) -> list[Problem]:
    """What `lint` says about conditions of fields, views, reports and roles."""
    found = [one for model in desk.types.values() for one in _fields(desk, model)]
    return [*found, *_lists(desk), *_grants(desk)]


def can_hold(desk: Desk, pred: Predicate, types: Iterable[TypeModel]) -> bool:
    """Whether the condition can hold for a ticket of one of the types; False is a proof."""
    asked = for_someone(pred)
    return any(Searcher(world_of(desk, model), [asked]).can_be(asked) for model in types)


def _fields(desk: Desk, model: TypeModel) -> Iterator[Problem]:
    for item in model.fields.values():
        if item.show_when is not None and not can_hold(desk, item.show_when, [model]):
            message = f"`{item.id}` of {model.id} is never shown: its `show_when` holds nowhere"
            cure = "correct `show_when`, or remove the field"
            yield problem(Code.FIELD_NEVER_SHOWN, message, item.place, cure=cure)
        elif item.type != "heading" and _hidden_from_all(desk, model, item.key):
            message = f"`{item.id}` of {model.id} is never shown: every role has it hidden"
            cure = "let a role read it, or remove the field"
            yield problem(Code.FIELD_NEVER_SHOWN, message, item.place, cure=cure)
        if item.required_when is not None and not can_hold(desk, item.required_when, [model]):
            message = f"`{item.id}` of {model.id} is never required: `required_when` holds nowhere"
            cure = "correct it, or leave it out"
            yield problem(Code.CONDITION_NEVER, message, item.place, cure=cure)


def _hidden_from_all(desk: Desk, model: TypeModel, key: str) -> bool:
    rights = [
        grant.fields.get(key, "read")
        for role in desk.roles.values()
        for grant in role.grants.get(model.key, ())
        if grant.see is not None or grant.create
    ]
    return bool(rights) and all(right == "hidden" for right in rights)


def _lists(desk: Desk) -> Iterator[Problem]:
    several: list[tuple[str, str, tuple[str, ...], Predicate, Place]] = [
        *(("view", v.id, v.types, v.filter, v.place) for v in desk.views.values()),
        *(("report", r.id, r.types, r.filter, r.place) for r in desk.reports.values()),
    ]
    for word, id_, types, pred, place in several:
        models = [desk.types[key] for key in types or desk.types if key in desk.types]
        if models and not can_hold(desk, pred, models):
            message = f"the {word} `{id_}` is always empty: its `filter` holds for no ticket"
            yield problem(Code.CONDITION_NEVER, message, place, cure="correct `filter`")


def _grants(desk: Desk) -> Iterator[Problem]:
    seen: set[tuple[Place, str]] = set()
    for role in desk.roles.values():
        for key, grants in role.grants.items():
            for grant in grants:
                for word, pred in (("see", grant.see), ("edit", grant.edit)):
                    if pred is None or grant.role != role.id or role.id == REQUESTER:
                        continue
                    at = (grant.place, word)
                    # A grant under `any_type` is looked at once, over all the types it is for.
                    types = [
                        desk.types[k]
                        for k, several in role.grants.items()
                        if any(g.place == grant.place for g in several)
                    ]
                    if at not in seen and not can_hold(desk, pred, types):
                        message = f"`{word}` of `{role.id}` for {desk.types[key].id} never holds"
                        cure = f"correct `{word}`, or leave it out"
                        yield problem(Code.CONDITION_NEVER, message, grant.place, cure=cure)
                    seen.add(at)
