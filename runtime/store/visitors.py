"""Who holds a session: session, account and person in one look, since every request asks it."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sqlalchemy import and_, bindparam, or_, select

from runtime.store.accounts import Account
from runtime.store.person_columns import PERSON
from runtime.store.rows import Person
from runtime.store.sessions import Session, token_hash
from runtime.store.tables.people import account, person, session
from runtime.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Visitor:
    """A session that runs, its active account, and who that is in the unit's tenant, if anybody."""

    session: Session
    account: Account
    person: Person | None


_SESSION = [session.c[f.name] for f in fields(Session)]
_ACCOUNT = [account.c[f.name] for f in fields(Account)]
_READ = (
    select(*_SESSION, *_ACCOUNT, *PERSON)
    .join(account, account.c.id == session.c.account_id)
    .outerjoin(
        person,
        and_(
            person.c.tenant_id == bindparam("tenant"),
            person.c.account_id == account.c.id,
            person.c.active,
            # A session that a code of one tenant began is nobody's in another.
            or_(session.c.tenant_id.is_(None), session.c.tenant_id == bindparam("tenant")),
        ),
    )
    .where(
        session.c.id_hash == bindparam("id"),
        session.c.expires_us > bindparam("now"),
        account.c.active,
    )
    # An account is one person of a tenant; should it be two, the newer stands, as it always did.
    .order_by(person.c.id.desc())
    .limit(1)
)


async def read(unit: Unit, token: str) -> Visitor | None:
    """The visitor with this token; None when there is no such session or its account is closed."""
    asked = {"tenant": unit.tenant_id, "id": token_hash(token), "now": unit.now_us()}
    row = await unit.row(_READ, asked)
    if row is None:
        return None
    middle, end = len(_SESSION), len(_SESSION) + len(_ACCOUNT)
    found = tuple(row)
    session_row = dict(zip((f.name for f in fields(Session)), found[:middle], strict=True))
    account_row = dict(zip((f.name for f in fields(Account)), found[middle:end], strict=True))
    person_row = dict(zip((f.name for f in fields(Person)), found[end:], strict=True))
    someone = Person(**person_row) if person_row["id"] is not None else None
    return Visitor(Session(**session_row), Account(**account_row), someone)
