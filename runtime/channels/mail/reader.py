"""Mails understood in processes that are kept between them and killed when they hang."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import Process
from pathlib import Path
from typing import Final

import msgspec

from runtime import kept_process
from runtime.channels.mail.jail import LENGTH_BYTES, Answer
from runtime.channels.mail.mime import MOST_BYTES
from runtime.channels.mail.parsed import Mail

_ROOT: Final = Path(__file__).parents[3]
# -I: nothing of the environment gets in; so the packages' own folder is named here.
_START: Final = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from runtime.channels.mail import jail; jail.main()"
)
_MOST_MAILS: Final = 500
LONGEST_ANSWER: Final = MOST_BYTES + 16 * 1024 * 1024
"""A mail's files are no longer than the mail; its words are bounded."""


class CannotRead(Exception):
    """A mail was not understood. `code`: too_large, slow, died, refused, answer_too_large."""

    def __init__(self, code: str, why: str) -> None:
        super().__init__(why)
        self.code = code


class MailReader:
    """Understands mails, as many at once as it has processes; every call ends in time.

    `time_limit_s` bounds one mail; `start_limit_s` the start of a process, which is slow on a busy
    machine.
    """

    def __init__(
        self, processes: int = 1, time_limit_s: float = 30.0, start_limit_s: float = 30.0
    ) -> None:
        self._free: asyncio.Queue[_Jail] = asyncio.Queue()
        self._jails = [_Jail(time_limit_s, start_limit_s) for _ in range(processes)]
        for jail in self._jails:
            self._free.put_nowait(jail)

    @property
    def pids(self) -> list[int]:
        """The processes that run now."""
        return [jail.process.pid for jail in self._jails if jail.process is not None]

    async def read(self, raw: bytes) -> Mail:
        """What a mail says.

        Raises:
            CannotRead: it is too large, or the process hung or died over it; it runs again for
                the next one.
        """
        if len(raw) > MOST_BYTES:
            raise CannotRead("too_large", f"{len(raw)} bytes; at most {MOST_BYTES} are read")
        jail = await self._free.get()
        try:
            return await jail.read(raw)
        finally:
            self._free.put_nowait(jail)

    async def close(self) -> None:
        """End the processes; the next `read` would start one."""
        for jail in self._jails:
            await jail.close()


class _Jail:
    def __init__(self, time_limit_s: float, start_limit_s: float) -> None:
        self._time_limit_s, self._start_limit_s = time_limit_s, start_limit_s
        self._mails = 0
        self.process: Process | None = None

    async def read(self, raw: bytes) -> Mail:
        await self._ready()
        answer = await self._ask(raw, self._time_limit_s)
        if answer.mail is None:
            raise CannotRead("refused", answer.refused)
        return answer.mail

    async def close(self) -> None:
        process, self.process = self.process, None
        await kept_process.end(process)

    async def _ready(self) -> None:
        died = self.process is not None and self.process.returncode is not None
        if died or self._mails >= _MOST_MAILS:
            await self.close()
        if self.process is None:
            self._mails = 0
            self.process = await kept_process.begin("-c", _START, str(_ROOT))
            await self._ask(None, self._start_limit_s)
        self._mails += 1

    async def _ask(self, raw: bytes | None, limit_s: float) -> Answer:
        process = self.process
        assert process is not None
        answered = False
        try:
            async with asyncio.timeout(limit_s):
                answer = await _exchange(process, raw)
            answered = True
        except TimeoutError:
            raise CannotRead("slow", f"it took longer than {limit_s:g} s") from None
        except (ConnectionError, asyncio.IncompleteReadError):
            raise CannotRead("died", "the process died over it") from None
        except msgspec.DecodeError as wrong:
            raise CannotRead("died", f"an answer that is none: {wrong}") from None
        finally:
            # Also when the caller is cancelled: an answer nobody waits for would be the next one's.
            if not answered:
                await self.close()
        return answer


async def _exchange(process: Process, raw: bytes | None) -> Answer:
    assert process.stdin is not None
    assert process.stdout is not None
    if raw is not None:
        process.stdin.write(len(raw).to_bytes(LENGTH_BYTES))
        process.stdin.write(raw)
        await process.stdin.drain()
    length = int.from_bytes(await process.stdout.readexactly(LENGTH_BYTES))
    if length > LONGEST_ANSWER:
        raise CannotRead("answer_too_large", f"an answer of {length} bytes")
    body = await process.stdout.readexactly(length)
    return await asyncio.to_thread(msgspec.msgpack.decode, body, type=Answer)
