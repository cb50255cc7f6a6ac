"""Decides a recorded decision again: which rows were tried, what each asked, and where each failed.

It reads what was read then, under the desk of then; nothing of today.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.decide.could_be import Space, Variable
from engine.decide.say import fields_named
from engine.decide.search import OTHERWISE, WORK, Table
from engine.decide.verdict import Reason
from engine.decide.what_if import WhatIf, what_if
from engine.evaluate import CHANGES, first_failing, holds, reads, tests, value_of
from engine.facts import Ask, Facts, Value
from engine.model.desk import Desk
from engine.model.field import FieldModel
from engine.model.routing import Row
from engine.predicate import Path, Predicate, Test

AUTOMATION = "automation"
"""The topic of whether an automation ran; its outcome is a boolean."""
May = Callable[[Path], bool]
"""Whether the reader may see the value of a path."""


@dataclass(frozen=True, slots=True)
class Tested:
    """One test of a row, the value it read, and whether it held.

    `open` is False where the reader may not see the value: it is left out, and so is whether the
    test held.
    """

    test: Test
    value: Value
    held: bool
    open: bool = True


@dataclass(frozen=True, slots=True)
class Known:
    """A value that the decision read, left out where the reader may not see it (not `open`)."""

    path: Path
    value: Value
    open: bool = True


@dataclass(frozen=True, slots=True)
class TriedRow:
    """A row that was tried. `failed`: the first test that kept it from holding.

    `won`: it decided. A row that `held` and did not win stood for another output, or after the
    row that decided. `sets`: it says something of what was decided. `change`: the smallest change
    of values that would have let it win, None where that was not asked.
    """

    id: str
    place: str
    when: Predicate
    tested: tuple[Tested, ...]
    failed: Tested | None
    won: bool
    held: bool = False
    sets: bool = True
    change: WhatIf | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision with every row up to the one that decided, in their order, and those `later`.

    `outcome`, `rule`, `place` and `said` stand as they were recorded. `rows` is empty where no
    table decided, or where its table is not in the desk. `more` counts the rows left out. `read`:
    every value that was read.
    """

    topic: str
    outcome: Value
    rule: str
    place: str
    rows: tuple[TriedRow, ...] = ()
    said: Mapping[str, object] = field(default_factory=dict)
    later: tuple[TriedRow, ...] = ()
    more: int = 0
    read: tuple[Known, ...] = ()

    @property
    def winner(self) -> str:
        """The id of the row that decided."""
        return self.rule.rpartition("/" if self.topic == AUTOMATION else ".")[2]


@dataclass(frozen=True, slots=True)
class Depth:
    """How much is told. `shown`: of the rows before the one that decided only the first so many,
    `later`: so many after it; None for all. `changes`: also what would have let each row win.
    """

    shown: int | None = None
    later: int | None = None
    changes: bool = False


WHOLE = Depth()


def explain(
    desk: Desk,
    type_key: str,
    reason: Reason,
    ask: Ask,
    depth: Depth = WHOLE,
    may: May = lambda path: True,
) -> Explanation:
    """Explain one recorded decision under the desk that made it, to a reader with these rights."""
    rows, hit = _table(desk, type_key, reason)
    winner = _winner(reason)
    last = next((place for place, row in enumerate(rows) if row.id == winner), len(rows) - 1)
    facts = as_read(rows, reason, type_key)
    closed = frozenset(p.name for row in rows for p in reads(row.when) if not may(p))
    fields = fields_named(desk, type_key)
    space = Space.of(desk, type_key, fields)
    tried = _Trial(Table(rows, hit, space, closed), reason.topic, winner, facts, ask, depth.changes)
    before, after = rows[:last][: depth.shown], rows[last + 1 :][: depth.later]
    return Explanation(
        reason.topic,
        reason.outcome,
        reason.rule,
        reason.place,
        tried.each((*before, *rows[last : last + 1])),
        reason.said,
        tried.each(after),
        len(rows) - len(before) - len(after) - (1 if rows else 0),
        _read(rows, reason, fields, may),
    )


def outline(reason: Reason) -> Explanation:
    """A recorded decision alone, without the rows that were asked: quick, for a page's summary."""
    return Explanation(reason.topic, reason.outcome, reason.rule, reason.place, said=reason.said)


def _read(
    rows: tuple[Row, ...], reason: Reason, fields: Mapping[str, FieldModel], may: May
) -> tuple[Known, ...]:
    """What was read, by the paths of the table, or by the field of that id where there is none."""
    asked = {path.spelled: path for row in rows for path in reads(row.when)}
    found: list[Known] = []
    for each in reason.reads:
        path = asked.get(each.path) or _path(each.path, fields)
        shown = may(path)
        found.append(Known(path, each.value if shown else None, shown))
    return tuple(found)


def _path(spelled: str, fields: Mapping[str, FieldModel]) -> Path:
    root, dot, rest = spelled.partition(".")
    key = next((key for key, item in fields.items() if item.id == root and "." not in key), root)
    name = f"{key}{dot}{rest}"
    item = fields.get(name)
    return Path(name, spelled, item.type if item else root, item.scale if item else 0)


def met(desk: Desk, type_key: str, row: Row, facts: Facts, ask: Ask, may: May) -> WhatIf:
    """The smallest change of a ticket's values that would make one condition alone hold."""
    closed = frozenset(path.name for path in reads(row.when) if not may(path))
    space = Space.of(desk, type_key, fields_named(desk, type_key))
    return what_if(Table((row,), "first", space, closed), row, facts, ask)[0]


def as_read(rows: tuple[Row, ...], reason: Reason, type_key: str) -> Facts:
    """The facts that the decision read: the spec's words for paths back to stored names."""
    read = {each.path: each.value for each in reason.reads}
    paths = {path for row in rows for path in reads(row.when) if path.spelled in read}
    known = {path.name: read[path.spelled] for path in paths if not path.inside}
    columns = [(path, read[path.spelled]) for path in paths if path.inside]
    for path, values in columns:
        if path.inside not in known or path.inside in {p.inside for p, _ in columns}:
            known[path.inside] = _rows(known.get(path.inside), path, values)
    return Facts({"type": type_key, **known})


def _rows(rows: Value, path: Path, values: Value) -> Value:
    """Rows of sub-fields with one column put in."""
    known = rows if isinstance(rows, tuple) else ()
    several = values if isinstance(values, tuple) else ()
    column = path.name.rpartition(".")[2]
    made = [dict(row) if isinstance(row, Mapping) else {} for row in known]
    made += [{} for _ in several[len(made) :]]
    for row, value in zip(made, several, strict=False):
        row[column] = value
    return tuple(made)


def _table(desk: Desk, type_key: str, reason: Reason) -> tuple[tuple[Row, ...], str]:
    """The rows of the table that decided, and how one of them wins."""
    if reason.topic == AUTOMATION:
        return _automation(desk, type_key, reason), "first"
    if reason.topic.startswith("due."):
        policy = desk.policies.get(type_key)
        known = policy is not None and reason.rule.startswith(f"sla/{policy.id}.")
        if policy is None or not known:
            return (), "first"
        return (*policy.rows, policy.otherwise), "first"
    model = desk.routings.get(type_key, {}).get(reason.topic)
    if model is None or not reason.rule.startswith(f"routing/{model.id}."):
        return (), "first"
    return (*model.rows, *([model.otherwise] if model.otherwise else [])), model.hit


def _automation(desk: Desk, type_key: str, reason: Reason) -> tuple[Row, ...]:
    """An automation's condition as a table of one row.

    What the event changed is not kept, so a condition that asks for it can't be tried again.
    """
    one = desk.automation(type_key, reason.rule.rpartition("/")[2])
    if one is None or any(test.op in CHANGES for test in tests(one.when)):
        return ()
    return (Row(one.id, one.when, {AUTOMATION: True}, one.place),)


def _winner(reason: Reason) -> str:
    """The id of the row that decided; "" where an automation did not run."""
    if reason.topic == AUTOMATION:
        return reason.rule.rpartition("/")[2] if reason.outcome is True else ""
    return reason.rule.rpartition(".")[2]


@dataclass(slots=True)
class _Trial:
    """One table tried with the values of then, for one reader."""

    table: Table
    topic: str
    winner: str
    facts: Facts
    ask: Ask
    changes: bool
    work: int = 3 * WORK
    variables: dict[str, Variable] = field(default_factory=dict)

    def each(self, rows: tuple[Row, ...]) -> tuple[TriedRow, ...]:
        return tuple(self._tried(row) for row in rows)

    def _tried(self, row: Row) -> TriedRow:
        held = holds(row.when, self.facts, self.ask)
        sets = row.sets.get(self.topic.removeprefix("due.")) not in (None, "")
        together = self.table.hit == "all" and held and sets and row.id != OTHERWISE
        won = row.id == self.winner or together
        failed = None if won else first_failing(row.when, self.facts, self.ask)
        return TriedRow(
            row.id,
            f"{row.place.file}:{row.place.line}",
            row.when,
            tuple(self._tested(test) for test in tests(row.when)),
            self._tested(failed) if failed is not None else None,
            won,
            held,
            sets,
            self._change(row) if self.changes and sets and not won else None,
        )

    def _change(self, row: Row) -> WhatIf:
        """Several rows share one measure of work, so that a long table answers in time too."""
        most = max(0, min(WORK, self.work))
        found, spent = what_if(self.table, row, self.facts, self.ask, most, self.variables)
        self.work -= spent
        return found

    def _tested(self, test: Test) -> Tested:
        if test.path.name in self.table.closed:
            return Tested(test, None, held=False, open=False)
        return Tested(test, value_of(test.path, self.facts), holds(test, self.facts, self.ask))
