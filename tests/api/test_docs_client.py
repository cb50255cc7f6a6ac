"""The client of docs/en/api.md runs as it stands, against a server that listens."""

from __future__ import annotations

import asyncio
import re
import socket
import sys
from pathlib import Path

import pytest
import uvicorn

from runtime.actions.api_tokens import SCOPES, Made, new_token
from runtime.clock import FixedClock
from runtime.site.standing import SYSTEM
from runtime.store import people
from runtime.store.open import Store
from tests.stores import MONDAY_US
from tests.web.studio_site import SHOP, serve

ROOT = Path(__file__).parents[2]
_CLIENT = re.compile(r"```python\n(.*?)```", re.S)


@pytest.mark.asyncio(loop_scope="module")
async def test_the_client_of_the_page_runs(store_url: str, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "en" / "api.md").read_text("utf-8")
    client = tmp_path / "client.py"
    (code,) = _CLIENT.findall(page)
    client.write_text(code, "utf-8")
    clock = FixedClock(MONDAY_US)
    store = await Store.open(store_url, key_file=tmp_path / "keys.json", clock=clock)
    listening = socket.create_server(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{listening.getsockname()[1]}/t/{SHOP}/api/v1"
    try:
        served = await serve(store, clock, tmp_path)
        async with store.unit(SHOP) as unit:
            ann = await people.find_person(unit, email="ann@example.com")
        assert ann is not None
        made = await new_token(served.site, SHOP, ann.id, SYSTEM, "docs", SCOPES, 1)
        assert isinstance(made, Made)
        server = uvicorn.Server(uvicorn.Config(served.app, log_level="error", lifespan="off"))
        running = asyncio.create_task(server.serve([listening]))
        ran = await asyncio.create_subprocess_exec(
            sys.executable, str(client), base, made.text,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, err = await ran.communicate()
        server.should_exit = True
        await running
    finally:
        listening.close()
        await store.close()
    assert ran.returncode == 0, err.decode()
    assert out.decode().count("The lamp came broken") == 1
