"""Reply tokens: the part after `+` of the address that our letters ask to be answered at.

A token names a ticket and is signed for one person of one tenant. Nobody can make one for another
ticket, and one that was passed on still tells whose it was: it holds for that person alone.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol
from uuid import UUID

_VERSION: Final = "a"
_MARK_BYTES: Final = 10
"""80 bits: a guess is checked here alone, one mail at a time."""
_SHAPE: Final = re.compile(r"a[a-z2-7]{42}")
_LONGEST_LOCAL: Final = 64
"""Octets before the `@`, RFC 5321."""


class Signer(Protocol):
    """The keys of the installation, as `runtime.store.crypto.Keys` holds them."""

    def sign(self, tenant_id: str, message: bytes, key_id: str | None = None) -> str:
        """Hex signature by the active key, or by a named one."""

    def key_ids(self) -> Sequence[str]:
        """Every key that may have signed, the active one first."""


@dataclass(frozen=True, slots=True)
class ReplyToken:
    """What a token says; `holds` tells whether it is true."""

    ticket_id: str
    mark: bytes


def make_token(keys: Signer, tenant_id: str, ticket_id: str, person_id: str) -> str:
    """The token of one ticket for one person: 43 letters and digits, small letters."""
    body = UUID(ticket_id).bytes + _mark(keys, tenant_id, ticket_id, person_id, None)
    return _VERSION + base64.b32encode(body).decode().rstrip("=").lower()


def read_token(text: str) -> ReplyToken | None:
    """Read a token in any case; None where it is none. Nothing is known to be true yet."""
    small = text.strip().lower()
    if not _SHAPE.fullmatch(small):
        return None
    try:
        body = base64.b32decode(small[1:].upper() + "=" * (-(len(small) - 1) % 8))
    except binascii.Error:
        return None
    return ReplyToken(str(UUID(bytes=body[:16])), body[16:])


def holds(keys: Signer, tenant_id: str, token: ReplyToken, person_id: str) -> bool:
    """Whether this person of this tenant was sent the token, under any key still kept."""
    # Every key is tried, so that the time tells nothing of which one it was.
    equal = [
        hmac.compare_digest(_mark(keys, tenant_id, token.ticket_id, person_id, key_id), token.mark)
        for key_id in keys.key_ids()
    ]
    return any(equal)


def tagged(address: str, token: str) -> str | None:
    """`help@example.com` with the token in it; None where it would be longer than mail allows."""
    local, _, domain = address.rpartition("@")
    whole = f"{local}+{token}"
    return f"{whole}@{domain}" if local and len(whole.encode()) <= _LONGEST_LOCAL else None


def untagged(address: str) -> tuple[str, str]:
    """An address in two: without the part after the last `+`, and that part (or nothing)."""
    local, _, domain = address.rpartition("@")
    base, plus, tag = local.rpartition("+")
    return (f"{base}@{domain}", tag) if plus and base else (address, "")


def _mark(
    keys: Signer, tenant_id: str, ticket_id: str, person_id: str, key_id: str | None
) -> bytes:
    said = "\x00".join(("reply", _VERSION, ticket_id.lower(), person_id))
    return bytes.fromhex(keys.sign(tenant_id, said.encode(), key_id))[:_MARK_BYTES]
