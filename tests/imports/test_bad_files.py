"""Files that are no table, or not the right one: place, reason and cure, and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from runtime.actions.import_rows import FileFault
from runtime.actions.importing.mapping import find_mapping
from runtime.site.handles import Site
from runtime.store import imports
from tests.imports.conftest import EXAMPLES, Publish
from tests.imports.reading_back import all_tickets, run, written

SAMPLE = (EXAMPLES / "internet/demo/incident_sample.csv").read_bytes()
HEADER, *ROWS = SAMPLE.splitlines(keepends=True)

BROKEN = {
    "wrong header": (
        SAMPLE.replace(b"incident_state", b"incident_stat", 1),
        ":1: there is no column `incident_state`; did you mean `incident_stat`?",
    ),
    "a column too many": (
        b"".join(line.rstrip() + b",x\n" for line in SAMPLE.splitlines()).replace(
            b",x", b",extra", 1
        ),
        ":1: the column `extra` is not in the mapping; name it under `columns` or `ignore`",
    ),
    "one name twice": (
        SAMPLE.replace(b"sys_mod_count", b"number", 1),
        ":1: the column `number` stands twice",
    ),
    "empty": (b"", ":1: there is no header line"),
    "one byte wrong": (
        SAMPLE.replace(b"Phone", "电话".encode()).replace("电话".encode(), b"\xff\xfe", 1),
        ":2: byte 135 of the line is not UTF-8; save the file as UTF-8, or say its encoding",
    ),
    "NUL": (SAMPLE.replace(b"Group 99", b"Group\x0099"), ":7: character 183 of the line is NUL"),
    "an open quote": (
        SAMPLE.replace(b"Group 99", b'"Group 99', 1),
        ":7: a quote is opened and never closed",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
async def test_a_broken_file_is_refused_whole(publish: Publish, tmp_path: Path, name: str) -> None:
    """The message leads to the mistake; the tenant is as it was."""
    site = await publish("internet")
    content, said = BROKEN[name]
    path = tmp_path / "log.csv"
    path.write_bytes(content)
    with pytest.raises(FileFault) as caught:
        await run(site, "internet", "incident_log", path)
    assert said in str(caught.value)
    assert str(caught.value).startswith(f"{path}:")
    await _nothing(site)


async def test_a_line_of_200_mb(publish: Publish, tmp_path: Path) -> None:
    """It is refused by its length, without being held in memory."""
    site = await publish("internet")
    path = tmp_path / "log.csv"
    with path.open("wb") as file:
        file.write(HEADER)
        file.truncate(200 << 20)
    with path.open("r+b") as file:
        file.seek(len(HEADER))
        file.write(b"x" * (2 << 20))
    with pytest.raises(FileFault, match=":2: the line has more than 1,048,576 characters"):
        await run(site, "internet", "incident_log", path)
    await _nothing(site)


async def test_no_file(publish: Publish, tmp_path: Path) -> None:
    """A missing file is said to be missing."""
    site = await publish("internet")
    with pytest.raises(FileFault, match="can't be read: No such file"):
        await run(site, "internet", "incident_log", tmp_path / "none.csv")


async def test_bad_rows_are_told_and_the_others_come_in(publish: Publish, tmp_path: Path) -> None:
    """Each refused row is kept with line, column, reason and cells; mended, it comes in late."""
    site = await publish("internet")
    rows = list(ROWS)
    rows[1] = rows[1].replace(b"Active", b"Actve")
    rows[3] = rows[3].replace(b"01-09-2026 07:02,Phone", b"soon,Phone")
    rows[4] = rows[4].rstrip() + b",more\n"
    rows[6] = b"?" + rows[6][len(b"INC9000002") :]
    path = tmp_path / "log.csv"
    path.write_bytes(HEADER + b"".join(rows))
    done = await run(site, "internet", "incident_log", path)
    told = [(e.line, e.column, e.code) for e in done.errors]
    assert told == [
        (3, "incident_state", "unknown_value"),
        (5, "sys_updated_at", "bad_time"),
        (6, None, "ragged"),
        (8, "number", "no_key"),
    ]
    assert done.errors[0].message.startswith("there is no state `Actve`; add it to `values`")
    assert done.errors[2].message.startswith("the row has 37 cells, the header has 36 columns")
    assert done.errors[0].row["incident_state"] == "Actve"
    assert done.counts["events"] == 4
    async with site.store.unit("internet") as unit:
        states = {row.external_key: row.state_key for row in await all_tickets(unit)}
        assert await imports.errors_of(unit, done.run_id) == done.errors
    assert states["incident_log:INC9000001"] == "awaiting_user"

    path.write_bytes(SAMPLE)
    mended = await run(site, "internet", "incident_log", path)
    assert mended.errors == []
    assert mended.counts["events"] == 4
    assert mended.counts["late"] == 2
    async with site.store.unit("internet") as unit:
        states = {row.external_key: row.state_key for row in await all_tickets(unit)}
    assert states["incident_log:INC9000001"] == "closed"
    assert states["incident_log:INC9000002"] == "resolved"


async def test_a_log_that_grew(publish: Publish, tmp_path: Path) -> None:
    """A later export of the same system adds only what is new."""
    site = await publish("internet")
    path = tmp_path / "log.csv"
    path.write_bytes(HEADER + b"".join(ROWS[:3]))
    await run(site, "internet", "incident_log", path)
    path.write_bytes(SAMPLE)
    done = await run(site, "internet", "incident_log", path)
    assert (done.counts["known"], done.counts["events"], done.errors) == (3, 5, [])
    assert len((await written(site, "internet"))[0][1]) == 5


async def test_a_mapping_of_ones_own(publish: Publish, tmp_path: Path) -> None:
    """A file that is not published is compiled against the live desk, mistakes at their lines."""
    site = await publish("internet")
    live = site.desks.get("internet")
    assert live is not None
    text = (EXAMPLES / "internet/imports/incident_log.yaml").read_bytes()
    path = tmp_path / "My-Mapping.yaml"
    path.write_bytes(text)
    found = await find_mapping(site, live, str(path))
    assert found.model is not None
    assert (found.model.id, found.faults) == ("my_mapping", ())

    path.write_bytes(text.replace(b"Resolved: resolved", b"Resolved: resolvd"))
    found = await find_mapping(site, live, str(path))
    assert found.model is None
    assert found.faults[0].startswith(
        f"{path}:23:17: `state` has no value `resolvd`; did you mean `resolved`?"
    )
    assert "known: incident_log" in (await find_mapping(site, live, "other")).faults[0]
    assert "No such file" in (await find_mapping(site, live, "./other.yaml")).faults[0]


async def _nothing(site: Site) -> None:
    async with site.store.unit("internet") as unit:
        assert await all_tickets(unit) == []
        assert await imports.runs(unit) == []
