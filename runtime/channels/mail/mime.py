"""The parts of a mail as places in its bytes, found without recursion and without copies."""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from runtime.channels.mail.charsets import decode
from runtime.channels.mail.headers import (
    Headers,
    header_block,
    labelled,
    read_headers,
    unbase64,
)

MOST_BYTES: Final = 50 * 1024 * 1024
MOST_PARTS: Final = 500
MOST_NESTING: Final = 20
_TYPE: Final = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,80}/[a-z0-9][a-z0-9!#$&^_.+-]{0,120}")


@dataclass(slots=True)
class Findings:
    """Codes gathered on the way."""

    problems: set[str] = field(default_factory=set)
    limits: set[str] = field(default_factory=set)

    @property
    def note(self) -> Callable[[str], None]:
        """Takes the code of something that was mended or unreadable."""
        return self.problems.add

    @property
    def limit(self) -> Callable[[str], None]:
        """Takes the code of a limit that was hit."""
        return self.limits.add


@dataclass(slots=True)
class Part:
    """One part: its headers, and where its body lies. `above`: the types it stands in."""

    raw: bytes
    headers: Headers
    whole: tuple[int, int]
    body: tuple[int, int]
    above: tuple[Part, ...]
    type: str = "text/plain"
    charset: str = ""
    boundary: bytes = b""
    disposition: str = ""
    name: str = ""
    content_id: str = ""
    flags: dict[str, str] = field(default_factory=dict)
    children: list[Part] = field(default_factory=list)

    def decoded(self, found: Findings) -> bytes:
        """The body with its transfer encoding undone; broken encodings give what they can."""
        body = self.raw[slice(*self.body)]
        way = self.headers.raw("content-transfer-encoding").decode("latin-1").strip().lower()
        if way == "base64":
            return unbase64(body, found.note)
        if way == "quoted-printable":
            return binascii.a2b_qp(body)
        if way in ("x-uuencode", "uuencode", "x-uue", "uue"):
            return _unuu(body, found)
        if way not in ("", "7bit", "8bit", "binary"):
            found.note("encoding_unknown")
        return body

    def text(self, found: Findings, most: int) -> str:
        """The body as text with even line ends, at most `most` characters."""
        raw = self.decoded(found)
        if len(raw) > most * 4:
            raw = raw[: most * 4]
            found.limit("text_length")
        said = decode(raw, self.charset, found.note)
        if "\x00" in said:
            found.note("null_bytes")
            said = said.replace("\x00", "")
        if len(said) > most:
            said = said[:most]
            found.limit("text_length")
        return said.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")


def parts(raw: bytes, found: Findings) -> Part:
    """The tree of parts. What lies too deep or is too much stays one part of raw bytes."""
    start = len(raw) - len(raw.lstrip(b"\r\n")) if raw[:1] in b"\r\n" else 0
    root = _part(raw, start, len(raw), (), "text/plain", found)
    count, todo = 1, [root]
    while todo:
        part = todo.pop()
        if not part.type.startswith("multipart/"):
            continue
        if len(part.above) >= MOST_NESTING:
            found.limit("nesting")
            part.type = "application/octet-stream"
            continue
        inner = "message/rfc822" if part.type == "multipart/digest" else "text/plain"
        for first, last in _pieces(part, found):
            if count >= MOST_PARTS:
                found.limit("parts")
                break
            count += 1
            part.children.append(_part(raw, first, last, (*part.above, part), inner, found))
        if not part.children:
            part.type = "text/plain" if not part.above else "application/octet-stream"
        todo += part.children
    return root


def leaves(root: Part) -> Iterator[Part]:
    """Parts without parts, in the order in which they stand."""
    todo = [root]
    while todo:
        part = todo.pop()
        if part.children:
            todo += reversed(part.children)
        else:
            yield part


def _part(
    raw: bytes, start: int, end: int, above: tuple[Part, ...], default: str, found: Findings
) -> Part:
    head, body = header_block(raw, start, end)
    headers = read_headers(raw[start:head], found.note, found.limit)
    made = Part(raw, headers, (start, end), (body, end), above)
    kind = labelled(headers.raw("content-type"))
    made.type = kind.word if _TYPE.fullmatch(kind.word) else default
    if headers.raw("content-type") and made.type != kind.word:
        found.note("type_broken")
    made.charset = kind.param("charset", found.note)
    made.boundary = kind.params.get("boundary", ("", b""))[1]
    made.flags = {name: kind.param(name, found.note) for name in ("report-type", "method")}
    shown = labelled(headers.raw("content-disposition"))
    made.disposition = shown.word
    made.name = shown.param("filename", found.note) or kind.param("name", found.note)
    made.content_id = headers.raw("content-id").decode("latin-1").strip("<> \t")[:300]
    return made


def _pieces(part: Part, found: Findings) -> Iterator[tuple[int, int]]:
    raw, (start, end) = part.raw, part.body
    boundary = part.boundary.rstrip()
    if not boundary:
        found.note("boundary_missing")
        return
    # The line's end before the delimiter belongs to it; so does the blank line above the body.
    line = re.compile(rb"\n--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\r?\n|\Z)")
    opened: int | None = None
    lead = start - 1 if start and raw[start - 1 : start] == b"\n" else start
    for match in line.finditer(raw, lead, end):
        if opened is not None:
            last = match.start() - (raw[match.start() - 1 : match.start()] == b"\r")
            yield opened, max(last, opened)
        if match.group(1):
            return
        opened = _after(raw, match.end(), end)
    if opened is None:
        found.note("boundary_missing")
    else:
        found.note("boundary_open")
        yield opened, end


def _after(raw: bytes, at: int, end: int) -> int:
    stop = raw.find(b"\n", at, end)
    return stop + 1 if stop >= 0 else end


def _unuu(body: bytes, found: Findings) -> bytes:
    made = bytearray()
    for line in body.splitlines():
        if line.startswith((b"begin ", b"end")) or not line:
            continue
        try:
            made += binascii.a2b_uu(line)
        except binascii.Error:
            found.note("uuencode_broken")
    return bytes(made)
