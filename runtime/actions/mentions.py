"""Colleagues whom words on a ticket name with `@`: who is meant, and whether they may see it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from engine.decide.verdict import Comment, Event, Move, Refusal
from engine.facts import Ask, Facts
from engine.model.desk import Desk
from engine.model.ticket_type import INPUTS
from engine.values.registry import fold
from runtime.site.bringing_in import would_see
from runtime.store import colleagues
from runtime.store.colleagues import Colleague
from runtime.store.unit import Unit

MOST: Final = 20
"""So many different people one text may bring in; whoever is named after them is not told."""
_AT: Final = "@"


@dataclass(frozen=True, slots=True)
class Mentioned:
    """Whom the words name, by id, and those named who may not see the ticket."""

    ids: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()


NOBODY: Final = Mentioned()


async def mentioned_in(unit: Unit, desk: Desk, facts: Facts, ask: Ask, event: Event) -> Mentioned:
    """Who is named in the words of somebody who works here.

    A name that several bear stands for those of them who may see the ticket. A colleague who sees
    only what they follow is brought in, where their role lets them see that.
    """
    texts = [(at, text) for at, said in _words(event) if _AT in (text := fold(said))]
    if not ask.viewer.is_staff or not texts:
        return NOBODY
    known = await colleagues.all_active(unit)
    ids: list[str] = []
    refusals: list[Refusal] = []
    for at, text in texts:
        for name, bearers in _named(text, known).items():
            seeing = [one.id for one in bearers if await would_see(unit, desk, facts, one.id)]
            ids += seeing
            if not seeing:
                refusals.append(Refusal("mention_sees_nothing", at, args={"name": name}))
    return Mentioned(tuple(dict.fromkeys(ids))[:MOST], tuple(refusals))


def _words(event: Event) -> list[tuple[str, str]]:
    """What an event says, each text with the input that holds it."""
    if isinstance(event, Comment):
        return [("comment", event.text)]
    if isinstance(event, Move):
        return [(name, str(getattr(event, name))) for name in INPUTS]
    return []


def _named(text: str, known: list[Colleague]) -> dict[str, list[Colleague]]:
    """name → those who bear it, of the names that follow an `@`; the longest name counts."""
    by_name: dict[str, list[Colleague]] = {}
    for one in known:
        by_name.setdefault(fold(one.name), []).append(one)
    found: dict[str, list[Colleague]] = {}
    for name in sorted(by_name, key=len, reverse=True):
        at = text.find(f"{_AT}{name}") if name else -1
        while at >= 0 and len(found) < MOST:
            end = at + 1 + len(name)
            if not _goes_on(text, end):
                found[by_name[name][0].name] = by_name[name]
                # `@Ann Lee` names no Ann besides.
                text = f"{text[:at]} {text[end:]}"
            at = text.find(f"{_AT}{name}", at + 1)
    return found


def _goes_on(text: str, end: int) -> bool:
    """Whether a Latin name does not end here: `@Ben` in `@Benedict`."""
    here, before = text[end : end + 1], text[end - 1]
    return here.isalnum() and here.isascii() and before.isascii()


def with_mentions(event: Event, found: Mentioned) -> Event:
    """The words with whom they name."""
    if isinstance(event, (Comment, Move)) and found.ids:
        return replace(event, mentions=found.ids)
    return event
