"""Understands mails in a process of its own, which may be killed at any moment.

Started by `runtime.channels.mail.reader` with nothing but an interpreter: it opens no connection,
writes no file, and answers each mail (eight bytes of length, then the mail) with one message of the
same shape: `Answer` as msgpack.
"""

from __future__ import annotations

import resource
import sys
from typing import BinaryIO, Final

import msgspec

from runtime.channels.mail.parsed import Mail
from runtime.channels.mail.understand import understand

MEMORY_BYTES: Final = 900 * 1024 * 1024
CPU_SECONDS: Final = 20
LENGTH_BYTES: Final = 8


class Answer(msgspec.Struct, frozen=True):
    """A mail, or why there is none."""

    mail: Mail | None = None
    refused: str = ""


def main() -> None:
    """Answer until the input ends."""
    _confine()
    inward, outward = sys.stdin.buffer, sys.stdout.buffer
    _say(outward, Answer(refused="ready"))
    while True:
        head = inward.read(LENGTH_BYTES)
        if len(head) < LENGTH_BYTES:
            return
        _wind_up()
        raw = inward.read(int.from_bytes(head))
        try:
            answer = Answer(mail=understand(raw))
        # Whatever a mail can do to the parser ends here; the raw mail is kept by who asked.
        except Exception as wrong:
            answer = Answer(refused=f"{type(wrong).__name__}: {wrong}"[:500])
        _say(outward, answer)


def _confine() -> None:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 16),
    ):
        resource.setrlimit(what, (most, most))


def _wind_up() -> None:
    """Give the next mail its own seconds: the limit counts the whole life of the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + 1 + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _say(outward: BinaryIO, answer: Answer) -> None:
    body = msgspec.msgpack.encode(answer)
    outward.write(len(body).to_bytes(LENGTH_BYTES))
    outward.write(body)
    outward.flush()
