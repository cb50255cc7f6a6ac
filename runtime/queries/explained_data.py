"""An explanation as plain data for `--format json` and screens; see `docs/en/explain.md`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from engine.decide.candidates import say_assignment
from engine.decide.explain import Explanation, TriedRow
from engine.decide.what_if import WhatIf
from engine.instant import from_us
from runtime.queries.explain_ticket import Decided, ExplainedTicket
from runtime.queries.telling import Telling, without_column
from runtime.render.catalogues import LOCALES
from runtime.render.environment import Renderer

FORMAT = 1
"""Raised when a key changes its meaning or goes; new keys may come at any time."""
_Said = Callable[[Telling], str]


def explained_data(found: ExplainedTicket, teller: Renderer) -> dict[str, Any]:
    """The whole explanation; sentences in every language of the interface."""
    model = found.desk.types.get(found.type_key)
    return {
        "format": FORMAT,
        "tenant": found.tenant,
        "number": found.number,
        "type": model.id if model is not None else found.type_key,
        "events": [_Event(found, each, teller).data() for each in found.decided],
    }


class _Event:
    """One event with its decisions, in every language."""

    def __init__(self, found: ExplainedTicket, decided: Decided, teller: Renderer) -> None:
        self.decided = decided
        self.tellings = {name: Telling(teller, name, found, decided) for name in LOCALES}

    def said(self, of: _Said) -> dict[str, str]:
        return {name: of(telling) for name, telling in self.tellings.items()}

    def data(self) -> dict[str, Any]:
        event = self.decided.event
        return {
            "at": from_us(event.at_us, "UTC").isoformat().replace("+00:00", "Z"),
            "verb": event.verb,
            "by": next(iter(self.tellings.values())).who(),
            "revision": event.revision,
            "revision_known": self.decided.certain,
            "decisions": [self._decision(each) for each in self.decided.explanations],
            "steps": list(self._steps()),
        }

    def _decision(self, each: Explanation) -> dict[str, Any]:
        file, line = _place(each.place)
        return {
            "topic": each.topic,
            "label": self.said(lambda t: t.topic(each.topic)),
            "outcome": self.said(lambda t: t.outcome(each)),
            "rule": each.rule,
            "file": file,
            "line": line,
            "read": [
                {
                    "path": known.path.spelled,
                    "label": self.said(lambda t, k=known: t.speaker.label(k.path)),  # type: ignore[misc]
                    "value": self.said(lambda t, k=known: t.known(k)) if known.open else None,  # type: ignore[misc]
                    "hidden": not known.open,
                }
                for known in each.read
            ],
            "rows": [self._row(row, each) for row in (*each.rows, *each.later)],
            "more_rows": each.more,
            "assignment": self._assignment(each.said),
        }

    def _assignment(self, said: Mapping[str, Any]) -> dict[str, str] | None:
        """Whom the teams could have chosen, and why not them."""
        return self.said(lambda t: say_assignment(said, t.speaker)) if "members" in said else None

    def _row(self, row: TriedRow, each: Explanation) -> dict[str, Any]:
        file, line = _place(row.place)
        return {
            "row": row.id,
            "file": file,
            "line": line,
            "result": _result(row),
            "why": None if row.won else self.said(lambda t: t.lost(row, each.winner)),
            "failed": _failed(row),
            "change": self._change(row, row.change) if row.change is not None else None,
        }

    def _change(self, row: TriedRow, found: WhatIf) -> dict[str, Any]:
        return {
            "answer": found.answer,
            "by": found.by or None,
            "paths": [change.path.spelled for change in found.changes],
            "say": self.said(lambda t: t.change(row)),
        }

    def _steps(self) -> Iterator[dict[str, Any]]:
        for step in self.decided.steps:
            file, line = _place(step.place)
            yield {
                "topic": step.name,
                "label": self.said(lambda t, s=step: t.topic(s.name)),  # type: ignore[misc]
                "before": self.said(lambda t, s=step: t.named(s.name, s.before)),  # type: ignore[misc]
                "after": self.said(lambda t, s=step: t.named(s.name, s.after)),  # type: ignore[misc]
                "rule": step.rule,
                "file": file,
                "line": line,
            }


def _result(row: TriedRow) -> str:
    if row.won:
        return "won"
    if not row.held:
        return "failed"
    return "late" if row.sets else "other"


def _failed(row: TriedRow) -> Mapping[str, Any] | None:
    """The first condition that did not hold."""
    if row.failed is None:
        return None
    if not row.failed.open:
        return {"hidden": True}
    return {"hidden": False, "path": row.failed.test.path.spelled, "is": row.failed.test.op.value}


def _place(place: str) -> tuple[str | None, int | None]:
    parts: Sequence[str] = without_column(place).rpartition(":")
    return (parts[0], int(parts[2])) if parts[0] and parts[2].isdigit() else (place or None, None)
