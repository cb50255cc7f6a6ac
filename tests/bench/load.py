"""The load: keep-alive clients on bare sockets in their own process, bounded in count and time.

It reads a plan as JSON on stdin and answers with a `Result` as JSON on stdout. Without an HTTP
library a request costs it some 50 µs, so that it is never what is measured.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody signed in: the session's cookie and its CSRF token; or the token of a program."""

    cookie: str
    csrf: str
    token: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What the clients saw. Times in milliseconds; `busy` is the load's own CPU share of a core."""

    count: int
    seconds: float
    p50: float
    p99: float
    bytes_each: int
    busy: float
    wrong: Mapping[str, int]

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.count / self.seconds


def run(
    port: int,
    people: Sequence[Person],
    paths: Sequence[str],
    *,
    clients: int,
    seconds: float,
    forms: Sequence[Mapping[str, Any]] = (),
    want: int = 200,
) -> Result:
    """Ask for `paths` in turn, or post `forms` in turn to the first, for some seconds."""
    plan = {
        "port": port,
        "people": [asdict(one) for one in people],
        "paths": list(paths),
        "forms": [dict(form) for form in forms],
        "clients": clients,
        "seconds": seconds,
        "want": want,
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load"],
        input=json.dumps(plan), capture_output=True, text=True, cwd=ROOT, check=True,
        timeout=seconds + 60,
    )  # fmt: skip
    return Result(**json.loads(done.stdout))


class _Client:
    """One browser: a connection and what it asks for next."""

    def __init__(self, plan: Mapping[str, Any], place: int) -> None:
        self._plan = plan
        self._person = Person(**plan["people"][place % len(plan["people"])])
        self._turn = place
        self._place = place
        self.took: list[float] = []
        self.bytes = 0
        self.wrong: dict[str, int] = {}

    async def walk(self, until: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._plan["port"])
        try:
            while time.perf_counter() < until:
                began = time.perf_counter()
                writer.write(self._request())
                status, size = await _answer(reader)
                self.took.append(time.perf_counter() - began)
                self.bytes += size
                if status != self._plan["want"]:
                    self.wrong[str(status)] = self.wrong.get(str(status), 0) + 1
        finally:
            writer.close()

    def _request(self) -> bytes:
        self._turn += self._plan["clients"]
        paths, forms = self._plan["paths"], self._plan["forms"]
        token = self._person.token
        who = (
            f"Authorization: Bearer {token}"
            if token
            else f"Cookie: specdesk_session={self._person.cookie}"
        )
        head = (
            f"Host: 127.0.0.1:{self._plan['port']}\r\n{who}\r\n"
            "Accept-Language: en\r\nAccept: text/html\r\n"
        )
        if not forms:
            return f"GET {paths[self._turn % len(paths)]} HTTP/1.1\r\n{head}\r\n".encode()
        if token:
            body = json.dumps(forms[self._turn % len(forms)]).encode()
            return (
                f"POST {paths[0]} HTTP/1.1\r\n{head}Content-Type: application/json\r\n"
                f"Content-Length: {len(body)}\r\n\r\n"
            ).encode() + body
        form = dict(forms[self._turn % len(forms)])
        form |= {"_csrf": self._person.csrf, "_idempotency": f"{time.time_ns()}-{self._place}"}
        body = urlencode(form).encode()
        return (
            f"POST {paths[0]} HTTP/1.1\r\n{head}Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        ).encode() + body


async def _answer(reader: asyncio.StreamReader) -> tuple[int, int]:
    head = await reader.readuntil(b"\r\n\r\n")
    status = int(head[9:12])
    low = head.lower()
    at = low.find(b"content-length:")
    if at < 0:
        raise ValueError("an answer without a length")
    length = int(low[at + 15 : low.index(b"\r\n", at)])
    if length:
        await reader.readexactly(length)
    return status, len(head) + length


async def _main(plan: Mapping[str, Any]) -> Result:
    clients = [_Client(plan, place) for place in range(plan["clients"])]
    cpu, began = time.process_time(), time.perf_counter()
    await asyncio.gather(*(client.walk(began + plan["seconds"]) for client in clients))
    wall = time.perf_counter() - began
    took = sorted(one for client in clients for one in client.took)
    wrong: dict[str, int] = {}
    for client in clients:
        for status, count in client.wrong.items():
            wrong[status] = wrong.get(status, 0) + count
    busy = (time.process_time() - cpu) / wall
    middle, slow = (took[len(took) * share // 100] * 1e3 for share in (50, 99))
    size = sum(client.bytes for client in clients) // len(took)
    return Result(len(took), wall, middle, slow, size, busy, wrong)


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(_main(json.load(sys.stdin))))))
