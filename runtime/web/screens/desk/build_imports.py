"""Builds the pages of imports: the list of runs, and one run in its state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from engine.decide import access
from engine.decide.say import BUILT_IN_LABELS
from engine.instant import from_us
from engine.model.field import FieldModel
from runtime.actions.change_people import MANAGE
from runtime.actions.import_runs import FUNCTION, MAX_BYTES, TRIED, WORDS_KEPT, targets_of
from runtime.actions.importing.encodings import ENCODINGS
from runtime.actions.importing.guess import FORMATS, Target
from runtime.actions.importing.persons import CUSTOMERS, LEAVE_OUT, PEOPLE_LABELS
from runtime.queries.import_runs import Seen
from runtime.render.catalogues import LOCALES, N_
from runtime.web.pages import page
from runtime.web.requests import Visit
from runtime.web.screens.base import Tone
from runtime.web.screens.choosing import Choice
from runtime.web.screens.desk.imports import (
    ColumnLine,
    ErrorLine,
    ImportScreen,
    ImportsScreen,
    RunLine,
    WordLine,
)
from runtime.web.screens.side import SideNav

_STATES: Final[Mapping[str, tuple[str, Tone]]] = {
    "reading": (N_("Being read"), "accent"),
    "mapping": (N_("Waits for its mapping"), ""),
    "trying": (N_("Being tried"), "accent"),
    "running": (N_("Under way"), "accent"),
    "paused": (N_("Paused"), "warn"),
    "done": (N_("Done"), "ok"),
    "stopped": (N_("Stopped"), ""),
    "failed": (N_("Broken off"), "danger"),
}
_COUNTED: Final = {
    "tickets": (N_("new tickets"), N_("New tickets")),
    "events": (N_("entries of history"), N_("Entries of history")),
    "known": (N_("rows in before"), N_("Rows in before")),
    "people": (N_("new people"), N_("New people")),
    "changed": (N_("people changed"), N_("People changed")),
    "organisations": (N_("new organisations"), N_("New organisations")),
    "late": (N_("rows that came late, kept as history"), N_("Late rows, kept as history")),
    "kept": (N_("words kept as text"), N_("Words kept as text")),
    "new_values": (N_("values without an option"), N_("Values without an option")),
    "errors": (N_("rows refused"), N_("Refused rows")),
}
"""What is counted: in a sentence after the number, and above the number alone."""
_MISSING: Final = {
    "refuse": N_("refuse the row"),
    "keep_as_text": N_("keep it as text"),
    "create_value": N_("create it"),
}
_LEAVE_OUT: Final = N_("leave the value out")
_NEVER_OUT: Final = ("name", "key", "phone", "tags")
_SEPARATORS: Final = {
    "comma": (",", N_("comma ,")),
    "semicolon": (";", N_("semicolon ;")),
    "tab": ("\t", N_("tab")),
    "bar": ("|", N_("bar |")),
}


def offered(visit: Visit) -> tuple[str, ...]:
    """What this person may import: tickets of a type, by its key, and customers."""
    held = visit.viewer.functions
    types = access.offered(visit.desk.desk, visit.viewer) if FUNCTION in held else ()
    return (*types, CUSTOMERS) if MANAGE in held else tuple(types)


def imports_screen(visit: Visit, nav: SideNav, seen: Sequence[Seen], fault: str) -> ImportsScreen:
    """The list of runs over the form for a file."""
    desk = visit.desk.desk
    types = tuple(
        Choice(
            key,
            visit.say("Customers") if key == CUSTOMERS else desk.types[key].title.say(visit.locale),
        )
        for key in offered(visit)
    )
    chosen = visit.query("of")
    return ImportsScreen(
        page=page(visit, visit.say("Imports"), "desk"),
        nav=nav,
        action=visit.links.desk("imports"),
        types=types,
        type=chosen if chosen in offered(visit) else types[0].value if types else "",
        of_people=CUSTOMERS in offered(visit),
        most=MAX_BYTES >> 20,
        fault=fault,
        runs=tuple(_line(visit, one) for one in seen),
    )


def _line(visit: Visit, seen: Seen) -> RunLine:
    run = seen.run
    word, tone = _STATES[run.state]
    zone = visit.desk.desk.tenant.zone
    counts = [
        f"{run.counts[name]:,} {visit.say(_COUNTED[name][0])}"
        for name in ("tickets", "people", "changed", "known", "errors")
        if run.counts.get(name)
    ]
    return RunLine(
        visit.links.desk("imports", run.id) if run.body is not None else "",
        run.file_name,
        _what(visit, run.body) if run.body is not None else run.import_key,
        visit.say(word),
        tone,
        visit.listed(counts),
        seen.by or visit.say("command line"),
        f"{from_us(run.started_us, zone):%Y-%m-%d %H:%M}",
    )


def _what(visit: Visit, body: Mapping[str, Any]) -> str:
    if body.get("people"):
        return visit.say("Customers")
    model = visit.desk.desk.types.get(str(body.get("type")))
    title = model.title.say(visit.locale) if model else ""
    words = N_("%(type)s, new tickets") if body.get("opens") else N_("%(type)s, history")
    return visit.say(words, type=title)


def import_screen(visit: Visit, nav: SideNav, seen: Seen) -> ImportScreen:
    """One run."""
    return _Builder(visit, seen).screen(nav)


class _Builder:
    """One page about one run."""

    def __init__(self, visit: Visit, seen: Seen) -> None:
        self.visit, self.seen, self.run = visit, seen, seen.run
        self.body: Mapping[str, Any] = seen.run.body or {}
        self.say = visit.say
        desk = visit.desk.desk
        self.people = bool(self.body.get("people"))
        self.type = None if self.people else desk.types[self.body["type"]]
        fields = self.type.fields if self.type else desk.people.get("customer", {})
        self.fields = {item.id: item for item in fields.values()}
        self.targets = targets_of(visit.desk, self.run)
        self.mapping: Mapping[str, Any] = self.body.get("mapping") or {}

    def screen(self, nav: SideNav) -> ImportScreen:
        """All of it."""
        run, links = self.run, self.visit.links
        rows = int(self.body.get("rows") or 0)
        header = tuple(str(name) for name in self.body.get("header", ()))
        mapping = run.state in ("mapping", "failed") and bool(header)
        read_as = self.body.get("read_as") or {}
        return ImportScreen(
            page=page(self.visit, run.file_name, "desk"),
            nav=nav,
            title=run.file_name,
            look=run.state,  # type: ignore[arg-type]
            here=links.desk("imports", run.id),
            list_href=links.desk("imports"),
            what=_what(self.visit, self.body),
            facts=tuple(self._facts(read_as, rows)),
            fault=str(self.body.get("fault") or ""),
            faults=tuple(self.body.get("faults") or ()),
            sheets=tuple(Choice(name, name) for name in self.body.get("sheets") or ()),
            sheet=str(read_as.get("sheet") or ""),
            encodings=tuple(Choice(name, name) for name in ENCODINGS),
            encoding=str((self.body.get("reading") or {}).get("encoding") or ""),
            separators=tuple(Choice(n, self.say(said)) for n, (_, said) in _SEPARATORS.items()),
            separator=self._separator((self.body.get("reading") or {}).get("separator")),
            header=header if mapping else (),
            sample=tuple(tuple(row) for row in self.body.get("sample") or ()) if mapping else (),
            key=str(self.mapping.get("key") or ""),
            keys=tuple(Choice(name, name) for name in header),
            time_format=str((self.mapping.get("time") or {}).get("format") or ""),
            formats=tuple(Choice(form, form) for form in FORMATS),
            columns=tuple(self._columns(header)) if mapping else (),
            targets=tuple(Choice(one.id, self._label(one)) for one in self.targets),
            tried=self._tried(rows),
            trial=tuple(
                ErrorLine(int(one["line"]), str(one["column"] or ""), str(one["message"]))
                for one in (self.body.get("trial") or {}).get("errors", ())
            ),
            percent=100 * run.position // rows if rows else 0,
            progress=self.say("%(done)s of %(all)s rows", done=f"{run.position:,}", all=f"{rows:,}")
            if rows
            else self.say("waiting for a worker"),
            counts=tuple(self._counts(run.counts)),
            errors=tuple(
                ErrorLine(one.line, one.column or "", one.message) for one in self.seen.errors
            ),
            refused_href=links.desk("imports", run.id, "refused") if self.seen.errors else "",
            may_start=mapping and not self.body.get("faults"),
            may_save=not self.people and "edit_specs" in self.visit.viewer.functions,
            people=self.people,
        )

    def _facts(self, read_as: Mapping[str, Any], rows: int) -> Iterable[Choice]:
        """How the file is written, as it was found out or told."""
        if not read_as:
            return
        yield Choice(str(read_as["form"]).upper(), self.say("File form"))
        if read_as.get("encoding") and read_as["form"] == "csv":
            yield Choice(str(read_as["encoding"]).removesuffix("-sig"), self.say("Encoding"))
            name = self._separator(read_as.get("separator"))
            yield Choice(self.say(_SEPARATORS[name][1]), self.say("Separator"))
        if read_as.get("sheet"):
            yield Choice(str(read_as["sheet"]), self.say("Sheet"))
        yield Choice(f"{rows:,}", self.say("Rows"))
        if self.body.get("faulty"):
            yield Choice(f"{self.body['faulty']:,}", self.say("Broken rows"))

    def _separator(self, sign: object) -> str:
        return next((name for name, (own, _) in _SEPARATORS.items() if own == sign), "")

    def _label(self, target: Target) -> str:
        """What a target is called: a fact, or the label of a field."""
        if self.people and target.id in PEOPLE_LABELS:
            return self.say(PEOPLE_LABELS[target.id])
        pair = BUILT_IN_LABELS.get(target.id)
        item = self._item(target)
        if item is not None:
            return item.label.say(self.visit.locale) or item.id
        if pair is None:
            return self.say({"comment": N_("Reply"), "note": N_("Note")}.get(target.id, target.id))
        said = pair[0 if self.visit.locale.startswith("zh") else 1]
        return said[:1].upper() + said[1:]

    def _item(self, target: Target) -> FieldModel | None:
        return self.fields.get(target.id.removeprefix("field."))

    def _missings(self, to: str) -> tuple[Choice, ...]:
        """What may happen with a value of this place that nobody knows."""
        words = _MISSING
        if self.people:
            made = {"create_value": words["create_value"]} if to == "organisation" else {}
            words = {"refuse": words["refuse"], **made, LEAVE_OUT: _LEAVE_OUT}
            words = {"refuse": words["refuse"]} if to in (*_NEVER_OUT, self._key_to()) else words
        return tuple(Choice(word, self.say(said)) for word, said in words.items())

    def _key_to(self) -> str:
        """Where the column goes that tells one row from another."""
        key = str(self.mapping.get("key") or "")
        return str((self.mapping.get("columns") or {}).get(key, {}).get("to") or "")

    def _columns(self, header: Sequence[str]) -> Iterable[ColumnLine]:
        known = {one.id: one for one in self.targets}
        values = self.body.get("values") or {}
        for place, name in enumerate(header):
            part = (self.mapping.get("columns") or {}).get(name, {})
            target = known.get(str(part.get("to")))
            words = values.get(name, ())
            chosen = part.get("values") or {}
            lines = tuple(
                WordLine(f"word.{place}.{n}", word, chosen.get(word) or self._own(target, word))
                for n, word in enumerate(words)
            )
            listed = target is not None and bool(target.options)
            yield ColumnLine(
                place,
                name,
                self.visit.listed(words[:3]),
                target.id if target else "",
                str(part.get("missing") or "refuse"),
                self._missings(target.id) if target else (),
                self._options(target) if target is not None and listed else (),
                lines if listed else (),
                self.say("only the first %(count)s words are shown", count=WORDS_KEPT)
                if listed and name in (self.body.get("many") or ())
                else "",
            )

    def _options(self, target: Target) -> tuple[Choice, ...]:
        """The closed list of a target in the viewer's words."""
        desk, locale = self.visit.desk.desk, self.visit.locale
        titles: Mapping[str, str] = {}
        item = self._item(target)
        if target.id == "state" and self.type is not None:
            titles = {one.id: one.title.say(locale) for one in self.type.states.values()}
        elif target.id == "team":
            titles = {one.id: one.title.say(locale) for one in desk.teams.values()}
        elif target.id == "priority":
            titles = {id: title.say(locale) for id, title in desk.tenant.priorities.items()}
        elif self.people and target.id == "locale":
            titles = LOCALES
        elif item is not None:
            titles = {one.id: one.title.say(locale) for one in item.options.values()}
        return tuple(Choice(id, titles.get(id) or id) for id in target.options)

    @staticmethod
    def _own(target: Target | None, word: str) -> str:
        return word if target is not None and word in target.options else ""

    def _tried(self, rows: int) -> str:
        trial = self.body.get("trial")
        if not trial:
            return ""
        told = trial["counts"]
        counts = self.visit.listed(
            f"{told[name]:,} {self.say(words)}"
            for name, (words, _) in _COUNTED.items()
            if told.get(name)
        )
        shown = min(rows, TRIED)
        words = N_("Of %(tried)s rows tried: %(counts)s. Nothing was written.")
        return self.say(words, tried=f"{shown:,}", counts=counts or self.say("nothing new"))

    def _counts(self, counts: Mapping[str, int]) -> Iterable[Choice]:
        for name, (_, heading) in _COUNTED.items():
            if counts.get(name):
                yield Choice(f"{counts[name]:,}", self.say(heading))
