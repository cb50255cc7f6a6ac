"""What belongs together with a ticket as plain data, as far as the viewer may see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.facts import Viewer
from runtime.queries.read_ticket import Seen
from runtime.queries.ticket_data import person_mark, ticket_data
from runtime.queries.together import Together
from runtime.store.rows import Person

_TOLD: Final = frozenset({"number", "type", "subject", "state", "phase", "assignee", "due"})


def together_data(beside: Together, viewer: Viewer) -> dict[str, Any]:
    """Parts with how far they are, merged tickets, links and watchers; whoever does not work here
    is told of parts and of where the ticket went."""
    inside, people = viewer.is_staff, beside.people
    progress = beside.progress

    def told(seen: Seen | None) -> dict[str, Any] | None:
        return _near(seen, viewer, people) if seen is not None else None

    return {
        "part_of": told(beside.whole),
        "parts": [_near(one, viewer, people) for one in beside.parts],
        "progress": {
            "count": progress.count if inside else len(beside.parts),
            "done": progress.done if inside else progress.done - progress.hidden_done,
        },
        "merged_into": told(beside.into),
        "merged": [_near(one, viewer, people) for one in beside.taken_in] if inside else [],
        "links": [
            {"sort": one.sort, "ticket": _near(one.seen, viewer, people)} for one in beside.links
        ]
        if inside
        else [],
        "watchers": [person_mark(one.id, people) for one in beside.watchers] if inside else [],
    }


def _near(seen: Seen, viewer: Viewer, people: Mapping[str, Person]) -> dict[str, Any]:
    row, facts, rights = seen.row, seen.facts, seen.rights
    return ticket_data(seen.live, viewer, row, facts, rights, people, only=_TOLD)
