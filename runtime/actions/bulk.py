"""Many tickets at once: which, what is asked of each, and what each would refuse."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from engine.decide import access
from engine.decide.kin import Watch
from engine.decide.run import decide
from engine.decide.verdict import Assign, Comment, Edit, Event, Label, Move, Refusal, UseMacro
from engine.facts import Viewer
from engine.model.desk import Desk
from engine.model.roster import Roster
from engine.model.ticket_type import INPUTS
from runtime.actions.named_values import event_meant
from runtime.actions.outcome import Done, NotFound, Outcome, Refused
from runtime.site.desks import Live
from runtime.site.facts import read_facts
from runtime.site.handles import Site
from runtime.site.standing import ask_of
from runtime.store import tickets
from runtime.store.roster import roster
from runtime.store.unit import Unit

MOST: Final = 500
"""So many tickets chosen one by one."""
LOOKED: Final = 1_000
"""So many tickets are looked at before; of more, these are the sample."""
LOOK_S: Final = 3.0
"""So long it looks, at most."""
NOBODY: Final = "$nobody"
ME: Final = "$me"
Said = Mapping[str, str | list[str]]
"""What was chosen and typed, by the name of its input."""
_AT_A_TIME = 20


@dataclass(frozen=True, slots=True)
class Each:
    """What would become of one ticket; `live` None: there is none for this person.

    `Done` says that nothing stands against it.
    """

    number: str
    outcome: Outcome
    live: Live | None = None
    subject: str = ""
    type_key: str = ""
    team: str = ""

    @property
    def well(self) -> bool:
        """Whether it would be done."""
        return isinstance(self.outcome, Done)


def chosen(numbers: Iterable[str]) -> tuple[str, ...]:
    """The numbers once each, in their order, no more than `MOST`."""
    return tuple(dict.fromkeys(n for n in numbers if n and len(n) < 60))[:MOST]


def event_of(what: str, said: Said, me: str) -> Event | None:
    """The event that the answers make, None while something is still to be chosen."""

    def word(name: str) -> str:
        found = said.get(name, "")
        return found if isinstance(found, str) else ""

    value = word("value")
    match what:
        case "assign" if value:
            return Assign({ME: me, NOBODY: ""}.get(value, value))
        case "transfer" if value:
            return Assign("", value, word("reason"))
        case "move" if value:
            words = {name: word(name) for name in INPUTS}
            return Move(value, {}, words["comment"], words["note"], words["reason"])
        case "label":
            return _label(value, *(word(name) for name in ("tag", "flag", "untag", "unflag")))
        case "set" if value and "raw" in said:
            return Edit({value: said["raw"]})
        case "macro" if value:
            return UseMacro(value)
        case "watch" if value:
            return Watch(me, value == "on")  # only who works here gets to a list of the desk
        case "comment" if word("text").strip():
            return Comment(word("text"), internal=value != "public")
    return None


def _label(priority: str, tag: str, flag: str, untag: str, unflag: str) -> Label | None:
    if not (priority or tag or flag or untag or unflag):
        return None
    off = tuple(name for name in (untag, unflag) if name)
    return Label(priority, (tag,) if tag else (), (flag,) if flag else (), off)


def may_bulk(desk: Desk, viewer: Viewer) -> bool:
    """Whether there are tickets of which this person may change many at once."""
    return any(
        grant.do & {"bulk", "*"}
        for type_key in desk.types
        for grant in access.grants(desk, viewer, type_key)
        if grant.see is not None
    )


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What so many tickets would say; `looked` of them were asked."""

    each: tuple[Each, ...]
    looked: int


async def foresee(
    site: Site, tenant: str, viewer: Viewer, numbers: tuple[str, ...], event: Event | None
) -> Foreseen:
    """What each ticket would say to an event, by the very decision that is taken then.

    Nothing is written; without an event only whether the person sees the tickets.
    """
    found: list[Each] = []
    loop = asyncio.get_running_loop()
    until = loop.time() + LOOK_S
    sample, live = numbers[:LOOKED], site.desks.get(tenant)
    for at in range(0, len(sample), _AT_A_TIME):
        if loop.time() > until:
            break
        async with site.store.unit(tenant) as unit:
            team = await roster(unit, live.desk if live is not None else None)
            found += [
                await _foreseen(site, unit, viewer, number, event, team)
                for number in sample[at : at + _AT_A_TIME]
            ]
        await asyncio.sleep(0)  # others are served meanwhile
    return Foreseen(tuple(found), len(found))


async def _foreseen(
    site: Site, unit: Unit, viewer: Viewer, number: str, event: Event | None, team: Roster
) -> Each:
    row = await tickets.by_number(unit, number)
    live = await site.desks.of(unit, row) if row else None
    if row is None or live is None:
        return Each(number, NotFound())
    facts = await read_facts(unit, live.desk, row)
    ask = ask_of(live.desk, viewer, unit.now_us())
    rights = access.rights(live.desk, facts, ask)
    if not rights.see:
        return Each(number, NotFound())
    refusals: tuple[Refusal, ...] = ()
    if event is not None:
        event, refusals = await event_meant(site, unit, viewer, live.desk, event, facts)
        refusals += decide(live.desk, facts, event, ask, team).refusals
    if not rights.do & {"bulk", "*"}:
        refusals = (Refusal("not_yours_to_bulk"), *refusals)
    outcome: Outcome = Refused(refusals) if refusals else Done(row.number, row.id)
    return Each(number, outcome, live, row.subject, row.type_key, row.team_key or "")
