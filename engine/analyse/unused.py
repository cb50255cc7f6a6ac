"""Specs that nothing uses: notifications, teams, calendars, sources, field sets, reports, words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from specs.clauses import Action, ActionMark, CellMark, ConditionMark, EventMark, Who, WhoMark
from specs.marks import Marker, Ref
from specs.problem import Code, Place, Problem, problem
from specs.shape import Position, positions
from specs.spec_set import SpecFile, SpecSet

_MARKS: Final[frozenset[type[Marker]]] = frozenset(
    {Ref, WhoMark, ActionMark, ConditionMark, CellMark, EventMark}
)
_OF_VERB: Final = {"notify": "Notification", "tag": "Tag", "untag": "Tag", "flag": "Flag",
                   "unflag": "Flag", "transfer": "Team"}  # fmt: skip
_FILES: Final = {
    "Notification": "notification",
    "Team": "team",
    "Calendar": "calendar",
    "Source": "source",
    "FieldSet": "field set",
    "Report": "report",
}
_WORDS: Final = {"Tag": "tags", "Flag": "flags", "Skill": "skills"}
_ID = re.compile(r"[a-z][a-z0-9_]*")


def check_unused(specs: SpecSet) -> list[Problem]:
    """A finding for each spec, tag, flag and skill that nothing refers to."""
    used: set[tuple[str, str]] = set()
    loose: set[str] = set()
    for files in specs.objects.values():
        for file in files.values():
            for at in positions(file.spec, _MARKS):
                _use(at, used, loose)
    return [*_files(specs, used, loose), *_words(specs, used, loose)]


def _use(at: Position, used: set[tuple[str, str]], loose: set[str]) -> None:
    """Note what a position names: exactly where it is typed, by word where it is raw."""
    value: Any = at.value
    if isinstance(at.marker, Ref):
        used |= {(kind, str(value)) for kind in at.marker.kind.split("|")}
    elif isinstance(value, Who):
        used.add(("Team" if value.sort in ("team", "lead_of") else "Role", value.id))
    elif isinstance(value, Action):
        _use_action(value, used, loose)
    else:
        loose.update(_words_in(value))


def _use_action(action: Action, used: set[tuple[str, str]], loose: set[str]) -> None:
    kind = _OF_VERB.get(action.verb)
    named = action.value if isinstance(action.value, list) else [action.value]
    if kind is not None:
        used |= {(kind, one) for one in named if isinstance(one, str)}
    else:
        loose.update(_words_in(action.value))
    for who in action.to or ():
        used.add(("Team" if who.sort in ("team", "lead_of") else "Role", who.id))


def _words_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _words_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _words_in(item)
    elif isinstance(value, str):
        yield from _ID.findall(value)


def _files(specs: SpecSet, used: set[tuple[str, str]], loose: set[str]) -> Iterator[Problem]:
    for kind, noun in _FILES.items():
        for id_, file in specs.of(kind).items():
            if (kind, id_) in used or (kind == "Team" and _stands_alone(file, id_, loose)):
                continue
            message = f"nothing uses the {noun} `{id_}`"
            yield problem(Code.SPEC_UNUSED, message, _top(file), cure="use it, or remove the file")


def _stands_alone(file: SpecFile, id_: str, loose: set[str]) -> bool:
    return bool(getattr(file.spec, "default", False)) or id_ in loose


def _top(file: SpecFile) -> Place:
    return file.key_place("kind")


def _words(specs: SpecSet, used: set[tuple[str, str]], loose: set[str]) -> Iterator[Problem]:
    file = specs.of("Tenant").get("tenant")
    for kind, key in _WORDS.items():
        for id_ in getattr(specs.tenant, key, None) or {}:
            if (kind, id_) in used or id_ in loose or file is None:
                continue
            message = f"nothing uses the {kind.lower()} `{id_}`"
            place = file.key_place(key, id_)
            yield problem(Code.SPEC_UNUSED, message, place, cure="use it, or remove it")
