"""People's pictures."""

from __future__ import annotations

from runtime.choices import choices_of
from runtime.site.handles import Site
from runtime.store import people


async def read_picture(site: Site, tenant: str, person_id: str, mark: str) -> bytes | None:
    """The picture whose digest begins with `mark`, if the person shows it."""
    async with site.store.unit(tenant) as unit:
        person = await people.person_by_id(unit, person_id)
    digest = choices_of(person.profile if person else None).picture
    if not digest or len(mark) != 16 or not digest.startswith(mark):
        return None
    try:
        return await site.files.read(digest)
    except FileNotFoundError:
        return None
