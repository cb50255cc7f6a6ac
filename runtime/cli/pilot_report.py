"""A pilot's or shadow's figures as text and as data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from engine.change.apart import Measure
from engine.decide.say import Speaker
from engine.instant import from_us
from engine.model.desk import Desk
from runtime.queries.comparing import LOOKED_AT, Agreement, Difference
from runtime.queries.pilot_figures import (
    LABELS,
    MOST,
    READ,
    SHARES,
    TIMES,
    Figure,
    PilotFigures,
)

_TELLS = {
    "few": "too few to tell",
    "unclear": "no difference that shows",
    "lower": "lower with the pilot",
    "higher": "higher with the pilot",
}
TOPICS = {
    "home": "routed to another team",
    "team": "with another team in the end",
    "priority": "another priority",
    "tags": "other tags",
    "assignee": "assigned by another rule",
    "automation": "other automations",
    "refused": "would not have been taken",
    "type": "of a type that it does not have",
}


def said_topic(topic: str) -> str:
    """What of a decision came out otherwise."""
    return TOPICS.get(topic, f"due otherwise: {topic.removeprefix('due.')}")


def pilot_text(found: PilotFigures, met: Agreement | None, desk: Desk) -> Iterator[str]:
    """The pilot side by side with live."""
    zone, speaker = desk.tenant.zone, Speaker.of(desk, "en")
    since = from_us(found.pilot.started_us, zone)
    state = found.ended or ("stopping" if found.pilot.ending else "going on")
    teams = ", ".join(speaker.keys["team"].get(team, team) for team in found.teams) or "no team"
    yield f"pilot v{found.revision} beside v{found.live_revision}, {state}"
    yield f"  since {since:%Y-%m-%d %H:%M} by {found.pilot.by}: {found.pilot.message or '–'}"
    yield f"  for {teams} and {found.pilot.share} % of requesters"
    yield f"{'':36}{'pilot':>22}{'live':>22}"
    for figure in found.figures:
        sides = f"{value(figure, figure.pilot):>22}{value(figure, figure.live):>22}"
        yield f"  {LABELS[figure.name]:34}{sides}  {tells(figure)}".rstrip()
    yield from notes(found)
    if met is not None and met.compared:
        yield from _ways(met)


def notes(found: PilotFigures) -> Iterator[str]:
    """What has to be known to read the figures."""
    yield "Medians of plain time, shares and means with intervals of 95 %; over tickets of the same"
    yield f"types and period. Automations: of the newest {READ} tickets of each side."
    if found.few:
        yield "There are too few tickets to tell: under 20 on a side any figure may be chance."
    if not found.comparable:
        yield "The pilot is for teams alone: live's tickets are those of other teams."
    if found.cut:
        yield f"Only the newest {MOST} tickets of a side were counted."


def value(figure: Figure, side: Measure) -> str:
    """One side of a figure with its interval."""
    if figure.name == "tickets":
        return str(side.n)
    if side.value is None:
        return "–" if not side.n else f"n={side.n}"
    shown = _number(figure.name, side.value)
    if side.low is None or side.high is None:
        return f"{shown} n={side.n}"
    low, high = _number(figure.name, side.low), _number(figure.name, side.high)
    return f"{shown} ({low}–{high})"


def _number(name: str, number: float) -> str:
    if name in SHARES:
        return f"{100 * number:.1f}%"
    if name in TIMES:
        return span(number)
    return f"{number:.2f}"


def span(seconds: float) -> str:
    """Seconds in the largest unit that leaves a whole one."""
    for unit, length in (("d", 86_400), ("h", 3600), ("m", 60)):
        if seconds >= length:
            return f"{seconds / length:.1f}{unit}"
    return f"{seconds:.0f}s"


def tells(figure: Figure) -> str:
    """Whether the figure tells anything."""
    return "" if figure.name in ("tickets", "elsewhere") else _TELLS[figure.tells]


def _ways(met: Agreement) -> Iterator[str]:
    teams = {**Speaker.of(met.live, "en").keys["team"], **Speaker.of(met.desk, "en").keys["team"]}
    yield "routing, live → here:"
    for way in met.matrix:
        before, after = (teams.get(team, team) or "–" for team in (way.before, way.after))
        mark = " " if way.before == way.after else "*"
        yield f"  {mark} {way.count:6}  {before} → {after}"


def shadow_text(met: Agreement) -> Iterator[str]:
    """How often a shadow agrees, where it sends tickets, and samples."""
    state = "ended" if met.ended else "going on"
    since = from_us(met.since.started_us, met.live.tenant.zone)
    yield f"shadow v{met.revision}, {state}, since {since:%Y-%m-%d %H:%M} by {met.since.by}"
    if met.share is None:
        yield "nothing was compared yet"
        return
    yield f"{met.agree} of {met.compared} decided alike ({100 * met.share:.1f} %)"
    for topic, count in sorted(met.topics.items(), key=lambda pair: -pair[1]):
        yield f"  {count:6}  {said_topic(topic)}"
    if met.compared > LOOKED_AT:
        yield f"what differs is counted over the newest {LOOKED_AT}"
    yield from _ways(met)
    for sample in met.samples:
        yield f"{sample.number}"
        for one in sample.differs:
            yield f"  {said_topic(one.topic)}: {_side(one.before)} → {_side(one.after)}"
            if one.was or one.becomes:
                yield f"    {_rule(one.was, one.was_place)} → {_rule(one.becomes, one.place)}"


def _rule(rule: str, place: str) -> str:
    return f"{rule or '–'}{f' ({place})' if place else ''}"


def _side(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "–"
    if isinstance(value, int):
        return f"{from_us(value, 'UTC'):%Y-%m-%d %H:%M} UTC"
    return str(value) if value not in (None, "") else "–"


def pilot_json(found: PilotFigures, met: Agreement | None) -> str:
    """The same as data."""
    data = {
        "revision": found.revision,
        "live": found.live_revision,
        "state": found.ended or ("stopping" if found.pilot.ending else "going on"),
        "since_us": found.pilot.started_us,
        "teams": found.teams,
        "share": found.pilot.share,
        "few": found.few,
        "comparable": found.comparable,
        "figures": [
            {
                "name": one.name,
                "pilot": _measure(one.pilot),
                "live": _measure(one.live),
                "tells": one.tells,
            }
            for one in found.figures
        ],
        "matrix": [[w.before, w.after, w.count] for w in met.matrix] if met else [],
    }
    return json.dumps(data, ensure_ascii=False, indent=2)


def _measure(one: Measure) -> dict[str, float | int | None]:
    return {"n": one.n, "value": one.value, "low": one.low, "high": one.high}


def shadow_json(met: Agreement) -> str:
    """The same as data."""
    data = {
        "revision": met.revision,
        "ended": met.ended,
        "since_us": met.since.started_us,
        "compared": met.compared,
        "agree": met.agree,
        "topics": dict(met.topics),
        "matrix": [[way.before, way.after, way.count] for way in met.matrix],
        "samples": [
            {"number": one.number, "type": one.type, "differs": [_differs(d) for d in one.differs]}
            for one in met.samples
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=2)


def _differs(one: Difference) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Difference.__dataclass_fields__}
