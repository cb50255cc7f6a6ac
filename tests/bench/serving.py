"""The servers that are measured: `specdesk serve` as a process, its CPU time and its memory."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_TICK = os.sysconf("SC_CLK_TCK")
_COMMAND = (sys.executable, "-c", "from runtime.cli import main; main()")
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. `ready_s`: from its start to the first answer."""

    pid: int
    port: int
    ready_s: float

    def cpu_s(self) -> float:
        """CPU seconds it has used."""
        return cpu_s(self.pid)

    def rss_mb(self) -> float:
        """Memory of its own in MB: resident, without the pages of files it maps."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) / 1024
        raise LookupError("no RssAnon")


def cpu_s(pid: int) -> float:
    """CPU seconds that a process has used."""
    found = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(found[11]) + int(found[12])) / _TICK


def children_cpu_s(parent: int) -> float:
    """CPU seconds of a process's children, living or gone, such as PostgreSQL's sessions."""
    own = Path(f"/proc/{parent}/stat").read_text().rpartition(")")[2].split()
    total = (int(own[13]) + int(own[14])) / _TICK
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError):
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(fields[1]) == parent:
                    total += (int(fields[11]) + int(fields[12])) / _TICK
    return total


def environment(store: str, folder: Path) -> dict[str, str]:
    """The variables of a process over this store."""
    return {
        **os.environ,
        "SPECDESK_STORE": store,
        "SPECDESK_FILES": str(folder / "files"),
        "SPECDESK_KEY_FILE": str(folder / "keys.json"),
        "SPECDESK_HOSTS": "127.0.0.1",
        "SPECDESK_API_RATE": "0",
        "SPECDESK_API_RATE_ADDRESS": "0",
    }


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextlib.contextmanager
def serving(store: str, folder: Path, *, workers: bool = False) -> Iterator[Server]:
    """`specdesk serve` over a store, by default without the worker, as beside `specdesk work`."""
    port = free_port()
    began = time.perf_counter()
    with (folder / "serve.log").open("ab") as log:
        process = subprocess.Popen(
            [*_COMMAND, "serve", "--listen", f"127.0.0.1:{port}"]
            + ([] if workers else ["--no-workers"]),
            env=environment(store, folder), cwd=ROOT, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            _wait(process, port, began + 60)
            yield Server(process.pid, port, time.perf_counter() - began)
        finally:
            process.terminate()
            process.wait(20)


def _wait(process: subprocess.Popen[bytes], port: int, until: float) -> None:
    url = f"http://127.0.0.1:{port}/sign-in"
    while time.perf_counter() < until:
        if process.poll() is not None:
            raise RuntimeError("the server ended; see serve.log")
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.02)
    raise TimeoutError(url)
