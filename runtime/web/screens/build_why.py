"""Why this team, priority or deadline: rule, line, values, and why the others did not apply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.decide.candidates import asked, say_outcome, say_rule
from engine.decide.explain import Depth, Tested, explain
from engine.decide.move import may_tell
from engine.decide.say import Speaker, say, say_value
from engine.values.base import Reader
from engine.values.duration import parse_seconds, show_seconds
from runtime.queries.read_ticket import TicketPage
from runtime.site.standing import asked_then
from runtime.site.stored import reason_from
from runtime.store.rows import Event
from runtime.web.pages import moment
from runtime.web.requests import Visit
from runtime.web.screens.build_history import said
from runtime.web.screens.ticket import Reason, Step, Why

_TOPICS = {"team": "team", "priority": "priority", "assignee": "assignee"}
SHOWN = 12
"""So many rows before the winner are explained; a longer table says how many more there were."""


def whys(visit: Visit, found: TicketPage) -> Iterable[Why]:
    """The explanations kept with the ticket's events, the newest for each topic."""
    latest: dict[str, tuple[Mapping[str, Any], Event]] = {}
    for event in found.events:
        for reason in (event.body or {}).get("reasons", ()):
            latest[str(reason["topic"])] = (reason, event)
    for topic in ("team", "priority", "assignee"):
        if topic in latest:
            yield _why(visit, found, topic, *latest[topic])
    for topic, (reason, event) in latest.items():
        if topic.startswith("due."):
            yield _why(visit, found, topic, reason, event)


def _why(
    visit: Visit, found: TicketPage, topic: str, reason: Mapping[str, Any], event: Event
) -> Why:
    place = str(reason.get("place", ""))
    src = place.rpartition(":")[0] if place.count(":") == 2 else place
    seen = bool(visit.viewer.functions & {"edit_specs", "publish_specs"})
    return Why(
        topic=_TOPICS.get(topic, "deadline"),  # type: ignore[arg-type]
        summary=_summary(visit, found, topic, reason),
        src=src,
        src_href=visit.links.source(place) if seen and place else "",
        steps=tuple(_steps(visit, found, topic, reason, event)),
        at=moment(event.at_us),
    )


def _span(visit: Visit, written: str) -> str:
    """A target as people say it; one that is more than a length of time stays as it is written."""
    seconds = parse_seconds(written)
    return written if seconds is None else show_seconds(seconds, Reader(visit.locale))


def _summary(visit: Visit, found: TicketPage, topic: str, reason: Mapping[str, Any]) -> str:
    rule = str(reason["rule"])
    if topic == "assignee":
        told = reason.get("said") or {}
        speaker = Speaker.of(found.live.desk, visit.locale, found.row.type_key)
        name, how = say_outcome(told, speaker), say_rule(told, speaker)
        if not told.get("chosen") or not how:
            return name
        return visit.say("%(name)s, by the team's rule (%(how)s)", name=name, how=how)
    if topic.startswith("due."):
        policy = found.live.desk.policies.get(found.row.type_key)
        clock = policy.clocks.get(topic.removeprefix("due.")) if policy else None
        title = clock.title.say(visit.locale) if clock else visit.say("This step")
        target = _span(visit, str(reason.get("said", {}).get("target") or ""))
        return visit.say("%(clock)s within %(target)s, by the row “%(row)s”",
                         clock=title, target=target, row=rule.rpartition(".")[2])  # fmt: skip
    outcome = said(visit, found, None, topic, reason["outcome"])
    if rule == "default":
        return visit.say("%(outcome)s, as no rule decides", outcome=outcome)
    if rule.endswith(".otherwise"):
        return visit.say("%(outcome)s, as no other row matched", outcome=outcome)
    return visit.say(
        "%(outcome)s, by the row “%(row)s”", outcome=outcome, row=rule.rpartition(".")[2]
    )


def _steps(
    visit: Visit, found: TicketPage, topic: str, reason: Mapping[str, Any], event: Event
) -> Iterable[Step]:
    if topic == "assignee":
        yield from _candidates(visit, found, reason.get("said") or {})
        return
    desk = found.desks.get(event.revision, found.live.desk)
    speaker = Speaker.of(desk, visit.locale, found.row.type_key)
    then = asked_then(desk, event)
    # The row that decided is always shown, however many stood before it.
    for row in explain(desk, found.row.type_key, reason_from(reason), then, Depth(SHOWN)).rows:
        reasons = tuple(_reason(visit, found, tested, speaker) for tested in row.tested)
        yield Step(
            title=row.id,
            src=row.place,
            matched=row.won,
            reasons=reasons,
            note=say(row.when, speaker) if not reasons and not row.won else "",
        )


def _candidates(visit: Visit, found: TicketPage, told: Mapping[str, Any]) -> Iterable[Step]:
    """Everyone who was looked at, team by team where several were asked."""
    teams = asked(told, Speaker.of(found.live.desk, visit.locale, found.row.type_key))
    for team in teams:
        if len(teams) > 1 or not team.candidates:
            title = team.title or visit.say("The team")
            yield Step(title, "", matched=not team.why_none, note=team.why_none or team.how)
        for each in team.candidates:
            yield Step(each.name, "", matched=each.chosen, note=each.says)


def _reason(visit: Visit, found: TicketPage, tested: Tested, speaker: Speaker) -> Reason:
    path = tested.test.path
    if not may_tell(found.rights, path.name):
        return Reason(visit.say("A field you may not see"), "", "", tested.held)
    value = say_value(path, tested.value, speaker)
    return Reason(speaker.label(path), say(tested.test, speaker), value or "–", tested.held)
