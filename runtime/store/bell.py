"""Wakes the workers of this process when a job was written; other processes look by themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

_LISTENING: set[asyncio.Event] = set()


def ring() -> None:
    """Tell everyone who listens that there may be work."""
    for event in _LISTENING:
        event.set()


@contextmanager
def listening() -> Iterator[asyncio.Event]:
    """An event that is set whenever a job was committed by this process, until the block ends."""
    event = asyncio.Event()
    _LISTENING.add(event)
    try:
        yield event
    finally:
        _LISTENING.discard(event)
