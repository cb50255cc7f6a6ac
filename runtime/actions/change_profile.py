"""What people change of themselves: name, language, picture, how they are told, their password."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.facts import Viewer
from runtime.actions.put_person import MIN_PASSWORD
from runtime.actions.sign_in import HASHER, Attempts
from runtime.choices import Choices, choices_of, kept
from runtime.render.pictures import small_square
from runtime.site.handles import Site
from runtime.store import accounts, journal, people, sessions
from runtime.store.journal import NewEvent
from runtime.store.sessions import Session

LONGEST_NAME = 200
LONGEST_PASSWORD = 1000


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """What somebody chose; `locale` and `theme` go with their account, "" leaves them.

    The picture of `choices` is left out: it has a way of its own.
    """

    name: str
    locale: str
    theme: str
    choices: Choices


async def change_profile(
    site: Site, tenant: str, viewer: Viewer, change: ProfileChange
) -> tuple[str, ...]:
    """Write it; gives the names of what is wrong, and then nothing is written."""
    name, me = change.name.strip(), viewer.person_id or ""
    faults = [] if 0 < len(name) <= LONGEST_NAME else ["name"]
    live = site.desks.get(tenant)
    if change.choices.calendar and live is not None:
        known = set(live.desk.calendars)
        faults += [] if change.choices.calendar in known else ["calendar"]
    if faults:
        return tuple(faults)
    async with site.store.unit(tenant, write=True) as unit:
        person = await people.person_by_id(unit, me)
        if person is None:
            return ("name",)
        picture = choices_of(person.profile).picture
        chosen = kept(replace(change.choices, picture=picture))
        locale = change.locale or person.locale
        before = (person.name, person.locale, kept(choices_of(person.profile)))
        await people.change_person(unit, me, name=name, locale=locale, profile=chosen)
        if (name, locale, chosen) != before:
            event = NewEvent("profile_changed", {"person": me}, "person", me, subject_person_id=me)
            await journal.append_admin(unit, [event])
        if person.account_id:
            given = {"locale": change.locale, "theme": change.theme}
            changes = {word: text for word, text in given.items() if text}
            await accounts.change_account(unit, person.account_id, **changes)
    return ()


async def set_picture(site: Site, tenant: str, viewer: Viewer, data: bytes) -> None:
    """Show a picture beside the viewer's name; no bytes: their letter again.

    Raises:
        BadPicture: nothing can be made of it.
    """
    made = await small_square(data) if data else b""
    digest = (await site.files.put_bytes(made)).sha256 if made else ""
    me = viewer.person_id or ""
    async with site.store.unit(tenant, write=True) as unit:
        person = await people.person_by_id(unit, me)
        before = choices_of(person.profile if person else None)
        await people.change_person(unit, me, profile=kept(replace(before, picture=digest)))
        event = NewEvent("picture_changed", {"person": me}, "person", me, subject_person_id=me)
        await journal.append_admin(unit, [event])
    if before.picture and before.picture != digest:
        await _forget(site, before.picture)


async def _forget(site: Site, digest: str) -> None:
    """Delete the bytes of a picture, unless somebody of any tenant shows it."""
    async with site.store.system() as system:
        everyone: Sequence[str] = tuple(await accounts.tenants(system))
    for tenant in everyone:
        async with site.store.unit(tenant) as unit:
            if await people.pictures_named(unit, [digest]):
                return
    await site.files.remove(digest)


async def change_password(
    site: Site, attempts: Attempts, session: Session, old: str, new: str
) -> str:
    """Give the account of a session another password; its other sessions end.

    Gives why not: `wrong`, `too_often`, `short`, or "".
    """
    if len(new) < MIN_PASSWORD or len(new) > LONGEST_PASSWORD:
        return "short"
    async with site.store.system() as unit:
        account = await accounts.account_by_id(unit, session.account_id or "")
    if account is None or account.password_hash is None:
        return "wrong"
    now = site.clock.now_us()
    if attempts.too_many(account.email, now):
        return "too_often"
    right = await asyncio.to_thread(HASHER.verify, old[:LONGEST_PASSWORD], account.password_hash)
    if not right:
        attempts.failed(account.email, now)
        return "wrong"
    hashed = await asyncio.to_thread(HASHER.hash, new)
    async with site.store.system(write=True) as unit:
        await accounts.change_account(unit, account.id, password_hash=hashed)
        await sessions.end_all(unit, account.id, but=session.id_hash)
    return ""


async def has_password(site: Site, session: Session) -> bool:
    """Whether the account of a session signs in by a password."""
    async with site.store.system() as unit:
        account = await accounts.account_by_id(unit, session.account_id or "")
    return account is not None and account.password_hash is not None
