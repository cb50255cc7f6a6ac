"""What the journal says of visits, time spent and reasons for missed promises."""

from __future__ import annotations

from typing import Any

from engine.decide.notes import Account, Appoint, Noting, Spend, Unspend


def noted(event: Noting) -> tuple[str, dict[str, Any]]:
    """The verb, and what belongs to it. Notes on a visit stay with its row alone."""
    match event:
        case Appoint():
            visit = {"id": event.visit, "starts": event.starts_us, "ends": event.ends_us}
            visit |= {"person": event.person} if event.person else {}
            visit |= {"place": event.place} if event.place else {}
            visit |= {"was": event.was_us} if event.became == "moved" else {}
            return f"visit_{event.became}", {"visit": visit}
        case Spend():
            spent = {"id": event.entry, "minutes": event.minutes, "day": event.day}
            return "time_spent", {"spent": spent | ({"note": event.note} if event.note else {})}
        case Unspend():
            spent = {"id": event.entry, "minutes": event.minutes, "day": event.day}
            return "time_taken_back", {"spent": spent}
        case Account():
            late = {"clock": event.clock, "reason": event.reason}
            return "late_explained", {
                "late": late | ({"words": event.words} if event.words else {})
            }
