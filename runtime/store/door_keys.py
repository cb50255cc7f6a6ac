"""Ways in without a password: links to one ticket, and codes sent to an address.

What opens a door is made from the installation's key and the row's id, so a worker can make it
again when a letter has to be sent twice; only its hash is kept, and no row or job holds it.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, fields

from sqlalchemy import delete, insert, select, update

from runtime.store.accounts import same_address
from runtime.store.crypto import Keys
from runtime.store.tables.people import door_key
from runtime.store.unit import Unit

TICKET, CODE, INVITE = "ticket", "code", "invite"
DIGITS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorKey:
    """A way in; `attempts` counts wrong codes, all instants are microseconds UTC."""

    id: str
    purpose: str
    email: str
    secret_hash: str
    person_id: str | None = None
    ticket_id: str | None = None
    attempts: int = 0
    created_us: int
    expires_us: int
    used_us: int | None = None

    def holds(self, now_us: int) -> bool:
        """Whether it still opens."""
        return self.used_us is None and now_us < self.expires_us


_COLUMNS = [door_key.c[f.name] for f in fields(DoorKey)]


def link_of(keys: Keys, tenant: str, key: str) -> str:
    """The secret in a link's address, for the letter with this effect key."""
    return keys.sign(tenant, f"door:link:{key}".encode())[:48]


def code_of(keys: Keys, tenant: str, key_id: str) -> str:
    """The six digits of a code."""
    number = int(keys.sign(tenant, f"door:code:{key_id}".encode()), 16)
    return f"{number % 10**DIGITS:0{DIGITS}}"


def link_hash(secret: str) -> str:
    """Under which a link is kept: its secret is long, so a plain hash does not give it away."""
    return hashlib.sha256(secret[:200].encode()).hexdigest()


def code_hash(keys: Keys, tenant: str, key_id: str, code: str) -> str:
    """Under which a code is kept: six digits are soon tried through, so our key is in it."""
    return keys.sign(tenant, f"door:kept:{key_id}:{code}".encode())


async def add_link(
    unit: Unit, key: str, email: str, person_id: str, ticket_id: str, lasts_us: int
) -> None:
    """Keep the link of a letter; the one that was kept for the same letter stands."""
    unit.must_write()
    hashed = link_hash(link_of(unit.keys, unit.tenant_id, key))
    if await by_hash(unit, hashed) is not None:
        return
    await _add(unit, unit.new_id(), TICKET, email, hashed, lasts_us, person_id, ticket_id)


async def add_code(unit: Unit, email: str, lasts_us: int) -> str:
    """A code for an address, the only one that opens from now on; gives the row's id."""
    unit.must_write()
    c = door_key.c
    before = (c.tenant_id == unit.tenant_id, c.email == same_address(email), c.purpose == CODE)
    await unit.run(
        update(door_key).where(*before, c.used_us.is_(None)).values(used_us=unit.now_us())
    )
    made = unit.new_id()
    code = code_of(unit.keys, unit.tenant_id, made)
    hashed = code_hash(unit.keys, unit.tenant_id, made, code)
    await _add(unit, made, CODE, email, hashed, lasts_us)
    return made


async def add_invitation(unit: Unit, email: str, person_id: str, lasts_us: int) -> tuple[str, str]:
    """A link for a person to set a password by, the only one that opens from now on.

    Gives the row's id, of which a worker makes the secret again, and the secret.
    """
    unit.must_write()
    c = door_key.c
    before = (c.tenant_id == unit.tenant_id, c.person_id == person_id, c.purpose == INVITE)
    await unit.run(
        update(door_key).where(*before, c.used_us.is_(None)).values(used_us=unit.now_us())
    )
    made = unit.new_id()
    secret = link_of(unit.keys, unit.tenant_id, made)
    await _add(unit, made, INVITE, email, link_hash(secret), lasts_us, person_id)
    return made, secret


async def use(unit: Unit, key_id: str) -> bool:
    """Use a key up; False where that was done already."""
    unit.must_write()
    c = door_key.c
    mine = update(door_key).where(c.tenant_id == unit.tenant_id, c.id == key_id)
    return (
        await unit.run(mine.where(c.used_us.is_(None)).values(used_us=unit.now_us()))
    ).rowcount == 1


async def _add(
    unit: Unit, key_id: str, purpose: str, email: str, hashed: str, lasts_us: int,
    person_id: str | None = None, ticket_id: str | None = None,
) -> None:  # fmt: skip
    now = unit.now_us()
    row = DoorKey(
        id=key_id, purpose=purpose, email=same_address(email), secret_hash=hashed,
        person_id=person_id, ticket_id=ticket_id, created_us=now, expires_us=now + lasts_us,
    )  # fmt: skip
    named = {f.name: getattr(row, f.name) for f in fields(DoorKey)}
    await unit.run(insert(door_key), {"tenant_id": unit.tenant_id, **named})


async def by_hash(unit: Unit, hashed: str) -> DoorKey | None:
    """The key with this hash, whether or not it still opens."""
    c = door_key.c
    query = select(*_COLUMNS).where(c.tenant_id == unit.tenant_id, c.secret_hash == hashed)
    row = await unit.row(query)
    return DoorKey(**row._mapping) if row else None


async def by_id(unit: Unit, key_id: str) -> DoorKey | None:
    """A key by its id."""
    c = door_key.c
    row = await unit.row(select(*_COLUMNS).where(c.tenant_id == unit.tenant_id, c.id == key_id))
    return DoorKey(**row._mapping) if row else None


async def try_code(unit: Unit, key_id: str, code: str, most: int) -> DoorKey | None:
    """Spend one try of a code; its key, used up, where the code is right and there was a try left.

    The try is counted before the code is looked at, so that none is free however many come at once.
    """
    unit.must_write()
    c, now = door_key.c, unit.now_us()
    mine = (c.tenant_id == unit.tenant_id, c.id == key_id, c.purpose == CODE)
    open_ = (c.used_us.is_(None), c.expires_us > now, c.attempts < most)
    spent = update(door_key).where(*mine, *open_).values(attempts=c.attempts + 1)
    counted = (await unit.run(spent)).rowcount == 1
    found = await by_id(unit, key_id)
    wanted = found.secret_hash if found is not None else ""
    given = code_hash(unit.keys, unit.tenant_id, key_id, code)
    if not (counted and found is not None and hmac.compare_digest(wanted, given)):
        return None
    used = update(door_key).where(*mine, c.used_us.is_(None)).values(used_us=now)
    return found if (await unit.run(used)).rowcount == 1 else None


async def sweep(unit: Unit, before_us: int) -> int:
    """Forget the keys that ran out before `before_us`; gives how many."""
    unit.must_write()
    c = door_key.c
    old = delete(door_key).where(c.tenant_id == unit.tenant_id, c.expires_us <= before_us)
    return (await unit.run(old)).rowcount
