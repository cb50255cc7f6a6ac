"""Values that tickets are grouped and filtered by, in the visitor's words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from engine.decide.notes import LATE
from engine.decide.say import Speaker
from engine.predicate import Path
from engine.values.number import grouped
from runtime.queries.filters import EMPTY, Filter
from runtime.render import words
from runtime.web.pages import moment
from runtime.web.requests import Visit
from runtime.web.screens.build_cells import PHASES


def key_words(
    visit: Visit,
    path: Path,
    key: object,
    names: Mapping[str, str] | None = None,
    type_key: str = "",
) -> str:
    """What people call one value at a path; `names` are those of people by id."""
    if key is None or key == "":
        return visit.say("None")
    text = str(key)
    if path.kind == "person":
        return (names or {}).get(text, text)
    if path.kind in ("channel", "phase"):
        return visit.say(PHASES.get(text, text))
    if path.kind in ("integer", "decimal", "money", "rating") and isinstance(key, int):
        return grouped(key, path.scale)
    if path.kind == "date":
        return day_words(visit, text)
    if path.kind in ("text", "long_text", "rich_text") and not path.name.startswith(LATE):
        return text
    return Speaker.of(visit.desk.desk, visit.locale, type_key).value(path, key)


def day_words(visit: Visit, text: str) -> str:
    """A day as ISO text, in the visitor's words; the year only when it is another."""
    now = moment(visit.site.clock.now_us())
    try:
        return words.day(date.fromisoformat(text), visit.locale, now.date())
    except ValueError:
        return text


def filter_words(visit: Visit, each: Filter, person: str, measure: str) -> tuple[str, str, str]:
    """A filter as label, operator and value; `measure` is the one that goes with a report."""
    if each.report is not None:
        named = next((m for m in each.report.measures if m.id == measure), None)
        title = each.report.title.say(visit.locale)
        part = named.title.say(visit.locale) if named is not None else ""
        said = f"{title} · {part}" if part and part != title else title
        return visit.say("Report"), visit.say("is"), said
    path = each.path
    assert path is not None
    speaker = Speaker.of(visit.desk.desk, visit.locale)
    label = speaker.label(path)
    label = label[:1].upper() + label[1:]
    if each.op in ("from", "to"):
        operator = visit.say("from") if each.op == "from" else visit.say("up to")
        return label, operator, _moment(visit, each.value)
    if each.value == EMPTY:
        return label, visit.say("is"), visit.say("None")
    return (
        label,
        visit.say("is"),
        key_words(visit, path, _key(path, each.value), {each.value: person}),
    )


def _key(path: Path, value: str) -> object:
    if path.kind == "boolean":
        return value == "true"
    if (
        path.kind in ("integer", "decimal", "money", "rating", "duration")
        and value.lstrip("-").isdigit()
    ):
        return int(value)
    return value


def _moment(visit: Visit, value: str) -> str:
    if not value.isdigit():
        return day_words(visit, value)
    zone = visit.desk.desk.tenant.zone
    now = moment(visit.site.clock.now_us())
    return words.written(moment(int(value)), visit.locale, now, zone)
