"""Builds the page of pilot and shadow from their figures, for one visit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from engine.change.apart import Measure
from engine.decide.say import Speaker
from engine.instant import from_us
from engine.model.desk import Desk
from engine.model.ticket_type import OPEN_PHASES, TypeModel
from runtime.actions.piloting.begin import Ended
from runtime.actions.piloting.words import said
from runtime.actions.save_draft import Bench
from runtime.queries.comparing import Agreement, Difference
from runtime.queries.pilot_figures import LABELS, MOST, READ, SHARES, TIMES, Figure, PilotFigures
from runtime.render import words
from runtime.render.catalogues import N_
from runtime.site.pilot import Pilot
from runtime.web.requests import Form, Visit
from runtime.web.screens.form import Option
from runtime.web.screens.studio.build_pages import PUBLISH, frame
from runtime.web.screens.studio.pages import Fact
from runtime.web.screens.studio.pilot import (
    DifferRow,
    FigureRow,
    PilotCard,
    RouteRow,
    SampleRow,
    ShadowCard,
    StartForm,
    StuckRow,
    StudioPilot,
    TeamBox,
)

DRAFT = "draft"
_TELLS: Mapping[str, str] = {
    "few": N_("Too few to tell"),
    "unclear": N_("No difference that shows"),
    "lower": N_("Lower with the pilot"),
    "higher": N_("Higher with the pilot"),
}
_TOPICS: Mapping[str, str] = {
    "home": N_("Routed to another team"),
    "team": N_("With another team in the end"),
    "priority": N_("Another priority"),
    "tags": N_("Other tags"),
    "assignee": N_("Assigned by another rule"),
    "automation": N_("Other automations"),
    "refused": N_("Would not have been taken"),
    "type": N_("Of a type it does not have"),
}
_STATES: Mapping[str, str] = {
    "promoted": N_("Promoted"),
    "stopped": N_("Stopped"),
}
_GOOD_LOW = frozenset(("first_reply", "solved", "breached", "reopened", "handed_over"))
"""Figures of which less is better; of the rest more is, or neither."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What the page shows."""

    pilot: PilotFigures | None
    met: Agreement | None
    shadow: Agreement | None


@dataclass(frozen=True, slots=True)
class Tried:
    """What was tried in vain: the verb (`pilot`, `promote`, `stop`, `shadow` …), why, the form."""

    verb: str = ""
    ended: Ended = field(default_factory=Ended)
    form: Form | None = None
    problem: str = ""


def pilot_screen(visit: Visit, bench: Bench, seen: Looked, tried: Tried) -> StudioPilot:
    """The page; who may not publish sees it without its buttons."""
    frame_of, nav = frame(visit, bench, visit.say("Pilot and shadow"), "pilot")
    may = PUBLISH in visit.viewer.functions
    pilot = _pilot(visit, seen, tried, may) if seen.pilot else None
    shadow = _shadow(visit, seen.shadow, tried, may) if seen.shadow else None
    begins = may and not (pilot and pilot.going)
    shadows = may and not (shadow and shadow.going)
    return StudioPilot(
        frame_of,
        nav,
        visit.desk.revision,
        pilot,
        _start(visit, bench, tried, "pilot") if begins else None,
        shadow,
        _start(visit, bench, tried, "shadow") if shadows else None,
    )


def _said(visit: Visit, tried: Tried, *verbs: str) -> str:
    if tried.verb not in verbs:
        return ""
    return tried.problem or (said(tried.ended, visit.say) if tried.ended.code else "")


# -- beginning ----------------------------------------------------------------------------------


def _start(visit: Visit, bench: Bench, tried: Tried, verb: str) -> StartForm:
    form = tried.form if tried.verb == verb else None
    chosen = set(form.many("team")) if form else set()
    teams = visit.desk.desk.teams.values() if verb == "pilot" else ()
    return StartForm(
        action=visit.links.studio(verb, "start"),
        revisions=tuple(_revisions(visit, bench)),
        revision=form.one("what") if form else "",
        teams=tuple(TeamBox(t.id, t.title.say(visit.locale), t.id in chosen) for t in teams),
        share=form.one("share") if form else "10",
        message=form.one("message") if form else "",
        problem=_said(visit, tried, verb),
        rights=tried.verb == verb and tried.ended.code == "rights",
    )


def _revisions(visit: Visit, bench: Bench) -> Iterator[Option]:
    if bench.changes:
        yield Option(DRAFT, visit.say("My draft"))
    for one in bench.history:
        if one.n != bench.revision:
            yield Option(f"v{one.n}", f"v{one.n} {one.message[:60]}".strip())


# -- the pilot ----------------------------------------------------------------------------------


def _pilot(visit: Visit, seen: Looked, tried: Tried, may: bool) -> PilotCard:
    found = seen.pilot
    assert found is not None
    going = not found.ended
    stuck = tried.ended.counts if tried.ended.code == "stranded" else {}
    url = visit.links.studio
    newer = found.live_revision != found.pilot.base
    return PilotCard(
        revision=found.revision,
        going=going,
        state=_state(visit, found.ended, found.pilot),
        facts=_pilot_facts(visit, found),
        figures=tuple(_figure(visit, one) for one in found.figures),
        notes=tuple(_notes(visit, found)),
        few=visit.say("There are too few tickets to tell: under 20 on a side any figure is chance.")
        if found.few
        else "",
        routes=_routes(visit, seen.met) if seen.met else (),
        promote_action=url("pilot", "promote") if may and not found.pilot.ending else "",
        stop_action=url("pilot", "stop") if may else "",
        over=f"v{found.live_revision}" if newer else "",
        stuck=tuple(_stuck(visit, seen, name, n, tried) for name, n in stuck.items()),
        problem=_said(visit, tried, "promote", "stop"),
    )


def _state(visit: Visit, ended: str, pilot: Pilot) -> str:
    if ended:
        return visit.say(_STATES.get(ended, "Stopped"))
    return visit.say("Stopping") if pilot.ending else visit.say("Going on")


def _since(visit: Visit, pilot: Pilot) -> tuple[Fact, ...]:
    zone = visit.desk.desk.tenant.zone
    now = from_us(visit.site.clock.now_us(), "UTC")
    at = words.written(from_us(pilot.started_us, "UTC"), visit.locale, now, zone)
    facts = [Fact(visit.say("Since"), at, visit.say("by %(name)s", name=pilot.by))]
    if pilot.message:
        facts.append(Fact(visit.say("Reason given"), pilot.message))
    return tuple(facts)


def _pilot_facts(visit: Visit, found: PilotFigures) -> tuple[Fact, ...]:
    teams = visit.desk.desk.teams
    names = [teams[key].title.say(visit.locale) for key in found.teams]
    share = visit.say("%(share)s%% of requesters", share=found.pilot.share)
    whom = [*names, *([share] if found.pilot.share else [])]
    return (
        *_since(visit, found.pilot),
        Fact(visit.say("Whom it is for"), visit.listed(whom) or "–"),
    )


def _notes(visit: Visit, found: PilotFigures) -> Iterator[str]:
    yield visit.say(
        "Medians of plain time, shares and means, with intervals of 95%%; over tickets of the same "
        "types and the same period. Automations: of the newest %(read)s tickets of each side.",
        read=READ,
    )
    if not found.comparable:
        yield visit.say("The pilot is for teams alone: live's tickets are those of other teams.")
    if found.cut:
        yield visit.say("Only the newest %(most)s tickets of a side were counted.", most=MOST)


def _figure(visit: Visit, one: Figure) -> FigureRow:
    label = visit.say(LABELS[one.name])
    if one.name == "tickets":
        return FigureRow(label, str(one.pilot.n), "", str(one.live.n), "", "")
    tells = "" if one.name == "elsewhere" else visit.say(_TELLS[one.tells])
    sides = (*_side(visit, one.name, one.pilot), *_side(visit, one.name, one.live))
    return FigureRow(label, *sides, tells, _tone(one))


def _tone(one: Figure) -> str:
    if one.tells not in ("lower", "higher"):
        return ""
    if one.name in _GOOD_LOW:
        return "ok" if one.tells == "lower" else "warn"
    if one.name == "rating":
        return "ok" if one.tells == "higher" else "warn"
    return "accent"


def _side(visit: Visit, name: str, side: Measure) -> tuple[str, str]:
    if side.value is None:
        return "–", ""
    note = f"n={side.n}"
    if side.low is not None and side.high is not None:
        low, high = _number(visit, name, side.low), _number(visit, name, side.high)
        note = f"{low} – {high} · {note}"
    return _number(visit, name, side.value), note


def _number(visit: Visit, name: str, number: float) -> str:
    if name in SHARES:
        return f"{100 * number:.1f}%"
    if name in TIMES:
        return words.duration(timedelta(seconds=number), visit.locale)
    return f"{number:.2f}"


def _routes(visit: Visit, met: Agreement) -> tuple[RouteRow, ...]:
    teams = _teams(visit, met)
    return tuple(
        RouteRow(
            teams.get(way.before, way.before) or "–",
            teams.get(way.after, way.after) or "–",
            way.count,
            way.before == way.after,
        )
        for way in met.matrix
    )


def _teams(visit: Visit, met: Agreement) -> dict[str, str]:
    both = {**met.desk.teams, **met.live.teams}
    return {key: team.title.say(visit.locale) for key, team in both.items()}


def _stuck(visit: Visit, seen: Looked, name: str, count: int, tried: Tried) -> StuckRow:
    """One thing that live has no place for, in the pilot's words, with live's instead."""
    sort, _, path = name.partition(".")
    parts = path.split(".")
    live = visit.desk.desk
    pilot = seen.met.desk if seen.met else live
    chosen = tried.form.one(f"map.{name}") if tried.form else ""
    if sort == "team":
        team = pilot.teams.get(path)
        label = team.title.say(visit.locale) if team else path
        options = tuple(Option(k, t.title.say(visit.locale)) for k, t in live.teams.items())
        return StuckRow(name, label, count, options, chosen)
    model, there = pilot.types.get(parts[0]), live.types.get(parts[0])
    title = model.title.say(visit.locale) if model else parts[0]
    row = StuckRow(name, f"{title}: {'.'.join(parts[1:])}", count, chosen=chosen)
    if model is None or there is None:
        return replace(row, label=title)
    return _in_type(visit, row, sort, parts, model, there)


def _in_type(
    visit: Visit, row: StuckRow, sort: str, parts: list[str], model: TypeModel, there: TypeModel
) -> StuckRow:
    title, say = model.title.say(visit.locale), visit.locale
    match sort:
        case "state":
            state = model.states[parts[1]]
            is_open = state.phase in OPEN_PHASES
            options = tuple(
                Option(key, one.title.say(say))
                for key, one in there.states.items()
                if (one.phase in OPEN_PHASES) == is_open
            )
            return replace(row, label=f"{title}: {state.title.say(say)}", options=options)
        case "option":
            item, live = model.fields[parts[1]], there.fields[parts[1]]
            known = item.options.get(parts[2])
            label = known.title.say(say) if known else parts[2]
            options = tuple(Option(k, one.title.say(say)) for k, one in live.options.items())
            return replace(row, label=f"{item.label.say(say)}: {label}", options=options)
        case "field":
            item = model.fields[parts[1]]
            return replace(row, label=f"{title}: {item.label.say(say)}", drops=True)
        case _:
            return row


# -- the shadow ---------------------------------------------------------------------------------


def _shadow(visit: Visit, met: Agreement | None, tried: Tried, may: bool) -> ShadowCard:
    assert met is not None
    going = not met.ended
    share = f"{100 * met.share:.1f}%" if met.share is not None else ""
    return ShadowCard(
        revision=met.revision,
        going=going,
        state=visit.say("Going on") if going else visit.say("Stopped"),
        facts=_since(visit, met.since),
        share=share,
        counted=visit.say(
            "%(agree)s of %(compared)s tickets", agree=met.agree, compared=met.compared
        ),
        topics=tuple(
            Fact(_topic(visit, met.live, topic), str(count))
            for topic, count in sorted(met.topics.items(), key=lambda pair: -pair[1])
        ),
        routes=_routes(visit, met),
        samples=tuple(
            SampleRow(
                one.number,
                visit.links.ticket(one.number, "why"),
                tuple(_differ(visit, met, one.type, each) for each in one.differs),
            )
            for one in met.samples
        ),
        stop_action=visit.links.studio("shadow", "stop") if may and going else "",
        problem=_said(visit, tried, "shadow_stop"),
    )


def _topic(visit: Visit, desk: Desk, topic: str) -> str:
    if topic.startswith("due."):
        return visit.say("Due otherwise: %(clock)s", clock=_clock(visit, desk, topic))
    return visit.say(_TOPICS.get(topic, topic))


def _clock(visit: Visit, desk: Desk, topic: str) -> str:
    key = topic.removeprefix("due.")
    known = (policy.clocks.get(key) for policy in desk.policies.values())
    clock = next((one for one in known if one is not None), None)
    return clock.title.say(visit.locale) if clock is not None else key


def _differ(visit: Visit, met: Agreement, type_key: str, one: Difference) -> DifferRow:
    return DifferRow(
        topic=_topic(visit, met.live, one.topic),
        before=_value(visit, met, type_key, one.topic, one.before),
        after=_value(visit, met, type_key, one.topic, one.after),
        was=one.was,
        was_href=visit.links.source(one.was_place),
        becomes=one.becomes,
        becomes_href=visit.links.source(one.place),
    )


def _value(visit: Visit, met: Agreement, type_key: str, topic: str, value: object) -> str:
    if isinstance(value, list):
        return visit.listed(_value(visit, met, type_key, topic, each) for each in value) or "–"
    if isinstance(value, int):
        now = from_us(visit.site.clock.now_us(), "UTC")
        return words.written(from_us(value, "UTC"), visit.locale, now, visit.desk.desk.tenant.zone)
    text = str(value or "")
    if topic in ("home", "team"):
        return _teams(visit, met).get(text, text) or "–"
    if topic in ("priority", "tags"):
        both = (Speaker.of(desk, visit.locale, type_key) for desk in (met.live, met.desk))
        kind = "tags" if topic == "tags" else "priority"
        names = next((n for s in both if text in (n := s.keys.get(kind, {}))), {})
        return names.get(text, text) or "–"
    return text or "–"
