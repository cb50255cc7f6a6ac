"""Answers already given to a request with an idempotency key: the second asker gets the first's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, delete, select, update

from runtime.store.tables.work import idempotency
from runtime.store.unit import Unit
from runtime.store.upsert import add_new


class OtherBody(ValueError):
    """The key was used before with another request."""


@dataclass(frozen=True, slots=True)
class Claim:
    """`fresh`: the key was not used before, go on; else `answer` is what was answered then."""

    fresh: bool
    answer: Any = None


_THIS = (
    idempotency.c.tenant_id == bindparam("of_tenant"),
    idempotency.c.key == bindparam("of_key"),
)
_FOUND = select(idempotency.c.body_digest, idempotency.c.answer).where(*_THIS)
_RENEW = (
    update(idempotency)
    .where(*_THIS, idempotency.c.answer.is_(None), idempotency.c.at_us < bindparam("before"))
    .values(at_us=bindparam("now"))
)
_FORGET = delete(idempotency).where(*_THIS, idempotency.c.answer.is_(None))
_ANSWER = update(idempotency).where(*_THIS).values(answer=bindparam("answer"))


async def claim(unit: Unit, key: str, body_digest: str) -> Claim:
    """Claim a key in the transaction of the act itself.

    On PostgreSQL a second claimer waits here until the first has committed or failed.

    Raises:
        OtherBody: the key was used with another body.
    """
    row = {
        "tenant_id": unit.tenant_id,
        "key": key,
        "body_digest": body_digest,
        "answer": None,
        "at_us": unit.now_us(),
    }
    if await add_new(unit, idempotency, row) == 1:
        return Claim(True)
    found = await unit.row(_FOUND, {"of_tenant": unit.tenant_id, "of_key": key})
    if found is None or found.body_digest != body_digest:
        raise OtherBody(key)
    return Claim(False, found.answer)


async def claim_or_join(unit: Unit, key: str) -> None:
    """Let others that name the same key wait until the end of this unit."""
    await claim(unit, key, "")


async def answer(unit: Unit, key: str, given: Any) -> None:
    """Keep what was answered, in the same transaction as `claim`."""
    unit.must_write()
    asked = {"of_tenant": unit.tenant_id, "of_key": key, "answer": given}
    await unit.run(_ANSWER, asked)


async def renew(unit: Unit, key: str, before_us: int) -> bool:
    """Take over a key that was claimed before an instant and never answered."""
    unit.must_write()
    asked = {"of_tenant": unit.tenant_id, "of_key": key, "before": before_us, "now": unit.now_us()}
    return (await unit.run(_RENEW, asked)).rowcount == 1


async def forget(unit: Unit, key: str) -> None:
    """Give a claimed key back that was not answered."""
    unit.must_write()
    await unit.run(_FORGET, {"of_tenant": unit.tenant_id, "of_key": key})


async def sweep(unit: Unit, before_us: int) -> int:
    """Forget keys claimed before an instant; gives how many."""
    unit.must_write()
    c = idempotency.c
    old = delete(idempotency).where(c.tenant_id == unit.tenant_id, c.at_us < before_us)
    return (await unit.run(old)).rowcount
