"""What was learned from past tickets: one signed file a tenant, read once a process.

It lies beside the attachments, so every process that serves them has it. It can be lost: the next
hour makes it again. It holds no words and no values, but is a tenant's own: a file signed for
another tenant, or changed by another hand, is not read.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog

from engine.suggest.likeness import Likeness, unpack
from runtime.store.crypto import Keys

log = structlog.get_logger()
FORM = 1
"""Rises when traits are counted otherwise, so that an older file is made anew."""
KEPT_BYTES = 512 << 20
"""So much of it a process keeps in memory, of the tenants asked for last."""


@dataclass(frozen=True, slots=True)
class About:
    """What a file was learned from: `tickets` finished, the last changed at `changed_us`."""

    tenant: str
    desk: str
    tickets: int
    changed_us: int
    learned_us: int
    form: int = FORM


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a process knows of a tenant's past."""

    about: About
    likeness: Likeness


class Learned:
    """Lessons by tenant. A look at the file's time tells whether a newer one came."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[int, Lesson | None]] = OrderedDict()
        self._turn = asyncio.Lock()

    async def get(self, folder: Path, keys: Keys, tenant: str) -> Lesson | None:
        """The newest lesson of a tenant; None while there is none."""
        path = _path(folder, tenant)
        stamp = _stamp(path)
        known = self._known.get(tenant)
        if known is not None and known[0] == stamp:
            self._known.move_to_end(tenant)
            return known[1]
        async with self._turn:
            known = self._known.get(tenant)
            if known is None or known[0] != stamp:
                lesson = await asyncio.to_thread(_read, path, keys, tenant) if stamp else None
                self._known[tenant] = (stamp, lesson)
                self._known.move_to_end(tenant)
                self._let_go()
            return self._known[tenant][1]

    def _let_go(self) -> None:
        """Forget the tenants asked for longest ago, never the last one."""
        while len(self._known) > 1 and self._bytes() > KEPT_BYTES:
            self._known.popitem(last=False)

    def _bytes(self) -> int:
        return sum(one.likeness.size for _, one in self._known.values() if one is not None)


def read_about(folder: Path, keys: Keys, tenant: str) -> About | None:
    """What the tenant's file was learned from; None when there is none that can be trusted."""
    lesson = _read(_path(folder, tenant), keys, tenant)
    return lesson.about if lesson else None


def keep(folder: Path, keys: Keys, about: About, likeness: Likeness) -> int:
    """Write a tenant's lesson, whole or not at all; gives its size in bytes."""
    head = json.dumps(asdict(about), sort_keys=True).encode()
    body = len(head).to_bytes(4, "big") + head + likeness.pack()
    path = _path(folder, about.tenant)
    path.parent.mkdir(parents=True, exist_ok=True)
    place = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    try:
        place.write_bytes(_signature(keys, about.tenant, body) + body)
        os.replace(place, path)
    finally:
        place.unlink(missing_ok=True)
    return len(body)


def _path(folder: Path, tenant: str) -> Path:
    return folder / "learned" / hashlib.sha256(tenant.encode()).hexdigest()[:32]


def _stamp(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _signature(keys: Keys, tenant: str, body: bytes) -> bytes:
    return keys.sign(tenant, b"learned:" + hashlib.sha256(body).digest()).encode()


def _read(path: Path, keys: Keys, tenant: str) -> Lesson | None:
    """The lesson in a file; what is not whole, or not ours, is said in the log and left alone."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    signature, body = content[:64], content[64:]
    if not hmac.compare_digest(signature, _signature(keys, tenant, body)):
        log.warning("what was learned is not signed by this installation", tenant=tenant)
        return None
    size = int.from_bytes(body[:4], "big")
    head: Mapping[str, object] = json.loads(body[4 : 4 + size])
    if head.get("form") != FORM:
        return None
    return Lesson(About(**head), unpack(body[4 + size :]))  # type: ignore[arg-type]
