"""Action lists: each verb with its argument resolved; verbs of later stages are refused here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.compile.context import Context, File, who
from engine.compile.scope import Scope
from engine.model.ticket_type import Action
from engine.values.registry import ValueProblem, normalise, say_problem
from specs.clauses import Action as ActionSpec
from specs.clauses import WhoMark
from specs.problem import Code, Place, nearest
from specs.vocabulary import ACTION_VERBS, RELATIONS

KNOWN = ("set", "tag", "untag", "flag", "unflag", "assign", "transfer", "notify")


def compile_actions(
    context: Context, file: File, actions: Iterable[ActionSpec], scope: Scope, *path: str
) -> tuple[Action, ...]:
    """The actions that can be carried out; a problem for each that can't."""
    made = (_one(context, file, a, scope, (*path, n)) for n, a in enumerate(actions))
    return tuple(action for action in made if action is not None)


def _one(
    context: Context, file: File, action: ActionSpec, scope: Scope, path: tuple[str | int, ...]
) -> Action | None:
    place = file.place(*path, action.verb)
    if action.verb not in KNOWN:
        assert action.verb in ACTION_VERBS  # the loader refused every other word
        cure = "use " + ", ".join(KNOWN)
        context.error(Code.ACTION, f"`{action.verb}` can't stand here yet", place, cure)
        return None
    if action.verb == "set":
        return _set(context, file, action, scope, path)
    if action.verb == "assign":
        return _assign(context, action, place)
    kinds = {"notify": "Notification", "transfer": "Team"}
    name = str(action.value)
    known = _known(context, kinds.get(action.verb, action.verb.removeprefix("un")))
    if name not in known:
        guess = nearest(name, known)
        cure = f"did you mean `{guess}`?" if guess else ""
        thing = action.verb.removeprefix("un")
        context.error(Code.ACTION, f"there is no {thing} `{name}`", place, cure)
        return None
    sort = {"transfer": "team", "notify": "notification"}.get(action.verb, "mark")
    to = who(action.to) if action.to else None
    return Action(action.verb, {"name": context.key(sort, name)}, to, place)


def _known(context: Context, kind: str) -> list[str]:
    if kind in ("Notification", "Team"):
        return list(context.files(kind))
    tenant = context.specs.tenant
    return list((tenant.tags if kind == "tag" else tenant.flags) or {}) if tenant else []


def _assign(context: Context, action: ActionSpec, place: Place) -> Action | None:
    """`assign: lead`, or a who entry; a list is tried in order."""
    raw = action.value if isinstance(action.value, list) else [action.value]
    parts = [WhoMark().check(one) for one in raw if _who_like(one)]
    if len(parts) != len(raw):
        cure = "write one of " + ", ".join(RELATIONS) + " or { role: … }, { team: … }"
        context.error(Code.ACTION, "this does not say who gets the ticket", place, cure)
        return None
    return Action("assign", {}, who(parts), place)


def _who_like(value: Any) -> bool:
    if isinstance(value, str):
        return value in RELATIONS
    return isinstance(value, dict) and len(value) == 1 and set(value) <= {"role", "team", "lead_of"}


def _set(
    context: Context, file: File, action: ActionSpec, scope: Scope, path: tuple[str | int, ...]
) -> Action | None:
    place = file.place(*path, "set")
    if not isinstance(action.value, dict):
        cure = "{ set: { field: value } }"
        context.error(Code.ACTION, "`set` wants a map of fields and values", place, cure)
        return None
    args: dict[str, object] = {}
    for name, raw in action.value.items():
        info = scope.find((name,))
        at = file.place(*path, "set", name)
        if info is None or info.field is None:
            context.error(Code.ACTION, f"there is no field `{name}` to set", at)
            continue
        value = normalise(info.field, raw)
        if isinstance(value, ValueProblem):
            wrong = say_problem(value, "en")
            context.error(Code.ACTION, f"`{name}` can't be set so: {wrong}", at)
        else:
            args[info.path.name] = value
    return Action("set", args, None, place)
