"""The installation's keys: what is sensitive is sealed per tenant with AES-256-GCM."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SEALED = "$sealed"
_NONCE = 12


class SealError(Exception):
    """A sealed value can't be opened: its key is missing, or it was altered or moved."""


def is_sealed(value: object) -> bool:
    """Whether `value` is what `Sealer.seal` makes."""
    return isinstance(value, dict) and len(value) == 1 and SEALED in value


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals and opens values of one tenant.

    `about` is bound into the seal: a sealed value copied to another place does not open there.
    """

    tenant_id: str
    active: str
    _ciphers: dict[str, AESGCM] = field(repr=False)

    def seal_bytes(self, plain: bytes, about: str) -> bytes:
        """Encrypt `plain` under the active key, whose id is `active`."""
        nonce = os.urandom(_NONCE)
        return nonce + self._ciphers[self.active].encrypt(nonce, plain, self._bind(about))

    def open_bytes(self, key_id: str, sealed: bytes, about: str) -> bytes:
        """Decrypt what `seal_bytes` gave.

        Raises:
            SealError: the key is not in the key file, or the bytes or the place are not the same.
        """
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise SealError(f"the key file has no key {key_id!r}")
        try:
            return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], self._bind(about))
        except InvalidTag:
            raise SealError(f"a sealed value of {about!r} was altered") from None

    def seal(self, value: Any, about: str) -> dict[str, str]:
        """A JSON value in the form that stands in `ticket.values`: `{"$sealed": "key.text"}`."""
        plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        text = base64.urlsafe_b64encode(self.seal_bytes(plain, about)).decode()
        return {SEALED: f"{self.active}.{text}"}

    def open(self, value: dict[str, str], about: str) -> Any:
        """The JSON value inside what `seal` made.

        Raises:
            SealError: as `open_bytes`.
        """
        key_id, _, text = value[SEALED].partition(".")
        return json.loads(self.open_bytes(key_id, base64.urlsafe_b64decode(text), about))

    def _bind(self, about: str) -> bytes:
        return f"{self.tenant_id}\x00{about}".encode()


@dataclass(slots=True)
class Keys:
    """The master keys of the key file, and what is derived from them per tenant."""

    active: str
    # Never in a repr: a traceback or a log line must not show a key.
    _masters: dict[str, bytes] = field(repr=False)
    _sealers: dict[str, Sealer] = field(default_factory=dict, repr=False)
    _signing: dict[tuple[bytes, str], bytes] = field(default_factory=dict, repr=False)

    def sealer(self, tenant_id: str) -> Sealer:
        """The sealer of one tenant; made once."""
        found = self._sealers.get(tenant_id)
        if found is None:
            ciphers = {
                key_id: AESGCM(_derive(master, f"seal:{tenant_id}"))
                for key_id, master in self._masters.items()
            }
            found = self._sealers[tenant_id] = Sealer(tenant_id, self.active, ciphers)
        return found

    def sign(self, tenant_id: str, message: bytes, key_id: str | None = None) -> str:
        """A hex signature of `message` by the tenant's signing key.

        Raises:
            SealError: the key file has no such key.
        """
        master = self._masters.get(key_id or self.active)
        if master is None:
            raise SealError(f"the key file has no key {key_id!r}")
        key = self._signing.get((master, tenant_id))
        if key is None:
            key = self._signing[master, tenant_id] = _derive(master, f"sign:{tenant_id}")
        return hmac.new(key, message, hashlib.sha256).hexdigest()

    def key_ids(self) -> tuple[str, ...]:
        """Ids of every key of the file, the active one first."""
        return (self.active, *sorted(self._masters.keys() - {self.active}))


def fresh_keys() -> Keys:
    """Keys that live only in memory, for a store that is thrown away."""
    return Keys("k1", {"k1": secrets.token_bytes(32)})


def load_keys(path: Path) -> Keys:
    """Read the key file, making it (mode 0600) when there is none.

    Raises:
        SealError: the file is there but is no key file, or can't be read or made.
    """
    try:
        if not path.exists():
            _make(path)
        found = json.loads(path.read_text("utf-8"))
        masters = {name: base64.b64decode(text) for name, text in found["keys"].items()}
        active = found["active"]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise SealError(f"{path} is no key file") from None
    except OSError as wrong:
        raise SealError(f"{path}: {wrong.strerror or wrong}") from None
    if active not in masters or any(len(key) != 32 for key in masters.values()):
        raise SealError(f"{path}: the active key is missing, or a key is not 32 bytes long")
    return Keys(active, masters)


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    text = json.dumps({"active": "k1", "keys": {"k1": key}}, indent=1)
    whole = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    handle = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    # Two processes may start at once: the first link wins, and both read the same key.
    with contextlib.suppress(FileExistsError):
        os.link(whole, path)
    whole.unlink()


def _derive(master: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(master)
