"""Files named by a form: held ones become the ticket's, in the ticket's own transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.decide.verdict import Refusal
from engine.facts import Facts, Viewer
from engine.model.field import FieldModel
from engine.model.ticket_type import TypeModel
from runtime.actions.outcome import Refused, Undo
from runtime.store import files
from runtime.store.rows import FileRow
from runtime.store.unit import Unit

TALK = "comment"
"""The place of files that belong to a reply or note and to no field."""

MOST_FILES = 100
"""So many files one form may name, at all its places together."""


@dataclass(frozen=True, slots=True)
class Held:
    """`values`: file ids by field key; `places`: where each file goes; what can't be taken."""

    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    places: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()

    @property
    def talk(self) -> tuple[str, ...]:
        """The ids of files beside the words themselves."""
        return self.places.get(TALK, ())


async def contents_of(unit: Unit, named: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    """The sums of named files by place, to tell whether a form was sent before; a token that
    names none stands for itself."""
    if _too_many(named):
        return {}
    found: dict[str, list[str]] = {}
    for place, tokens in named.items():
        rows = [await files.by_token(unit, token) for token in tokens]
        found[place] = [
            row.sha256 if row else token for row, token in zip(rows, tokens, strict=True)
        ]
    return found


def _too_many(named: Mapping[str, tuple[str, ...]]) -> str:
    """The place at which a form names more files than it may, "" where it does not."""
    count = 0
    for place, tokens in named.items():
        count += len(tokens)
        if count > MOST_FILES:
            return place
    return ""


async def take_files(
    unit: Unit, type_model: TypeModel, named: Mapping[str, tuple[str, ...]], viewer: Viewer
) -> Held:
    """Look up tokens; only the viewer's own held files count, and each must fit its field."""
    over = _too_many(named)
    if over:
        return Held(refusals=(Refusal("too_many_files", over, args={"most": MOST_FILES}),))
    places: dict[str, tuple[str, ...]] = {}
    refusals: list[Refusal] = []
    for place, tokens in named.items():
        ids: list[str] = []
        for token in tokens:
            row = await files.by_token(unit, token)
            if row is None or row.state != "held" or row.owner != viewer.holder:
                refusals.append(Refusal("file_gone", place))
                continue
            refusals += _misfits(type_model.fields.get(place), row)
            ids.append(row.id)
        if ids:
            places[place] = tuple(ids)
    values = {place: ids for place, ids in places.items() if place in type_model.fields}
    return Held(values, places, tuple(refusals))


def _misfits(item: FieldModel | None, row: FileRow) -> list[Refusal]:
    if item is None:
        return []
    accept, most = item.limits.accept, item.limits.max_bytes
    found = []
    if accept and not any(_fits(row.type_found, pattern) for pattern in accept):
        args = {"name": row.name, "type": row.type_found, "accept": ", ".join(accept)}
        found.append(Refusal("file_type", item.key, args=args, place=str(item.place)))
    if most is not None and row.size > most:
        size = {"name": row.name, "most": most}
        found.append(Refusal("file_size", item.key, args=size, place=str(item.place)))
    return found


def _fits(found: str, pattern: str) -> bool:
    return found == pattern or (pattern.endswith("/*") and found.startswith(pattern[:-1]))


async def attach_files(
    unit: Unit, held: Held, facts: Facts, event_id: str, viewer: Viewer, *, internal: bool
) -> None:
    """Make the files the ticket's; a file of a note is as internal as the note.

    `facts` are those after the decision: files of a field that is not shown stay with their owner.
    """
    ticket_id = facts.text("id")
    for place, ids in held.places.items():
        if place != TALK and not facts.get(place):
            continue
        done = await files.attach(
            unit,
            ids,
            ticket_id=ticket_id,
            event_id=event_id,
            owner=viewer.holder,
            visibility="internal" if internal and place == TALK else "public",
            field_key=None if place == TALK else place,
        )
        if done != len(ids):
            raise Undo(Refused((Refusal("file_gone", place),)))
