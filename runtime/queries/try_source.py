"""One question to a source as it is: what was sent, what came, what the mapping makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.model.source import SourceModel
from engine.values.registry import is_empty, show
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.sources.asking import Exchange
from runtime.sources.mapping import cut
from runtime.sources.record import Answer, Record
from runtime.strict_json import at_path

BODY_SHOWN: Final = 4000
"""Characters of a reply that are shown."""
RECORDS_SHOWN: Final = 5
_HEADERS: Final = frozenset({"content-type", "content-length", "date", "retry-after", "location"})


@dataclass(frozen=True, slots=True)
class Shown:
    """A request and its reply for people: secrets masked, the body cut."""

    request: str
    headers: tuple[tuple[str, str], ...]
    body: str
    status: str
    reply_headers: tuple[tuple[str, str], ...]
    reply: str
    took_ms: int
    wrong: str


@dataclass(frozen=True, slots=True)
class Made:
    """An output of a record: what stood at its place, what became of it, and where that is said."""

    output: str
    at: str
    raw: str
    value: str
    why: str
    place: str


@dataclass(frozen=True, slots=True)
class MadeRecord:
    """A record of the reply as the mapping has it."""

    key: str
    title: str
    outputs: tuple[Made, ...]


@dataclass(frozen=True, slots=True)
class Tried:
    """How a question went. `state`: found, none, away or off, with the reason in English."""

    source: str
    state: str
    why: str
    exchanges: tuple[Shown, ...]
    records: tuple[MadeRecord, ...]
    more: bool = False

    @property
    def went_well(self) -> bool:
        """Whether it answered, and every value that came fits."""
        faults = (made.why for record in self.records for made in record.outputs)
        return self.state in ("found", "none") and not any(faults)


async def try_source(
    site: Site, live: Live, source: str, *, key: str = "", words: str | None = None
) -> Tried:
    """Ask past cache and breaker for the record of `key`, or for records of `words`."""
    model = live.desk.sources[source]
    answer, trace = await site.records.tried(live, source, key=key, words=words)
    records: tuple[Record, ...] = ()
    more = False
    if not isinstance(answer, Answer):
        records, more = answer.records, answer.more
    elif answer.record is not None:
        records = (answer.record,)
    raws = list(_raws(model, trace, search=words is not None))
    locale, zone = live.desk.tenant.locales[0], live.desk.tenant.zone
    made = [_made(model, record, raws, locale, zone) for record in records[:RECORDS_SHOWN]]
    if not made and len(raws) == 1:
        # What came is no record, and the places of its outputs say why.
        made = [_unfit(model, raws[0])]
    shown = tuple(_shown(one) for one in trace)
    return Tried(source, answer.state, answer.why, shown, tuple(made), more)


def _raws(model: SourceModel, trace: list[Exchange], *, search: bool) -> Iterator[Any]:
    request = model.find if search else model.lookup
    for one in trace:
        if isinstance(one.value, list) and model.connector == "sql":
            yield from one.value
        elif request is not None and one.value is not None:
            there, found = at_path(request.root, one.value)
            if there and search and isinstance(found, list):
                yield from found
            elif there:
                yield found


def _raw_at(model: SourceModel, name: str, raw: Any) -> tuple[bool, Any]:
    if model.connector == "sql":
        column = model.columns[name]
        return isinstance(raw, Mapping) and column in raw, (
            raw.get(column) if isinstance(raw, Mapping) else None
        )
    return at_path(model.paths[name], raw)


def _said_at(model: SourceModel, name: str) -> str:
    if model.connector != "http":
        return model.columns[name]
    steps = (f".{s}" if isinstance(s, str) else f"[{s}]" for s in model.paths[name])
    return "$" + "".join(steps)


def _made(
    model: SourceModel, record: Record, raws: list[Any], locale: str, zone: str
) -> MadeRecord:
    doubts = {doubt.output: doubt.why for doubt in record.doubts}
    mine = next((raw for raw in raws if _is(model, raw, record.key)), None)
    outputs = []
    for name, item in model.outputs.items():
        there, raw = _raw_at(model, name, mine)
        value = record.values.get(name)
        why = doubts.get(name, "") or ("" if there or mine is None else "nothing stands there")
        text = "" if is_empty(value) else show(item, value, locale, zone)
        outputs.append(
            Made(name, _said_at(model, name), cut(raw) if there else "", text, why, str(item.place))
        )
    return MadeRecord(record.key, record.title, tuple(outputs))


def _is(model: SourceModel, raw: Any, key: str) -> bool:
    there, found = _raw_at(model, model.key, raw)
    return there and str(found) == key


def _unfit(model: SourceModel, raw: Any) -> MadeRecord:
    outputs = []
    for name, item in model.outputs.items():
        there, found = _raw_at(model, name, raw)
        why = "" if there else "nothing stands there"
        outputs.append(
            Made(name, _said_at(model, name), cut(found) if there else "", "", why, str(item.place))
        )
    return MadeRecord("", "", tuple(outputs))


def _shown(one: Exchange) -> Shown:
    text = one.reply.decode("utf-8", "replace")
    if len(text) > BODY_SHOWN:
        text = f"{text[:BODY_SHOWN]}… ({len(one.reply):,} bytes)"
    return Shown(
        request=f"{one.method} {one.url}",
        headers=tuple(one.headers.items()),
        body=one.body,
        status=str(one.status) if one.status else "",
        reply_headers=tuple((n, v[:200]) for n, v in one.reply_headers if n in _HEADERS),
        reply=text,
        took_ms=one.took_ms,
        wrong=one.wrong,
    )
