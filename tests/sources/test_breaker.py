"""The circuit breaker: closed, open, half open, each for its time."""

from __future__ import annotations

from runtime.sources.breaker import AFTER, REST_US, Breakers


def test_it_opens_after_failures_in_a_row_and_probes_once() -> None:
    """Between two probes nothing is asked; a probe that fails doubles the rest."""
    breakers, now = Breakers(), 1_000_000
    for _ in range(AFTER - 1):
        breakers.failed("shop", "HTTP 500", now)
        assert breakers.let("shop", now) == ""
    breakers.went_well("shop")
    assert breakers.away("shop") is None
    for _ in range(AFTER):
        breakers.failed("shop", "HTTP 500", now)
    assert "HTTP 500" in breakers.let("shop", now)
    assert breakers.away("shop") == (now, "HTTP 500")
    assert breakers.let("other", now) == ""
    later = now + REST_US
    assert breakers.let("shop", later) == ""
    assert breakers.let("shop", later) != ""
    breakers.failed("shop", "too slow", later)
    assert "too slow" in breakers.let("shop", later + 2 * REST_US - 1)
    assert breakers.let("shop", later + 2 * REST_US) == ""
    breakers.went_well("shop")
    assert breakers.let("shop", later) == ""


def test_a_probe_that_never_ends_does_not_shut_it_for_ever() -> None:
    """Whoever probed may have died; another may try after a while."""
    breakers, now = Breakers(), 1_000_000
    for _ in range(AFTER):
        breakers.failed("shop", "HTTP 500", now)
    assert breakers.let("shop", now + REST_US) == ""
    assert breakers.let("shop", now + 2 * REST_US) == ""
