"""Whether two desks are one but for what things are called: the proof of a rename."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from engine.change.keys import keys_after
from engine.compile.desk import compile_desk
from engine.model.desk import Desk
from engine.model.text import Words
from specs.problem import Code, Place, Problem, has_errors, ordered
from specs.spec_set import SpecSet

_CALLED: Final = frozenset({"id", "spelled", "source", "fallback", "digest", "place", "file"})
"""Parts of models that say what something is called, or where it stands."""
_FIELD: Final = re.compile(r"\bticket\.fields\.([a-z0-9_]+)")
_UNORDERED: Final = frozenset({"types", "operand"})
"""Lists of keys whose order follows from the order of files."""


def judged(
    before: SpecSet, after: SpecSet, found: list[Problem], *, same: bool = True
) -> list[Problem]:
    """Why a change of names can't be made: new errors or, where the desk has to stay the `same`,
    a desk that is another one under the moved keys.

    `found`: the problems of loading `after`. Empty when nothing stands in the way.
    """
    first = keys_after(before, {})
    second = keys_after(after, first.keys, first.done)
    was, told = compile_desk(before, first.keys)
    becomes, more = compile_desk(after, second.keys)
    problems = ordered([*found, *second.problems, *more])
    if was is None or has_errors(problems):
        # What was wrong before stays wrong; only then nothing can be compared.
        known = {(one.code, one.message) for one in told}
        return [one for one in problems if one.is_error and (one.code, one.message) not in known]
    if becomes is None:
        return problems
    path = next(differences(was, becomes), None) if same else None
    if path is None:
        return []
    message = f"the desk would change at {path}; rename it by hand"
    return [Problem(Code.MOVE_BESIDE, message, Place("tenant.yaml", 1, 1, 1, 1))]


def differences(one: Desk, other: Desk) -> Iterator[str]:
    """Where two desks differ in more than names, as paths into the desk."""
    yield from _differ(_named(one), _named(other), "desk", "desk")


def _named(desk: Desk) -> Desk:
    """The desk with keys in the templates of its notifications, where fields go by their ids."""
    keys: dict[str, set[str]] = {}
    for model in desk.types.values():
        for key, item in model.fields.items():
            keys.setdefault(item.id, set()).add(key)

    def kept(found: re.Match[str]) -> str:
        return f"ticket.fields.{'|'.join(sorted(keys.get(found[1], {found[1]})))}"

    def words(text: Words) -> Words:
        return Words({locale: _FIELD.sub(kept, said) for locale, said in text.by_locale.items()})

    return dataclasses.replace(
        desk,
        notifications={
            name: dataclasses.replace(one, subject=words(one.subject), body=words(one.body))
            for name, one in desk.notifications.items()
        },
    )


def _differ(one: Any, other: Any, name: str, at: str) -> Iterator[str]:
    if name in _CALLED:
        return
    if type(one) is not type(other):
        yield at
    elif isinstance(one, Place):
        return
    elif dataclasses.is_dataclass(one):
        for item in dataclasses.fields(one):
            if item.compare:
                mine, its = getattr(one, item.name), getattr(other, item.name)
                yield from _differ(mine, its, item.name, f"{at}.{item.name}")
    elif isinstance(one, Mapping):
        if one.keys() != other.keys():
            yield f"{at} ({', '.join(sorted(map(str, one.keys() ^ other.keys())))})"
            return
        for key, value in one.items():
            yield from _differ(value, other[key], name, f"{at}[{key}]")
    elif isinstance(one, tuple | list):
        pair = _sorted(one, other) if name in _UNORDERED else (one, other)
        if len(one) != len(other):
            yield at
            return
        for number, (mine, its) in enumerate(zip(*pair, strict=True)):
            yield from _differ(mine, its, name, f"{at}[{number}]")
    elif one != other:
        yield at


def _sorted(one: Any, other: Any) -> tuple[Any, Any]:
    return sorted(one, key=str), sorted(other, key=str)
