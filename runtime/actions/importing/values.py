"""Takes the cells of one row: what they make of the ticket, what is kept as text, what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from engine.compile.imports import AS_IT_WAS
from engine.compile.scope import CHANNELS
from engine.facts import Ref, Value
from engine.instant import to_us
from engine.model.desk import Desk
from engine.model.field import FieldModel
from engine.model.importing import ImportColumn, ImportModel
from engine.model.ticket_type import TypeModel
from engine.normal import clean
from engine.values.datetime import parse_instant
from engine.values.registry import ValueProblem, check, normalise, say_problem
from runtime.render.catalogues import N_
from runtime.render.saying import ENGLISH, Voice
from runtime.site.desks import Live

PEOPLE: Final = ("requester", "customer", "assignee")
INSTANTS: Final = ("created_at", "updated_at", "solved_at", "closed_at")
_OPTIONS: Final = frozenset({"choice", "tree"})
_NO_CELL: Final = frozenset({"files", "image", "lines", "heading", "ticket"})
_SPLIT: Final = re.compile(r"[,;|，；]")
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d)?", re.ASCII)
_NO_SUCH: Final[Mapping[str, str]] = {
    "state": N_("there is no state `%(word)s`"),
    "team": N_("there is no team `%(word)s`"),
    "priority": N_("there is no priority `%(word)s`"),
    "channel": N_("there is no channel `%(word)s`"),
}
NO_TIME: Final = N_("`%(word)s` is no time written as `%(form)s`")
_HOLE: Final = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row is refused; `column` None means the row as a whole."""

    column: str | None
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Word:
    """A cell that has still to be found as a person."""

    column: ImportColumn
    text: str


@dataclass(slots=True)
class Taken:
    """What one row says. `people`: words to be found, by target. `kept`: text with no other place.

    `source`: target → the column and its cell, for the explanation. `new_values`: option texts that
    the type does not have.
    """

    values: dict[str, Value] = field(default_factory=dict)
    people: dict[str, Word] = field(default_factory=dict)
    refs: dict[str, Ref] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)
    talk: dict[str, str] = field(default_factory=dict)
    source: dict[str, tuple[ImportColumn, str]] = field(default_factory=dict)
    new_values: list[tuple[str, str]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    number: str = ""

    def refuse(self, column: str | None, code: str, message: str) -> None:
        """Note why the row can't be taken."""
        self.faults.append(Fault(column, code, message))

    def unknown(self, column: ImportColumn, text: str, why: str) -> None:
        """A value nobody knows: refused or kept, as the column says."""
        if column.missing == "refuse":
            self.refuse(column.column, "unknown_value", why)
        elif not column.text:
            self.kept[column.column] = text


class Taker:
    """Takes rows of one mapping for one desk."""

    def __init__(self, live: Live, model: ImportModel, now_us: int, voice: Voice = ENGLISH) -> None:
        self.live, self.model, self.now_us, self.voice = live, model, now_us, voice
        self.desk: Desk = live.desk
        self.type: TypeModel = live.desk.types[model.type]
        self._instants: dict[str, int | None] = {}

    def take(self, cells: Mapping[str, str], *, first: bool, last: bool) -> Taken:
        """What the row says; `made` values only of a first row, `take: last` only of the last."""
        taken = Taken()
        for column in self.model.columns:
            if column.take == "every" or last:
                self._column(taken, column, cells[column.column].strip())
        for column in self.model.made if first else ():
            text = _HOLE.sub(lambda hole: self._said(cells.get(hole[1], "")), column.column)
            text = " ".join(text.split()).strip(" ·-—")
            if text:
                self._value(taken, column, text)
        return taken

    def raw(self, cells: Mapping[str, str]) -> Taken:
        """What a row says for a form, which normalises and checks it: texts, people to be found."""
        taken = Taken()
        for column in self.model.columns:
            cell = cells[column.column].strip()
            if column.text and not self.is_empty(cell):
                taken.values[column.text] = cell
            word = column.values.get(cell)
            if not self.is_empty(cell) and word != AS_IT_WAS:
                self._put_raw(taken, column, cell if word is None else word)
        for column in self.model.made:
            text = _HOLE.sub(lambda hole: self._said(cells.get(hole[1], "")), column.column)
            if text.strip(" ·-—"):
                self._put_raw(taken, column, " ".join(text.split()).strip(" ·-—"))
        return taken

    def _put_raw(self, taken: Taken, column: ImportColumn, text: str) -> None:
        item = self.type.fields.get(column.to)
        if column.to == "requester" or (item is not None and item.type == "person"):
            taken.people[column.to] = Word(column, text)
        elif item is None:
            taken.values[column.to] = text
        elif item.type == "multi_choice":
            taken.values[column.to] = tuple(w.strip() for w in _SPLIT.split(text) if w.strip())
        elif item.type == "reference":
            taken.values[column.to] = text
        elif column.missing == "keep_as_text" and item.type not in _NO_CELL:
            value = normalise(item, in_iso(item, text, self.model.time_format), self.model.zone)
            if isinstance(value, ValueProblem):
                taken.kept[column.column] = text
            else:
                taken.values[column.to] = in_iso(item, text, self.model.time_format)
        else:
            taken.values[column.to] = in_iso(item, text, self.model.time_format)

    def instant(self, text: str) -> int | None:
        """A time as the mapping writes times, in microseconds UTC; None when it is none."""
        if text not in self._instants:
            if len(self._instants) > 50_000:
                self._instants.clear()
            self._instants[text] = self._parsed(text)
        return self._instants[text]

    def _unknown(
        self, taken: Taken, column: ImportColumn, text: str, why: str, **values: object
    ) -> None:
        taken.unknown(column, text, unknown_said(self.voice, why, **values))

    def is_empty(self, cell: str) -> bool:
        """Whether a cell stands for nothing."""
        return not cell.strip() or cell.strip() in self.model.empty

    def _said(self, cell: str) -> str:
        return "" if self.is_empty(cell) else cell.strip()

    def _parsed(self, text: str) -> int | None:
        if not self.model.time_format:
            return parse_instant(text, self.model.zone)
        try:
            moment = datetime.strptime(text, self.model.time_format)  # noqa: DTZ007 — below
            if moment.tzinfo is None:
                moment = moment.replace(tzinfo=ZoneInfo(self.model.zone))
            return to_us(moment)
        except (ValueError, OverflowError):
            # Cells of a workbook that are times come as ISO 8601, whatever the format of texts is.
            return parse_instant(text, self.model.zone) if _ISO.fullmatch(text) else None

    def _column(self, taken: Taken, column: ImportColumn, cell: str) -> None:
        empty = self.is_empty(cell)
        if column.text:
            taken.values[column.text] = None if empty else clean(cell)
        if empty:
            self._blank(taken, column.to)
            return
        word = column.values.get(cell)
        if word == AS_IT_WAS:
            return
        if word is None and column.values and self._is_text(column.to):
            if column.missing == "refuse":
                why = N_("`%(word)s` is not among the values of the mapping")
                self._unknown(taken, column, cell, why, word=cell)
                return
        taken.source[column.to] = (column, cell)
        self._value(taken, column, cell if word is None else word)

    def _is_text(self, to: str) -> bool:
        item = self.type.fields.get(to)
        return item is not None and item.type in ("text", "long_text")

    def _blank(self, taken: Taken, to: str) -> None:
        """An empty cell: the ticket had no such value then; what a ticket must have stays."""
        if to in self.type.fields or to == "assignee":
            taken.values[to] = None
        elif to == "tags":
            taken.values[to] = ()

    def _value(self, taken: Taken, column: ImportColumn, text: str) -> None:
        to = column.to
        if to in self.type.fields:
            self._field(taken, column, self.type.fields[to], text)
        elif to in PEOPLE:
            taken.people[to] = Word(column, text)
        elif to in INSTANTS:
            self._time(taken, column, text)
        elif to in ("comment", "note"):
            taken.talk[to] = clean(text)
        elif to == "number":
            taken.number = clean(text)
        elif to in ("subject", "description"):
            taken.values[to] = clean(text)
        elif to == "tags":
            self._tags(taken, column, text)
        elif to == "reopened":
            self._count(taken, column, text)
        else:
            self._listed(taken, column, text)

    def _listed(self, taken: Taken, column: ImportColumn, text: str) -> None:
        """State, team, priority and channel: one of a closed list."""
        known: Mapping[str, str] = {
            "state": {**{s.id: key for key, s in self.type.states.items()},
                      **dict.fromkeys(self.type.states, "")},
            "team": {**{t.id: key for key, t in self.desk.teams.items()},
                     **dict.fromkeys(self.desk.teams, "")},
            "priority": {word: word for word in self.desk.tenant.priorities},
            "channel": {word: word for word in CHANNELS},
        }[column.to]  # fmt: skip
        if text in known:
            taken.values[column.to] = known[text] or text
        else:
            self._unknown(taken, column, text, _NO_SUCH[column.to], word=text)

    def _tags(self, taken: Taken, column: ImportColumn, text: str) -> None:
        words = [word.strip() for word in _SPLIT.split(text) if word.strip()]
        known = self.desk.tenant.tags
        for word in words:
            if word not in known:
                self._unknown(taken, column, text, N_("there is no tag `%(word)s`"), word=word)
        taken.values["tags"] = tuple(dict.fromkeys(word for word in words if word in known))

    def _count(self, taken: Taken, column: ImportColumn, text: str) -> None:
        if text.isascii() and text.isdigit() and len(text) < 10:
            taken.values[column.to] = int(text)
        else:
            self._unknown(taken, column, text, N_("`%(word)s` is no whole number"), word=text)

    def _time(self, taken: Taken, column: ImportColumn, text: str) -> None:
        at = self.instant(text)
        if at is None:
            form = self.model.time_format or "ISO 8601"
            self._unknown(taken, column, text, NO_TIME, word=text, form=form)
        else:
            taken.values[column.to] = at

    def _field(self, taken: Taken, column: ImportColumn, item: FieldModel, text: str) -> None:
        if item.type == "reference":
            self._record(taken, column, item, text)
        elif item.type == "person":
            taken.people[item.key] = Word(column, text)
        elif item.type == "team":
            found = next((k for k, t in self.desk.teams.items() if text in (t.id, k)), None)
            if found is None:
                self._unknown(taken, column, text, _NO_SUCH["team"], word=text)
            else:
                taken.values[item.key] = found
        elif item.type in _NO_CELL:
            why = N_("a field of this type can't be read from a cell")
            self._unknown(taken, column, text, why)
        else:
            self._normalised(taken, column, item, text)

    def _normalised(self, taken: Taken, column: ImportColumn, item: FieldModel, text: str) -> None:
        value = normalise(item, in_iso(item, text, self.model.time_format), self.model.zone)
        wrong = value if isinstance(value, ValueProblem) else check(item, value)
        if wrong is None and not isinstance(value, ValueProblem):
            taken.values[item.key] = value
        elif item.type in _OPTIONS and column.missing == "create_value":
            taken.values[item.key] = clean(text)
            taken.new_values.append((item.id, clean(text)))
        elif wrong is not None:
            why = f"`{text}`: {say_problem(wrong, self.voice.locale)}"
            self._unknown(taken, column, text, "%(said)s", said=why)

    def _record(self, taken: Taken, column: ImportColumn, item: FieldModel, text: str) -> None:
        model = self.live.desk.sources.get(item.source)
        if model is not None and model.is_remote:
            # History is taken as it was; the record is looked up when somebody asks for it.
            taken.values[item.key] = clean(text)
            return
        table = self.live.tables.get(item.source)
        record = table.get(text, {}) if table is not None else None
        if table is not None and record is not None:
            taken.values[item.key] = record.key
            taken.refs[item.key] = table.snapshot(record, self.now_us)
        elif column.missing == "create_value":
            taken.values[item.key] = clean(text)
        else:
            why = N_("%(source)s has no record `%(word)s`")
            self._unknown(taken, column, text, why, source=item.source, word=text)


def unknown_said(voice: Voice, why: str, **values: object) -> str:
    """Why nobody knows a value, with what to do about it."""
    said = voice.say(why, **values)
    cure = N_("%(why)s; add it to `values` of the column, or say `missing: keep_as_text` there")
    return voice.say(cure, why=said)


def in_iso(item: FieldModel, text: str, form: str) -> str:
    """A day or time written by `form`, "" for none, as ISO text; others as they are."""
    if item.type == "date" and _ISO.fullmatch(text):
        return text[:10]
    if item.type not in ("date", "datetime") or not form:
        return text
    try:
        moment = datetime.strptime(text, form)  # noqa: DTZ007 — a wall clock
        return moment.date().isoformat() if item.type == "date" else moment.isoformat()
    except ValueError:
        return text
