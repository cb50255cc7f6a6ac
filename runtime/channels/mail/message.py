"""A letter as an Internet message: text and plain HTML, headers that nobody can inject into."""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

LONGEST_SUBJECT = 200
_PLAIN = r"[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]"
_ADDRESS = re.compile(f"{_PLAIN}{{1,64}}@{_PLAIN}{{1,255}}")
_LINK = re.compile(r"https?://[^\s<>\"']+")
_TRAILING = ".,;:!?)。，；：！？）”」"


class BadAddress(ValueError):
    """An address that no mail can be sent to."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one person.

    `key` is the effect's digest: of two letters with one key a receiver keeps one. `thread` is the
    same for all letters about one ticket.
    """

    key: str
    thread: str
    host: str
    from_name: str
    from_address: str
    to_name: str
    to_address: str
    subject: str
    text: str
    locale: str
    at_us: int


def message(letter: Letter) -> EmailMessage:
    """The message, ready to be sent.

    Raises:
        BadAddress: the sender's or the recipient's address is none.
    """
    made = EmailMessage(policy=SMTP)
    made["From"] = address(letter.from_name, letter.from_address)
    made["To"] = address(letter.to_name, letter.to_address)
    made["Subject"] = one_line(letter.subject)[:LONGEST_SUBJECT]
    made["Date"] = format_datetime(datetime.fromtimestamp(letter.at_us // 1_000_000, UTC))
    made["Message-ID"] = f"<{letter.key}@{letter.host}>"
    root = f"<{letter.thread}@{letter.host}>"
    made["In-Reply-To"] = root
    made["References"] = root
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    made["Content-Language"] = one_line(letter.locale)
    made.set_content(printable(letter.text), cte="quoted-printable")
    made.add_alternative(as_html(letter.text), subtype="html", cte="quoted-printable")
    return made


def address(name: str, spec: str) -> Address:
    """A mailbox; the name may be anything, the address must be one.

    Raises:
        BadAddress: it is none.
    """
    if not _ADDRESS.fullmatch(spec):
        raise BadAddress("no mail address")
    local, _, domain = spec.rpartition("@")
    try:
        domain = domain.encode("idna").decode() if not domain.isascii() else domain
        return Address(one_line(name)[:100], username=local, domain=domain)
    except (ValueError, UnicodeError) as wrong:
        raise BadAddress("no mail address") from wrong


def one_line(text: str) -> str:
    """Text without line breaks or control characters, for a header."""
    return " ".join(printable(text).split())


def printable(text: str) -> str:
    """Text without control characters; line breaks and tabs stay."""
    even = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in even if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def as_html(text: str) -> str:
    """The text as HTML: escaped, its lines kept, its links to be followed."""
    said = printable(text)
    parts: list[str] = []
    end = 0
    for found in _LINK.finditer(said):
        link = found.group().rstrip(_TRAILING)
        parts.append(html.escape(said[end : found.start()]))
        parts.append(f'<a href="{html.escape(link)}">{html.escape(link)}</a>')
        end = found.start() + len(link)
    parts.append(html.escape(said[end:]))
    body = "".join(parts).replace("\n", "<br>\n")
    page = f'<html><body><p style="font-family:sans-serif">{body}</p></body></html>'
    return f"<!doctype html>\n{page}\n"
