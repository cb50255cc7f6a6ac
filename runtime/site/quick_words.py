"""Words kept for answers: who may change them, and how they are filled for one ticket.

The holes are a closed list and are filled by plain replacement: what stands in a value is never
read as a hole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from engine.facts import Viewer
from runtime.store.quick_texts import QuickText

HOLES: Final = ("requester.name", "ticket.number", "ticket.subject", "ticket.state", "me.name")
HOLE: Final = re.compile(r"\{\{\s*([^{}]{0,60}?)\s*\}\}")


def filled(body: str, values: Mapping[str, str]) -> str:
    """The words with their holes filled; a hole without a value stays empty."""
    return HOLE.sub(lambda hole: values.get(hole[1], ""), body)


def may_change(viewer: Viewer, text: QuickText) -> bool:
    """One's own; a team's is its lead's, and whoever manages people may change it."""
    if text.team_key:
        return text.team_key in viewer.leads or "manage_people" in viewer.functions
    return text.person_id == viewer.person_id
