"""Words kept for answers: made, changed, thrown away."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from engine.facts import Viewer
from engine.normal import said
from runtime.site.handles import Site
from runtime.site.quick_words import HOLE, HOLES, may_change
from runtime.store import quick_texts
from runtime.store.quick_texts import QuickText
from runtime.store.unit import Unit

MOST: Final = 300
"""So many of one person, and of one team."""
MOST_CHARS: Final = 10_000
_TITLE: Final = 80
_SHORTCUT = re.compile(r"[^\s/]{1,30}\Z")


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why it is not kept: a code by field (`shortcut`, `title`, `body`), and what it is about."""

    codes: Mapping[str, str]
    about: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody wants kept. `team`: of that team; "" is their own. `id`: one that is there."""

    shortcut: str
    title: str
    body: str
    team: str = ""
    id: str = ""


async def keep_quick_text(site: Site, tenant: str, viewer: Viewer, words: Words) -> Wrong | None:
    """Keep words, or say what is wrong with them. None: done.

    Raises:
        LookupError: there is none of that id that they may change, or no such team of theirs.
    """
    async with site.store.unit(tenant, write=True) as unit:
        text = await _wanted(unit, viewer, words)
        wrong = _faults(text)
        if not wrong.codes and await quick_texts.same_shortcut(unit, text):
            wrong = Wrong({"shortcut": "taken"}, {"shortcut": text.shortcut})
        if not wrong.codes and not words.id and await quick_texts.count(unit, text) >= MOST:
            wrong = Wrong({"body": "too_many"}, {"body": str(MOST)})
        if wrong.codes:
            return wrong
        await (quick_texts.change if words.id else quick_texts.add)(unit, text)
    return None


async def _wanted(unit: Unit, viewer: Viewer, words: Words) -> QuickText:
    new = {
        "shortcut": words.shortcut.strip().removeprefix("/"),
        "title": " ".join(words.title.split()),
        "body": said(words.body),
    }
    if words.id:
        known = await quick_texts.read(unit, words.id)
        found = replace(known, **new) if known is not None else None
    else:
        person = None if words.team else viewer.person_id
        found = QuickText(unit.new_id(), person, words.team or None, **new)
    if found is None or not may_change(viewer, found):
        raise LookupError(words.id or words.team)
    return found


def _faults(text: QuickText) -> Wrong:
    codes: dict[str, str] = {}
    about: dict[str, str] = {}
    if not _SHORTCUT.match(text.shortcut):
        codes["shortcut"] = "shortcut"
    if not 1 <= len(text.title) <= _TITLE:
        codes["title"] = "title"
    if not 1 <= len(text.body) <= MOST_CHARS:
        codes["body"] = "body"
    foreign = next((name for name in HOLE.findall(text.body) if name not in HOLES), None)
    if "body" not in codes and foreign is not None:
        codes["body"], about["body"] = "hole", foreign
    return Wrong(codes, about)


async def drop_quick_text(site: Site, tenant: str, viewer: Viewer, text_id: str) -> bool:
    """Throw one away; False where there is none that they may change."""
    async with site.store.unit(tenant, write=True) as unit:
        known = await quick_texts.read(unit, text_id)
        if known is None or not may_change(viewer, known):
            return False
        await quick_texts.drop(unit, text_id)
    return True
