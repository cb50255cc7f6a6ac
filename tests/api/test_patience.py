"""Clients that send too much or too slowly: bounded in time and memory, and told so."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
import uvicorn

from runtime.web import shield
from runtime.web.patience import PatientProtocol, hurried
from tests.api.conftest import Programs

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Hasty(PatientProtocol):
    """The same with hardly any patience."""

    head_s = 0.1


@pytest_asyncio.fixture(loop_scope="module")
async def port(programs: Programs) -> AsyncIterator[int]:
    """A server that listens; gives its port."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(programs.spruce.app, http=Hasty, log_level="error", lifespan="off")
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve([listening]))
    yield listening.getsockname()[1]
    server.should_exit = True
    await running


async def told(port: int, *pieces: bytes) -> bytes:
    """Everything that the server says to these bytes until it hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
    found = await asyncio.wait_for(reader.read(), 5)
    writer.close()
    return found


async def test_a_head_without_an_end_is_hung_up_on(port: int) -> None:
    assert await told(port, b"GET / HTTP/1.1\r\nhost: localhost\r\n") == b""
    assert await told(port) == b"", "nor is a connection that says nothing kept"


async def test_a_head_of_a_megabyte_is_refused(port: int) -> None:
    head = b"GET / HTTP/1.1\r\nhost: localhost\r\n"
    found = await told(port, head + b"x: " + b"y" * (70 << 10))
    assert found.startswith(b"HTTP/1.1 431 ")


async def test_a_body_that_drips_is_given_up(
    port: int, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shield, "hurried", lambda receive: hurried(receive, 0.1, 1 << 20))
    token = await programs.token("ann")
    head = (
        f"POST /t/spruce/api/v1/tickets HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n"
        f"authorization: Bearer {token}\r\ncontent-type: application/json\r\n"
        f"content-length: 1000\r\n\r\n{{"
    )
    found = await told(port, head.encode())
    assert b" 408 " in found.splitlines()[0]
    assert b"urn:specdesk:problem:timeout" in found


async def test_what_the_shield_refuses_is_a_problem_too(programs: Programs) -> None:
    token = await programs.token("ben")
    ben = programs.client("spruce", token)
    cases: list[tuple[dict[str, Any], int, str]] = [
        ({"headers": {"host": "elsewhere.example.com"}}, 421, "misdirected"),
        ({"headers": {"content-length": str(1 << 30)}, "content": b"x"}, 413, "too-large"),
    ]
    for sent, status, kind in cases:
        answer = await ben.request("POST", "/tickets", **sent)
        assert (answer.status_code, answer.json()["type"]) == (
            status, f"urn:specdesk:problem:{kind}",
        )  # fmt: skip


async def test_a_form_of_a_million_inputs_is_refused(programs: Programs) -> None:
    ben = await programs.spruce.browser("ben")
    headers = {"content-type": "application/x-www-form-urlencoded"}
    body = b"a=&" * 1_000_000
    answer = await ben.http.post("/t/spruce/p/new/refund", content=body, headers=headers)
    assert answer.status_code == 413
