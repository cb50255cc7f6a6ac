"""Files in mails: their names without tricks, their types by what they are."""

from __future__ import annotations

import hashlib
from typing import Final

from runtime.channels.mail.mime import Findings, Part
from runtime.channels.mail.parsed import Attachment
from runtime.file_types import clean_name, honest, sniff

_ENDINGS: Final = {
    "message/rfc822": "eml",
    "text/calendar": "ics",
    "text/html": "html",
    "text/plain": "txt",
}
# Their first bytes say no more than that they are text.
_TEXTUAL: Final = frozenset({"message/rfc822", "message/global", "text/calendar"})


def attachment(part: Part, found: Findings) -> Attachment:
    """A part as a file; archives stay closed."""
    content = part.decoded(found)
    name = clean_name(part.name) if part.name.strip() else _made_up(part)
    type_found = sniff(content[:8192], name)
    if part.type in _TEXTUAL and type_found == "text/plain":
        type_found = part.type
    kept = honest(type_found, name)
    if not kept:
        found.note("type_lies")
    return Attachment(
        name=name,
        type_said=part.type,
        type_found=type_found,
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        content_id=part.content_id,
        honest=kept,
    )


def _made_up(part: Part) -> str:
    """A name for a part that has none."""
    ending = _ENDINGS.get(part.type) or part.type.partition("/")[2].split("+")[0][:12]
    plain = ending if ending.isascii() and ending.isalnum() else "bin"
    return f"{part.type.partition('/')[0]}.{plain}"
