"""The ticket's history: who did what when, each change with before and after, within rights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.model.field import FieldModel
from engine.values.registry import is_empty, show
from runtime.queries.past_words import item_of
from runtime.queries.read_ticket import TicketPage
from runtime.render.catalogues import N_
from runtime.site.stored import frozen
from runtime.store.rows import Event as Journaled
from runtime.store.rows import FileRow
from runtime.web.pages import moment, person_mark
from runtime.web.requests import Visit
from runtime.web.screens.build_cells import Cells
from runtime.web.screens.build_files import file_mark
from runtime.web.screens.build_notes import noted_words
from runtime.web.screens.ticket.build_lines import lines
from runtime.web.screens.ticket.talk import Change, Entry, Event, Message

SAID: Mapping[str, tuple[str, str]] = {
    "created": (N_("submitted the ticket"), "plus"),
    "moved": (N_("took the step “%(step)s”"), "arrow-right"),
    "edited": (N_("changed the details"), "pencil"),
    "assigned": (N_("assigned the ticket"), "user"),
    "transferred": (N_("handed the ticket over"), "split"),
    "commented": (N_("replied"), "message-square"),
    "noted": (N_("wrote a note"), "lock"),
    "imported": (N_("was imported"), "download"),
    "closed": (N_("closed the ticket"), "check"),
    "warned": (N_("a deadline is near"), "timer"),
    "breached": (N_("a deadline was missed"), "alarm-clock"),
    "limit": (N_("the step takes longer than its limit"), "alarm-clock"),
    "covered": (N_("handed the ticket on, as its assignee is away"), "user"),
    "rebalanced": (N_("handed the ticket on, to share out the load"), "user"),
    "visit_planned": (N_("planned a visit: %(mark)s"), "calendar-plus"),
    "visit_moved": (N_("moved the visit to %(mark)s"), "calendar-clock"),
    "visit_done": (N_("the visit took place: %(mark)s"), "calendar-check"),
    "visit_missed": (N_("nobody was there for the visit: %(mark)s"), "calendar-x"),
    "visit_cancelled": (N_("cancelled the visit: %(mark)s"), "calendar-x"),
    "time_spent": (N_("booked time: %(mark)s"), "timer"),
    "time_taken_back": (N_("took booked time back: %(mark)s"), "undo-2"),
    "late_explained": (N_("said why the promise was missed: %(mark)s"), "message-square-text"),
    "rated": (N_("rated the solution: %(mark)s"), "star"),
    "macro_used": (N_("used the macro “%(step)s”"), "zap"),
    "reacted": (N_("an automation ran"), "zap"),
    "restored": (N_("took an act on many tickets back"), "undo-2"),
    "linked": (N_("made it a part of %(number)s"), "git-branch"),
    "unlinked": (N_("took it out of %(number)s, where it was a part"), "x"),
    "linked_somewhere": (N_("linked the ticket"), "link"),
    "merged_somewhere": (N_("merged the ticket"), "merge"),
    "part_added": (N_("added the part %(number)s"), "git-branch"),
    "part_removed": (N_("took out the part %(number)s"), "x"),
    "parts_done": (N_("its parts are all done"), "circle-check"),
    "merged": (N_("merged the ticket into %(number)s"), "merge"),
    "unmerged": (N_("undid the merge into %(number)s"), "undo-2"),
    "merged_in": (N_("merged %(number)s into this ticket"), "merge"),
    "merged_out": (N_("undid the merge of %(number)s into this ticket"), "undo-2"),
    "merge_then": (N_("chose what becomes of the merged tickets"), "merge"),
    "settled": (N_("%(number)s, which handles it, was solved"), "circle-check"),
    "related": (N_("linked %(number)s"), "link"),
    "unrelated": (N_("took away the link to %(number)s"), "x"),
    "duplicate": (N_("marked it as a duplicate of %(number)s"), "copy"),
    "original": (N_("marked %(number)s as a duplicate of this ticket"), "copy"),
    "split_off": (N_("split %(number)s off from it"), "split"),
    "watched": (N_("lets %(who)s watch the ticket"), "eye"),
    "unwatched": (N_("no longer lets %(who)s watch the ticket"), "eye-off"),
    "refreshed": (N_("looked the records up again"), "refresh-cw"),
    "called": (N_("told another system: %(mark)s"), "send"),
    "call_failed": (N_("another system did not take it: %(mark)s"), "circle-alert"),
    "asked": (N_("asked for approval of “%(step)s”"), "circle-help"),
    "approved": (N_("approved “%(step)s”"), "circle-check"),
    "refused": (N_("did not approve “%(step)s”"), "ban"),
    "withdrawn": (N_("withdrew the request to approve “%(step)s”"), "undo-2"),
    "late": (N_("nobody has decided on the approval in time"), "alarm-clock"),
    "look": (N_("looked again at who approves"), "users"),
    "retimed": (N_("deadlines were computed anew"), "timer"),
    "mapped": (N_("a change of the specs gave it other values"), "replace"),
    "converted": (N_("a change of the specs turned a value into another type"), "replace"),
    "known_again": (N_("two records of one person were merged"), "merge"),
    "told_apart": (N_("the merge of two people's records was undone"), "split"),
    "mail_bounced": (N_("got a letter back: %(mark)s"), "circle-alert"),
    "returned": (N_("the pilot ended; the ticket went back to the live rules"), "timer"),
}
_TAKEN_AWAY: Mapping[str, str] = {"linked": "unlinked", "related": "unrelated"}
MADE: Mapping[str, str] = {
    "part": N_("submitted the ticket, as a part of %(number)s"),
    "copy": N_("submitted the ticket, as a copy of %(number)s"),
    "split": N_("split the ticket off from %(number)s"),
    "batch": N_("submitted the ticket, to handle several as one"),
}
_SHOWN = ("state", "priority", "team", "assignee", "tags", "flags", "subject")
_TALK = ("commented", "noted")


def entries(visit: Visit, found: TicketPage, tab: str) -> Iterable[Entry]:
    """Events in order, oldest first; `tab`: all, talk (words only), changes (no words)."""
    files: dict[str, list[FileRow]] = {}
    for row in found.files.values():
        if row.event_id and not row.field_key:
            files.setdefault(row.event_id, []).append(row)
    for event in found.events:
        words = list(_words(visit, found, event, files.get(event.id, [])))
        if tab != "talk" and event.verb not in _TALK:
            yield _line(visit, found, event)
        elif tab != "talk":
            line = _line(visit, found, event)
            if line.changes:
                yield line
        if tab != "changes":
            yield from words


def _words(
    visit: Visit, found: TicketPage, event: Journaled, files: list[FileRow]
) -> Iterable[Message]:
    body = event.body or {}
    # What a granted move says are the words of who asked for it.
    speaker = str(body.get("asked_by") or "") if event.verb == "approved" else event.actor_id
    person = found.people.get(speaker or "")
    said = (
        [("text", event.verb == "noted")]
        if event.verb in _TALK
        else [("comment", False), ("note", True), ("why", True)]
    )
    spoken = [one for one in said if body.get(one[0])] or (said[:1] if files else [])
    for key, internal in spoken:
        shown, folded = lines(str(body.get(key) or ""), _mentioned(found, body))
        yield Message(
            id=event.id if key in ("text", "comment") else f"{event.id}-{key}",
            person=person_mark(person, str(body.get("by") or "Specdesk")),
            paragraphs=shown,
            folded=folded,
            at=moment(event.at_us),
            internal=internal,
            role=visit.say("Customer") if person is not None and person.kind == "customer" else "",
            files=tuple(file_mark(visit, f) for f in files) if key == spoken[0][0] else (),
            rest=str(body.get("rest") or "") if event.verb in _TALK else "",
        )


def _mentioned(found: TicketPage, body: Mapping[str, Any]) -> list[str]:
    ids = map(str, body.get("mentions", ()))
    return [found.people[one].name for one in ids if one in found.people]


def _as_guest(visit: Visit, name: str) -> str:
    """That nobody has proved who it was: a form takes any address, and the name that is given."""
    if not name:
        return visit.say("submitted the ticket without signing in")
    return visit.say("submitted the ticket without signing in, by the name “%(name)s”", name=name)


def _line(visit: Visit, found: TicketPage, event: Journaled) -> Event:
    body = event.body or {}
    verb = _verb(event, body)
    text, icon = SAID.get(verb, (N_("changed the ticket"), "circle-dot"))
    person = found.people.get(event.actor_id or "")
    actor = person.name if person else str(body.get("by") or "Specdesk")
    reason = next(iter(body.get("reasons", ())), None) if verb == "created" else None
    place = str(reason["place"]) if reason and reason.get("place") else ""
    said = visit.say(
        text,
        step=_step(visit, found, body),
        mark=_mark(visit, found, body),
        number=str(body.get("number", "")),
        who=_watcher(visit, found, body),
    )
    if verb == "created" and isinstance(body.get("guest"), dict):
        said = _as_guest(visit, str(body["guest"].get("name", "")))
    if body.get("made_from"):
        said = visit.say(MADE[str(body["made_how"])], number=str(body["made_from"]))
    if lacks := _fields_of(visit, found, body.get("missing", ())):
        said = visit.say(N_("%(did)s; still to be filled: %(fields)s"), did=said, fields=lacks)
    if like := body.get("suggested"):
        whence = N_("%(did)s, as %(agree)s of %(of)s similar tickets suggest")
        said = visit.say(whence, did=said, agree=like["agree"], of=like["of"])
    return Event(
        id=f"e-{event.id}",
        actor=actor,
        text=said,
        at=moment(event.at_us),
        icon=icon,
        changes=() if verb == "created" else tuple(_changes(visit, found, body)),
        src=place.rpartition(":")[0] if place.count(":") == 2 else place,
    )


def _fields_of(visit: Visit, found: TicketPage, keys: Iterable[Any]) -> str:
    """The labels of fields that a mail did not say and that the viewer may know of."""
    fields = found.live.desk.types[found.row.type_key].fields
    return visit.listed(
        fields[key].label.say(visit.locale)
        for key in map(str, keys)
        if key in fields
        and found.rights.fields.get(key, "hidden") != "hidden"
        and is_empty(found.facts.get(key))
    )


def _watcher(visit: Visit, found: TicketPage, body: Mapping[str, Any]) -> str:
    person = found.people.get(str(body.get("person", "")))
    return person.name if person is not None else visit.say("somebody")


def _mark(visit: Visit, found: TicketPage, body: Mapping[str, Any]) -> str:
    """What is rated, which address a letter came back from and why, or what was noted beside."""
    if noted := noted_words(visit, found, body):
        return noted
    parts = (body.get("rating"), body.get("address"), body.get("call"), body.get("said"))
    return " · ".join(str(one) for one in parts if one)


def _verb(event: Journaled, body: Mapping[str, Any]) -> str:
    if event.verb == "called" and not body.get("went_well"):
        return "call_failed"
    if event.verb == "related" and body.get("on", True) and body.get("sort") != "related":
        return str(body.get("sort"))
    if event.verb in ("linked", "merged") and not body.get("number"):
        return f"{event.verb}_somewhere"
    if event.verb in _TAKEN_AWAY and not body.get("on", True):
        return _TAKEN_AWAY[event.verb]
    if event.verb != "fell_due":
        return event.verb
    what = str(body.get("what", ""))
    kinds = {"breach": "breached", "limit": "limit", "close": "closed"}
    if what.startswith("held:"):
        return "reacted"
    kinds |= {"late": "late", "look": "look"}
    return kinds.get(what, "warned" if what.startswith("warn") else "moved")


def _step(visit: Visit, found: TicketPage, body: Mapping[str, Any]) -> str:
    """What the transition or the macro of an event is called."""
    if "macro" in body:
        macro = found.live.desk.macros.get(str(body["macro"]))
        return macro.title.say(visit.locale) if macro else str(body["macro"])
    transition = str(body.get("transition", ""))
    model = found.live.desk.types[found.row.type_key].transitions.get(transition)
    return model.title.say(visit.locale) if model else transition


def _changes(visit: Visit, found: TicketPage, body: Mapping[str, Any]) -> Iterable[Change]:
    """The changes of an event that people read; a field's only within the viewer's rights."""
    cells = Cells(visit, found.people, found.ask.now_us)
    type_model = found.live.desk.types[found.row.type_key]
    for change in body.get("changes", ()):
        name = str(change["name"])
        item = type_model.fields.get(name)
        if item is None and name not in _SHOWN:
            continue
        if item is not None and found.rights.fields.get(name, "hidden") == "hidden":
            continue
        masked = item is not None and not found.rights.reads(name)
        before, after = (
            ("••••" if not is_empty(side) else "")
            if masked
            else said(visit, found, item, name, side)
            for side in (change["before"], change["after"])
        )
        yield Change(cells.label(name, (type_model.key,)), before, after)


def said(visit: Visit, found: TicketPage, item: FieldModel | None, name: str, value: Any) -> str:
    """A value of history in today's words."""
    if is_empty(value):
        return ""
    desk, locale = found.live.desk, visit.locale
    names = {p.id: p.name for p in found.people.values()}
    for then in (*reversed(found.former), desk):
        names |= {key: team.title.say(locale) for key, team in then.teams.items()}
    if item is not None:
        if item.type in ("files", "image"):
            return visit.count("%(count)s file", "%(count)s files", len(value))
        if item.options:
            item = item_of((desk, *found.former), found.row.type_key, name, value) or item
        return show(item, frozen(value), locale, desk.tenant.zone, names)
    if name == "state":
        models = [d.types[found.row.type_key] for d in (desk, *found.former)
                  if found.row.type_key in d.types]  # fmt: skip
        states = [m.states[str(value)] for m in models if str(value) in m.states]
        return states[0].title.say(locale) if states else str(value)
    if name == "priority":
        return desk.tenant.priorities[str(value)].say(locale)
    if name in ("tags", "flags"):
        known = desk.tenant.tags if name == "tags" else desk.tenant.flags
        return visit.listed(known[k].title.say(locale) if k in known else str(k) for k in value)
    return names.get(str(value), str(value))
