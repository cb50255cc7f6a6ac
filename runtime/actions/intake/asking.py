"""Other systems are asked of the records a message names, before the unit that writes its ticket.

Only within the unit it is known who wrote and what it becomes. So the first try gives up where
somebody has to be asked, and the next one has the answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.facts import Viewer
from runtime.actions.gather import NOTHING, Gathered, asks_others, gather, lives_of
from runtime.site.handles import Site
from runtime.store.rows import Person


@dataclass(frozen=True, slots=True)
class Wanted:
    """The ticket to be: its type, raw values by field key, who opens it and for whom.

    `person` may be made by the very unit that is left: their own records are theirs all the same.
    """

    type: str
    values: Mapping[str, object]
    viewer: Viewer
    person: Person


class AskFirst(Exception):
    """The unit must be left: somebody has to be asked first."""

    def __init__(self, wanted: Wanted) -> None:
        super().__init__(wanted.type)
        self.wanted = wanted


def answers_to(site: Site, tenant: str, wanted: Wanted, gathered: Gathered | None) -> Gathered:
    """What was gathered for the ticket; nothing where nobody has to be asked.

    Raises:
        AskFirst: nobody was asked yet.
    """
    if gathered is not None:
        return gathered
    if asks_others(site, tenant, wanted.type, wanted.values):
        raise AskFirst(wanted)
    return NOTHING


async def ask(site: Site, tenant: str, wanted: Wanted) -> Gathered:
    """Ask; within two seconds in all, and outside of any unit."""
    return await gather(
        site, lives_of(site, tenant), wanted.type, wanted.values, wanted.viewer, wanted.person
    )
