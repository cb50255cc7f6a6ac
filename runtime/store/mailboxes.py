"""Where we are in each mailbox that is read, and what went wrong there."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Update, select, update

from runtime.store.tables.doors import mailbox
from runtime.store.unit import Unit
from runtime.store.upsert import add_new

_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Position:
    """The last message that was looked at, by its UID under a UIDVALIDITY.

    Below zero (-1 - UID) while a mailbox that is new to us, or was made anew, is gone through:
    what people have read there already is none of ours. `read_us`: when all was last looked at.
    """

    channel_id: str
    validity: int
    position: int
    read_us: int | None = None
    fault: str | None = None
    fault_us: int | None = None

    @property
    def uid(self) -> int:
        """The UID of the last message that was looked at."""
        return -1 - self.position if self.catching_up else self.position

    @property
    def catching_up(self) -> bool:
        """Whether it is gone through for the first time."""
        return self.position < 0


_COLUMNS = [mailbox.c[name] for name in Position.__dataclass_fields__]


async def read(unit: Unit, channel_id: str) -> Position | None:
    """Where we are."""
    c = mailbox.c
    query = select(*_COLUMNS).where(c.tenant_id == unit.tenant_id, c.channel_id == channel_id)
    row = await unit.row(query)
    return Position(**row._mapping) if row else None


async def every(unit: Unit) -> list[Position]:
    """All mailboxes of the tenant that were ever read."""
    c = mailbox.c
    query = select(*_COLUMNS).where(c.tenant_id == unit.tenant_id).order_by(c.channel_id)
    return [Position(**row._mapping) for row in await unit.rows(query)]


async def begin(unit: Unit, channel_id: str, validity: int) -> None:
    """Go through a mailbox anew, whose UIDs mean nothing known."""
    unit.must_write()
    row = {
        "tenant_id": unit.tenant_id,
        "channel_id": channel_id,
        "validity": validity,
        "position": -1,
        "read_us": None,
        "fault": None,
        "fault_us": None,
    }
    await add_new(unit, mailbox, row)
    await unit.run(_here(unit, channel_id).values(validity=validity, position=-1))


async def advance(unit: Unit, before: Position, position: int) -> bool:
    """Go on from `before`; False if somebody else has gone on meanwhile."""
    unit.must_write()
    c = mailbox.c
    there = _here(unit, before.channel_id).where(
        c.validity == before.validity, c.position == before.position
    )
    return (await unit.run(there.values(position=position))).rowcount == 1


async def looked(unit: Unit, channel_id: str) -> None:
    """All there is was looked at just now, and nothing is wrong."""
    unit.must_write()
    change = {"read_us": unit.now_us(), "fault": None, "fault_us": None}
    await unit.run(_here(unit, channel_id).values(change))


async def fault(unit: Unit, channel_id: str, why: str) -> None:
    """Note what is wrong; the instant is that since when something is."""
    unit.must_write()
    row = {
        "tenant_id": unit.tenant_id,
        "channel_id": channel_id,
        "validity": 0,
        "position": -1,
        "read_us": None,
        "fault": None,
        "fault_us": None,
    }
    await add_new(unit, mailbox, row)
    since = _here(unit, channel_id).where(mailbox.c.fault_us.is_(None))
    await unit.run(since.values(fault_us=unit.now_us()))
    await unit.run(_here(unit, channel_id).values(fault=why[:_LONGEST]))


def _here(unit: Unit, channel_id: str) -> Update:
    c = mailbox.c
    return update(mailbox).where(c.tenant_id == unit.tenant_id, c.channel_id == channel_id)
