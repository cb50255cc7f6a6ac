"""The form of a type: what is shown and required, what is filled and computed, what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.decide.access import Rights
from engine.decide.verdict import Read, Reason, Refusal
from engine.evaluate import first_test, holds
from engine.expression import evaluate, paths
from engine.facts import Ask, Facts, Ref, Value
from engine.model.field import FieldModel
from engine.model.ticket_type import TypeModel
from engine.predicate import Test
from engine.values.bounds import at_moment
from engine.values.lines import rows_of
from engine.values.registry import ValueProblem, check, is_empty, normalise


@dataclass(frozen=True, slots=True)
class FieldState:
    """How one field stands now. `because` is the test that made it appear, if one did."""

    field: FieldModel
    shown: bool
    required: bool
    because: Test | None = None


def take(
    type_model: TypeModel, raw: Mapping[str, object], rights: Rights, zone: str, ask: Ask
) -> tuple[dict[str, Value], list[Refusal]]:
    """Posted values, normalised; a refusal for each that is unknown, not theirs, or wrong."""
    values: dict[str, Value] = {}
    refusals: list[Refusal] = []
    for key, text in raw.items():
        item = type_model.fields.get(key)
        if item is None:
            refusals.append(Refusal("unknown_field", key, args={"field": key}))
        elif not rights.writes(key):
            refusals.append(Refusal("not_yours_to_write", key, args={"field": item.label}))
        else:
            item = at_moment(item, ask.today, ask.now_us, zone)
            found = normalise(item, text, zone)
            wrong = found if isinstance(found, ValueProblem) else check(item, found)
            if wrong is not None:
                args = {"wrong": wrong, "field": item.label}
                refusals.append(Refusal("value", key, args=args, place=str(item.place)))
            elif not isinstance(found, ValueProblem):
                values[key] = found
    return values, refusals


def with_refs(facts: Facts, refs: Mapping[str, Ref], gone: Iterable[str] = ()) -> Facts:
    """The facts with snapshots of records, each value readable under `<field>.<output>`.

    `gone`: fields that name another record than before, of which nothing is known yet.
    """
    for key in gone:
        old = facts.refs.get(key)
        if old is not None:
            kept = {name: ref for name, ref in facts.refs.items() if name != key}
            empty = {f"{key}.{name}": None for name in old.values}
            facts = Facts({**facts.values, **empty}, kept, facts.clocks)
    if not refs:
        return facts
    dotted = {
        f"{key}.{name}": value for key, ref in refs.items() for name, value in ref.values.items()
    }
    both = Facts(facts.values, {**facts.refs, **refs}, facts.clocks)
    return both.with_values(dotted)


def settle(type_model: TypeModel, facts: Facts, ask: Ask, *, new: bool = False) -> Facts:
    """Fill, compute and clear until the form agrees with itself: one pass in dependency order.

    A field that is not shown is empty (language.md 1.8). `new` gives defaults to empty fields.
    """
    for key in type_model.order:
        item = type_model.fields[key]
        value = _value(item, facts, ask, new=new)
        if value != facts.get(key):
            facts = facts.with_values({key: value})
    return facts


def _value(item: FieldModel, facts: Facts, ask: Ask, *, new: bool) -> Value:
    if item.show_when is not None and not holds(item.show_when, facts, ask):
        return None
    if item.filled_by:
        return facts.get(item.filled_by)
    if item.formula is not None:
        return evaluate(item.formula, facts, ask)
    value = facts.get(item.key)
    if any(column.formula is not None for column in item.columns.values()):
        value = _rows(item, value, facts, ask)
    if new and is_empty(value) and item.default is not None:
        return item.default
    return value


def warned(type_model: TypeModel, facts: Facts, ask: Ask) -> list[Reason]:
    """A reason for each formula that divided by zero or came out too large, and so is empty."""
    found: list[Reason] = []
    for key, item in type_model.fields.items():
        said: list[str] = []
        if item.formula is not None:
            evaluate(item.formula, facts, ask, said.append)
        reads = [path for path in paths(item.formula) if not path.inside] if item.formula else []
        for message in dict.fromkeys(said):
            found.append(
                Reason(
                    topic=f"formula.{key}",
                    outcome=None,
                    rule=f"types/{type_model.id}.fields.{item.id}",
                    place=str(item.place),
                    reads=tuple(Read(path.spelled, facts.get(path.name)) for path in reads),
                    said={"warning": message},
                )
            )
    return found


def _rows(item: FieldModel, value: Value, facts: Facts, ask: Ask) -> Value:
    """The rows with their computed cells, each after those it reads."""
    found: list[Value] = []
    for row in rows_of(value):
        cells = dict(row)
        for key in item.row_order:
            formula = item.columns[key].formula
            if formula is not None:
                made = evaluate(formula, facts.with_values({**_blank(item), **cells}), ask)
                cells = {k: v for k, v in (cells | {key: made}).items() if v is not None}
        found.append(cells)
    return tuple(found) or None


def _blank(item: FieldModel) -> dict[str, Value]:
    """No cell of a row is taken from a field of the ticket that has its id."""
    return dict.fromkeys(item.columns)


def states(type_model: TypeModel, facts: Facts, ask: Ask) -> dict[str, FieldState]:
    """How every field of the type stands for these (settled) facts."""
    return {key: _state(item, facts, ask) for key, item in type_model.fields.items()}


def _state(item: FieldModel, facts: Facts, ask: Ask) -> FieldState:
    shown = item.show_when is None or holds(item.show_when, facts, ask)
    because = first_test(item.show_when) if shown and item.show_when is not None else None
    required = item.required or (
        item.required_when is not None and holds(item.required_when, facts, ask)
    )
    return FieldState(item, shown, shown and required and item.is_input, because)


def faults(
    type_model: TypeModel,
    facts: Facts,
    rights: Rights,
    ask: Ask,
    touched: Iterable[str] | None = None,
) -> list[Refusal]:
    """What keeps these facts from being saved: required but empty, a check that is false.

    `touched` limits the look to fields of this save, so that a tighter spec is enforced when the
    field is next touched (language.md 6); None looks at all. A field the person can't write is
    never asked of them: hidden but mandatory would close the way.
    """
    wanted = set(type_model.fields if touched is None else touched)
    found: list[Refusal] = []
    for key, state in states(type_model, facts, ask).items():
        asked = state.required and key in wanted and rights.writes(key)
        if asked and is_empty(facts.get(key)):
            found.append(
                Refusal(
                    "required", key, args={"field": state.field.label}, place=str(state.field.place)
                )
            )
    if touched is None or wanted:
        found += [
            Refusal("check", check.at, args={"say": check.say}, place=str(check.place))
            for check in type_model.checks
            if evaluate(check.must, facts, ask) is False
        ]
    return found
