"""One batch of an import in the caller's unit: read what is there, tell the rows, write."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from engine.facts import Facts, Viewer
from engine.model.importing import ImportModel
from runtime.actions.importing.directory import Directory
from runtime.actions.importing.history import Teller, Told
from runtime.actions.importing.plan import Plan
from runtime.actions.importing.table import FileRow
from runtime.actions.importing.values import NO_TIME, Taken, Taker
from runtime.actions.move_data import hold
from runtime.render.catalogues import N_
from runtime.render.saying import ENGLISH, Voice
from runtime.site.desks import Live
from runtime.site.facts import read_facts
from runtime.site.stored import columns_of, reason_kept, secret_names, thawed
from runtime.store import imports, journal, tickets
from runtime.store.imports import Past, RowError
from runtime.store.journal import Head, NewEvent
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit

NO_KEY: Final = N_("the key of the row is empty; fill it in")
_NEW = Past(frozenset(), False)


@dataclass(frozen=True, slots=True)
class Place:
    """A row of the file, its ticket's key, and which of the ticket's rows it is."""

    row: FileRow
    key: str
    place: int


@dataclass(slots=True)
class _Draft:
    """A ticket while its rows are told; `row` is what the store has of it."""

    row: TicketRow | None
    past: Past
    facts: Facts | None = None
    number: str = ""
    events: list[NewEvent] = field(default_factory=list)


class Batch:
    """Tells rows into drafts; `write` puts them down. `counts` and `errors` say what came of it."""

    def __init__(
        self, live: Live, model: ImportModel, plan: Plan, viewer: Viewer, run_id: str, unit: Unit,
        voice: Voice = ENGLISH,
    ) -> None:  # fmt: skip
        self.live, self.model, self.plan = live, model, plan
        self.viewer, self.run_id, self.unit = viewer, run_id, unit
        self.type = live.desk.types[model.type]
        self.voice = voice
        self.taker = Taker(live, model, unit.now_us(), voice)
        self.teller = Teller(live.desk, model, viewer)
        self.directory = Directory(live, model.id, voice)
        self.secret = secret_names(live.desk, self.type)
        self.drafts: dict[str, _Draft] = {}
        self.counts: Counter[str] = Counter()
        self.errors: list[RowError] = []

    async def take(self, places: Sequence[Place]) -> None:
        """Tell all rows, in order."""
        await self._read([place.key for place in places if place.key])
        for place in places:
            self.counts["rows"] += 1
            await self._row(place)
        self.counts["people"] += self.directory.made

    async def write(self) -> None:
        """Write every ticket that has something new."""
        for key, draft in self.drafts.items():
            if draft.events and draft.facts is not None:
                await self._put(key, draft, draft.facts)

    @property
    def fresh(self) -> int:
        """How many tickets `write` would make."""
        return sum(1 for draft in self.drafts.values() if draft.events and draft.row is None)

    # -- reading -------------------------------------------------------------------------------

    def _external(self, key: str) -> str:
        return f"{self.model.id}:{key}"

    async def _read(self, keys: Sequence[str]) -> None:
        wanted = {self._external(key): key for key in keys}
        found = await imports.present(self.unit, list(wanted))
        pasts = await imports.pasts(self.unit, [row.id for row in found.values()])
        for external, row in found.items():
            row = await hold(self.unit, self.live, row.id) or row
            self.drafts[wanted[external]] = _Draft(row, pasts[row.id])

    async def _facts(self, draft: _Draft) -> Facts | None:
        row = draft.row
        if draft.facts is None and row is not None:
            draft.facts = await read_facts(self.unit, self.live.desk, row)
        return draft.facts

    # -- one row -------------------------------------------------------------------------------

    async def _row(self, place: Place) -> None:
        if place.row.fault:
            self._refuse(place, None, "ragged", place.row.fault)
            return
        if self.taker.is_empty(place.key):
            self._refuse(place, self.model.key, "no_key", self.voice.say(NO_KEY))
            return
        draft = self.drafts.setdefault(place.key, _Draft(None, _NEW))
        mark = self._mark(self.plan.of_key[place.key][place.place])
        if mark in draft.past.keys:
            self.counts["known"] += 1
        elif not self._stands_in_the_way(place, draft):
            await self._tell(place, draft, mark)

    def _stands_in_the_way(self, place: Place, draft: _Draft) -> bool:
        """Whether the ticket can't take a further row, and the row is refused for it."""
        there = draft.row is not None or draft.events
        if draft.past.touched and draft.row is not None:
            why = N_("%(number)s was worked on here since; the row is left out")
            self._refuse(place, None, "worked_on", self.voice.say(why, number=draft.row.number))
            return True
        if self.model.rows == "tickets" and there:
            why = N_("`%(key)s` is in already with other values; it stays as it is")
            self._refuse(place, self.model.key, "other_values", self.voice.say(why, key=place.key))
            return True
        return False

    async def _tell(self, place: Place, draft: _Draft, mark: str) -> None:
        before = await self._facts(draft)
        last = self.model.rows == "tickets" or self.plan.is_last(place.key, place.place)
        taken = self.taker.take(place.row.cells, first=before is None, last=last)
        times = self._times(taken, place.row.cells)
        if not taken.faults:
            await self.directory.settle(self.unit, taken)
        if taken.number and before is None and not taken.faults:
            await self._number(draft, taken)
        if taken.faults:
            self._refuse_all(place, taken)
            return
        created, at = times
        if before is not None and self._comes_late(place, draft):
            draft.events.append(self._late(place, taken, at, mark))
            self.counts["late"] += 1
        else:
            told = (
                self.teller.begin(taken, created, at, self.directory.values(taken))
                if before is None
                else self.teller.go_on(before, taken, at)
            )
            draft.facts = told.facts
            draft.events += self._events(place, taken, told, at, mark)
        self.counts["events"] += 1
        self.counts["kept"] += len(taken.kept)
        self.counts["new_values"] += len(taken.new_values)

    def _mark(self, digest: str) -> str:
        return f"import:{self.model.id}:{digest}"

    def _comes_late(self, place: Place, draft: _Draft) -> bool:
        """Whether a row that comes after this one is in already, from an earlier run."""
        after = self.plan.of_key[place.key][place.place + 1 :]
        return bool(draft.past.keys) and any(self._mark(d) in draft.past.keys for d in after)

    def _times(self, taken: Taken, cells: Mapping[str, str]) -> tuple[int, int]:
        """When the ticket was made and when the row was written."""
        created = self._time(taken, cells, self.model.created)
        if self.model.rows == "events":
            at = self._time(taken, cells, self.model.at, needed=True)
            made = taken.values.get("created_at") or created or at
        else:
            names = ("created_at", "solved_at", "closed_at", "updated_at")
            several = [v for name in names if isinstance(v := taken.values.get(name), int)]
            made = taken.values.get("created_at") or created or min(several, default=0)
            at = max([*several, created or 0]) or self.unit.now_us()
            made = made or at
        taken.values["created_at"] = made
        return int(made) if isinstance(made, int) else 0, at or 0

    def _time(
        self, taken: Taken, cells: Mapping[str, str], column: str, *, needed: bool = False
    ) -> int | None:
        text = cells[column].strip() if column else ""
        if not column or (self.taker.is_empty(text) and not needed):
            return None
        at = self.taker.instant(text)
        if at is None:
            form = self.model.time_format or "ISO 8601"
            taken.refuse(column, "bad_time", self.voice.say(NO_TIME, word=text, form=form))
        return at

    async def _number(self, draft: _Draft, taken: Taken) -> None:
        """A ticket that brings its own number; the counter goes on after it."""
        if await tickets.by_number(self.unit, taken.number):
            column = next(c.column for c in self.model.columns if c.to == "number")
            why = self.voice.say(N_("there is a ticket %(number)s already"), number=taken.number)
            taken.refuse(column, "number_taken", why)
            return
        draft.number = taken.number
        found = re.fullmatch(rf"{re.escape(self.type.prefix)}-(\d{{1,15}})", taken.number)
        if found:
            await imports.pass_number(self.unit, self.type.prefix, int(found[1]))

    # -- what goes into the journal ------------------------------------------------------------

    def _events(
        self, place: Place, taken: Taken, told: Told, at_us: int, mark: str
    ) -> list[NewEvent]:
        body = {
            **self._said(place, taken),
            "events": list(told.events),
            "changes": list(told.changes),
            "reasons": [reason_kept(reason) for reason in told.reasons],
        }
        looked_at = {change["name"] for change in told.changes}
        looked_at |= {read.path for why in told.reasons for read in why.reads}
        sealed = bool(looked_at & self.secret)
        found = [self._event("imported", body, told.facts, at_us, mark, sealed=sealed)]
        for name, verb in (("comment", "commented"), ("note", "noted")):
            if name in taken.talk:
                text = {"text": taken.talk[name], "files": [], "events": [], "changes": []}
                found.append(self._event(verb, {**text, "reasons": []}, told.facts, at_us, None))
        return found

    def _late(self, place: Place, taken: Taken, at_us: int, mark: str) -> NewEvent:
        """A row whose successors are in already: history only, the ticket has moved on."""
        rule = f"imports/{self.model.id}"
        said = [
            {"name": name, "before": None, "after": thawed(value), "rule": rule}
            for name, value in taken.values.items()
        ]
        nothing: dict[str, Any] = {"events": [], "changes": [], "reasons": []}
        body = {**self._said(place, taken), **nothing, "late": said}
        facts = Facts(taken.values)
        sealed = any(name in self.secret for name in taken.values)
        return self._event("imported", body, facts, at_us, mark, sealed=sealed)

    def _said(self, place: Place, taken: Taken) -> dict[str, Any]:
        by = place.row.cells.get(self.model.by, "").strip() if self.model.by else ""
        return {
            "run": self.run_id,
            "line": place.row.line,
            "by": "" if self.taker.is_empty(by) else by,
            "kept": dict(taken.kept),
        }

    def _event(
        self,
        verb: str,
        body: dict[str, Any],
        facts: Facts,
        at_us: int,
        mark: str | None,
        *,
        sealed: bool = False,
    ) -> NewEvent:
        return NewEvent(
            verb=verb,
            body=body,
            actor_kind="import",
            revision=self.live.revision,
            desk_digest=self.live.desk.digest,
            cause_event_id=self.run_id,
            idempotency_key=mark,
            subject_person_id=facts.text("requester") or None,
            at_us=at_us,
            sealed=sealed,
        )

    # -- writing -------------------------------------------------------------------------------

    async def _put(self, key: str, draft: _Draft, facts: Facts) -> None:
        row = draft.row
        ticket_id = row.id if row else self.unit.new_id()
        columns = columns_of(self.live.desk, facts, self.unit.sealer, ticket_id)
        start = row.head if row else Head()
        head, _ = await journal.append(self.unit, ticket_id, start, draft.events)
        columns |= {"version": head.seq, "head_hash": head.hash}
        if row is not None:
            await tickets.change(self.unit, row.id, row.version, columns)
            await tickets.hear(self.unit, row.id, draft.events)
            return
        number = draft.number or await tickets.next_number(self.unit, self.type.prefix)
        made = TicketRow(id=ticket_id, number=number, external_key=self._external(key), **columns)
        await tickets.create(self.unit, made)
        await tickets.hear(self.unit, ticket_id, draft.events)
        self.counts["tickets"] += 1

    # -- refusals ------------------------------------------------------------------------------

    def _refuse_all(self, place: Place, taken: Taken) -> None:
        """One error a row: the store keeps one by line, so the others are told in its words."""
        first, *more = taken.faults
        rest = "".join(f"; {fault.column}: {fault.message}" for fault in more)
        self._refuse(place, first.column, first.code, first.message + rest)

    def _refuse(self, place: Place, column: str | None, code: str, message: str) -> None:
        hidden = {c.column for c in self.model.columns if {c.to, c.text} & self.secret}
        cells = {name: "…" if name in hidden else text for name, text in place.row.cells.items()}
        self.errors.append(RowError(place.row.line, column, code, message, cells))
        self.counts["errors"] += 1
