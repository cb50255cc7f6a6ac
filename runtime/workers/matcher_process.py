"""A matcher in a process of its own: asked line by line, killed when it hangs."""

from __future__ import annotations

import asyncio
import json
import math
import os
from asyncio.subprocess import Process
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from engine.decide.correlate import Token
from engine.model.pattern import PatternRule
from runtime import kept_process

REPLY_S: Final = 5.0
START_S: Final = 30.0
"""A start on a busy machine takes far longer than an answer."""
_LONGEST_LINE: Final = 16 * 1024 * 1024
_PER_LINE: Final = 256
_PER_LOAD: Final = 2_000
# A machine that is too busy to let it work is no fault of its own: so often it is waited for again.
_STARVED: Final = 4
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_ROOT = Path(__file__).parents[2]
# -I: nothing of the environment gets in; so the packages' own folder is named here.
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from runtime.workers.matcher import main; main()"
)


class Died(Exception):
    """The process crashed, hung or refused a line; what it knew is gone."""


class MatcherProcess:
    """One process with the rules of one tenant."""

    def __init__(self, rules: Sequence[PatternRule], reply_s: float = REPLY_S) -> None:
        self.rules = tuple(rules)
        self._index = {rule.id: number for number, rule in enumerate(rules)}
        self._reply_s = reply_s
        self._process: Process | None = None

    @property
    def pid(self) -> int | None:
        """The process that runs now."""
        return self._process.pid if self._process else None

    async def start(self) -> None:
        """Start it and tell it the rules.

        Raises:
            Died: it did not come up.
        """
        self._process = await kept_process.begin("-c", _START, str(_ROOT), line=_LONGEST_LINE)
        await self._answer(START_S)
        await self._ask({"rules": [_spec(rule) for rule in self.rules]})

    async def load(self, rule: str, live: Sequence[Token]) -> None:
        """Tell it what waits in a rule, in place of what it knew.

        Raises:
            Died: it did not answer in time, or not at all.
        """
        for start in range(0, max(len(live), 1), _PER_LOAD):
            part = [_event(token) for token in live[start : start + _PER_LOAD]]
            await self._ask({"live": [self._index[rule], part, start > 0]})

    async def feed(self, events: Sequence[tuple[str, Token]]) -> list[tuple[str, tuple[int, ...]]]:
        """Give it events (rule, token) in order; the matches (rule, numbers) that they complete.

        Raises:
            Died: it did not answer in time, or not at all.
        """
        found: list[tuple[str, tuple[int, ...]]] = []
        for start in range(0, len(events), _PER_LINE):
            part = events[start : start + _PER_LINE]
            last = start + _PER_LINE >= len(events)
            asked = [[self._index[rule], _event(token)] for rule, token in part]
            answer = await self._ask({"feed": asked, "shed": last})
            found += [(self.rules[rule].id, tuple(numbers)) for rule, numbers in answer["fires"]]
        return found

    async def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        await kept_process.end(process)

    async def _ask(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        process = self._process
        if process is None or process.stdin is None:
            raise Died("it does not run")
        try:
            process.stdin.write(json.dumps(asked).encode() + b"\n")
            await asyncio.wait_for(process.stdin.drain(), self._reply_s)
        except (ConnectionError, TimeoutError):
            await self.close()
            raise Died("it took no line") from None
        return await self._answer(self._reply_s)

    async def _answer(self, limit_s: float) -> dict[str, Any]:
        process = self._process
        assert process is not None
        assert process.stdout is not None
        line = b""
        try:
            line = await _line(process, process.stdout, limit_s)
        except TimeoutError:
            raise Died(f"no answer within {limit_s:g} s") from None
        except ValueError:
            raise Died("an answer without end") from None
        finally:
            # Also when the caller is cancelled: an answer nobody waits for would be the next one's.
            if not line.endswith(b"\n"):
                await self.close()
        if not line.endswith(b"\n"):
            raise Died(f"it ended with {process.returncode}")
        answer: dict[str, Any] = json.loads(line)
        return answer


async def _line(process: Process, out: asyncio.StreamReader, limit_s: float) -> bytes:
    """The next line; the limit counts what the process worked, and a few times that in all.

    Raises:
        TimeoutError: there is none in time.
    """
    began = _cpu_s(process.pid)
    reading = asyncio.ensure_future(out.readline())
    try:
        for _ in range(_STARVED):
            done, _pending = await asyncio.wait([reading], timeout=limit_s)
            if done:
                return reading.result()
            if _cpu_s(process.pid) - began >= limit_s / 2:
                break
        raise TimeoutError
    finally:
        reading.cancel()


def _cpu_s(pid: int) -> float:
    """Seconds of processor time that a process took so far; without /proc it always took enough."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return math.inf
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _spec(rule: PatternRule) -> list[Any]:
    differs = rule.different is not None
    return [rule.size, len(rule.steps), differs, rule.in_order, rule.within_us]


def _event(token: Token) -> list[Any]:
    return [token.n, token.at_us, token.steps, token.same, token.differs]
