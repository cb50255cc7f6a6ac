"""Finds the people a file names, and makes those it may make."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from engine.facts import Value
from engine.model.importing import ImportColumn
from runtime.actions.importing.values import Taken, Word, unknown_said
from runtime.render.catalogues import N_
from runtime.render.saying import ENGLISH, Voice
from runtime.site.desks import Live
from runtime.site.standing import person_values
from runtime.store import people
from runtime.store.rows import Person
from runtime.store.unit import Unit

_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+")
_CUSTOMERS = ("requester", "customer")


@dataclass(slots=True)
class Directory:
    """The people of one transaction by the word that names them; `made` counts the new ones."""

    live: Live
    mapping: str
    voice: Voice = ENGLISH
    known: dict[str, Person | None] = field(default_factory=dict)
    made: int = 0

    async def settle(self, unit: Unit, taken: Taken) -> None:
        """Turn the words of a row into people; one that may not be made is refused or kept."""
        found = {name: await self._find(unit, word.text) for name, word in taken.people.items()}
        for name, word in taken.people.items():
            if found[name] is None and not _makes(word.column):
                why = N_("there is no person `%(word)s`")
                said = unknown_said(self.voice, why, word=word.text)
                taken.unknown(word.column, word.text, said)
        if taken.faults:
            return
        for name, word in taken.people.items():
            person = found[name] or await self._make(unit, name, word)
            if person is not None:
                self._set(taken, name, person)

    def values(self, taken: Taken) -> dict[str, Value]:
        """`customer.level` and the like of the people a row names, for the table of targets."""
        ids = {name: taken.values.get(name) for name in ("requester", "customer", "assignee")}
        by_id = {person.id: person for person in self.known.values() if person is not None}
        found: dict[str, Value] = {}
        for name, person_id in ids.items():
            if isinstance(person_id, str) and person_id in by_id:
                found |= person_values(self.live.desk, name, by_id[person_id])
        return found

    def _set(self, taken: Taken, name: str, person: Person) -> None:
        taken.values[name] = person.id
        if name == "requester" and person.kind == "customer" and "customer" not in taken.people:
            taken.values["customer"] = person.id

    async def _find(self, unit: Unit, text: str) -> Person | None:
        if text not in self.known:
            self.known[text] = await people.find_person(
                unit, email=text, phone=text, external=self._external(text)
            )
        return self.known[text]

    async def _make(self, unit: Unit, name: str, word: Word) -> Person | None:
        if not _makes(word.column):
            return None
        text = word.text
        if self.known.get(text) is None:
            kind = "customer" if name in _CUSTOMERS else "staff"
            mail = text if _MAIL.fullmatch(text) else None
            person_id = await people.add_person(
                unit,
                text.partition("@")[0] if mail else text,
                kind=kind,
                email=mail,
                external_key=self._external(text),
            )
            self.known[text] = await people.person_by_id(unit, person_id)
            self.made += 1
        return self.known[text]

    def _external(self, text: str) -> str:
        return f"{self.mapping}:{text}"


def _makes(column: ImportColumn) -> bool:
    return column.missing == "create_value"
