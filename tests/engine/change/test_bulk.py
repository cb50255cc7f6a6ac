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
    desk_of,
    edited,
    example,
    some_past,
)

NOW_US = START_US + 100 * 24 * HOUR_US
TICKETS = int(os.environ.get("SPECDESK_REPLAYS", "120"))


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


REFUND = "sla/refund.yaml"
FORM = "types/refund.yaml"
DRAFTS: dict[str, tuple[str, str, str]] = {
    "a threshold": ("routing/refund.yaml", "over 5000", "over 500"),
    "targets": (REFUND, "[4h, 24h]", "[2h, 1d]"),
    "another calendar": (REFUND, "calendar: weekdays_9_18", "calendar: daily_9_21"),
    "a calendar of the team": (REFUND, "calendar: weekdays_9_18\n", ""),
    "no pauses": (REFUND, ", pauses: { phase: waiting }", ""),
    "a reset": (
        REFUND,
        "stops: first_agent_reply }",
        "stops: first_agent_reply, resets: transferred }",
    ),
    "an option less": (FORM, "      late:       { zh-CN: 物流延迟, en: Late delivery }\n", ""),
    "a field shown less": (
        FORM,
        "    min: 0.01\n",
        "    min: 0.01\n    show_when: { reason: [damaged, late] }\n",
    ),
    "a hand-over": ("automations/press.yaml", "  - tag: media\n", "  - transfer: vip_desk\n"),
}


@pytest.mark.parametrize("name", list(DRAFTS))
def test_drafts_of_the_shop(name: str) -> None:
    """The draft's side, with what was worked out for the live side serving it."""
    path, was, becomes = DRAFTS[name]
    live = example("ecommerce")
    draft = desk_of(edited("ecommerce", path, (was, becomes)))
    pasts = _pasts(Random(name), live, TICKETS)
    before, after = Side(live, live, NOW_US), Side(live, draft, NOW_US)
    _, asked = before.many(pasts)
    found, _ = after.many(pasts, asked, before)
    for past, one in zip(pasts, found, strict=True):
        assert one == after.exact(past), past


def test_a_condition_that_depends_on_the_day_is_asked_at_the_ticket_s_own_day() -> None:
    live = example("ecommerce")
    text = """kind: Routing
applies_to: refund
rules:
  fresh: { when: { signed_on: { within_last: 30d } }, set: { team: claims } }
  this_day: { when: { signed_on: $today }, set: { team: finance } }
otherwise: { team: after_sales, priority: normal }
"""
    files = {**edited("ecommerce", "routing/refund.yaml"), "routing/refund.yaml": text.encode()}
    draft = desk_of(files)
    pasts = _pasts(Random(3), live, 400)
    side = Side(live, draft, NOW_US)
    found, _ = side.many(pasts)
    assert [one == side.exact(past) for past, one in zip(pasts, found, strict=True)].count(
        False
    ) == 0
    rules = {one.outcome.rules["team"] for one in found if one is not None}
    assert {"routing/refund.fresh", "routing/refund.otherwise"} <= rules
