"""Which tickets hold what goes, lack what is asked for, or have values that will not do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from engine.change.change import Change
from engine.change.diff import Side
from engine.change.effects import Effect
from engine.change.questions import Asked, Question, ValueQuestion, path_to, questions
from engine.facts import Ask
from engine.model.field import FieldModel
from engine.normal import is_empty
from engine.predicate import Op, Test
from engine.values.bounds import at_moment
from engine.values.registry import TYPES, ValueProblem, check, normalise, to_text
from runtime.site.stored import frozen
from runtime.store.columns import field_column, kind_of
from runtime.store.counting import Count, count_each, values_of
from runtime.store.lower import NotLowerable, lower
from runtime.store.unit import Unit

_WHOLE: Final = frozenset({"multi_choice", "files", "image", "lines", "location"})
SAMPLE: Final = 5


async def ticket_effects(
    unit: Unit, before: Side, after: Side, changes: Sequence[Change], ask: Ask
) -> list[Effect]:
    """The consequences for values that tickets hold."""
    asked = list(questions(before, after, changes))
    found = await _counted(unit, asked, ask)
    for one in asked:
        if isinstance(one, ValueQuestion):
            found += await _judged(unit, one, ask, after.desk.tenant.zone)
    return found


async def _counted(unit: Unit, asked: Sequence[Asked], ask: Ask) -> list[Effect]:
    found: list[Effect] = []
    for open_only in (False, True):
        plain, clauses = [], []
        for one in asked:
            if not isinstance(one, Question) or one.open_only is not open_only:
                continue
            try:
                clauses.append((lower(one.where, ask), one.types))
                plain.append(one)
            except NotLowerable as wrong:
                found.append(Effect(one.change, "uncounted", args={"why": str(wrong)}))
        counts = await count_each(unit, clauses, open_only=open_only)
        found += _added(plain, counts)
    return found


def _added(asked: Sequence[Question], counts: Sequence[Count]) -> list[Effect]:
    """One effect a change: what is asked of several types is one sum."""
    sums: dict[tuple[int, str], Effect] = {}
    for one, count in zip(asked, counts, strict=True):
        key = (one.change, one.about)
        had = sums.get(key) or Effect(one.change, one.about, args=one.args)
        sums[key] = Effect(
            one.change,
            one.about,
            open=had.open + count.open,
            all=had.all + count.all,
            tickets=(*had.tickets, *count.numbers)[:SAMPLE],
            args=one.args,
        )
    return list(sums.values())


# ---------------------------------------------------------------- values, one by one


async def _judged(unit: Unit, asked: ValueQuestion, ask: Ask, zone: str) -> list[Effect]:
    """Each different value read once and put to the field as it will be."""
    if asked.before.sensitive or asked.before.type == "lines":
        why = f"values of `{asked.before.id}` are not read for a plan"
        return [Effect(asked.change, "uncounted", args={"why": why})]
    filled = lower(Test(path_to(asked.before), Op.IS_EMPTY, False), ask)
    column = field_column(asked.before.key, kind_of(asked.before.type))
    if asked.before.type in _WHOLE:
        why = f"values of `{asked.before.id}` are lists"
        return [Effect(asked.change, "uncounted", args={"why": why})]
    rows = await values_of(unit, column, filled, asked.types, open_only=asked.way == "check")
    after = at_moment(asked.after, ask.today, ask.now_us, zone)
    wrong = [row for row in rows if not _fits(asked, after, row[0], zone)]
    every, is_open = sum(row[1] for row in wrong), sum(row[2] for row in wrong)
    numbers = tuple(row[3] for row in wrong[:SAMPLE])
    if asked.way == "check":
        return [Effect(asked.change, "beyond", is_open, every, tickets=numbers)] if wrong else []
    args = {"values": sum(row[1] for row in rows)}
    about = "unconverted" if wrong else "converted"
    return [Effect(asked.change, about, is_open, every, tickets=numbers, args=args)]


def _fits(asked: ValueQuestion, after: FieldModel, raw: Any, zone: str) -> bool:
    """Whether a stored value can be one of the field as it will be."""
    value = frozen(raw)
    if asked.way == "check":
        return check(after, value) is None
    return not isinstance(converted(asked.before, after, value, zone), ValueProblem)


def converted(before: FieldModel, after: FieldModel, value: Any, zone: str) -> Any:
    """A stored value read as one of another type, through the text that an export has of it."""
    if is_empty(value) or after.type not in TYPES:
        return None
    found = normalise(after, to_text(before, value, zone), zone)
    if isinstance(found, ValueProblem) or found is None:
        return found if found is not None else ValueProblem("not_text")
    return check(after, found) or found
