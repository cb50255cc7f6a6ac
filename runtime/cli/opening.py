"""Opening the store for a command: settings, upgrade, live desks."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import AsyncIterator
from typing import Annotated

import typer

from runtime.cli.logs import configure
from runtime.clock import SystemClock
from runtime.settings import SettingError, Settings, read_settings
from runtime.site.desks import Desks
from runtime.site.handles import Site
from runtime.store.crypto import SealError
from runtime.store.files import FileFolder
from runtime.store.open import Store, StoreUrlError
from runtime.store.reach import StoreShutError

StoreOption = Annotated[
    str,
    typer.Option(
        "--store",
        help="sqlite:///file or postgresql://…; default SPECDESK_STORE, else an embedded file.",
    ),
]


def settings_of(store: str = "", listen: str = "") -> Settings:
    """The settings of this process; options stand above variables."""
    given = dict(os.environ)
    if store:
        given["SPECDESK_STORE"] = store
    if listen:
        given["SPECDESK_LISTEN"] = listen
    try:
        return read_settings(given)
    except SettingError as wrong:
        print(f"specdesk: {wrong}", file=sys.stderr)
        raise typer.Exit(2) from None


@contextlib.asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Site]:
    """The site of this process, upgraded and loaded; closed at the end."""
    configure(settings.log)
    store = await _open(settings)
    try:
        await _upgrade(store)
        site = Site(
            store, Desks(store), FileFolder(settings.files), SystemClock(), settings, asks=True
        )
        try:
            await site.desks.load()
            yield site
        finally:
            await site.records.close()
            await site.door.close()
    finally:
        await store.close()


async def _open(settings: Settings) -> Store:
    try:
        return await Store.open(settings.store, key_file=settings.key_file)
    except StoreUrlError as wrong:
        print(f"specdesk: --store: {wrong}", file=sys.stderr)
        raise typer.Exit(2) from None
    except SealError as wrong:
        print(f"specdesk: SPECDESK_KEY_FILE: {wrong}; put the right file there", file=sys.stderr)
        raise typer.Exit(1) from None
    except StoreShutError as wrong:
        raise _shut(wrong) from None


async def _upgrade(store: Store) -> None:
    try:
        await store.upgrade()
    except StoreShutError as wrong:
        raise _shut(wrong) from None


def _shut(wrong: StoreShutError) -> typer.Exit:
    cure = "try again when it is there" if wrong.again else "see --store or SPECDESK_STORE"
    print(f"specdesk: {wrong}; {cure}", file=sys.stderr)
    return typer.Exit(75 if wrong.again else 1)
