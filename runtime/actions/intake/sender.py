"""Who wrote: the person with that address, or a new customer where the channel takes anybody."""

from __future__ import annotations

from runtime.channels.mail.parsed import Mailbox
from runtime.store import journal, people
from runtime.store.journal import NewEvent
from runtime.store.rows import Person
from runtime.store.unit import Unit

_LONGEST_NAME = 100


async def find_sender(unit: Unit, sender: Mailbox) -> Person | None:
    """The person whose address it is, active or not."""
    return await people.find_person(unit, email=sender.address) if sender.address else None


async def make_customer(unit: Unit, sender: Mailbox, locale: str) -> Person:
    """A customer of this name and address, who may sign in once they are given an account."""
    name = sender.name[:_LONGEST_NAME] or sender.address.partition("@")[0]
    made = await people.add_person(
        unit, name, email=sender.address, kind="customer", locale=locale or None
    )
    body = {"person": made, "by": "mail"}
    event = NewEvent("person_made", body, "system", subject_person_id=made)
    await journal.append_admin(unit, [event])
    found = await people.person_by_id(unit, made)
    assert found is not None
    return found


def locale_of(language: str, locales: tuple[str, ...]) -> str:
    """The tenant's locale nearest to what a mail says of its language, "" where none is."""
    asked = language.strip().lower()
    for one in locales:
        if one.lower() == asked:
            return one
    short = asked.partition("-")[0]
    return next((one for one in locales if short and one.lower().partition("-")[0] == short), "")
