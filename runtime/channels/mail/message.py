"""A letter as an Internet message: text and HTML, headers that nobody can inject into."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

_LONG_LINES = SMTP.clone(max_line_length=900)
LONGEST_SUBJECT = 200
_MOST_BEFORE = 20
_PLAIN = r"[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f]"
_ADDRESS = re.compile(f"{_PLAIN}{{1,64}}@{_PLAIN}{{1,255}}")


class BadAddress(ValueError):
    """An address that no mail can be sent to."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one person.

    `key` is the effect's digest: of two letters with one key a receiver keeps one. `thread` is the
    same for all letters about one ticket. `before`: ids of the messages that the reader has of it,
    the newest last. `reply_to`: where answers go, if not to the sender. `answers_mail`: it answers
    a mail of the reader's.
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
    page: str
    locale: str
    at_us: int
    before: tuple[str, ...] = ()
    reply_to: str = ""
    answers_mail: bool = False

    @property
    def message_id(self) -> str:
        """Its id without angle brackets; the same whenever it is sent again."""
        return f"{self.key}@{self.host}"


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
    if letter.reply_to:
        made["Reply-To"] = address(letter.from_name, letter.reply_to)
    made["Message-ID"] = f"<{letter.message_id}>"
    # A thread of its own for each ticket, also with a program that has no message before this one.
    chain = [f"<{one}>" for one in (f"{letter.thread}@{letter.host}", *letter.before)]
    made["In-Reply-To"] = chain[-1]
    made["References"] = " ".join((chain[0], *chain[1:][-_MOST_BEFORE:]))
    made["Auto-Submitted"] = "auto-replied" if letter.answers_mail else "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    made["X-Specdesk"] = letter.host
    if letter.answers_mail:
        made["Precedence"] = "auto_reply"
    made["Content-Language"] = one_line(letter.locale)
    made.set_content(printable(letter.text), cte="quoted-printable")
    made.add_alternative(printable(letter.page), subtype="html", cte="quoted-printable")
    # An id longer than a short line would be written as encoded words, which no program looks for.
    made.policy = _LONG_LINES
    return made


def is_address(spec: str) -> bool:
    """Whether mail can be sent to an address."""
    try:
        address("", spec)
    except BadAddress:
        return False
    return True


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
