"""A ticket's words, steps and history as plain data, as far as the viewer may see them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from engine.decide.move import Way
from engine.decide.pending import request_of
from engine.facts import Viewer
from engine.values.registry import is_empty
from runtime.queries.read_ticket import TicketPage
from runtime.queries.ticket_data import file_data, instant, person_mark, team_id, value_data
from runtime.site.stored import frozen
from runtime.store.rows import Event, FileRow

_NAMES: Final = ("state", "priority", "team", "assignee", "tags", "flags", "subject")
_OUTSIDE: Final = ("created", "moved", "commented", "approved", "rated", "imported", "closed")
"""Verbs of events that who does not work here is told of."""


def comments_of(found: TicketPage, viewer: Viewer) -> list[dict[str, Any]]:
    """Everything that was said, oldest first; notes are for those who work here."""
    files: dict[str, list[FileRow]] = {}
    for row in found.files.values():
        if row.event_id and not row.field_key:
            files.setdefault(row.event_id, []).append(row)
    said: list[dict[str, Any]] = []
    for event in found.events:
        said += _words(found, viewer, event, files.get(event.id, []))
    return said


def _words(
    found: TicketPage, viewer: Viewer, event: Event, files: list[FileRow]
) -> Iterable[dict[str, Any]]:
    body, talk = event.body or {}, event.verb in ("commented", "noted")
    kinds = {"text": event.verb == "noted"} if talk else _ASIDE
    # What a granted move says are the words of who asked for it.
    speaker = str(body.get("asked_by") or "") if event.verb == "approved" else event.actor_id
    for key, internal in kinds.items():
        text = str(body.get(key) or "")
        if (internal and not viewer.is_staff) or not (text or (talk and files)):
            continue
        yield {
            "seq": event.seq,
            "at": instant(found.live.desk, event.at_us),
            "author": person_mark(speaker, found.people) if speaker else None,
            "internal": internal,
            "text": text,
            "files": [file_data(found.live.tenant, row) for row in files] if talk else [],
        }


def words_of(event: Event) -> tuple[str, bool]:
    """What somebody said with an event, and whether it is a note; "" where nothing."""
    body = event.body or {}
    if event.verb in ("commented", "noted"):
        return str(body.get("text") or ""), event.verb == "noted"
    return str(body.get("comment") or ""), False


def chosen_words(found: TicketPage, entries: Iterable[int]) -> str:
    """The public words of some events, as the description of another ticket; notes never."""
    wanted = set(entries)
    said = [words_of(event) for event in found.events if event.seq in wanted]
    return "\n\n".join(text for text, internal in said if text and not internal)[:10_000]


_ASIDE: Final = {"comment": False, "note": True, "why": True}


def files_of(found: TicketPage) -> list[dict[str, Any]]:
    """The ticket's files, with the field or the words that each belongs to."""
    fields = found.live.desk.types[found.row.type_key].fields
    seqs = {event.id: event.seq for event in found.events}
    return [
        {
            **file_data(found.live.tenant, row),
            "field": fields[key].id if (key := row.field_key or "") in fields else None,
            "seq": seqs.get(row.event_id or ""),
            "internal": row.visibility != "public",
        }
        for row in found.files.values()
    ]


def history_of(found: TicketPage, viewer: Viewer) -> list[dict[str, Any]]:
    """What happened, oldest first: who did what, and each change with before and after.

    A change of a field that is hidden from the viewer is not there; of a masked one both sides are
    left out. Who does not work here is told of steps and words, and of the state alone.
    """
    events = (e for e in found.events if viewer.is_staff or e.verb in _OUTSIDE)
    return [_happened(found, viewer, event) for event in events]


def _happened(found: TicketPage, viewer: Viewer, event: Event) -> dict[str, Any]:
    body = event.body or {}
    told: dict[str, Any] = {
        "seq": event.seq,
        "at": instant(found.live.desk, event.at_us),
        "verb": event.verb,
        "actor": person_mark(event.actor_id, found.people) if event.actor_id else None,
        "changes": list(_changes(found, viewer, body)),
    }
    for name in ("transition", "macro", "rating", "clock", "what", "automation"):
        if name in body and (viewer.is_staff or name in ("transition", "rating")):
            told[name] = body[name]
    if event.erased is not None:
        told["erased"] = True
    return told


def _changes(
    found: TicketPage, viewer: Viewer, body: Mapping[str, Any]
) -> Iterable[dict[str, Any]]:
    fields = found.live.desk.types[found.row.type_key].fields
    names = _NAMES if viewer.is_staff else ("state",)
    for change in body.get("changes", ()):
        name, item = str(change["name"]), fields.get(str(change["name"]))
        if item is None:
            if name in names:
                yield {"name": name, **_sides(found, name, change)}
            continue
        if not viewer.is_staff or found.rights.fields.get(name, "hidden") == "hidden":
            continue
        if not found.rights.reads(name):
            yield {"name": item.id, "masked": True}
            continue
        sides = (frozen(change["before"]), frozen(change["after"]))
        before, after = (value_data(found.live, item, one, found.files) for one in sides)
        yield {"name": item.id, "before": before, "after": after}


def _sides(found: TicketPage, name: str, change: Mapping[str, Any]) -> dict[str, Any]:
    return {side: _told(found, name, change[side]) for side in ("before", "after")}


def _told(found: TicketPage, name: str, value: Any) -> Any:
    if is_empty(value):
        return None
    desk = found.live.desk
    if name == "state":
        state = desk.types[found.row.type_key].states.get(str(value))
        return state.id if state else str(value)
    if name == "team":
        return team_id(desk, str(value))
    return person_mark(str(value), found.people) if name == "assignee" else value


def way_data(found: TicketPage, way: Way, why: list[str]) -> dict[str, Any]:
    """A transition from the present state: what it needs, and why it is not open."""
    model = found.live.desk.types[found.row.type_key]
    target = model.states[way.transition.target]
    fields = model.fields
    return {
        "id": way.transition.id,
        "to": target.id,
        "open": way.open,
        "needs": [fields[need].id if need in fields else need for need in way.needs],
        "approval": way.transition.approval is not None,
        "why_not": why,
    }


def pending_data(found: TicketPage, viewer: Viewer) -> dict[str, Any] | None:
    """The request that the ticket waits with; who is asked is told to those who work here."""
    request = request_of(found.facts)
    if request is None:
        return None
    told: dict[str, Any] = {
        "request": request.serial,
        "transition": request.transition,
        "asked_at": instant(found.live.desk, request.asked_us),
    }
    if viewer.is_staff:
        told["asker"] = person_mark(request.asker, found.people) if request.asker else None
        asked = found.facts.names("approvers")
        told["approvers"] = [person_mark(one, found.people) for one in asked]
    return told
