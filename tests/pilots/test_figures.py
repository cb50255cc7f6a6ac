"""Figures of a pilot beside live's: each counted over what it is about, with what it can tell."""

from __future__ import annotations

import json
import random
import statistics
from pathlib import Path

import pytest

from engine.change.apart import Measure, apart, mean, median, share, shares_apart
from engine.decide.verdict import Comment, Move
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.let_through import ANYTHING
from runtime.actions.outcome import Done
from runtime.actions.piloting.end import promote_pilot, stop_pilot
from runtime.cli.pilot_report import pilot_json, pilot_text
from runtime.clock import SECOND_US, FixedClock
from runtime.queries.comparing import agreement
from runtime.queries.pilot_figures import PilotFigures, pilot_figures
from runtime.site.pilot import PILOT
from runtime.site.standing import SYSTEM
from runtime.workers.handling import Bench
from tests.pilots.doing import add_people, asks, begin, publish_live
from tests.workers.doing import drain
from tests.workers.shop import ELSEWHERE, SHOP, Shop

HOUR = 3600 * SECOND_US


def test_intervals_are_those_of_the_books() -> None:
    # Newcombe 1998: 81/263 by Wilson is 0.2553 to 0.3662; 56/70 less 48/80 is 0.0524 to 0.3339.
    one = share(81, 263)
    assert (one.low, one.high) == (pytest.approx(0.2553, abs=5e-5), pytest.approx(0.3662, abs=5e-5))
    p, q = share(56, 70), share(48, 80)
    assert None not in (p.value, q.value, p.low, q.high)
    assert shares_apart(p, q) == "higher"
    assert shares_apart(q, p) == "lower"
    assert shares_apart(share(3, 10), share(9, 10)) == "few"
    assert shares_apart(share(10, 50), share(12, 50)) == "unclear"
    assert share(0, 0) == Measure(0)
    assert share(0, 50).low == 0.0


def test_a_medians_interval_holds_the_true_one_as_often_as_it_says() -> None:
    chance = random.Random(5)
    held = 0
    for _ in range(400):
        found = median([chance.expovariate(1) for _ in range(40)])
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 0.6931 <= found.high
    assert held >= 0.93 * 400
    values = [chance.random() for _ in range(31)]
    assert median(values).value == statistics.median(values)
    assert median([1.0, 2.0, 3.0]) == Measure(3, 2.0)


def test_means_are_told_apart_only_where_intervals_do_not_meet() -> None:
    one, other = mean([4.0, 5.0] * 20), mean([3.0, 4.0] * 20)
    assert apart(one, other) == "higher"
    assert apart(one, one) == "unclear"
    assert apart(mean([5.0]), other) == "few"


async def _both(shop: Shop, bench: Bench, clock: FixedClock) -> PilotFigures:
    """Some tickets on both sides; those of the pilot are answered and solved within the hour."""
    await publish_live(shop)
    await begin(shop)
    pilot = shop.site.desks.get(SHOP, PILOT)
    assert pilot is not None
    ben = await shop.viewer(shop.ben)
    numbers = {person: await asks(shop, person) for person in await add_people(shop, 16)}
    clock.advance(HOUR // 2)
    for person, number in numbers.items():
        if pilot.pilot.meets_requester(person):
            for event in (Comment("well"), Move("fix")):
                done = await change_ticket(shop.site, SHOP, ben, number, Change(event))
                assert isinstance(done, Done), done
    clock.advance(5 * HOUR)
    await drain(bench)
    found = await pilot_figures(shop.site, SHOP)
    assert found is not None
    return found


async def test_each_figure_of_both_sides(shop: Shop, bench: Bench, clock: FixedClock) -> None:
    found = await _both(shop, bench, clock)
    by = {figure.name: figure for figure in found.figures}
    here, there = by["tickets"].pilot.n, by["tickets"].live.n
    assert here + there == 16
    assert 0 < here < 16
    assert by["first_reply"].pilot.value == by["solved"].pilot.value == HOUR / 2 / SECOND_US
    assert by["first_reply"].live == Measure(0)
    assert (by["breached"].pilot.value, by["breached"].live.value) == (0.0, 1.0)
    assert by["elsewhere"].pilot.n == here
    assert by["elsewhere"].pilot.value == 0.0
    assert by["reopened"].pilot.value == 0.0
    assert by["reopened"].live == Measure(0)
    assert {figure.tells for figure in found.figures[2:]} == {"few"}
    assert found.few
    assert found.comparable
    assert await pilot_figures(shop.site, ELSEWHERE) is None


async def test_it_is_told_in_words_and_as_data(
    shop: Shop, bench: Bench, clock: FixedClock, tmp_path: Path
) -> None:
    found = await _both(shop, bench, clock)
    live = shop.site.desks.get(SHOP)
    assert live is not None
    met = await agreement(shop.site, SHOP, PILOT, SYSTEM)
    text = "\n".join(pilot_text(found, met, live.desk))
    assert "pilot v3 beside v2, going on" in text
    assert "50 % of requesters" in text
    assert "30.0m" in text
    assert "too few to tell" in text
    assert "First → First" in text
    data = json.loads(pilot_json(found, met))
    assert data["figures"][0] == {
        "name": "tickets",
        "pilot": {"n": found.figures[0].pilot.n, "value": None, "low": None, "high": None},
        "live": {"n": found.figures[0].live.n, "value": None, "low": None, "high": None},
        "tells": "unclear",
    }


@pytest.mark.parametrize("outcome", ["promoted", "stopped"])
async def test_an_ended_pilot_keeps_its_figures(
    shop: Shop, bench: Bench, clock: FixedClock, outcome: str
) -> None:
    before = await _both(shop, bench, clock)
    if outcome == "promoted":
        assert (await promote_pilot(shop.site, SHOP, SYSTEM, word=ANYTHING)).done
    else:
        assert (await stop_pilot(shop.site, SHOP, SYSTEM)).done
    clock.advance(HOUR)
    await asks(shop, shop.ann)
    after = await pilot_figures(shop.site, SHOP)
    assert after is not None
    assert after.ended == outcome
    assert [(f.pilot, f.live) for f in after.figures] == [(f.pilot, f.live) for f in before.figures]
