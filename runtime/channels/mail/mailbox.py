"""A mailbox read over IMAP. Blocking: each one is spoken to from a thread of its own."""

from __future__ import annotations

import contextlib
import imaplib
import re
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qs, unquote, urlsplit

from imap_tools import BaseMailBox, ImapToolsError

_PORTS: Final = {"imap": 143, "imaps": 993}
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
ANSWER_S: Final = 30.0
"""How long the server may think before it says something."""
_NEWEST: Final = 500
_SIZE: Final = re.compile(rb"RFC822\.SIZE (\d+)")
_MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


class BadUrl(ValueError):
    """The address of a mailbox is none."""


class MailboxFault(Exception):
    """The server is away, refuses us, or says what it may not; `again` after a while."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mailbox is. `tls`: from the start; `start_tls`: after the greeting, or not at all."""

    host: str
    port: int
    user: str
    folder: str
    tls: bool
    start_tls: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What the server says of a folder when it is opened."""

    validity: int
    can_idle: bool


@dataclass(frozen=True, slots=True)
class Fetched:
    """One message; `whole` is False where it was larger than wanted and only its head came."""

    uid: int
    content: bytes
    size: int
    whole: bool


def place_of(url: str) -> Place:
    """Read `imaps://user@host/INBOX`, or `imap://user@host:143/INBOX?tls=required`.

    `imap` asks for STARTTLS and goes on in the clear only on this very machine, or with `tls=none`.

    Raises:
        BadUrl: it is not like that.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise BadUrl("want imaps://user@host/INBOX") from None
    if parts.scheme not in _PORTS or not parts.hostname or not parts.username:
        raise BadUrl("want imaps://user@host/INBOX")
    asked = parse_qs(parts.query).get("tls", [""])[-1]
    tls = parts.scheme == "imaps"
    plain = asked == "none" or (not asked and parts.hostname in _LOOPBACK)
    folder = unquote(parts.path.lstrip("/")) or "INBOX"
    user = unquote(parts.username)
    return Place(
        parts.hostname, port or _PORTS[parts.scheme], user, folder, tls, not tls and not plain
    )


class Mailbox:
    """One connection with one folder. Every method may raise `MailboxFault`; then it is done for.

    `address` is where to connect to; the certificate is checked for the host's own name.
    """

    def __init__(
        self, place: Place, address: str = "", trust: ssl.SSLContext | None = None
    ) -> None:
        self._place, self._address = place, address or place.host
        self._trust = trust or ssl.create_default_context()
        self._box: BaseMailBox | None = None
        self._standing = Standing(0, can_idle=False)

    def open(self, password: str) -> Standing:
        """Connect, sign in and open the folder."""
        with _faults():
            box = self._box = _Connected(self._place, self._address, self._trust)
            if not password.isascii() or not self._place.user.isascii():
                box.login_utf8(self._place.user, password, None)
            else:
                box.login(self._place.user, password, None)
            box.folder.set(self._place.folder)
            _, found = box.client.response("UIDVALIDITY")
            validity = int(found[0]) if found and found[0] else 0
            self._standing = Standing(validity, "IDLE" in box.client.capabilities)
        return self._standing

    @property
    def can_idle(self) -> bool:
        """Whether the server tells of new messages by itself."""
        return self._standing.can_idle

    def newer(self, position: int) -> list[int]:
        """UIDs after `position`, in order, so many at once."""
        with _faults():
            found = self._uids(f"UID {position + 1}:*")
        # `n:*` names the last message even if it is older than n.
        return sorted(uid for uid in found if uid > position)[:_NEWEST]

    def unread(self, since_us: int | None) -> list[int]:
        """UIDs not seen by anybody yet, and all that came since the day of an instant."""
        asked = "UNSEEN"
        if since_us is not None:
            day = datetime.fromtimestamp(since_us / 1e6, UTC)
            asked = f"OR UNSEEN SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}"
        with _faults():
            return sorted(self._uids(asked))

    def last(self) -> int:
        """The greatest UID there is, 0 in an empty folder."""
        with _faults():
            return max(self._uids("UID *"), default=0)

    def fetch(self, uid: int, most: int) -> Fetched | None:
        """A message without touching its flags; None when it is gone."""
        with _faults():
            size = self._size(uid)
            if size is None:
                return None
            part = "BODY.PEEK[]" if size <= most else "BODY.PEEK[HEADER]"
            said = self._command("FETCH", str(uid), f"({part})")
            content = next((one[1] for one in said if isinstance(one, tuple)), None)
        if content is None:
            return None
        return Fetched(uid, bytes(content[:most]), size, whole=size <= most)

    def done(self, uids: list[int], how: str, folder: str) -> None:
        """Say there that messages are on record here: `seen`, `move` or `delete`."""
        box, named = self._open(), [str(uid) for uid in uids]
        with _faults():
            if how == "delete":
                box.delete(named)
            elif how == "move":
                if not box.folder.exists(folder):
                    box.folder.create(folder)
                box.move(named, folder)
            else:
                self._command("STORE", ",".join(named), "+FLAGS.SILENT", "(\\Seen)")

    def wait(self, seconds: float) -> bool:
        """Wait, where the server can tell, until something happens in the folder; False if nothing
        did."""
        box = self._open()
        with _faults():
            idle: Any = box.idle
            idle.start()
            said = _read_already(box.client) or idle.poll(seconds)
            said += idle.stop()
        return any(b"EXISTS" in line or b"RECENT" in line for line in said)

    def close(self) -> None:
        """Sign out, as far as anybody listens."""
        box, self._box = self._box, None
        if box is not None:
            with contextlib.suppress(OSError, imaplib.IMAP4.error, ImapToolsError):
                box.client.sock.settimeout(2.0)
                box.client.logout()
            with contextlib.suppress(OSError):
                box.client.shutdown()

    def cut(self) -> None:
        """Break the connection off, from another thread: whoever waits for it wakes up."""
        box = self._box
        if box is not None:
            with contextlib.suppress(OSError):
                box.client.sock.shutdown(socket.SHUT_RDWR)

    def _open(self) -> BaseMailBox:
        if self._box is None:
            raise MailboxFault("the mailbox is not open")
        return self._box

    def _uids(self, criteria: str) -> list[int]:
        # Some servers refuse a CHARSET, and none is needed.
        return [int(one) for one in self._open().uids(criteria, charset=None)]

    def _size(self, uid: int) -> int | None:
        for one in self._command("FETCH", str(uid), "(RFC822.SIZE)"):
            found = _SIZE.search(one[0] if isinstance(one, tuple) else one or b"")
            if found:
                return int(found[1])
        return None

    def _command(self, *words: str) -> list[Any]:
        status, said = self._open().client.uid(*words)
        if status != "OK":
            raise MailboxFault(f"{words[0]}: {status} {said!r}"[:300])
        return list(said)


class _Client(imaplib.IMAP4):
    """Connects to an address that was looked up and checked, and wraps it under the host's name."""

    def __init__(self, place: Place, address: str, trust: ssl.SSLContext) -> None:
        self._at, self._tls, self._trust = address, place.tls, trust
        super().__init__(place.host, place.port, ANSWER_S)
        if place.start_tls:
            self.starttls(trust)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        made = socket.create_connection((self._at, self.port), timeout)
        return self._trust.wrap_socket(made, server_hostname=self.host) if self._tls else made


class _Connected(BaseMailBox):
    def __init__(self, place: Place, address: str, trust: ssl.SSLContext) -> None:
        self._given = (place, address, trust)
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return _Client(*self._given)


@contextlib.contextmanager
def _faults() -> Iterator[None]:
    """Everything a server, or the way to it, can do wrong becomes a `MailboxFault`."""
    try:
        yield
    except (OSError, imaplib.IMAP4.error, ImapToolsError, ValueError) as wrong:
        raise MailboxFault(f"{type(wrong).__name__}: {wrong}"[:300]) from None


def _read_already(client: Any) -> list[bytes]:
    """Lines that came in one packet with the answer to IDLE: the socket would wake nobody for
    them."""
    before = client.sock.gettimeout()
    client.sock.settimeout(0)
    found: list[bytes] = []
    try:
        while True:
            found.append(client._get_line())  # imaplib has no public door to its buffer
    except imaplib.IMAP4.abort as fault:
        if "EOF" not in str(fault):
            raise
    except OSError:
        pass  # nothing is there yet
    finally:
        client.sock.settimeout(before)
    return found
