"""`specdesk serve`: the web process, with the worker inside in the embedded default."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import socket
import sys
from collections.abc import Coroutine
from typing import Annotated, Any

import typer
import uvicorn
from uvicorn.loops.auto import auto_loop_factory

from runtime.cli.opening import StoreOption, opened, settings_of
from runtime.cli.receiving import receiving_mail
from runtime.settings import Settings
from runtime.site.handles import Site
from runtime.web.app import build_app
from runtime.workers.loop import run_workers

STOP_S = 10
"""How long running jobs may take to end when the server stops."""


def serve(
    store: StoreOption = "",
    listen: Annotated[
        str, typer.Option("--listen", help="host:port, default 127.0.0.1:8000.")
    ] = "",
    workers: Annotated[
        bool,
        typer.Option("--workers/--no-workers", help="Run deadlines and notices in this process."),
    ] = True,
) -> None:
    """Serve portal, desk and studio."""
    settings = settings_of(store, listen)
    run_to_end(run_server(settings, workers=workers))


def run_to_end(serving: Coroutine[Any, Any, None]) -> None:
    """Run it on the fastest event loop there is here (uvloop, where the platform has it)."""
    with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
        runner.run(serving)


async def run_server(settings: Settings, *, workers: bool = True, greeting: str = "") -> None:
    """Serve until interrupted."""
    host, port = settings.listen
    async with opened(settings) as site, receiving_mail(site):
        listening = _listen(host, port)
        config = uvicorn.Config(
            build_app(site),
            host=host,
            port=port,
            http=_protocol(),
            log_level="warning",
            access_log=False,
            server_header=False,
            # A proxy that is trusted says who called and whether it was by https; what others say
            # of it is read from the right, over trusted hops alone.
            proxy_headers=True,
            forwarded_allow_ips=list(settings.trusted_proxies),
            lifespan="on",
        )
        server = uvicorn.Server(config)
        if not site.desks.tenants():
            print("nothing is published yet: specdesk publish DIR", file=sys.stderr)
        _settle()
        print(greeting or f"specdesk serves http://{host}:{port}", file=sys.stderr)
        await _serve(site, server, listening, workers=workers)


def _protocol() -> Any:
    """HTTP with an end to patience, where the parser for it is installed."""
    try:
        from runtime.web.patience import PatientProtocol
    except ImportError:
        return "auto"
    return PatientProtocol


def _settle() -> None:
    """What stands when serving begins stays, so the collector need not walk it again and again.

    A full walk over modules and desks stops every request (docs/performance.md has figures).
    """
    gc.collect()
    gc.freeze()


def _listen(host: str, port: int) -> list[socket.socket]:
    """Sockets at every address of the host; taken before the greeting says that we serve."""
    found: list[socket.socket] = []
    try:
        for family, kind, number, _, address in socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        ):
            one = socket.socket(family, kind, number)
            found.append(one)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            one.bind(address)
    except OSError as wrong:
        for one in found:
            one.close()
        why = wrong.strerror or str(wrong)
        cure = "stop what listens there, or name another place with --listen"
        print(f"specdesk: can't listen at {host}:{port}: {why}; {cure}", file=sys.stderr)
        raise typer.Exit(1) from None
    return found


async def _closing(site: Site, server: uvicorn.Server) -> None:
    """End what stands open for good, so that the server need not wait for it when it stops."""
    while not server.should_exit:  # noqa: ASYNC110 — uvicorn rings no bell
        await asyncio.sleep(0.2)
    site.changes.close()


async def _serve(
    site: Site, server: uvicorn.Server, listening: list[socket.socket], *, workers: bool
) -> None:
    """The server with the worker beside it; the worker ends its jobs when the server stops."""
    stop = asyncio.Event()
    worker = (
        asyncio.create_task(run_workers(site, stop, site.settings.workers)) if workers else None
    )
    closing = asyncio.create_task(_closing(site, server))
    try:
        await server.serve(listening)
    finally:
        closing.cancel()
        stop.set()
        if worker is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(worker, STOP_S)
    # An interrupt that came when nothing had to be waited for is noticed here, not forgotten.
    await asyncio.sleep(0)
