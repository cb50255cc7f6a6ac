"""In bulk a desk decides what `decide` and `deadlines` decide, ticket by ticket."""

from __future__ import annotations

import os
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.change.compare import differences
from engine.change.past import Past
from engine.change.side import Side
from engine.model.desk import Desk
from tests.engine.change.history import (
    HOUR_US,
    START_US,
    TENANTS,
    example,
    some_past,
)

NOW_US = START_US + 100 * 24 * HOUR_US
TICKETS = int(os.environ.get("SPECDESK_REPLAYS", "150"))


def _pasts(chance: Random, desk: Desk, count: int) -> list[Past]:
    models = list(desk.types.values())
    return [some_past(chance, desk, chance.choice(models), n) for n in range(count)]


def _agree(written: Desk, desk: Desk, pasts: list[Past]) -> None:
    side = Side(written, desk, NOW_US)
    found, _ = side.many(pasts)
    for past, one in zip(pasts, found, strict=True):
        whole = side.exact(past)
        assert (one is None) == (whole is None), past
        if one is not None and whole is not None:
            assert differences(one.outcome, whole.outcome) == (), past
            assert one.outcome.rules == whole.outcome.rules, past
            assert one == whole, past


@pytest.mark.parametrize("tenant", TENANTS)
def test_every_example_tenant(tenant: str) -> None:
    desk = example(tenant)
    _agree(desk, desk, _pasts(Random(tenant), desk, TICKETS))


@given(st.integers(0, 2**32))
def test_single_tickets_of_the_shop(seed: int) -> None:
    desk = example("ecommerce")
    _agree(desk, desk, _pasts(Random(seed), desk, 2))
