"""Invites people: a link by mail, good once, by which they set a password and get in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final

from engine.facts import Viewer
from runtime.actions.change_people import MANAGE
from runtime.actions.change_profile import LONGEST_PASSWORD
from runtime.actions.put_person import MIN_PASSWORD
from runtime.actions.sign_in import HASHER, LASTS_US
from runtime.clock import SECOND_US
from runtime.site.handles import Site
from runtime.store import accounts, door_keys, jobs, journal, people, sessions
from runtime.store.door_keys import DoorKey
from runtime.store.jobs import NewJob
from runtime.store.journal import NewEvent
from runtime.store.rows import Person
from runtime.store.unit import Unit

KIND: Final = "invite"
INVITED_US: Final = 7 * 24 * 3600 * SECOND_US


@dataclass(frozen=True, slots=True)
class Invited:
    """It is on its way; `secret` only where no mail can be sent, to be handed over by hand."""

    secret: str = ""


async def invite(site: Site, tenant: str, viewer: Viewer, person_id: str) -> Invited | str:
    """Invite an active person; gives why not: `unknown`, `no_address`, `inside` already."""
    if MANAGE not in viewer.functions:
        return "unknown"
    by_mail = site.settings.smtp_url is not None
    async with site.store.unit(tenant, write=True) as unit:
        person = await people.person_by_id(unit, person_id)
        if person is None or not person.active:
            return "unknown"
        if not person.email:
            return "no_address"
        if person.account_id:
            return "inside"
        key, secret = await door_keys.add_invitation(unit, person.email, person_id, INVITED_US)
        if by_mail:
            body = {"purpose": "invite", "key": key, "person": person_id, "by": viewer.name}
            await jobs.enqueue(unit, [NewJob(KIND, key, unit.now_us(), body)])
        event = NewEvent(
            "person_invited", {"person": person_id}, "person", viewer.person_id,
            subject_person_id=person_id,
        )  # fmt: skip
        await journal.append_admin(unit, [event])
    return Invited("" if by_mail else secret)


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whom a link is for. `known`: the address has an account, whose password proves who comes."""

    person: Person
    known: bool


async def read_invitation(site: Site, tenant: str, secret: str) -> Invitation | None:
    """What a link opens; None for one that is no link, was used or ran out."""
    async with site.store.unit(tenant) as unit:
        found = await _opened(unit, secret)
    return found[1] if found else None


async def _opened(unit: Unit, secret: str) -> tuple[DoorKey, Invitation] | None:
    key = await door_keys.by_hash(unit, door_keys.link_hash(secret))
    if key is None or key.purpose != door_keys.INVITE or not key.holds(unit.now_us()):
        return None
    person = await people.person_by_id(unit, key.person_id or "")
    if person is None or not person.active or person.account_id or person.email != key.email:
        return None
    account = await accounts.account_by_email(unit, key.email)
    known = account is not None and account.password_hash is not None
    return key, Invitation(person, known)


async def accept(site: Site, tenant: str, secret: str, password: str) -> str | None:
    """Let the invited person in; gives the token of their session, or None.

    Whoever has an account already proves it by its password, else the password becomes theirs.
    """
    if not MIN_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        return None
    async with site.store.unit(tenant) as unit:
        found = await _opened(unit, secret)
        known = await accounts.account_by_email(unit, found[0].email) if found else None
    if found is None:
        return None
    hashed = None
    if known is not None and known.password_hash is not None:
        right = await asyncio.to_thread(HASHER.verify, password, known.password_hash)
        if not right or not known.active:
            return None
    else:
        hashed = await asyncio.to_thread(HASHER.hash, password)
    async with site.store.unit(tenant, write=True) as unit:
        key, invitation = found
        if not await door_keys.use(unit, key.id):
            return None
        me = invitation.person.id
        account_id = known.id if known else await accounts.add_account(unit, key.email, hashed)
        if known is not None and hashed is not None:
            await accounts.change_account(unit, account_id, password_hash=hashed)
        await people.change_person(unit, me, account_id=account_id)
        event = NewEvent("invitation_accepted", {"person": me}, "person", me, subject_person_id=me)
        await journal.append_admin(unit, [event])
        token, _ = await sessions.start(unit, lasts_us=LASTS_US, account_id=account_id)
    return token
