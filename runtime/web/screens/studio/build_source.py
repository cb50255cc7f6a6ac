"""The screen of a source from its spec and from how a question went."""

from __future__ import annotations

from collections.abc import Collection

from engine.model.source import SourceModel
from runtime.actions.put_setting import FUNCTION
from runtime.actions.save_draft import Bench
from runtime.queries.try_source import Made, MadeRecord, Shown, Tried
from runtime.render.catalogues import N_
from runtime.web.requests import Visit
from runtime.web.screens.studio.build_pages import file_href, frame
from runtime.web.screens.studio.source import (
    SourceExchange,
    SourceOutput,
    SourceRecord,
    StudioSource,
)

_STATES = {
    "found": N_("It answered."),
    "none": N_("It answered that there is no such record."),
    "away": N_("It gave no answer that can be used."),
    "off": N_("It is off and was not asked."),
}


def source_screen(
    visit: Visit,
    bench: Bench,
    model: SourceModel,
    there: Collection[str],
    asked: str = "",
    *,
    search: bool = False,
    tried: Tried | None = None,
) -> StudioSource:
    """`there`: the names of settings that are written."""
    title, path = model.title.say(visit.locale), f"sources/{model.id}.yaml"
    page, nav = frame(visit, bench, title, "settings")
    may = FUNCTION in visit.viewer.functions
    return StudioSource(
        page=page,
        nav=nav,
        id=model.id,
        title=title,
        connector=model.connector,
        src=path,
        src_href=file_href(visit, path),
        missing=tuple(sorted(model.wanted - set(there))),
        settings_href=visit.links.studio("settings"),
        action=visit.links.studio("sources", model.id) if may else "",
        asked=asked,
        search=search,
        verdict=_verdict(visit, tried) if tried is not None else "",
        tone="ok" if tried is None or tried.went_well else "warn",
        exchanges=tuple(_exchange(visit, one) for one in tried.exchanges) if tried else (),
        records=tuple(_record(visit, one) for one in tried.records) if tried else (),
        more=tried is not None and tried.more,
    )


def _verdict(visit: Visit, tried: Tried) -> str:
    said = visit.say(_STATES[tried.state])
    if tried.state == "found" and not tried.went_well:
        said = visit.say("It answered, and some values do not fit.")
    return f"{said} {tried.why}".strip()


def _exchange(visit: Visit, one: Shown) -> SourceExchange:
    took = visit.say("%(ms)s ms", ms=one.took_ms)
    return SourceExchange(
        request=one.request,
        headers=one.headers,
        body=one.body,
        status=f"HTTP {one.status}" if one.status else "",
        reply_headers=one.reply_headers,
        reply=one.reply,
        took=took,
        wrong=one.wrong,
    )


def _record(visit: Visit, one: MadeRecord) -> SourceRecord:
    return SourceRecord(one.key, one.title, tuple(_output(visit, made) for made in one.outputs))


def _output(visit: Visit, made: Made) -> SourceOutput:
    place = ":".join(made.place.split(":")[:2])
    href = visit.links.source(made.place)
    return SourceOutput(made.output, made.at, made.raw, made.value, made.why, place, href)
