"""Decides a recorded decision again: which rows were tried, what each asked, and where each failed.

It reads what was read then, under the desk of then; nothing of today.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.decide.verdict import Reason
from engine.evaluate import first_failing, holds, reads, tests
from engine.facts import Ask, Facts, Value
from engine.model.desk import Desk
from engine.model.routing import Row
from engine.predicate import Predicate, Test


@dataclass(frozen=True, slots=True)
class Tested:
    """One test of a row, the value it read, and whether it held."""

    test: Test
    value: Value
    held: bool


@dataclass(frozen=True, slots=True)
class TriedRow:
    """A row that was tried. `failed`: the first test that kept it from holding.

    `won`: it decided. A row that holds and did not win stood for another output.
    """

    id: str
    place: str
    when: Predicate
    tested: tuple[Tested, ...]
    failed: Tested | None
    won: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision with every row up to the one that decided, in their order.

    `outcome`, `rule`, `place` and `said` stand as they were recorded. `rows` is empty where no
    table decided, or where its table is not in the desk.
    """

    topic: str
    outcome: Value
    rule: str
    place: str
    rows: tuple[TriedRow, ...] = ()
    said: Mapping[str, object] = field(default_factory=dict)


def explain(
    desk: Desk, type_key: str, reason: Reason, ask: Ask, shown: int | None = None
) -> Explanation:
    """Explain one recorded decision under the desk that made it.

    `shown`: of the rows that did not decide, try only the first so many; None tries all.
    """
    rows = _rows(desk, type_key, reason)
    winner = reason.rule.rpartition(".")[2]
    last = next((place for place, row in enumerate(rows) if row.id == winner), len(rows) - 1)
    kept = rows[: last + 1] if shown is None else (*rows[:last][:shown], *rows[last : last + 1])
    facts = as_read(kept, reason, type_key)
    tried = [_tried(row, facts, ask, won=row.id == winner) for row in kept]
    return Explanation(
        reason.topic, reason.outcome, reason.rule, reason.place, tuple(tried), reason.said
    )


def as_read(rows: tuple[Row, ...], reason: Reason, type_key: str) -> Facts:
    """The facts that the decision read: the spec's words for paths back to stored names."""
    read = {each.path: each.value for each in reason.reads}
    paths = {path for row in rows for path in reads(row.when)}
    known = {path.name: read[path.spelled] for path in paths if path.spelled in read}
    return Facts({"type": type_key, **known})


def _rows(desk: Desk, type_key: str, reason: Reason) -> tuple[Row, ...]:
    """The rows of the table that decided."""
    if reason.topic.startswith("due."):
        policy = desk.policies.get(type_key)
        known = policy is not None and reason.rule.startswith(f"sla/{policy.id}.")
        return (*policy.rows, policy.otherwise) if policy is not None and known else ()
    model = desk.routings.get(type_key, {}).get(reason.topic)
    if model is None or not reason.rule.startswith(f"routing/{model.id}."):
        return ()
    return (*model.rows, model.otherwise) if model.otherwise is not None else model.rows


def _tried(row: Row, facts: Facts, ask: Ask, *, won: bool) -> TriedRow:
    tested = tuple(_tested(test, facts, ask) for test in tests(row.when))
    failed = None if won else first_failing(row.when, facts, ask)
    return TriedRow(
        row.id,
        f"{row.place.file}:{row.place.line}",
        row.when,
        tested,
        _tested(failed, facts, ask) if failed is not None else None,
        won,
    )


def _tested(test: Test, facts: Facts, ask: Ask) -> Tested:
    return Tested(test, facts.get(test.path.name), holds(test, facts, ask))
