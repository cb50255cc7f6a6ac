"""The version that a change of a pack asks for: incompatible, additive, or wording alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from typing import Final

from specs.kinds.pack import Input, Pack
from specs.packs.versions import Number

ORDER: Final = ("none", "patch", "minor", "major", "refused")


def _major(was: Number) -> Number:
    # Before 1.0.0 the second number is what breaks.
    return (was[0] + 1, 0, 0) if was[0] else (0, was[1] + 1, 0)


LEVELS: Final[MappingOf[str, Callable[[Number], Number]]] = {
    "none": lambda was: was,
    "patch": lambda was: (was[0], was[1], was[2] + 1),
    "minor": lambda was: (was[0], was[1] + 1, 0),
    "major": _major,
    "refused": _major,
}
"""The least version after another, by what changed."""


@dataclass(frozen=True, slots=True)
class Bump:
    """One change with what it asks for; `refused` can't be shipped in any version."""

    level: str
    said: str


def bump_of(found: Iterable[Bump]) -> str:
    """What all changes together ask for."""
    return max((one.level for one in found), key=ORDER.index, default="none")


def of_pack(was: Pack, now: Pack) -> Iterator[Bump]:
    """What changed in pack.yaml itself: id, inputs, what it needs, what it guards."""
    if was.id != now.id:
        yield Bump("refused", f"the id was `{was.id}` and is `{now.id}`: it never changes")
    if was.language != now.language:
        yield Bump("major", f"language {now.language} instead of {was.language}")
    yield from _inputs(was.inputs or {}, now.inputs or {})
    yield from _needs(was.requires or {}, now.requires or {})
    for name in ("sealed", "restrict_only"):
        before, after = getattr(was, name) or (), getattr(now, name) or ()
        for path in dict.fromkeys((*before, *after)):
            if path not in before:
                yield Bump("major", f"`{path}` is {name} now: overlays may break")
            elif path not in after:
                yield Bump("minor", f"`{path}` is no longer {name}")
    if (was.title, was.summary) != (now.title, now.summary):
        yield Bump("patch", "title or summary")


def _inputs(was: MappingOf[str, Input], now: MappingOf[str, Input]) -> Iterator[Bump]:
    for id in dict.fromkeys((*was, *now)):
        old, new = was.get(id), now.get(id)
        if old is None and new is not None:
            level = "minor" if new.default is not None else "refused"
            lacks = "" if level == "minor" else " without a default: tenants can't upgrade to it"
            yield Bump(level, f"new input `{id}`{lacks}")
        elif old is not None and new is None:
            yield Bump("major", f"the input `{id}` is gone")
        elif old is not None and new is not None and old != new:
            yield _changed(id, old, new)


def _changed(id: str, old: Input, new: Input) -> Bump:
    if old.type != new.type:
        return Bump("major", f"the input `{id}` is {new.type}, it was {old.type}")
    if set(old.options or {}) - set(new.options or {}):
        return Bump("major", f"the input `{id}` has lost an option")
    if old.default is not None and new.default is None:
        return Bump("refused", f"the input `{id}` has lost its default")
    if (old.min, old.max) != (new.min, new.max):
        return Bump("major", f"the input `{id}` has other limits")
    if (old.default, set(old.options or {})) != (new.default, set(new.options or {})):
        return Bump("minor", f"the input `{id}` has another default or more options")
    return Bump("patch", f"the words of the input `{id}`")


def _needs(was: MappingOf[str, str], now: MappingOf[str, str]) -> Iterator[Bump]:
    for id in dict.fromkeys((*was, *now)):
        if was.get(id) != now.get(id):
            level = "minor" if id not in now else "major"
            yield Bump(level, f"it needs `{id}` {now.get(id, 'no longer')}")
