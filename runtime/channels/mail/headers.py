"""Header values of mails as they really come: broken encoded words, raw bytes, wild addresses."""

from __future__ import annotations

import binascii
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Any, Final

from runtime.channels.mail.charsets import Note, decode
from runtime.channels.mail.parsed import Mailbox

MOST_HEADERS: Final = 500
LONGEST_HEADER: Final = 10_000
LONGEST_BLOCK: Final = 256 * 1024
MOST_MAILBOXES: Final = 200
_LONGEST_PART_HEADER: Final = 2_000
_LONGEST_ID: Final = 500

_NAME: Final = re.compile(rb"([!-9;-~]{1,100})[ \t]*:")
_BLANK: Final = re.compile(rb"\r?\n[ \t]*\r?\n|\r?\n[ \t]*\Z")
_WORD: Final = re.compile(rb"=\?([^?\s]{0,60})\?([bBqQ])\?([^?]*)\?=")
_ID: Final = re.compile(r"<\s*([^<>\s]+)\s*>")
_QUOTED_NAME: Final = re.compile(r'"((?:[^"\\]|\\.)*)"\s*(?:\([^()]*\)\s*)?$')
_BARE_ADDRESS: Final = re.compile(r"[^\s<>()\[\]\\,;:\"']+@[^\s<>()\[\]\\,;:\"']+")


@dataclass(slots=True)
class Headers:
    """Headers of one part by small name, unfolded bytes in their order."""

    found: dict[str, list[bytes]] = field(default_factory=dict)

    def raw(self, name: str) -> bytes:
        """The first value, or nothing."""
        values = self.found.get(name)
        return values[0] if values else b""

    def all(self, name: str) -> list[bytes]:
        """All values of a name."""
        return self.found.get(name, [])

    def has(self, name: str) -> bool:
        """Whether the header is there, be it empty."""
        return name in self.found


def header_block(raw: bytes, start: int, end: int) -> tuple[int, int]:
    """Where the headers of a part end and where its body starts."""
    if raw.startswith((b"\n", b"\r\n"), start, end):
        return start, start + (1 if raw.startswith(b"\n", start) else 2)
    line_end = raw.find(b"\n", start, end)
    first = raw[start : line_end if line_end >= 0 else end][:200]
    if not _NAME.match(first) and not first.startswith(b"From "):
        # No header at all: what stands here is the body.
        return start, start
    blank = _BLANK.search(raw, start, end)
    return (blank.start(), blank.end()) if blank else (end, end)


def read_headers(block: bytes, note: Note, limit: Note) -> Headers:
    """Unfold and sort a block of headers; `limit` hears `headers` and `header_length`."""
    made = Headers()
    if len(block) > LONGEST_BLOCK:
        block = block[: block.rfind(b"\n", 0, LONGEST_BLOCK) + 1]
        limit("headers")
    count = 0
    name, pieces = "", []
    for line in [*block.replace(b"\r", b"\n").split(b"\n"), b"-:"]:
        if line[:1] in (b" ", b"\t"):
            pieces.append(line)
            continue
        if name:
            _keep(made, name, b"".join(pieces), limit)
        match = _NAME.match(line)
        name, pieces = "", []
        if match is None:
            if line and not line.startswith((b"From ", b">From ")):
                note("header_broken")
            continue
        if count >= MOST_HEADERS:
            limit("headers")
            break
        count += 1
        name, pieces = match.group(1).decode("ascii").lower(), [line[match.end() :]]
    return made


def _keep(made: Headers, name: str, value: bytes, limit: Note) -> None:
    if len(value) > LONGEST_HEADER:
        value = value[:LONGEST_HEADER]
        limit("header_length")
    made.found.setdefault(name, []).append(value.replace(b"\x00", b"").strip())


def text_of(value: bytes, note: Note) -> str:
    """A header's text on one line: encoded words read, raw bytes in whatever they are in."""
    return _one_line("".join(_pieces(value, note)))


def _pieces(value: bytes, note: Note) -> Iterator[str]:
    """Text between the words, and the words; neighbours in one charset are one run of bytes."""
    end, run, charset = 0, bytearray(), ""
    for match in _WORD.finditer(value):
        between = value[end : match.start()]
        label = match.group(1).partition(b"*")[0].decode("latin-1").lower()
        if (between.strip() or label != charset) and run:
            yield decode(bytes(run), charset, note)
            run.clear()
        if between.strip() or end == 0:
            yield _bare(between, note)
        run += _unword(match.group(2), match.group(3), note)
        end, charset = match.end(), label
    if run:
        yield decode(bytes(run), charset, note)
    yield _bare(value[end:], note)


def _bare(value: bytes, note: Note) -> str:
    if value.isascii():
        return value.decode("ascii")
    note("header_8bit")
    return decode(value, "utf-8", lambda code: None)


def _unword(way: bytes, body: bytes, note: Note) -> bytes:
    if way in b"qQ":
        return binascii.a2b_qp(body.replace(b"_", b" "))
    return unbase64(body, note)


def unbase64(body: bytes, note: Note) -> bytes:
    """Base64 with whatever is no base64 left out and a missing end filled up."""
    try:
        return binascii.a2b_base64(body)
    except binascii.Error:
        note("base64_broken")
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
    kept = kept[: len(kept) - 1] if len(kept) % 4 == 1 else kept
    return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


def _one_line(text: str) -> str:
    clean = "".join(c if unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp") else " "
                    for c in text)  # fmt: skip
    return " ".join(clean.split())


def mailboxes(value: bytes, note: Note) -> tuple[Mailbox, ...]:
    """The mailboxes of `To` and its like; what is no address keeps its words as a name."""
    made: list[Mailbox] = []
    for piece in _split(value.decode("latin-1")):
        if len(made) == MOST_MAILBOXES:
            note("too_many_mailboxes")
            break
        found = _mailbox(piece, note)
        if found.name or found.address:
            made.append(found)
    return tuple(made)


def _split(text: str) -> Iterator[str]:
    """At commas and semicolons outside quotes, comments and angle brackets; group names go."""
    piece: list[str] = []
    quoted, depth, angle = False, 0, False
    skip = False
    for char in text:
        if skip:
            skip = False
        elif char == "\\" and (quoted or depth):
            skip = True
        elif char == '"' and not depth:
            quoted = not quoted
        elif not quoted and char in "()":
            depth = max(0, depth + (1 if char == "(" else -1))
        elif not quoted and not depth and char in "<>":
            angle = char == "<"
        elif not quoted and not depth and not angle and char in ",;:":
            if char != ":":
                yield "".join(piece)
            piece.clear()
            continue
        piece.append(char)
    yield "".join(piece)


def _mailbox(piece: str, note: Note) -> Mailbox:
    opened, closed = piece.rfind("<"), piece.rfind(">")
    if 0 <= opened < closed:
        address, name = piece[opened + 1 : closed], piece[:opened]
    else:
        bare = _BARE_ADDRESS.search(piece)
        address = bare.group() if bare else ""
        name = piece.replace(address, "", 1) if address else piece
        name = re.sub(r"^\s*\((.*)\)\s*$", r"\1", name)
    return Mailbox(_display(name, note), _address(address))


def _display(name: str, note: Note) -> str:
    plain = name.strip()
    quoted = _QUOTED_NAME.match(plain)
    if quoted:
        plain = re.sub(r"\\(.)", r"\1", quoted.group(1))
    return text_of(plain.encode("latin-1"), note)[:200].strip("'\" ")


def _address(text: str) -> str:
    raw = "".join(text.split()).encode("latin-1")
    said = decode(raw, "utf-8", lambda code: None)[:320]
    # An old route before the address: <@a,@b:joe@example.com>.
    said = said.rpartition(":")[2] if said.startswith("@") else said
    local, _, domain = said.rpartition("@")
    return f"{local}@{domain.lower()}" if local and domain else ""


def ids(value: bytes) -> tuple[str, ...]:
    """Message ids without their brackets, each once, in their order."""
    # Some programs write a long id as encoded words.
    plain = b"=?" not in value
    text = value.decode("latin-1") if plain else text_of(value, lambda code: None)
    found = _ID.findall(text) or [word for word in text.split() if "@" in word]
    return tuple(dict.fromkeys(word[:_LONGEST_ID] for word in found if word.isascii()))


def instant_us(value: bytes) -> int | None:
    """The instant of a `Date` in microseconds; without a zone it is taken for UTC."""
    try:
        at = parsedate_to_datetime(value.decode("latin-1")[:200])
        sure = at if at.tzinfo else at.replace(tzinfo=UTC)
        return round(sure.timestamp()) * 1_000_000
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


@dataclass(frozen=True, slots=True)
class Labelled:
    """`text/plain; charset=x` in two: the small word, and parameters as the bytes they are."""

    word: str
    params: Mapping[str, tuple[str, bytes]]

    def param(self, name: str, note: Note) -> str:
        """A parameter's text; empty where it is missing."""
        charset, raw = self.params.get(name, ("", b""))
        if not charset:
            return text_of(raw, note)
        return _one_line(decode(raw, charset, note))


def labelled(value: bytes) -> Labelled:
    """Read a `Content-Type` or `Content-Disposition`, RFC 2231 parameters included."""
    carrier = Message()
    carrier["content-type"] = value[:_LONGEST_PART_HEADER].decode("latin-1")
    try:
        # The library says text; what RFC 2231 has encoded comes as three pieces.
        found: list[tuple[str, Any]] = carrier.get_params(failobj=[])
    except (ValueError, LookupError, RecursionError):
        found = []
    pairs: dict[str, tuple[str, bytes]] = {}
    for name, said in found[1:]:
        charset, text = (said[0] or "", said[2]) if isinstance(said, tuple) else ("", said)
        pairs.setdefault(name.lower(), (charset, text.encode("latin-1", "replace")))
    return Labelled(found[0][0].strip().lower() if found else "", pairs)
