"""Builds the pages of imports: the list of runs, and one run in its state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from engine.decide import access
from engine.decide.say import BUILT_IN_LABELS
from engine.instant import from_us
from runtime.actions.import_runs import MAX_BYTES, TRIED, WORDS_KEPT
from runtime.actions.importing.encodings import ENCODINGS
from runtime.actions.importing.guess import FORMATS, Target, targets
from runtime.queries.import_runs import Seen
from runtime.render.catalogues import N_
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
    "tickets": N_("new tickets"),
    "events": N_("entries of history"),
    "known": N_("rows in before"),
    "people": N_("new people"),
    "late": N_("rows that came late, kept as history"),
    "kept": N_("words kept as text"),
    "new_values": N_("values without an option"),
    "errors": N_("rows refused"),
}
_MISSING: Final = {
    "refuse": N_("refuse the row"),
    "keep_as_text": N_("keep it as text"),
    "create_value": N_("create it"),
}
_SEPARATORS: Final = {
    "comma": (",", N_("comma ,")),
    "semicolon": (";", N_("semicolon ;")),
    "tab": ("\t", N_("tab")),
    "bar": ("|", N_("bar |")),
}


def offered(visit: Visit) -> tuple[str, ...]:
    """The types that this person may make tickets of, by key."""
    return tuple(access.offered(visit.desk.desk, visit.viewer))


def imports_screen(visit: Visit, nav: SideNav, seen: Sequence[Seen], fault: str) -> ImportsScreen:
    """The list of runs over the form for a file."""
    desk = visit.desk.desk
    types = tuple(Choice(key, desk.types[key].title.say(visit.locale)) for key in offered(visit))
    return ImportsScreen(
        page=page(visit, visit.say("Imports"), "desk"),
        nav=nav,
        action=visit.links.desk("imports"),
        types=types,
        type=types[0].value if types else "",
        most=MAX_BYTES >> 20,
        fault=fault,
        runs=tuple(_line(visit, one) for one in seen),
    )


def _line(visit: Visit, seen: Seen) -> RunLine:
    run = seen.run
    word, tone = _STATES[run.state]
    zone = visit.desk.desk.tenant.zone
    counts = [
        f"{run.counts[name]:,} {visit.say(_COUNTED[name])}"
        for name in ("tickets", "known", "errors")
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
        self.type = desk.types[self.body["type"]]
        self.targets = targets(desk, self.type, opens=bool(self.body["opens"]))
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
            missings=tuple(Choice(word, self.say(said)) for word, said in _MISSING.items()),
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
            may_save="edit_specs" in self.visit.viewer.functions,
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
        pair = BUILT_IN_LABELS.get(target.id)
        item = next((one for one in self.type.fields.values() if one.id == target.id), None)
        if item is not None:
            return item.label.say(self.visit.locale) or item.id
        if pair is None:
            return self.say({"comment": N_("Reply"), "note": N_("Note")}.get(target.id, target.id))
        said = pair[0 if self.visit.locale.startswith("zh") else 1]
        return said[:1].upper() + said[1:]

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
                self._options(target) if target is not None and listed else (),
                lines if listed else (),
                self.say("only the first %(count)s words are shown", count=WORDS_KEPT)
                if listed and name in (self.body.get("many") or ())
                else "",
            )

    def _options(self, target: Target) -> tuple[Choice, ...]:
        """The closed list of a target in the viewer's words."""
        desk, locale = self.visit.desk.desk, self.visit.locale
        titles: dict[str, str] = {}
        if target.id == "state":
            titles = {one.id: one.title.say(locale) for one in self.type.states.values()}
        elif target.id == "team":
            titles = {one.id: one.title.say(locale) for one in desk.teams.values()}
        elif target.id == "priority":
            titles = {id: title.say(locale) for id, title in desk.tenant.priorities.items()}
        else:
            for item in self.type.fields.values():
                if item.id == target.id:
                    titles = {one.id: one.title.say(locale) for one in item.options.values()}
        return tuple(Choice(id, titles.get(id) or id) for id in target.options)

    @staticmethod
    def _own(target: Target | None, word: str) -> str:
        return word if target is not None and word in target.options else ""

    def _tried(self, rows: int) -> str:
        trial = self.body.get("trial")
        if not trial:
            return ""
        counts = self.visit.listed(
            f"{one.value} {one.label}" for one in self._counts(trial["counts"])
        )
        shown = min(rows, TRIED)
        words = N_("Of %(tried)s rows tried: %(counts)s. Nothing was written.")
        return self.say(words, tried=f"{shown:,}", counts=counts or self.say("nothing new"))

    def _counts(self, counts: Mapping[str, int]) -> Iterable[Choice]:
        for name, said in _COUNTED.items():
            if counts.get(name):
                yield Choice(f"{counts[name]:,}", self.say(said))
