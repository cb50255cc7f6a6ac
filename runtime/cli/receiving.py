"""The receiver of mail beside a server or a worker, where the operator names its place."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import AsyncIterator

import typer

from runtime.site.handles import Site
from runtime.workers.receiving import receiving


@contextlib.asynccontextmanager
async def receiving_mail(site: Site) -> AsyncIterator[None]:
    """Receive mail at SPECDESK_MAIL_LISTEN, if it is set, and say so."""
    wanted = site.settings.mail_listen
    async with contextlib.AsyncExitStack() as stack:
        try:
            port = await stack.enter_async_context(receiving(site))
        except OSError as wrong:
            why = wrong.strerror or str(wrong)
            what = "specdesk: SPECDESK_MAIL_LISTEN and SPECDESK_MAIL_CERTIFICATE"
            print(f"{what}: can't receive mail: {why}", file=sys.stderr)
            raise typer.Exit(1) from None
        if wanted is not None:
            print(f"specdesk receives mail at {wanted[0]}://{wanted[1]}:{port}", file=sys.stderr)
        yield
