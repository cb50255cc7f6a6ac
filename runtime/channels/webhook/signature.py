"""Signs events that go out and checks those that come in (standardwebhooks.com, scheme v1).

A secret is `whsec_` and 24 to 64 bytes in base64. Signed is `id.timestamp.body` by HMAC-SHA256;
while secrets are changed, two of them sign, and either is enough for who checks.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

PREFIX: Final = "whsec_"
WINDOW_S: Final = 300
"""How far the sender's clock may be from ours, either way, in seconds."""
_LEAST, _MOST = 24, 64
_LONGEST_ID: Final = 200
_MOST_SIGNATURES: Final = 10

Fault = Literal["unsigned", "late", "wrong_signature"]


class BadSecret(ValueError):
    """A secret is not of the form; the text never holds it."""


@dataclass(frozen=True, slots=True)
class Signed:
    """An event whose sender proved to know the secret: its id, for what comes in twice."""

    id: str
    sent_s: int


def fresh_secret() -> str:
    """A new secret, of 32 random bytes."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def key_of(secret: str) -> bytes:
    """The bytes of a secret.

    Raises:
        BadSecret: it is not `whsec_` with 24 to 64 bytes in base64.
    """
    text = secret.strip()
    try:
        found = base64.b64decode(text.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        found = b""
    if not text.startswith(PREFIX) or not _LEAST <= len(found) <= _MOST:
        raise BadSecret("a secret is whsec_ with 24 to 64 bytes in base64")
    return found


def signed(key: str, at_s: int, body: bytes, keys: Sequence[bytes]) -> dict[str, str]:
    """The headers of an event: its id, the time of this try, a signature by each of the keys."""
    marks = (f"v1,{_mark(one, key, at_s, body)}" for one in keys)
    return {
        "webhook-id": key,
        "webhook-timestamp": str(at_s),
        "webhook-signature": " ".join(marks),
    }


def check(
    headers: Mapping[str, str], body: bytes, keys: Sequence[bytes], now_s: int
) -> Signed | Fault:
    """Who sent it knew one of the secrets and sent it just now; else what is wrong.

    `headers` by names in lower case. Old names of the headers (`svix-id` …) are not taken.
    """
    name, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "").split()
    if not (0 < len(name) <= _LONGEST_ID and name.isascii() and name.isprintable()) or not given:
        return "unsigned"
    if not (at.isascii() and at.isdigit() and len(at) < 12):
        return "unsigned"
    marks = [one.removeprefix("v1,") for one in given[:_MOST_SIGNATURES] if one.startswith("v1,")]
    right = False
    for key in keys:
        wanted = _mark(key, name, int(at), body).encode()
        right |= any(hmac.compare_digest(wanted, mark.encode()) for mark in marks)
    if not right:
        return "wrong_signature"
    # After the signature: a stranger learns nothing about our clock.
    return Signed(name, int(at)) if abs(now_s - int(at)) <= WINDOW_S else "late"


def _mark(key: bytes, name: str, at_s: int, body: bytes) -> str:
    content = f"{name}.{at_s}.".encode() + body
    return base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
