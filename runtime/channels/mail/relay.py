"""The way to the SMTP server: who it is, and what it said to a message."""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib
from aiosmtplib.errors import (
    SMTPAuthenticationError,
    SMTPException,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

_PORTS = {"smtp": 25, "smtps": 465}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Relay:
    """A server that takes our mail. `start_tls` None: where the server offers it."""

    host: str
    port: int
    tls: bool
    start_tls: bool | None
    user: str
    password: str
    from_address: str
    folder: Path | None = None
    """Where letters are laid down instead of being sent, to look at them: a demo, a first try."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a message did not go. `again`: the server, or the way to it, may think better of it."""

    why: str
    again: bool


def relay_of(url: str, host: str) -> Relay:
    """Read `smtp://user:password@host:587?from=desk@example.com&tls=required`.

    `smtps` speaks TLS from the start; `tls=required` (the default where a password is sent to
    another machine) refuses a server without STARTTLS, `tls=none` never asks for it. Without `from`
    the user is the sender where it is an address, else `specdesk@` and `host`, our own name. With
    `file:///folder` nothing is sent: each letter is laid down there.
    """
    parts = urlsplit(url)
    if parts.scheme == "file":
        folder = Path(unquote(parts.path))
        return Relay("", 0, False, None, "", "", f"specdesk@{host}", folder)
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    server = parts.hostname or "localhost"
    start_tls = {"required": True, "none": False}.get(asked.get("tls", ""))
    if start_tls is None and password and server not in _LOOPBACK:
        start_tls = True
    tls = parts.scheme == "smtps"
    sender = asked.get("from") or (user if "@" in user else f"specdesk@{host}")
    port = parts.port or _PORTS[parts.scheme]
    return Relay(server, port, tls, False if tls else start_tls, user, password, sender)


async def send(
    relay: Relay, message: EmailMessage, *, sender: str = "", timeout_s: float = 20.0
) -> Refusal | None:
    """Hand a message over; None when the server has taken it.

    `sender`: where it comes back to if nobody takes it; the relay's own address if nothing is said.
    """
    if relay.folder is not None:
        await asyncio.to_thread(_lay_down, relay.folder, message)
        return None
    try:
        await aiosmtplib.send(
            # Written here by its own policy: the library's would encode ids that are long.
            message.as_bytes(),
            recipients=[one.addr_spec for one in message["To"].addresses],
            sender=sender or relay.from_address,
            hostname=relay.host,
            port=relay.port,
            username=relay.user or None,
            password=relay.password or None,
            use_tls=relay.tls,
            start_tls=relay.start_tls,
            timeout=timeout_s,
        )
    except SMTPAuthenticationError as wrong:
        # The operator will mend the password; the letters wait for that.
        return Refusal(f"sign-in refused: {wrong.code} {wrong.message}", again=True)
    except SMTPRecipientsRefused as wrong:
        first = wrong.recipients[0]
        return Refusal(f"{first.code} {first.message}", again=_temporary(first.code))
    except SMTPResponseException as wrong:
        return Refusal(f"{wrong.code} {wrong.message}", again=_temporary(wrong.code))
    except (SMTPException, OSError, ssl.SSLError, TimeoutError) as wrong:
        return Refusal(f"{type(wrong).__name__}: {wrong}", again=True)
    return None


def _lay_down(folder: Path, message: EmailMessage) -> None:
    """The letter as a file, and its text beside it for whoever has no program for mail."""
    folder.mkdir(parents=True, exist_ok=True)
    sent = parsedate_to_datetime(str(message["Date"]))
    digest = hashlib.sha256(str(message["Message-ID"]).encode()).hexdigest()[:8]
    name = f"{sent:%Y%m%d-%H%M%S}-{digest}"
    text = message.get_body(("plain",))
    head = f"To: {message['To']}\nSubject: {message['Subject']}\n\n"
    (folder / f"{name}.eml").write_bytes(message.as_bytes())
    (folder / f"{name}.txt").write_text(head + (text.get_content() if text else ""), "utf-8")


def _temporary(code: int) -> bool:
    return not 500 <= code < 600
