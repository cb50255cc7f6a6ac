"""Sessions of signed-in people, kept here; the browser holds only a random token."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from runtime.store.tables.people import session
from runtime.store.unit import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session; `id_hash` is the sha256 of the browser's token, which is not stored."""

    id_hash: str
    account_id: str | None = None
    tenant_id: str | None = None
    csrf: str
    expires_us: int
    created_us: int
    data: Mapping[str, Any]


_COLUMNS = [session.c[f.name] for f in fields(Session)]
_READ = select(*_COLUMNS).where(
    session.c.id_hash == bindparam("id"), session.c.expires_us > bindparam("now")
)


def token_hash(token: str) -> str:
    """The key under which a token's session is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


async def start(
    unit: Unit,
    *,
    lasts_us: int,
    account_id: str | None = None,
    tenant_id: str | None = None,
    data: Mapping[str, Any] | None = None,
) -> tuple[str, Session]:
    """Start a session; gives the token for the browser and the session."""
    unit.must_write()
    token = secrets.token_urlsafe(32)
    now = unit.now_us()
    made = Session(
        id_hash=token_hash(token),
        account_id=account_id,
        tenant_id=tenant_id,
        csrf=secrets.token_urlsafe(24),
        expires_us=now + lasts_us,
        created_us=now,
        data=dict(data or {}),
    )
    await unit.run(insert(session), {f.name: getattr(made, f.name) for f in fields(Session)})
    return token, made


async def read(unit: Unit, token: str) -> Session | None:
    """The session of a token, unless it ran out."""
    row = await unit.row(_READ, {"id": token_hash(token), "now": unit.now_us()})
    return Session(**row._mapping) if row else None


async def change(unit: Unit, id_hash: str, **changes: Any) -> None:
    """Write columns of a session: `tenant_id`, `expires_us`, `data`."""
    unit.standing_changes()
    await unit.run(update(session).where(session.c.id_hash == id_hash).values(**changes))


async def end(unit: Unit, id_hash: str) -> None:
    """End one session."""
    unit.standing_changes()
    await unit.run(delete(session).where(session.c.id_hash == id_hash))


async def end_all(unit: Unit, account_id: str, *, but: str | None = None) -> None:
    """End all sessions of an account, e.g. after a new password, but the one with hash `but`."""
    unit.standing_changes()
    statement = delete(session).where(session.c.account_id == account_id)
    await unit.run(statement if but is None else statement.where(session.c.id_hash != but))


async def sweep(unit: Unit) -> int:
    """Delete sessions that ran out; gives how many."""
    unit.must_write()
    return (await unit.run(delete(session).where(session.c.expires_us <= unit.now_us()))).rowcount
