"""Why this team, priority or deadline: rule, line, values, and why the others did not apply."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from engine.decide import access
from engine.decide.candidates import asked, say_outcome, say_rule
from engine.decide.explain import (
    AUTOMATION,
    Depth,
    Explanation,
    Tested,
    TriedRow,
    explain,
    met,
    outline,
)
from engine.decide.say import Speaker, say, say_claim, say_value
from engine.decide.say_if import say_what_if
from engine.evaluate import holds
from engine.model.routing import Row
from engine.model.ticket_type import Transition
from engine.predicate import Path
from engine.values.base import Reader as ValueReader
from engine.values.duration import parse_seconds, show_seconds
from runtime.queries.explain_ticket import Decided, ExplainedTicket, Reader
from runtime.queries.read_ticket import TicketPage
from runtime.queries.telling import Telling, without_column
from runtime.site.links import with_query
from runtime.site.standing import asked_then
from runtime.site.stored import reason_from
from runtime.store.rows import Event
from runtime.web.pages import moment, page
from runtime.web.requests import NotHere, Visit
from runtime.web.screens.side import SideNav
from runtime.web.screens.ticket.page import Reason, Step, Why, WhyMoment, WhyPart, WhyScreen

_Kept = tuple[Mapping[str, Any], Event]
"""A reason as the journal keeps it, and the event that it belongs to."""
_TOPICS = ("team", "priority", "assignee")
SHOWN = 12
"""So many rows before the winner are explained, and so many after; it is said how many more."""


def whys(visit: Visit, found: TicketPage) -> Iterable[Why]:
    """The decisions kept with the ticket's events, the newest for each topic, in a sentence each.

    The rules behind one are asked for when it is opened: they cost as much as the rest of the page.
    """
    told: dict[str, _Told] = {}
    for reason, event in _latest(found):
        yield told.setdefault(event.id, _Told(visit, found, event)).brief(reason)


def why_part(visit: Visit, found: TicketPage, topic: str, rule: str = "") -> WhyPart:
    """The newest explanation of one topic with what would have changed it."""
    for reason, event in _latest(found):
        if str(reason["topic"]) == topic and rule in ("", str(reason["rule"])):
            why = _Told(visit, found, event).why(reason)
            return WhyPart(page(visit, found.row.subject, "desk"), why)
    raise NotHere


def why_screen(visit: Visit, found: TicketPage, nav: SideNav) -> WhyScreen:
    """Every decision about a ticket with what would have changed it, newest first."""
    return WhyScreen(
        page=page(visit, found.row.subject, "desk"),
        nav=nav,
        number=found.row.number,
        title=found.row.subject,
        back_href=visit.links.ticket(found.row.number),
        moments=tuple(_moments(visit, found)),
    )


def _moments(visit: Visit, found: TicketPage) -> Iterator[WhyMoment]:
    for event in reversed(found.events):
        told = _Told(visit, found, event)
        kept = (event.body or {}).get("reasons", ())
        if kept:
            whys = tuple(told.why(reason) for reason in kept)
            telling = told.telling
            yield WhyMoment(telling.who(), telling.verb(), moment(event.at_us), whys)


def _latest(found: TicketPage) -> Iterator[_Kept]:
    """The newest reason for each topic: those that everyone asks about first, deadlines last.

    Of automations and macros each counts for itself, and only where it ran.
    """
    latest: dict[tuple[str, str], _Kept] = {}
    for event in found.events:
        for reason in (event.body or {}).get("reasons", ()):
            topic, rule = str(reason["topic"]), str(reason["rule"])
            if reason["outcome"] is not False:
                latest[topic, rule if topic in ("automation", "macro") else ""] = (reason, event)
    yield from (latest[key] for key in sorted(latest, key=_order))


def _order(key: tuple[str, str]) -> tuple[int, tuple[str, str]]:
    if key[0] in _TOPICS:
        return _TOPICS.index(key[0]), key
    return len(_TOPICS) + key[0].startswith("due."), key


@dataclass(frozen=True)
class _Told:
    """The decisions of one event, for one visit."""

    visit: Visit
    found: TicketPage
    event: Event

    @cached_property
    def telling(self) -> Telling:
        """The words of explanations, as the command line says them too."""
        found, live = self.found, self.found.live
        desk = found.desks.get(self.event.revision, live.desk)
        reader = Reader(self.visit.viewer, found.rights)
        whole = ExplainedTicket(
            live.tenant, found.row.number, found.row.type_key, live.desk, (), found.people, reader
        )
        decided = Decided(self.event, desk, ())
        return Telling(self.visit.app.renderer, self.visit.locale, whole, decided)

    def brief(self, kept: Mapping[str, Any]) -> Why:
        """One decision in a sentence, with the address of the rest."""
        return self._why(outline(reason_from(kept)))

    def why(self, kept: Mapping[str, Any]) -> Why:
        """One decision with the rules that were asked and what would have changed it."""
        telling = self.telling
        desk, type_key = telling.desk, self.found.row.type_key

        def may(path: Path) -> bool:
            return telling.found.reader.sees(desk, type_key, path.name)

        depth = Depth(SHOWN, SHOWN, changes=True)
        each = explain(desk, type_key, reason_from(kept), asked_then(desk, self.event), depth, may)
        return replace(
            self._why(each),
            steps=tuple(self._steps(telling, each)),
            later=tuple(self._row(telling, row, each) for row in each.later),
            more=each.more,
            ask_href="",
        )

    def _why(self, each: Explanation) -> Why:
        visit, telling = self.visit, self.telling
        topic, src = each.topic, without_column(each.place)
        specs = bool(visit.viewer.functions & {"edit_specs", "publish_specs"})
        due = topic.startswith("due.")
        return Why(
            topic="deadline" if due else topic if topic in _TOPICS else "other",  # type: ignore[arg-type]
            heading="" if due or topic in _TOPICS else telling.topic(topic),
            summary=self._summary(telling, each),
            src=src,
            src_href=visit.links.source(each.place) if specs and each.place else "",
            at=moment(self.event.at_us),
            ask_href=self._ask(each),
        )

    def _ask(self, each: Explanation) -> str:
        rule = each.rule if each.topic == AUTOMATION else ""
        url = self.visit.links.ticket(self.found.row.number, "why")
        return with_query(url, topic=each.topic, rule=rule)

    def _summary(self, telling: Telling, each: Explanation) -> str:
        say_, row = self.visit.say, each.winner
        if each.topic == "assignee":
            name, how = (
                say_outcome(each.said, telling.speaker),
                say_rule(each.said, telling.speaker),
            )
            if not each.said.get("chosen") or not how:
                return name
            return say_("%(name)s, by the team's rule (%(how)s)", name=name, how=how)
        if each.topic.startswith("due."):
            return self._deadline(each)
        outcome = telling.outcome(each)
        if each.topic in ("automation", "macro"):
            return outcome
        if each.rule == "default":
            return say_("%(outcome)s, as no rule decides", outcome=outcome)
        if row == "otherwise":
            return say_("%(outcome)s, as no other row matched", outcome=outcome)
        if each.rule.startswith("routing/"):
            return say_("%(outcome)s, by the row “%(row)s”", outcome=outcome, row=row)
        return say_("%(outcome)s, by %(rule)s", outcome=outcome, rule=each.rule)

    def _deadline(self, each: Explanation) -> str:
        policy = self.found.live.desk.policies.get(self.found.row.type_key)
        clock = policy.clocks.get(each.topic.removeprefix("due.")) if policy else None
        title = clock.title.say(self.visit.locale) if clock else self.visit.say("This step")
        target = _span(self.visit, str(each.said.get("target") or ""))
        return self.visit.say("%(clock)s within %(target)s, by the row “%(row)s”",
                              clock=title, target=target, row=each.winner)  # fmt: skip

    def _steps(self, telling: Telling, each: Explanation) -> Iterator[Step]:
        if each.topic == "assignee":
            yield from self._candidates(telling.speaker, each.said)
        elif each.rows:
            yield from (self._row(telling, row, each) for row in each.rows)
        elif each.read:
            # Decided by something else than a table: what it read is all there is to tell.
            known = (
                Reason(telling.speaker.label(k.path), "", telling.known(k), holds=True)
                if k.open
                else self._closed()
                for k in each.read
            )
            yield Step(each.rule, without_column(each.place), matched=True, reasons=tuple(known))

    def _row(self, telling: Telling, row: TriedRow, each: Explanation) -> Step:
        reasons = tuple(dict.fromkeys(self._reason(telling.speaker, one) for one in row.tested))
        late = row.held and not row.won
        note = telling.lost(row, each.winner) if late else ""
        if not reasons and not row.won and not late:
            note = say(row.when, telling.speaker)
        return Step(
            title=row.id,
            src=row.place,
            matched=row.won,
            reasons=reasons,
            note=_sentence(note),
            change=_sentence(telling.change(row)),
        )

    def _reason(self, speaker: Speaker, tested: Tested) -> Reason:
        if not tested.open:
            return self._closed()
        path = tested.test.path
        value = say_value(path, tested.value, speaker) or "–"
        return Reason(speaker.label(path), say_claim(tested.test, speaker), value, tested.held)

    def _closed(self) -> Reason:
        return Reason(self.visit.say("A field you may not see"), "", "", holds=False, hidden=True)

    def _candidates(self, speaker: Speaker, told: Mapping[str, Any]) -> Iterator[Step]:
        """Everyone who was looked at, team by team where several were asked."""
        teams = asked(told, speaker)
        for team in teams:
            if len(teams) > 1 or not team.candidates:
                title = team.title or self.visit.say("The team")
                yield Step(title, "", matched=not team.why_none, note=team.why_none or team.how)
            for each in team.candidates:
                yield Step(each.name, "", matched=each.chosen, note=each.says)


def guard_change(visit: Visit, found: TicketPage, transition: Transition) -> str:
    """The smallest change of values that would make the guard of a step hold, "" where it does."""
    desk, type_key = found.live.desk, found.row.type_key
    if holds(transition.when, found.facts, found.ask):
        return ""

    def may(path: Path) -> bool:
        return access.tells(desk, type_key, found.rights, path.name)

    row = Row(transition.id, transition.when, {}, transition.place)
    change = met(desk, type_key, row, found.facts, found.ask, may)
    return _sentence(say_what_if(change, Speaker.of(desk, visit.locale, type_key)))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _span(visit: Visit, written: str) -> str:
    """A target as people say it; one that is more than a length of time stays as it is written."""
    seconds = parse_seconds(written)
    return written if seconds is None else show_seconds(seconds, ValueReader(visit.locale))
