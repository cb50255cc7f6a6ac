"""`publish`, `serve`, `work`, `demo`, `check-store`: the whole of a small installation."""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.cli.running import EXAMPLES, command, specdesk, variables


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _interruptible() -> None:
    """A test run in the background of a shell hands on that interrupts are ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@contextlib.contextmanager
def _served(folder: Path, *words: str) -> Iterator[str]:
    """A server process; its address, once it answers."""
    port = _free_port()
    with subprocess.Popen(
        command("serve", "--listen", f"127.0.0.1:{port}", *words),
        cwd=folder,
        env=variables(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        preexec_fn=_interruptible,
    ) as server:
        try:
            yield _awaited(f"http://127.0.0.1:{port}")
            server.send_signal(signal.SIGINT)
            assert server.wait(20) == 130
        finally:
            server.kill()


def _awaited(url: str) -> str:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"{url}/health").text == "ok\n":
                return url
        time.sleep(0.1)
    raise AssertionError("the server did not answer")


@pytest.fixture
def tenant(tmp_path: Path) -> Path:
    place = tmp_path / "ecommerce"
    shutil.copytree(EXAMPLES / "ecommerce", place, ignore=shutil.ignore_patterns(".specdesk"))
    return place


def test_a_published_change_shows_without_a_restart(tmp_path: Path, tenant: Path) -> None:
    first = specdesk(tmp_path, "publish", str(tenant))
    assert (first.returncode, first.stdout) == (0, "ecommerce: published as v1\n")
    assert "live already" in specdesk(tmp_path, "publish", str(tenant)).stdout
    portal = tenant / "portal.yaml"
    with _served(tmp_path, "--no-workers") as url:
        assert "需要什么帮助" in httpx.get(f"{url}/t/ecommerce/p/").text
        portal.write_text(
            portal.read_text("utf-8").replace("需要什么帮助", "今天怎么帮您"), "utf-8"
        )
        assert specdesk(tmp_path, "publish", str(tenant), "-m", "wording").returncode == 0
        until = time.monotonic() + 1.0
        while "今天怎么帮您" not in httpx.get(f"{url}/t/ecommerce/p/").text:
            assert time.monotonic() < until, "the change was not seen within a second"
            time.sleep(0.05)


def test_errors_refuse_a_publish_and_keep_what_is_live(tmp_path: Path, tenant: Path) -> None:
    assert specdesk(tmp_path, "publish", str(tenant)).returncode == 0
    (tenant / "routing" / "refund.yaml").write_text("kind: Routing\napplies_to: refnd\n", "utf-8")
    refused = specdesk(tmp_path, "publish", str(tenant))
    assert refused.returncode == 1
    assert "did you mean `refund`?" in refused.stdout
    assert "refused" in refused.stderr
    live = sqlite3.connect(tmp_path / "store.sqlite").execute("select revision_n from environment")
    assert live.fetchall() == [(1,)]


def test_the_demo_fills_once_and_names_the_sign_ins(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES / "education", tmp_path / "examples" / "education")
    words = ("demo", "--no-serve", "--examples", str(tmp_path / "examples"))
    done = specdesk(tmp_path, *words)
    assert done.returncode == 0, done.stderr
    assert "was not possible" not in done.stderr
    assert re.search(r"password (\S+) as", done.stdout)
    assert re.search(r"sheng@example\.com\s+admin\s+education", done.stdout)
    again = specdesk(tmp_path, *words)
    assert again.stdout == done.stdout
    assert "filling in" not in again.stderr
    checked = specdesk(tmp_path, "check-store")
    assert (checked.returncode, checked.stdout) == (0, "ok\n")
    _explained(tmp_path)


def _explained(folder: Path) -> None:
    """A ticket of the demo is explained as text in both languages, and as data."""
    store = sqlite3.connect(folder / "store.sqlite")
    ((number,),) = store.execute("select number from ticket order by id limit 1").fetchall()
    store.close()
    for locale, word in (("en", "smallest change: "), ("zh-CN", "最小改动：")):
        said = specdesk(folder, "explain", f"education/{number}", "--locale", locale)
        assert said.returncode == 0, said.stderr
        assert word in said.stdout
    data = json.loads(specdesk(folder, "explain", f"education/{number}", "--format", "json").stdout)
    assert (data["format"], data["number"]) == (1, number)
    rows = [row for d in data["events"][0]["decisions"] for row in d["rows"]]
    assert {"won", "failed"} <= {row["result"] for row in rows}
    assert specdesk(folder, "explain", f"education/{number}", "--format", "xml").returncode == 2


def test_a_tampered_store_is_found(tmp_path: Path, tenant: Path) -> None:
    assert specdesk(tmp_path, "publish", str(tenant)).returncode == 0
    assert specdesk(tmp_path, "check-store").stdout == "ok\n"
    store = sqlite3.connect(tmp_path / "store.sqlite")
    for (name,) in store.execute(
        "select name from sqlite_master where type = 'trigger'"
    ).fetchall():
        store.execute(f"drop trigger {name}")
    store.execute("update event set actor_id = 'mallory'")
    store.commit()
    store.close()
    found = specdesk(tmp_path, "check-store")
    assert found.returncode == 1
    assert "altered" in found.stdout


def test_work_runs_until_it_is_told_to_stop(tmp_path: Path, tenant: Path) -> None:
    assert specdesk(tmp_path, "publish", str(tenant)).returncode == 0
    with subprocess.Popen(
        command("work"), cwd=tmp_path, env=variables(tmp_path), stderr=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stderr is not None
        assert worker.stderr.readline() == "specdesk works\n"
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(20) == 0


def test_a_wrong_store_address_is_wrong_use(tmp_path: Path) -> None:
    done = specdesk(tmp_path, "check-store", "--store", "mysql://nowhere")
    assert done.returncode == 2
    assert "sqlite:///" in done.stderr
