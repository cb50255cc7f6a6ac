"""The screens of the intake ledger from its rows and counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from runtime.actions.save_draft import Bench
from runtime.queries.arrivals import SHOWN, Ledger, One
from runtime.render.catalogues import N_
from runtime.render.words import file_size
from runtime.site.links import with_query
from runtime.store.rows import Arrival
from runtime.web.pages import moment
from runtime.web.requests import Visit
from runtime.web.screens.studio.build_pages import frame
from runtime.web.screens.studio.intake import (
    ArrivalRow,
    BoxRow,
    Choice,
    DayRow,
    Line,
    StudioArrival,
    StudioIntake,
    WayRow,
)

WAYS: Final[Mapping[str, str]] = {
    "mail": N_("Mail"),
    "portal": N_("Portal"),
    "desk": N_("Desk"),
    "api": N_("API"),
    "webhook": N_("Webhook"),
    "phone": N_("Phone"),
}
STATES: Final[Mapping[str, tuple[str, str]]] = {
    "ticketed": (N_("became a ticket"), "ok"),
    "joined": (N_("joined a ticket"), "ok"),
    "quarantined": (N_("in quarantine"), "warn"),
    "refused": (N_("not taken"), "danger"),
    "arrived": (N_("waits"), ""),
}
REASONS: Final[Mapping[str, str]] = {
    "again": N_("The same message came before"),
    "answer": N_("An answer to the ticket"),
    "empty": N_("An answer without words or files"),
    "auto_reply": N_("An automatic reply"),
    "bounce": N_("A letter of ours came back from %(address)s"),
    "delayed": N_("A letter of ours to %(address)s is late"),
    "bounce_of_nothing": N_("A report about a letter that we did not send"),
    "loop": N_("Our own letter, or written in our own name"),
    "shut_out": N_("The sender may not write any more"),
    "unknown_sender": N_("The sender is not known, and the channel takes known people only"),
    "too_many": N_("More than %(most)s messages of one sender in an hour"),
    "too_large": N_("Larger than what is taken; only its head was kept"),
    "unreadable": N_("It can't be read: %(code)s"),
    "no_sender": N_("It names no sender"),
    "no_channel": N_("The channel `%(channel)s` is gone"),
    "gone": N_("The message is not in the file store any more"),
    "failed": N_("It failed again and again"),
    "incomplete": N_("It lacks what the form wants"),
    "refused": N_("The ticket refused it: %(codes)s"),
    "form": N_("The form refused it: %(codes)s"),
    "discarded": N_("Given up by %(by)s: %(why)s"),
}


def intake_screen(visit: Visit, bench: Bench, seen: Ledger, way: str, state: str) -> StudioIntake:
    """The ledger's page."""
    page, nav = frame(visit, bench, visit.say("Intake"), "intake")
    here = visit.links.studio("intake")
    known = [one for one in WAYS if any(found == one for found, _ in seen.counts)]
    last = seen.rows[-1].id if len(seen.rows) == SHOWN else ""
    return StudioIntake(
        page,
        nav,
        tuple(_way(visit, one, seen) for one in known),
        tuple(_days(seen, known, ZoneInfo(visit.desk.desk.tenant.zone))),
        tuple(_boxes(visit, seen)),
        _choices(visit, {one: WAYS[one] for one in known}, way, here, "way", state=state),
        _choices(visit, {one: STATES[one][0] for one in STATES}, state, here, "state", way=way),
        tuple(_row(visit, one, seen.numbers.get(one.ticket_id or "", "")) for one in seen.rows),
        with_query(here, way=way, state=state, before=last) if last else "",
    )


def _way(visit: Visit, way: str, seen: Ledger) -> WayRow:
    found = {state: seen.counts.get((way, state), 0) for state in STATES}
    return WayRow(
        visit.say(WAYS[way]),
        sum(found.values()),
        found["ticketed"],
        found["joined"],
        found["quarantined"],
        found["refused"],
        found["arrived"],
    )


def _days(seen: Ledger, ways: Sequence[str], zone: ZoneInfo) -> Iterable[DayRow]:
    for day in sorted({one.day_us for one in seen.days}, reverse=True):
        found = [one for one in seen.days if one.day_us == day]
        counts = tuple(sum(one.count for one in found if one.way == way) for way in ways)
        kept = sum(one.count for one in found if one.state == "quarantined")
        yield DayRow(moment(day).astimezone(zone).date().isoformat(), counts, kept)


def _boxes(visit: Visit, seen: Ledger) -> Iterable[BoxRow]:
    channels = visit.desk.desk.channels
    for one in seen.boxes:
        channel = channels.get(one.channel_id)
        if channel is None or channel.mailbox is None:
            continue
        yield BoxRow(
            channel.title.say(visit.locale),
            moment(one.read_us) if one.read_us is not None else None,
            one.fault or "",
            moment(one.fault_us) if one.fault_us is not None else None,
        )


def _choices(
    visit: Visit, known: Mapping[str, str], chosen: str, here: str, name: str, **kept: str
) -> tuple[Choice, ...]:
    every = {"": N_("All"), **known}
    return tuple(
        Choice(visit.say(text), with_query(here, **{**kept, name: word}), word == chosen)
        for word, text in every.items()
    )


def _row(visit: Visit, one: Arrival, number: str) -> ArrivalRow:
    summary = one.summary or {}
    state, tone = STATES[one.state]
    return ArrivalRow(
        moment(one.at_us),
        visit.say(WAYS.get(one.way, one.way)),
        visit.say(state),
        tone,
        str(summary.get("subject") or ""),
        str(summary.get("from") or summary.get("envelope_from") or ""),
        _reason(visit, one),
        visit.links.studio("intake", one.id),
        number,
        visit.links.ticket(number) if number else "",
    )


def _reason(visit: Visit, one: Arrival, by: str = "") -> str:
    if not one.reason:
        return ""
    said = dict.fromkeys(("address", "most", "code", "channel", "codes", "by", "why"), "")
    for name, value in (one.said or {}).items():
        said[name] = visit.listed(map(str, value)) if isinstance(value, list) else str(value)
    said["by"] = by
    return visit.say(REASONS.get(one.reason, N_("For another reason")), **said)


def arrival_screen(visit: Visit, bench: Bench, seen: One, problem: str = "") -> StudioArrival:
    """One arrival."""
    row = seen.row
    page, nav = frame(visit, bench, visit.say("Intake"), "intake")
    links, held = visit.links, row.state == "quarantined"
    kept = bool(row.raw_sha256)
    shown = _row(visit, row, seen.number)
    return StudioArrival(
        page,
        nav,
        shown,
        links.studio("intake"),
        tuple(_facts(visit, seen)),
        links.studio("intake", row.id, "raw") if row.raw_sha256 else "",
        links.studio("intake", row.id, "replay")
        if kept and row.state in ("quarantined", "refused")
        else "",
        links.studio("intake", row.id, "discard") if held else "",
        problem,
    )


def _facts(visit: Visit, seen: One) -> Iterable[Line]:
    row, say = seen.row, visit.say
    summary = row.summary or {}
    channel = visit.desk.desk.channels.get(row.channel_id)
    said = (
        (say("Reason"), _reason(visit, row, seen.by), "", False),
        (say("Details"), str((row.said or {}).get("why", "")), "", False),
        (say("Ticket"), seen.number, visit.links.ticket(seen.number) if seen.number else "", True),
        (say("The first one"), *_first(visit, row), True),
        (say("Channel"), channel.title.say(visit.locale) if channel else row.channel_id, "", False),
        (say("Person"), seen.person, "", False),
        (say("Return path"), str(summary.get("envelope_from", "")), "", True),
        (say("Sent to"), str(summary.get("envelope_to") or summary.get("to", "")), "", True),
        (say("Its own name"), row.remote_id or "", "", True),
        (say("Size"), file_size(row.raw_size) if row.raw_size else "", "", False),
        (say("Tries"), str(row.attempts) if row.attempts else "", "", False),
    )
    for label, value, href, mono in said:
        if value:
            yield Line(label, value, href, mono)


def _first(visit: Visit, row: Arrival) -> tuple[str, str]:
    first = str((row.said or {}).get("first", ""))
    return (first, visit.links.studio("intake", first)) if first else ("", "")
