"""Figures that need no load: validate, import time, cold start, and how soon a publish is seen."""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.bench import serving, tenant

EXAMPLES = serving.ROOT / "examples" / "tenants"
_RUN = "from runtime.cli import main; main()"


def thousand(folder: Path) -> int:
    """Write a tenant of 1,000 spec files, 330 of them types; gives how many files there are."""
    files = dict(tenant.files())
    claim = files["types/claim.yaml"].decode()
    routing = tenant.routing(20)
    for n in range(330):
        files[f"types/claim_{n}.yaml"] = claim.replace("prefix: CL", f"prefix: C{n}").encode()
        files[f"routing/claim_{n}.yaml"] = routing.replace(
            "applies_to: claim", f"applies_to: claim_{n}"
        ).encode()
    for n in range(1000 - len(files)):
        files[f"views/more_{n}.yaml"] = files["views/open.yaml"].replace(
            b"claim", f"claim_{n}".encode()
        )
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return len(files)


def timed(*arguments: str) -> tuple[float, float]:
    """A command of ours: seconds by the wall clock and of CPU."""
    began, before = time.perf_counter(), os.times()
    done = subprocess.run(
        [sys.executable, "-c", _RUN, *arguments], cwd=serving.ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stdout[-2000:] + done.stderr[-2000:])
    after = os.times()
    cpu = (
        after.children_user + after.children_system - before.children_user - before.children_system
    )
    return time.perf_counter() - began, cpu


def median_of(times: int, *arguments: str) -> tuple[float, float]:
    """The medians of several runs."""
    found = [timed(*arguments) for _ in range(times)]
    return statistics.median(w for w, _ in found), statistics.median(c for _, c in found)


def published(folder: Path) -> Iterator[tuple[str, float]]:
    """Seconds from the end of `specdesk publish` until a second process shows the change."""
    store, specs = f"sqlite:///{folder / 'pub.sqlite'}", folder / "specs"
    for path, content in tenant.files().items():
        (specs / path).parent.mkdir(parents=True, exist_ok=True)
        (specs / path).write_bytes(content)
    environment = serving.environment(store, folder)
    _publish(specs, environment)
    with serving.serving(store, folder) as server:
        for turn in range(5):
            portal = specs / "portal.yaml"
            portal.write_text(re.sub(r"en: Claim\w*", f"en: Claim{turn}", portal.read_text()))
            _publish(specs, environment)
            began = time.perf_counter()
            while f"Claim{turn}" not in portal(server.port):
                if time.perf_counter() - began > 10:
                    raise TimeoutError("the publish was not seen")
                time.sleep(0.01)
            yield "second process", time.perf_counter() - began


def _publish(specs: Path, environment: dict[str, str]) -> None:
    subprocess.run(
        [sys.executable, "-c", _RUN, "publish", str(specs)],
        env=environment, cwd=serving.ROOT, check=True, capture_output=True,
    )  # fmt: skip


def portal(port: int) -> str:
    """The portal's first page."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/t/{tenant.TENANT}/p/", headers={"accept-language": "en"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        text: str = answer.read().decode()
    return text


def cold_start(folder: Path) -> tuple[float, float]:
    """Seconds until a server with the four example tenants answers, and its memory in MB."""
    store = f"sqlite:///{folder / 'cold.sqlite'}"
    environment = serving.environment(store, folder)
    for one in sorted(EXAMPLES.iterdir()):
        if (one / "tenant.yaml").exists():
            _publish(one, environment)
    found = []
    for _ in range(3):
        with serving.serving(store, folder) as server:
            found.append((server.ready_s, server.rss_mb()))
    return min(found)
