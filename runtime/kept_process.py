"""Processes of our own that are kept between tasks and killed when they hang: begun and ended."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process

_LINE = 64 * 1024


async def begin(*words: str, line: int = _LINE) -> Process:
    """A Python of its own with nothing of our environment; `line`: the longest it may answer.

    What is written to it and read from it is for the caller to bound in time.
    """
    return await asyncio.create_subprocess_exec(
        sys.executable, "-I", *words,
        stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={}, cwd="/", limit=line,
    )  # fmt: skip


async def end(process: Process | None) -> None:
    """Kill it and wait until it is gone; for one that was never begun there is nothing to do."""
    if process is None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()
    # The pipe's own ends close with the loop's next turns.
    if process.stdin is not None:
        process.stdin.close()
        with contextlib.suppress(ConnectionError):
            await process.stdin.wait_closed()
