"""Events as specs name them: `moved`, `entered(waiting)`, `due(solved, 80%)`, with their keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.compile.context import Context, File, Step
from engine.compile.scope import Scope
from engine.model.sla import Trigger
from specs.problem import Code, did_you_mean

_ARGUED: Final = ("entered", "due", "breached", "changed")


def compile_event(
    context: Context,
    file: File,
    scope: Scope,
    text: str,
    path: tuple[Step, ...],
    clocks: Mapping[str, str],
) -> list[Trigger]:
    """The triggers of one event; one id may stand for several keys. `clocks`: id → key."""
    word, _, rest = text.partition("(")
    arg, _, share = (part.strip() for part in rest.removesuffix(")").partition(","))
    if not arg:
        return [Trigger(event=word)]
    info = scope.find((arg,)) if word == "changed" else None
    if info is not None and not context.reads(info, file.place(*path)):
        return []
    known = _arguments(scope, word, arg, clocks)
    if arg not in known and context.half_read:
        # The type that has it may be the one that can't be read.
        return []
    if word not in _ARGUED or arg not in known:
        message = f"`{word}` has no `{arg}`"
        context.error(Code.EVENT, message, file.place(*path), did_you_mean(arg, known))
        return []
    if share and (word != "due" or not _is_share(share)):
        cure = "write `due(clock, 80%)`: 1% to 99% of the budget"
        context.error(Code.EVENT, f"`{share}` is no share of a clock", file.place(*path), cure)
        return []
    tail = f":{share}" if share else ""
    return [Trigger(event=word, arg=f"{key}{tail}") for key in known[arg]]


def _is_share(text: str) -> bool:
    number = text.removesuffix("%")
    return text.endswith("%") and number.isdecimal() and number.isascii() and 0 < int(number) < 100


def _arguments(
    scope: Scope, word: str, arg: str, clocks: Mapping[str, str]
) -> Mapping[str, tuple[str, ...]]:
    """What may stand in the brackets of an event: id → its keys."""
    if word == "entered":
        info = scope.find(("state",))
        return info.options if info is not None else {}
    if word in ("due", "breached"):
        return {name: (key,) for name, key in clocks.items()}
    info = scope.find((arg,))
    return {arg: (info.path.name,)} if info is not None else {}


def clocks_of(context: Context) -> dict[str, str]:
    """The clocks of all policies that an event may name: id → key."""
    return {
        name: context.key("clock", name)
        for policy in context.files("SlaPolicy").values()
        for name in policy.spec.clocks
    }
