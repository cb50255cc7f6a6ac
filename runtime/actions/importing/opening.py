"""New tickets from rows: each goes through the same checks as a request by the form (CH4)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.compile.imports import BUILT_IN
from engine.decide.verdict import Refusal
from engine.facts import Viewer
from engine.model.importing import ImportModel
from engine.model.text import Words
from engine.model.ticket_type import TypeModel
from engine.values.registry import ValueProblem, say_problem
from runtime.actions.importing.batch import NO_KEY, Place
from runtime.actions.importing.directory import Directory
from runtime.actions.importing.plan import Plan
from runtime.actions.importing.table import FileFault
from runtime.actions.importing.values import Taken, Taker
from runtime.actions.open_ticket import NewTicket, open_within
from runtime.actions.outcome import Done, NotFound, Outcome, Refused, Undo
from runtime.render.catalogues import N_
from runtime.render.saying import ENGLISH, Voice
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.store import answers, imports
from runtime.store.imports import RowError
from runtime.store.unit import Unit

_SAID: Final[Mapping[str, str]] = {
    "required": N_("it is needed; fill it in"),
    "unknown_field": N_("this form has no such field; leave the column out"),
    "not_yours_to_write": N_("it is not yours to fill in; leave the column out"),
    "unknown_record": N_("there is no such record; write the key of one"),
    "unknown_type": N_("this kind of request is not offered to you"),
    "unknown_requester": N_("it is not said who asks; map a column to the requester"),
    "sent_twice": N_("the row was sent before with other values; it stays as it is"),
}
TWICE: Final = N_("`%(key)s` stands in the file before; give each row a key of its own")
TAKEN: Final = frozenset({"subject", "description", "requester"})
"""What a new ticket takes besides its fields; all else is decided."""


class _Dry(Exception):
    """Nothing is to stay."""


@dataclass(slots=True)
class Opening:
    """Opens a ticket for each row, each in a transaction of its own; `dry` takes it back again."""

    site: Site
    live: Live
    model: ImportModel
    plan: Plan
    viewer: Viewer
    run_id: str
    dry: bool = False
    voice: Voice = ENGLISH
    counts: Counter[str] = field(default_factory=Counter)
    errors: list[RowError] = field(default_factory=list)

    async def take(self, places: Sequence[Place]) -> None:
        """Open all of them, in order."""
        for place in places:
            self.counts["rows"] += 1
            await self._row(place)

    async def _row(self, place: Place) -> None:
        if place.row.fault:
            self._refuse(place, None, "ragged", place.row.fault)
        elif not place.key:
            self._refuse(place, self.model.key, "no_key", self.voice.say(NO_KEY))
        elif place.place:
            self._refuse(place, self.model.key, "key_twice", self.voice.say(TWICE, key=place.key))
        else:
            await self._open(place)

    async def _open(self, place: Place) -> None:
        # The rows of another run of the same mapping count too: a mended file is imported again.
        mark = f"import:{self.model.id}:{self.plan.of_key[place.key][0]}"
        outcome: Outcome
        taken = Taken()
        made = 0
        try:
            async with self.site.store.unit(self.live.tenant, write=True) as unit:
                if await self._is_in(unit, place, mark):
                    return
                taken, made = await self._taken(unit, place)
                if taken.faults:
                    raise Undo(Refused(()))
                new = self._new(place, taken, mark)
                outcome = await open_within(self.site, unit, self.viewer, new)
                if self.dry:
                    raise _Dry
        except _Dry:
            pass
        except Undo as undo:
            outcome = undo.outcome
        except answers.OtherBody:
            outcome = Refused((Refusal("sent_twice"),))
        if isinstance(outcome, Done):
            self.counts["tickets"] += 1
            self.counts["people"] += made
        else:
            self._refused(place, taken, outcome)

    async def _is_in(self, unit: Unit, place: Place, mark: str) -> bool:
        external = f"{self.model.id}:{place.key}"
        row = (await imports.present(unit, [external])).get(external)
        if row is None:
            return False
        if mark in (await imports.pasts(unit, [row.id]))[row.id].keys:
            self.counts["known"] += 1
        else:
            why = N_("`%(key)s` is in as %(number)s with other values; change it there")
            said = self.voice.say(why, key=place.key, number=row.number)
            self._refuse(place, self.model.key, "other_values", said)
        return True

    async def _taken(self, unit: Unit, place: Place) -> tuple[Taken, int]:
        taker = Taker(self.live, self.model, unit.now_us(), self.voice)
        taken = taker.raw(place.row.cells)
        directory = Directory(self.live, self.model.id, self.voice)
        await directory.settle(unit, taken)
        return taken, directory.made

    def _new(self, place: Place, taken: Taken, mark: str) -> NewTicket:
        values = dict(taken.values)
        subject = str(values.pop("subject", "") or "")
        description = str(values.pop("description", "") or "")
        requester = str(values.pop("requester", "") or "")
        values.pop("customer", None)
        return NewTicket(
            type=self.model.type,
            values=values,
            subject=subject,
            description=description,
            channel="import",
            requester=requester or self.viewer.person_id or "",
            idempotency_key=mark,
            external_key=f"{self.model.id}:{place.key}",
            way="" if self.dry else "import",
            more={"run": self.run_id, "line": place.row.line, "kept": dict(taken.kept)},
        )

    # -- refusals -------------------------------------------------------------------------------

    def _refused(self, place: Place, taken: Taken, outcome: Outcome) -> None:
        if taken.faults:
            said = [(fault.column or "", fault.message) for fault in taken.faults]
            code = taken.faults[0].code
        elif isinstance(outcome, Refused):
            said = [(self._column(one.at), self._said(one)) for one in outcome.refusals]
            code = outcome.refusals[0].code
        else:
            assert isinstance(outcome, NotFound)
            said, code = [("", self.voice.say(_SAID["unknown_type"]))], "unknown_type"
        (column, first), *more = said
        rest = "".join(f"; {where}: {why}" if where else f"; {why}" for where, why in more)
        self._refuse(place, column or None, code, first + rest)

    def _column(self, at: str) -> str:
        """The column that a refusal at a field is about, else the field."""
        return next((one.column for one in self.model.columns if one.to == at), at)

    def _said(self, refusal: Refusal) -> str:
        wrong, say = refusal.args.get("wrong"), refusal.args.get("say")
        if isinstance(wrong, ValueProblem):
            return say_problem(wrong, self.voice.locale)
        if isinstance(say, Words):
            return say.say(self.voice.locale)
        known = _SAID.get(refusal.code)
        return self.voice.say(known) if known else refusal.code.replace("_", " ")

    def _refuse(self, place: Place, column: str | None, code: str, message: str) -> None:
        cells = dict(place.row.cells)
        secret = {key for key, one in self.live.desk.types[self.model.type].fields.items()
                  if one.sensitive}  # fmt: skip
        for one in self.model.columns:
            if {one.to, one.text} & secret:
                cells[one.column] = "…"
        self.errors.append(RowError(place.row.line, column, code, message, cells))
        self.counts["errors"] += 1


def check_targets(model: ImportModel, name: str, type_model: TypeModel) -> None:
    """New tickets start like any other: state, team and times are not theirs to bring, nor is a
    subject that the type makes by itself.

    Raises:
        FileFault: a column goes where a new ticket takes nothing.
    """
    for column in (*model.columns, *model.made):
        made = column.to == "subject" and type_model.subject.template
        if made or column.to in BUILT_IN - TAKEN:
            why = f"`{column.column}` goes to `{column.to}`, which new tickets get by the rules"
            raise FileFault(name, 0, why, "leave the column out, or import as history")
    if model.rows != "tickets":
        raise FileFault(name, 0, "new tickets have one row each", "use `rows: tickets`")
