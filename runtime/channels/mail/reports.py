"""Delivery reports (RFC 3464) and calendar parts, read from their own small languages."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from icalendar import Calendar

from runtime.channels.mail.headers import Headers, ids, mailboxes, read_headers, text_of
from runtime.channels.mail.mime import Findings, Part, leaves
from runtime.channels.mail.parsed import DeliveryReport, Invitation, Mailbox, Undelivered

_MOST_RECIPIENTS: Final = 100
_MOST_EVENTS: Final = 20
_LONGEST_CALENDAR: Final = 256 * 1024
_BLANK: Final = re.compile(rb"\r?\n[ \t]*\r?\n")
_POSTMASTERS: Final = frozenset({"mailer-daemon", "postmaster"})
_REFUSED: Final = re.compile(r"\b5\.\d{1,3}\.\d{1,3}\b|\b55[0-9]\b")
_STATUS: Final = re.compile(rb"[245]\.\d{1,3}\.\d{1,3}")


def delivery_report(root: Part, found: Findings) -> DeliveryReport | None:
    """What a report says of each recipient; None where the mail is none."""
    parts = list(leaves(root))
    status = next((part for part in parts if part.type == "message/delivery-status"), None)
    told = root.headers.raw("x-failed-recipients")
    if status is None and not told:
        return _in_words(root, parts, found)
    recipients = list(_recipients(status, found)) if status else []
    if not recipients and told:
        words = text_of(told, found.note).split(",")[:_MOST_RECIPIENTS]
        recipients = [
            Undelivered(word.strip(), "failed", "5.0.0") for word in words if word.strip()
        ]
    original = _original(parts, found)
    about = (*ids(original.raw("message-id")), "")[0]
    return DeliveryReport(tuple(recipients), about, ids(original.raw("references")))


def _in_words(root: Part, parts: list[Part], found: Findings) -> DeliveryReport | None:
    """A report of a server that knows no RFC 3464: a postmaster's mail with the one it is about."""
    sender = (*mailboxes(root.headers.raw("from"), found.note), Mailbox())[0].address
    if sender.partition("@")[0].lower() not in _POSTMASTERS:
        return None
    original = _original(parts, found)
    about = (*ids(original.raw("message-id")), "")[0]
    if not about:
        return None
    words = next((p.text(found, _LONGEST_CALENDAR) for p in parts if p.type == "text/plain"), "")
    code = _REFUSED.search(words)
    action, status = ("failed", "5.0.0") if code else ("delayed", "")
    why = " ".join(words[code.start() :].split())[:500] if code else ""
    to = mailboxes(original.raw("to"), found.note)[:_MOST_RECIPIENTS]
    recipients = tuple(Undelivered(one.address, action, status, why) for one in to if one.address)
    return DeliveryReport(recipients, about, ids(original.raw("references")))


def receipt_of(root: Part, found: Findings) -> tuple[str, ...] | None:
    """The messages that a note about reading is of (RFC 8098); None where the mail is none."""
    for part in leaves(root):
        if part.type == "message/disposition-notification":
            block = part.decoded(found)[:_LONGEST_CALENDAR].strip()
            said = read_headers(block, found.note, found.limit)
            return ids(said.raw("original-message-id"))
    return None


def _recipients(part: Part, found: Findings) -> list[Undelivered]:
    made = []
    blocks = _BLANK.split(part.decoded(found)[:_LONGEST_CALENDAR].strip())
    for block in blocks[: _MOST_RECIPIENTS + 1]:
        said = read_headers(block, found.note, found.limit)
        who = said.raw("final-recipient") or said.raw("original-recipient")
        if not who:
            continue
        address = text_of(who, found.note).rpartition(";")[2].strip(" <>")
        action = text_of(said.raw("action"), found.note).lower()
        code = _STATUS.search(said.raw("status"))
        why = text_of(said.raw("diagnostic-code"), found.note)[:500]
        made.append(Undelivered(address[:320], action, code.group().decode() if code else "", why))
    return made


def _original(parts: list[Part], found: Findings) -> Headers:
    """The headers of the message that came back, whole or in part."""
    for part in parts:
        if part.type in ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers"):
            body = part.decoded(found).lstrip(b"\r\n")
            end = _BLANK.search(body)
            return read_headers(body[: end.start() if end else None], found.note, found.limit)
    return Headers()


def invitations(text: str, method: str, found: Findings) -> tuple[Invitation, ...]:
    """The events of a calendar part."""
    if len(text) > _LONGEST_CALENDAR:
        found.limit("calendar")
        return ()
    try:
        calendar = Calendar.from_ical(text)
        events = [item for item in calendar.subcomponents if item.name == "VEVENT"]
        said = str(calendar.get("METHOD", "") or method).upper()
        return tuple(_invitation(event, said) for event in events[:_MOST_EVENTS])
    # The library raises whatever its parts do on broken text.
    except Exception:
        found.note("calendar_broken")
        return ()


def _invitation(event: Any, method: str) -> Invitation:
    def said(name: str) -> str:
        return " ".join(str(event.get(name, "")).split())[:500]

    organizer = said("ORGANIZER")
    return Invitation(
        method=method[:40],
        summary=said("SUMMARY"),
        start_us=_instant(event, "DTSTART"),
        end_us=_instant(event, "DTEND"),
        organizer=organizer[7:] if organizer.lower().startswith("mailto:") else organizer,
        location=said("LOCATION"),
        uid=said("UID"),
    )


def _instant(event: Any, name: str) -> int | None:
    value = getattr(event.get(name), "dt", None)
    if isinstance(value, datetime):
        at = value if value.tzinfo else value.replace(tzinfo=UTC)
    elif isinstance(value, date):
        at = datetime(value.year, value.month, value.day, tzinfo=ZoneInfo("UTC"))
    else:
        return None
    return round(at.timestamp()) * 1_000_000
