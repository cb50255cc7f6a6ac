"""What somebody has asked already: their own open tickets that look like the form they fill in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.facts import Viewer
from engine.model.ticket_type import TypeModel
from engine.values.registry import fold
from runtime.queries.list_tickets import Line, Wanted, list_tickets, requested_by
from runtime.site.handles import Site

MOST: Final = 3
_LOOKED_AT: Final = 40
_ALIKE: Final = 0.34
"""Share of the pairs of letters of the shorter text that the other one has too."""


async def own_alike(
    site: Site,
    tenant: str,
    viewer: Viewer,
    model: TypeModel,
    words: str,
    values: Mapping[str, object],
) -> tuple[Line, ...]:
    """The viewer's open tickets about the same record, or of the type in much the same words."""
    wanted = Wanted(requested_by(viewer, finished=False), limit=_LOOKED_AT, counted=False)
    listed = await list_tickets(site, tenant, viewer, wanted)
    records = {
        (item.source, str(values.get(key) or "").strip())
        for key, item in model.fields.items()
        if item.type == "reference" and str(values.get(key) or "").strip()
    }
    found = [(_nearness(line, model, words, records), line) for line in listed.lines]
    near = sorted((one for one in found if one[0] > 0), key=lambda one: -one[0])
    return tuple(line for _, line in near[:MOST])


def _nearness(line: Line, model: TypeModel, words: str, records: set[tuple[str, str]]) -> float:
    theirs = line.live.desk.types[line.row.type_key]
    same_record = any(
        item.type == "reference"
        and line.rights.reads(key)
        and (item.source, line.facts.text(key)) in records
        for key, item in theirs.fields.items()
    )
    alike = likeness(words, line.facts.text("subject"))
    if same_record:
        return 1 + alike
    return alike if line.row.type_key == model.key and alike >= _ALIKE else 0


def likeness(one: str, other: str) -> float:
    """How much of the shorter text stands in the other, 0 to 1; by pairs of letters, so that it
    works where words are not set apart. Too little to judge by is nothing."""
    a, b = _pairs(one), _pairs(other)
    least = min(len(a), len(b))
    return len(a & b) / least if least >= 4 else 0.0


def _pairs(text: str) -> set[str]:
    words = "".join(c if c.isalnum() else " " for c in fold(text[:500])).split()
    return {word[i : i + 2] for word in words for i in range(len(word) - 1)}
