"""Tickets that came from a file, under a draft: replayed from the first that the file says."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from engine.change.backtest import Backtest
from runtime.actions.publish_desk import checked_over
from runtime.queries.backtest import DAY_US, Wanted, backtest
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM
from specs.load import read_folder
from tests.imports.conftest import EXAMPLES, Publish
from tests.imports.reading_back import run
from tests.imports.test_incident_log import SAMPLE, WHOLE

ROW = "    critical:    [high,   high,          urgent]"
CALM = "    critical:    [high,   high,          low]"


@pytest.fixture(params=[pytest.param(SAMPLE, id="sample"), WHOLE])
def log(request: pytest.FixtureRequest) -> Path:
    """The small sample, which is everywhere, and the real log, where it is."""
    found: Path = request.param
    return found


async def _backtest(site: Site, **edits: tuple[str, str]) -> Backtest:
    files, _ = read_folder(EXAMPLES / "internet")
    for name, (was, becomes) in edits.items():
        path = name.replace("__", "/") + ".yaml"
        assert was.encode() in files[path]
        files[path] = files[path].replace(was.encode(), becomes.encode())
    draft = (await checked_over(site, files)).desk
    assert draft is not None
    # The sample is of a year that the store's clock has not reached.
    site.clock.advance(730 * DAY_US)  # type: ignore[attr-defined]
    wanted = Wanted(20_000 * DAY_US, check=10**6)
    found = await backtest(site, "internet", SYSTEM, draft, wanted)
    assert found is not None
    assert found.disagreed == ()
    return found


async def test_the_first_row_of_the_file_is_what_came_in(publish: Publish, log: Path) -> None:
    site = await publish("internet")
    done = await run(site, "internet", "incident_log", log)
    assert done.errors == []
    same = await _backtest(site)
    assert same.replayed == same.imported == same.tickets > 0
    assert not same.changes_anything
    assert {one.clock for one in same.rates} == {"solved"}, "no file tells of a first answer"
    found = await _backtest(site, routing__incident=(ROW, CALM))
    turned = Counter({(one.before, one.after): one.count for one in found.cells})
    assert set(turned) <= {("urgent", "low")}
    assert found.rerouted == 0
    if log != SAMPLE:
        assert (same.tickets, turned["urgent", "low"]) == (890, 19)
