"""Routing: the first row that holds decides team, priority, skills …, and says why."""

from __future__ import annotations

from engine.decide.verdict import Read, Reason
from engine.evaluate import value_of
from engine.facts import Ask, Facts, Value
from engine.index.kept import all_rows, first_row
from engine.model.desk import Desk
from engine.model.routing import RoutingModel, Row

OUTPUTS = ("priority", "skills", "difficulty", "tags", "team")
"""In the order they are decided: the SLA reads the priority, the assignment all but the tags."""


def route(desk: Desk, facts: Facts, ask: Ask) -> tuple[dict[str, Value], tuple[Reason, ...]]:
    """What routing sets for this ticket, and one reason for each output.

    An output left unset falls to the type's default, then to `normal` or the default team.
    """
    type_model = desk.types[facts.text("type")]
    models = desk.routings.get(type_model.key, {})
    defaults: dict[str, Value] = {
        "team": type_model.default_team or desk.default_team.key,
        "priority": type_model.default_priority,
    }
    outcome: dict[str, Value] = {}
    found: list[Reason] = []
    matched: dict[str, list[Row]] = {}
    for output in OUTPUTS:
        model = models.get(output)
        rows: list[Row] = []
        if model is not None:
            if model.id not in matched:
                matched[model.id] = _matching(model, facts, ask)
            rows = [r for r in matched[model.id] if r.sets.get(output) is not None]
        value = _combined(output, rows, model)
        if value is None:
            value = defaults.get(output)
        if value is None:
            continue
        outcome[output] = value
        found.append(_reason(output, value, model, rows, facts))
    return outcome, tuple(found)


def _matching(model: RoutingModel, facts: Facts, ask: Ask) -> list[Row]:
    if model.hit == "all":
        found = all_rows(model, facts, ask)
    else:
        first = first_row(model, facts, ask)
        found = [first] if first is not None else []
    if found:
        return found
    return [model.otherwise] if model.otherwise is not None else []


def _combined(output: str, rows: list[Row], model: RoutingModel | None) -> Value:
    if not rows or model is None:
        return None
    if model.hit != "all" or output not in ("tags", "skills"):
        return rows[0].sets[output]
    merged: list[Value] = []
    for row in rows:
        value = row.sets[output]
        merged += value if isinstance(value, tuple) else (value,)
    return tuple(dict.fromkeys(merged))


def _reason(
    output: str,
    value: Value,
    model: RoutingModel | None,
    rows: list[Row],
    facts: Facts,
) -> Reason:
    if model is None or not rows:
        return Reason(output, value, "default", "")
    row = rows[0]
    return Reason(
        topic=output,
        outcome=value,
        rule=f"routing/{model.id}.{row.id}",
        place=str(row.place),
        reads=inputs(model, facts),
    )


def inputs(model: RoutingModel, facts: Facts) -> tuple[Read, ...]:
    """Every value the routing reads, with what it was; enough to decide it again later."""
    return tuple(Read(path.spelled, value_of(path, facts)) for path in model.reads)
