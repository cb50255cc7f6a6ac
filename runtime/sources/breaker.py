"""A circuit breaker: a system that gives no answers is left alone for a while, then probed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

AFTER: Final = 5
"""Failures in a row that open it."""
REST_US: Final = 15_000_000
"""How long it stays open before one call may try."""
LONGEST_REST_US: Final = 120_000_000
MOST: Final = 10_000


@dataclass(slots=True)
class _State:
    failures: int = 0
    open_until_us: int = 0
    rest_us: int = REST_US
    probing_until_us: int = 0
    why: str = ""
    since_us: int = 0


class Breakers:
    """One breaker a name (tenant, environment and source) of this process."""

    def __init__(self) -> None:
        self._states: dict[str, _State] = {}

    def let(self, name: str, now_us: int) -> str:
        """ "" when a call may go, else why it may not; one that may go while open is the probe."""
        state = self._states.get(name)
        if state is None or not state.open_until_us:
            return ""
        if now_us < max(state.open_until_us, state.probing_until_us):
            return f"it is left alone for a moment; it said last: {state.why}"
        # The probe's own end is noted; one that is never noted stands in nobody's way for long.
        state.probing_until_us = now_us + REST_US
        return ""

    def went_well(self, name: str) -> None:
        """It answered."""
        self._states.pop(name, None)

    def failed(self, name: str, why: str, now_us: int) -> None:
        """It gave no answer."""
        if len(self._states) >= MOST:
            self._states.clear()
        state = self._states.setdefault(name, _State(since_us=now_us))
        state.failures += 1
        state.why = why
        if state.open_until_us:
            state.rest_us = min(state.rest_us * 2, LONGEST_REST_US)
        if state.failures >= AFTER:
            state.open_until_us = now_us + state.rest_us
            state.probing_until_us = 0

    def away(self, name: str) -> tuple[int, str] | None:
        """Since when (microseconds UTC) it fails, and why; None while it answers."""
        state = self._states.get(name)
        return (state.since_us, state.why) if state is not None else None
