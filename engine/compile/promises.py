"""Promises of spec tests: one claim each, its conditions typed, its names resolved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from engine.compile.condition import compile_condition
from engine.compile.context import Context, File
from engine.compile.scope import Scope
from engine.compile.scopes import Scopes
from engine.model.promise import Promise
from engine.predicate import TRUE
from specs.problem import Code

_CLAIMS = ("do", "set", "sees", "reads", "writes", "can_reach")


def compile_promises(context: Context, scopes: Scopes) -> tuple[Promise, ...]:
    """Every promise of every spec test, in document order."""
    return tuple(
        promise
        for file in context.files("SpecTest").values()
        for promise in _of_file(context, scopes, file)
    )


def _of_file(context: Context, scopes: Scopes, file: File) -> Iterator[Promise]:
    if file.spec.about not in scopes.types:
        return
    for name, spec in (file.spec.promises or {}).items():
        sides = [word for word in ("never", "always") if getattr(spec, word) is not None]
        if len(sides) != 1:
            message = f"`{name}` promises {'nothing' if not sides else 'two things'}"
            place = file.key_place("promises", name)
            context.error(Code.BAD_VALUE, message, place, "write `never:` or `always:`")
            continue
        found = _promise(context, scopes.of([file.spec.about]), file, name, sides[0])
        if found is not None:
            yield found


def _promise(context: Context, scope: Scope, file: File, name: str, word: str) -> Promise | None:
    spec = getattr(file.spec.promises[name], word)
    at = ("promises", name, word)
    claims = [claim for claim in _CLAIMS if getattr(spec, claim, None) is not None]
    if len(claims) != 1:
        known = [claim for claim in _CLAIMS if hasattr(spec, claim)]
        cure = "write exactly one of " + ", ".join(f"`{claim}`" for claim in known)
        message = f"`{word}` of `{name}` has to say one thing"
        context.error(Code.BAD_VALUE, message, file.key_place(*at), cure)
        return None
    when, problems = compile_condition(spec.when or {}, scope, context.place_of(file, *at, "when"))
    context.add(problems)
    reach = TRUE
    if claims == ["can_reach"]:
        reach, problems = compile_condition(
            spec.can_reach, scope, context.place_of(file, *at, "can_reach")
        )
        context.add(problems)
    states = () if "any_state" in (spec.from_ or ()) else spec.from_ or ()
    named = getattr(spec, "by", None)
    return Promise(
        id=f"tests/{file.id}.{name}",
        type=context.key("type", file.spec.about),
        place=file.key_place("promises", name),
        always=word == "always",
        when=when,
        do=tuple(getattr(spec, "do", None) or ()),
        by=context.who(named) if named else None,
        states=tuple(context.key("state", state, file.spec.about) for state in states),
        sets=_sets(context, spec.set) if spec.set is not None else {},
        sees=tuple(spec.sees or ()),
        reads=_fields(scope, getattr(spec, "reads", None)),
        writes=_fields(scope, getattr(spec, "writes", None)),
        reach=reach if claims == ["can_reach"] else None,
    )


def _fields(scope: Scope, names: Any) -> tuple[str, ...]:
    found = ((name, scope.find((name,))) for name in names or ())
    return tuple(info.path.name if info is not None else name for name, info in found)


def _sets(context: Context, spec: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    if spec.team:
        found["team"] = context.key("team", spec.team)
    if spec.priority:
        found["priority"] = spec.priority
    return found
