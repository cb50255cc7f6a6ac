"""Signing in, or up, with a code by mail: asked for by anybody, answered alike to everybody.

Whose address it is decides the worker that writes the letter, and this module once more when the
code comes back: neither is seen by whoever asks.
"""

from __future__ import annotations

from typing import Final

from runtime.actions.guests import TooOften, code_limits, spend
from runtime.actions.intake.sender import LONGEST_NAME, new_customer
from runtime.actions.sign_in import LASTS_US, SignedIn
from runtime.clock import SECOND_US
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.store import accounts, door_keys, jobs, organisations, people, sessions
from runtime.store.accounts import Account, same_address
from runtime.store.jobs import NewJob
from runtime.store.rows import Person
from runtime.store.unit import Unit

KIND: Final = "door"
LASTS: Final = 10 * 60 * SECOND_US
TRIES: Final = 5
CODE_TRIES_BY_CALLER: Final = 60
"""Codes tried by one caller in an hour, right or wrong."""


async def ask_for_code(
    site: Site, live: Live, email: str, locale: str, caller: str
) -> str | TooOften:
    """Have a code sent to an address; gives the id under which it is typed in."""
    slower = await spend(site, live.tenant, code_limits(email, caller))
    if slower is not None:
        return slower
    async with site.store.unit(live.tenant, write=True) as unit:
        made = await door_keys.add_code(unit, email, LASTS)
        body = {"purpose": "code", "key": made, "locale": locale}
        await jobs.enqueue(unit, [NewJob(KIND, made, unit.now_us(), body)])
    return made


async def may_come(unit: Unit, live: Live, email: str) -> bool:
    """Whether a code may be sent to an address: nobody who is shut out, and staff only where the
    portal takes everybody."""
    codes = live.desk.portal.codes
    if not codes:
        return False
    known = await people.persons_with_email(unit, email)
    if any(not one.active for one in known):
        return False
    if codes != "everybody" and any(one.kind == "staff" for one in known):
        return False
    account = await _account(unit, email, known)
    return account is None or account.active


async def _account(unit: Unit, email: str, known: list[Person]) -> Account | None:
    theirs = next((one.account_id for one in known if one.account_id), None)
    if theirs:
        return await accounts.account_by_id(unit, theirs)
    return await accounts.account_by_email(unit, email)


async def enter_by_code(
    site: Site, live: Live, key_id: str, code: str, name: str, caller: str, old_token: str
) -> SignedIn | TooOften | None:
    """Begin a session of this tenant for whoever has the code; None where it opens nothing.

    Somebody new becomes a customer, in the organisation that their mail domain belongs to.
    """
    limits = {f"code tries:{caller}": CODE_TRIES_BY_CALLER}
    slower = await spend(site, live.tenant, limits)
    if slower is not None:
        return slower
    async with site.store.unit(live.tenant, write=True) as unit:
        key = await door_keys.try_code(unit, key_id, code.strip(), TRIES)
    if key is None:
        return None
    async with site.store.unit(live.tenant) as unit:
        welcome = await may_come(unit, live, key.email)
    if not welcome:
        return None
    account_id = await _let_in(site, live, key.email, name)
    async with site.store.system(write=True) as system:
        if old_token:
            await sessions.end(system, sessions.token_hash(old_token))
        token, _ = await sessions.start(
            system, lasts_us=LASTS_US, account_id=account_id, tenant_id=live.tenant
        )
    return SignedIn(token, (live.tenant,))


async def _let_in(site: Site, live: Live, email: str, name: str) -> str:
    """The account of an address that was proved, its person in the tenant tied to it."""
    async with site.store.unit(live.tenant, write=True) as unit:
        known = await people.persons_with_email(unit, email)
        # The code proves an address and no more; who works here is found before a customer.
        person = min(known, key=lambda one: (one.kind != "staff", one.id), default=None)
        account = await _account(unit, email, [person] if person else [])
        account_id = account.id if account else await accounts.add_account(unit, email, None)
        if person is None:
            title = name.strip()[:LONGEST_NAME] or email.partition("@")[0]
            person = await new_customer(unit, title, "portal", email=same_address(email))
        changes = {"account_id": account_id} if person.account_id is None else {}
        if person.kind == "customer" and person.organisation_id is None:
            theirs = await organisations.of_address(unit, email)
            changes |= {"organisation_id": theirs} if theirs else {}
        if changes:
            await people.change_person(unit, person.id, **changes)
    return account_id
