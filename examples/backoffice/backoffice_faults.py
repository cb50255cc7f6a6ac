"""Answers as bad systems give them, switched on for a path by `PUT /faults`."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO

HUGE = 10_000_000_000
"""Bytes that `huge` sends unless the other side hangs up before."""


@dataclass
class Fault:
    """A way to be bad, so many times; `seconds` is how long a slow one takes."""

    kind: str
    times: int = 1_000_000
    seconds: float = 3.0


@dataclass
class Faults:
    """The faults that are switched on, by the beginning of a path."""

    by_path: dict[str, Fault] = field(default_factory=dict)

    def next(self, path: str) -> Fault | None:
        """The fault that this request meets, counted down."""
        for start, fault in self.by_path.items():
            if path.startswith(start) and fault.times > 0:
                fault.times -= 1
                return fault
        return None


def _head(status: str, sort: str = "application/json", length: int | None = None) -> bytes:
    size = f"Content-Length: {length}\r\n" if length is not None else ""
    return f"HTTP/1.1 {status}\r\nContent-Type: {sort}\r\n{size}Connection: close\r\n\r\n".encode()


def _said(body: str, status: str = "200 OK", sort: str = "application/json") -> bytes:
    raw = body.encode()
    return _head(status, sort, len(raw)) + raw


def _huge(out: IO[bytes]) -> None:
    out.write(_head("200 OK"))
    block = b'"' + b"a" * 65_535
    for _ in range(HUGE // len(block)):
        out.write(block)


_BODIES: dict[str, bytes] = {
    "html": _said("<!doctype html><title>Sign in</title>", sort="text/html; charset=utf-8"),
    "500": _said('{"error": "out of order"}', "500 Internal Server Error"),
    "429": _said('{"error": "too many"}', "429 Too Many Requests"),
    "moved": b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n",
    "deep": _said("[" * 200_000 + "]" * 200_000),
    "twice": _said('{"no": "1", "no": "2"}'),
    "numbers": _said('{"paid": {"amount": ' + "9" * 20_000 + "}}"),
    "exponent": _said('{"paid": {"amount": 1e999999999}}'),
    "list": _said("[1, 2, 3]"),
    "types": _said('{"no": ["x"], "paid": {"amount": {"a": 1}}, "dates": {"ordered": "soon"}}'),
    "empty": _said(""),
    "cut": _head("200 OK", length=1000) + b'{"no": ',
    "bytes": _head("200 OK", length=4) + b"\xff\xfe\x00\x01",
}


def _slow(out: IO[bytes], fault: Fault) -> bool:
    time.sleep(fault.seconds)
    return False


def _drip(out: IO[bytes], fault: Fault) -> bool:
    out.write(_head("200 OK"))
    until = time.monotonic() + fault.seconds
    while time.monotonic() < until:
        out.write(b" ")
        out.flush()
        time.sleep(0.05)
    return True


def _flood(out: IO[bytes], fault: Fault) -> bool:
    _huge(out)
    return True


_WAYS: dict[str, Callable[[IO[bytes], Fault], bool]] = {
    "slow": _slow,
    "drip": _drip,
    "huge": _flood,
    "drop": lambda out, fault: True,
}
KINDS = (*_WAYS, *_BODIES)


def misbehave(out: IO[bytes], fault: Fault) -> bool:
    """Answer badly; False means that the true answer may follow (it was only slow)."""
    if fault.kind in _WAYS:
        return _WAYS[fault.kind](out, fault)
    out.write(_BODIES[fault.kind])
    return True
