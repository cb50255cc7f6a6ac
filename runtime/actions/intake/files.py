"""The files of a mail: bytes into the store before the unit, held rows in it, for the ticket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from runtime.actions.attach import MOST_FILES
from runtime.channels.mail.parsed import Attachment, Mail
from runtime.site.handles import Site
from runtime.store import files
from runtime.store.files import Bytes
from runtime.store.unit import Unit

_KEPT_FILES: Final = MOST_FILES - 20
"""What lies beyond is in the raw mail alone."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file whose bytes are in the store."""

    of: Attachment
    content: Bytes


async def keep_files(site: Site, mail: Mail) -> tuple[Kept, ...]:
    """Write the bytes of a mail's files and pictures."""
    named = [item for item in mail.attachments if item.content][:_KEPT_FILES]
    return tuple([Kept(item, await site.files.put_bytes(item.content)) for item in named])


async def hold_files(unit: Unit, kept: tuple[Kept, ...], owner: str | None) -> tuple[str, ...]:
    """Rows of these files as held by who brings them; gives their tokens."""
    tokens = []
    for one in kept:
        row = await files.hold(
            unit,
            one.content,
            name=one.of.name or "file",
            type_found=one.of.type_found,
            owner=owner,
        )
        tokens.append(row.token)
    return tuple(tokens)
