"""Who wrote: the person with that address, or a new customer where the channel takes anybody."""

from __future__ import annotations

from typing import Final

from engine.facts import Viewer
from engine.model.desk import Desk
from runtime.channels.mail.parsed import Mailbox
from runtime.site.standing import viewer_of
from runtime.store import journal, people
from runtime.store.journal import NewEvent
from runtime.store.rows import Person
from runtime.store.unit import Unit

LONGEST_NAME: Final = 100


async def find_sender(unit: Unit, sender: Mailbox) -> Person | None:
    """The person whose address it is, active or not."""
    return await people.find_person(unit, email=sender.address) if sender.address else None


async def make_customer(unit: Unit, sender: Mailbox, locale: str) -> Person:
    """A customer of this name and address, who may sign in once they are given an account."""
    name = sender.name[:LONGEST_NAME] or sender.address.partition("@")[0]
    return await new_customer(unit, name, "mail", email=sender.address, locale=locale or None)


async def new_customer(unit: Unit, name: str, by: str, **more: str | None) -> Person:
    """A customer that a message made; `by`: by which way, for the history."""
    made = await people.add_person(unit, name, kind="customer", **more)
    event = NewEvent("person_made", {"person": made, "by": by}, "system", subject_person_id=made)
    await journal.append_admin(unit, [event])
    found = await people.person_by_id(unit, made)
    assert found is not None
    return found


async def viewer_as(unit: Unit, desk: Desk, person: Person) -> Viewer:
    """Somebody with the rights that they have here."""
    standing = await people.standing(unit, person.id)
    return viewer_of(desk, standing) if standing is not None else Viewer(person.id)


def locale_of(language: str, locales: tuple[str, ...]) -> str:
    """The tenant's locale nearest to what a mail says of its language, "" where none is."""
    asked = language.strip().lower()
    for one in locales:
        if one.lower() == asked:
            return one
    short = asked.partition("-")[0]
    return next((one for one in locales if short and one.lower().partition("-")[0] == short), "")
