"""The log of a real IT company: 5,998 events of 890 incidents, in and reconciled."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from runtime.queries.check_store import Checked, check_store
from runtime.queries.export import Shape, export
from runtime.queries.read_ticket import read_ticket
from runtime.queries.run_report import run_reports
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM
from runtime.store import imports
from tests.imports.conftest import EXAMPLES, Publish
from tests.imports.reading_back import (
    BrokenOff,
    all_tickets,
    from_log,
    from_tenant,
    run,
    written,
)

ROOT = EXAMPLES.parents[1]
LOG = ROOT.parent / "shared/data/incident_log/incident_event_log_subset.csv"
SAMPLE = EXAMPLES / "internet/demo/incident_sample.csv"
WHOLE = pytest.param(
    LOG,
    marks=[
        pytest.mark.slow,
        pytest.mark.skipif(not LOG.exists(), reason=f"the incident log is not at {LOG}"),
    ],
    id="log",
)


@pytest.fixture(params=[pytest.param(SAMPLE, id="sample"), WHOLE])
def log(request: pytest.FixtureRequest) -> Path:
    """The small sample, which is everywhere, and the real log, where it is."""
    found: Path = request.param
    return found


async def test_every_incident_reconciles(publish: Publish, log: Path) -> None:
    """(time, state, group, assignee, who) of every row, and the counters, equal the log's."""
    site = await publish("internet")
    done = await run(site, "internet", "incident_log", log)
    assert done.errors == []
    wanted, have = from_log(log), await from_tenant(site, "internet")
    assert have == wanted
    assert done.counts["events"] == sum(len(one.history) for one in wanted.values())

    before = await written(site, "internet")
    again = await run(site, "internet", "incident_log", log)
    assert again.counts["known"] == done.rows
    assert not any(again.counts.get(name) for name in ("tickets", "events", "people", "errors"))
    assert await written(site, "internet") == before
    await _is_used(site, len(wanted))


async def _is_used(site: Site, incidents: int) -> None:
    """Export, reports and the explanation work on what came in; chains verify; no timer waits."""
    view = site.desks.get("internet").desk.views["all"]  # type: ignore[union-attr]
    as_csv = b"".join([p async for p in export(site, "internet", SYSTEM, view, Shape())]).decode()
    lines = list(csv.DictReader(io.StringIO(as_csv, newline="")))
    jsonl = Shape("jsonl")
    as_json = b"".join([p async for p in export(site, "internet", SYSTEM, view, jsonl)]).decode()
    records = [json.loads(line) for line in as_json.splitlines()]
    assert len({line["old_number"] for line in lines}) == len(lines) == incidents
    assert [r["number"] for r in records] == [line["number"] for line in lines]

    figures = (await run_reports(site, "internet", SYSTEM, ["states"]))["states"]
    counted = {line.keys[0]: line.figures[0] for line in figures.lines}
    assert sum(int(n or 0) for n in counted.values()) == incidents
    assert counted["closed"] == sum(r["state"] == "closed" for r in records)
    assert all(line.figures[1] for line in figures.lines if line.keys[0] == "closed")

    page = await read_ticket(site, "internet", SYSTEM, records[0]["number"])
    assert page is not None
    reasons = {r["topic"]: r for e in page.events for r in (e.body or {})["reasons"]}
    assert reasons["state"]["rule"] == "imports/incident_log.incident_state"
    assert reasons["state"]["place"].startswith("imports/incident_log.yaml:")
    assert reasons["due.solved"]["rule"].startswith("sla/incident.")

    assert [found async for found in check_store(site, Checked())] == []
    async with site.store.unit("internet") as unit:
        assert all(row.next_due_us is None for row in await all_tickets(unit))


async def test_a_run_cut_off_goes_on(publish: Publish, site: Site, log: Path) -> None:
    """Broken off after its first batch and run again: the same as in one go."""
    await publish("internet")
    with pytest.raises(BrokenOff):
        await run(site, "internet", "incident_log", log, stop_at=1)
    done = await run(site, "internet", "incident_log", log)
    assert done.resumed == min(200, done.rows)
    assert done.errors == []
    assert await from_tenant(site, "internet") == from_log(log)
    async with site.store.unit("internet") as unit:
        assert [one.state for one in await imports.runs(unit)] == ["done"]


ROWS = 2_000
"""of the log, as many as it takes to be killed between two batches"""


@pytest.mark.slow
@pytest.mark.skipif(not LOG.exists(), reason=f"the incident log is not at {LOG}")
def test_killed_in_the_middle(tmp_path: Path) -> None:
    """kill -9 while batches are written, then again: equal to an import in one go."""
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    head = LOG.read_text("utf-8").splitlines(keepends=True)[: ROWS + 1]
    for folder in (whole, broken):
        folder.mkdir()
        (folder / LOG.name).write_text("".join(head), "utf-8")
        assert _specdesk(folder, "publish", str(EXAMPLES / "internet")).wait(60) == 0
    assert _import(whole).wait(120) == 0
    _kill_in_the_middle(broken)
    assert _import(broken).wait(120) == 0
    assert _content(broken) == _content(whole)
    assert len(_content(whole)) == ROWS


def _kill_in_the_middle(folder: Path) -> None:
    process = _import(folder)
    for _ in range(3000):
        if 400 <= _position(folder) < 1600:
            os.kill(process.pid, signal.SIGKILL)
            break
        time.sleep(0.01)
    assert process.wait(10) == -signal.SIGKILL
    assert 400 <= _position(folder) < ROWS


def _specdesk(folder: Path, *words: str) -> subprocess.Popen[bytes]:
    variables = {
        **os.environ,
        "SPECDESK_STORE": f"sqlite:///{folder}/s.sqlite",
        "SPECDESK_KEY_FILE": str(folder / "keys.json"),
    }
    command = [sys.executable, "-c", "from runtime.cli import main; main()", *words]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=ROOT, env=variables, stdout=quiet, stderr=quiet)


def _import(folder: Path) -> subprocess.Popen[bytes]:
    return _specdesk(
        folder,
        "import",
        "--tenant",
        "internet",
        "--mapping",
        "incident_log",
        str(folder / LOG.name),
    )


def _rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    connection = sqlite3.connect(f"file:{folder}/s.sqlite?mode=ro", uri=True)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def _position(folder: Path) -> int:
    found = _rows(folder, "SELECT position FROM import_run")
    return int(str(found[0][0])) if found else 0


def _content(folder: Path) -> list[tuple[object, ...]]:
    return _rows(
        folder,
        "SELECT t.number, t.external_key, t.subject, t.state_key, t.team_key, t.updated_us,"
        ' t.solved_us, t.closed_us, t.version, t.clocks, t."values", a.name, r.name, e.seq,'
        " e.at_us, e.idempotency_key FROM ticket t JOIN event e ON e.ticket_id = t.id"
        " JOIN person r ON r.id = t.requester_id LEFT JOIN person a ON a.id = t.assignee_id"
        " ORDER BY t.number, e.seq",
    )
