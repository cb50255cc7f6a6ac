"""What an open page hears: tickets of its list that changed, and who else is at its ticket."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.decide import access
from engine.evaluate import holds, tests
from engine.facts import Facts, Viewer
from engine.predicate import TRUE, All, Op, Path, Predicate, Test
from runtime.choices import choices_of
from runtime.queries.list_tickets import Wanted, allowed
from runtime.queries.read_ticket import see_ticket
from runtime.site.changes import NO_TICKET, Listener, News
from runtime.site.desks import Live
from runtime.site.facts import facts_among, people_of
from runtime.site.handles import Site
from runtime.site.standing import ask_of
from runtime.store import journal, lists, notices, people, presence, ticket_words, tickets
from runtime.store.changes import Touched
from runtime.store.lower import lower

LASTS_S: Final = 120.0
"""So long one connection is kept; the browser comes again, and with it its rights as they are."""
BEAT_S: Final = 15.0
FEW: Final = 30
"""So many changed tickets are read once for all pages; of more each page asks for its own."""
SPREAD_S: Final = 1.0
"""Over so long such pages ask, so that they do not all ask at once."""
_ID: Final = Path("id", "id", "text")
_ANSWERS: Final = frozenset({"commented", "noted", "moved", "transferred"})

_LEAVING: set[asyncio.Task[None]] = set()


@dataclass(frozen=True, slots=True)
class ListChange:
    """Numbers of changed tickets that the viewer may see, and those of them that the list holds."""

    seen: tuple[str, ...]
    listed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TicketChange:
    """Where the ticket stands, who else looks at it, and who answered since the page was made."""

    version: int
    others: tuple[str, ...]
    answered_by: str = ""


@dataclass(frozen=True, slots=True)
class NoticeChange:
    """The person was told something: how much is unread now, the newest title.

    `quiet`: in their quiet hours, when nothing may draw their eye.
    """

    unread: int
    title: str
    urgent: bool
    quiet: bool


async def notice_changes(
    site: Site, tenant: str, viewer: Viewer, lasts_s: float = LASTS_S
) -> AsyncIterator[NoticeChange | None]:
    """What the viewer is told as it happens; None is a sign of life."""
    loop = asyncio.get_running_loop()
    until, rung = loop.time() + lasts_s, 0
    with site.changes.listening(site.store, tenant, viewer.person_id or "", NO_TICKET) as here:
        yield None
        while not here.over and (left := until - loop.time()) > 0:
            await _soon(here, min(BEAT_S, left))
            if here.rung == rung:
                yield None
                continue
            rung = here.rung
            yield await _of_bell(site, tenant, viewer, here)


async def _of_bell(site: Site, tenant: str, viewer: Viewer, here: Listener) -> NoticeChange:
    live, newest = site.desks.get(tenant), here.notice
    async with site.store.unit(tenant) as unit:
        unread, _ = await notices.bell(unit, viewer.person_id or "")
        me = await people.person_by_id(unit, viewer.person_id or "")
        now = unit.now_us()
    zone = live.desk.tenant.zone if live is not None else "UTC"
    quiet = choices_of(me.profile if me else None).is_quiet(now, zone)
    title, urgent = (newest.subject, bool(newest.urgent)) if newest else ("", False)
    return NoticeChange(unread, title, urgent, quiet and not urgent)


@dataclass(slots=True)
class _Judge:
    """What one open list holds, as conditions; made anew when another desk is published."""

    viewer: Viewer
    wanted: Wanted
    generation: int = -1
    sees: Predicate = TRUE
    lists: Predicate = TRUE

    @property
    def searches(self) -> bool:
        """Whether the list is one of words: those stand in the store alone."""
        return any(test.path.kind == ticket_words.KIND for test in tests(self.wanted.where))

    def under(self, live: Live) -> _Judge:
        """The conditions under this desk."""
        if live.generation != self.generation:
            self.generation = live.generation
            self.sees = access.visible(live.desk, self.viewer)
            self.lists = allowed(live, self.viewer, self.wanted.where, self.wanted.types)
        return self


async def list_changes(
    site: Site, tenant: str, viewer: Viewer, wanted: Wanted, lasts_s: float = LASTS_S
) -> AsyncIterator[ListChange | NoticeChange | None]:
    """What changes of a list as it happens; None is a sign of life."""
    loop = asyncio.get_running_loop()
    until, rung = loop.time() + lasts_s, 0
    judge = _Judge(viewer, wanted)
    with site.changes.listening(site.store, tenant, viewer.person_id or "") as here:
        yield None
        while not here.over and (left := until - loop.time()) > 0:
            try:
                news = await asyncio.wait_for(here.waiting.get(), min(BEAT_S, left))
            except TimeoutError:
                yield None
                continue
            if here.rung != rung:
                rung = here.rung
                yield await _of_bell(site, tenant, viewer, here)
            change = await _of_list(site, tenant, judge, here, [news, *here.all_waiting()])
            if change is not None:
                yield change


async def _of_list(
    site: Site, tenant: str, judge: _Judge, here: Listener, several: list[News]
) -> ListChange | None:
    live = site.desks.get(tenant)
    if live is None or here.over:
        return None
    if sum(len(news.touched) for news in several) > FEW:
        await asyncio.sleep(random.random() * SPREAD_S)
        several += here.all_waiting()
    touched = {each.ticket_id: each for news in several for each in news.touched}
    judge = judge.under(live)
    if len(touched) > FEW or judge.searches:
        seen, listed = await _asked(site, tenant, live, judge, touched)
    else:
        facts: dict[str, Facts] = {}
        for news in several:
            facts |= await _read(site, tenant, live, news)
        ask = ask_of(live.desk, judge.viewer, site.clock.now_us())
        seen = {key for key, each in facts.items() if holds(judge.sees, each, ask)}
        listed = {key for key in seen if holds(judge.lists, facts[key], ask)}
    if not seen:
        return None
    return ListChange(
        tuple(each.number for key, each in touched.items() if key in seen),
        tuple(each.number for key, each in touched.items() if key in listed),
    )


async def _read(site: Site, tenant: str, live: Live, news: News) -> Mapping[str, Facts]:
    """The tickets of some news, read by the first page that needs them and shared by all."""
    if news.read is None:
        news.read = asyncio.create_task(_facts_of(site, tenant, live, news.touched))
    found: Mapping[str, Facts] = await asyncio.shield(news.read)
    return found


async def _facts_of(
    site: Site, tenant: str, live: Live, touched: Sequence[Touched]
) -> Mapping[str, Facts]:
    async with site.store.unit(tenant) as unit:
        rows = await tickets.of_ids(unit, [each.ticket_id for each in touched])
        named = await people.persons_by_id(unit, {one for row in rows for one in people_of(row)})
        return {row.id: facts_among(unit, live.desk, row, named) for row in rows}


async def _asked(
    site: Site, tenant: str, live: Live, judge: _Judge, touched: Mapping[str, Touched]
) -> tuple[set[str], set[str]]:
    """The same by the database, of many tickets."""
    those = Test(_ID, Op.ONE_OF, tuple(touched))
    async with site.store.unit(tenant) as unit:
        ask = ask_of(live.desk, judge.viewer, unit.now_us())
        seen = await lists.ids(unit, lower(All((those, judge.sees)), ask))
        listed = await lists.ids(unit, lower(All((those, judge.lists)), ask))
    return set(seen), set(listed)


async def ticket_changes(
    site: Site, tenant: str, viewer: Viewer, number: str, since: int, lasts_s: float = LASTS_S
) -> AsyncIterator[TicketChange | NoticeChange | None]:
    """How one ticket stands and who else is there, as it changes; None is a sign of life."""
    seen = await see_ticket(site, tenant, viewer, number)
    if seen is None:
        return
    ticket, me = seen.row.id, viewer.person_id or ""
    loop = asyncio.get_running_loop()
    until, last, beat, rung = loop.time() + lasts_s, None, 0.0, 0
    try:
        with site.changes.listening(site.store, tenant, me, ticket) as here:
            while not here.over:
                if loop.time() - beat >= BEAT_S:
                    beat = loop.time()
                    async with site.store.unit(tenant, write=True) as unit:
                        await presence.here(unit, ticket, me)
                    yield None
                if here.rung != rung:
                    rung = here.rung
                    yield await _of_bell(site, tenant, viewer, here)
                now = await _of_ticket(site, tenant, viewer, number, ticket, since)
                if now is None:
                    return
                if now != last:
                    last = now
                    yield now
                left = until - loop.time()
                if left <= 0:
                    return
                await _soon(here, min(max(0.1, beat + BEAT_S - loop.time()), left))
    finally:
        # Whoever goes away breaks this off, so going is told by a task of its own.
        task = asyncio.create_task(_leave(site, tenant, ticket, me))
        _LEAVING.add(task)
        task.add_done_callback(_LEAVING.discard)


async def _leave(site: Site, tenant: str, ticket: str, person: str) -> None:
    async with site.store.unit(tenant, write=True) as unit:
        await presence.left(unit, ticket, person)


async def _soon(here: Listener, most_s: float) -> None:
    try:
        await asyncio.wait_for(here.waiting.get(), most_s)
    except TimeoutError:
        return
    here.all_waiting()


async def _of_ticket(
    site: Site, tenant: str, viewer: Viewer, number: str, ticket: str, since: int
) -> TicketChange | None:
    """None once the viewer may no longer see it."""
    seen = await see_ticket(site, tenant, viewer, number)
    if seen is None:
        return None
    async with site.store.unit(tenant) as unit:
        others = [one for one in await presence.who(unit, ticket) if one != viewer.person_id]
        who = ""
        if seen.row.version > since:
            for event in await journal.read(unit, ticket, after_seq=since):
                if event.verb in _ANSWERS and event.actor_id not in (None, viewer.person_id):
                    who = event.actor_id or ""
        named = await people.persons_by_id(unit, [*others, *([who] if who else [])])
    names = tuple(named[one].name for one in others if one in named)
    return TicketChange(seen.row.version, names, named[who].name if who in named else "")


async def answered_since(site: Site, tenant: str, viewer: Viewer, number: str, since: int) -> str:
    """The name of the last other person who answered or moved the ticket since, "" if nobody."""
    seen = await see_ticket(site, tenant, viewer, number)
    if seen is None or seen.row.version <= since:
        return ""
    found = await _of_ticket(site, tenant, viewer, number, seen.row.id, since)
    return found.answered_by if found is not None else ""
