"""Figures over tickets: counts, sums, averages, medians, shares, by up to two dimensions.

What divides is done here in `Decimal`; the databases only add and count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import BigInteger, ColumnElement, Row, and_, case, cast, func, select

from runtime.store.buckets import Buckets, bucket_column, bucket_text
from runtime.store.columns import merged_of
from runtime.store.rows import ReportLine
from runtime.store.tables.tickets import ticket
from runtime.store.unit import Unit

Clause = ColumnElement[bool]
Figure = Literal["count", "sum", "average", "median", "min", "max", "share"]


@dataclass(frozen=True, slots=True)
class Dimension:
    """What to group by; with `buckets` the column is an instant."""

    column: ColumnElement[Any]
    buckets: Buckets | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure: `value` is what is added up (scaled number, microseconds), `when` what it counts.

    `share` is the tickets that hold `when` over all of the group; the others look only at those
    that hold it. `among`: which of the group's tickets it looks at, where not at all.
    """

    of: Figure
    value: ColumnElement[Any] | None = None
    when: ColumnElement[bool] | None = None
    among: ColumnElement[bool] | None = None

    @property
    def held(self) -> ColumnElement[bool] | None:
        """What a ticket must hold to be counted; None: nothing."""
        parts = [part for part in (self.among, self.when) if part is not None]
        return and_(*parts) if parts else None


NOT_MERGED: Clause = merged_of(ticket).is_(None)
"""A ticket that was merged is handled where it went, and so are its promises."""


@dataclass(slots=True)
class _Plan:
    """The statement's columns for the measures; `places` says where each measure finds its own."""

    columns: list[ColumnElement[Any]] = field(default_factory=list)
    places: list[int] = field(default_factory=list)


async def aggregate(
    unit: Unit,
    where: ColumnElement[bool],
    by: Sequence[Dimension],
    measures: Sequence[Measure],
    *,
    limit: int = 5000,
) -> list[ReportLine]:
    """The figures of the tickets that hold `where`, one line a group, by the keys in order.

    Time buckets without tickets are left out; the caller knows which it wants to show.
    """
    keys = [_key(dimension).label(f"g{place}") for place, dimension in enumerate(by)]
    plan = _plan(measures)
    query = (
        select(*keys, *(c.label(f"m{place}") for place, c in enumerate(plan.columns)))
        .select_from(ticket)
        .where(ticket.c.tenant_id == unit.tenant_id, where)
        .group_by(*keys)
        .limit(limit)
    )
    rows = await unit.rows_long(query)
    medians = {
        place: await _medians(unit, where, by, measure)
        for place, measure in enumerate(measures)
        if measure.of == "median"
    }
    lines = [_line(row, by, measures, plan, medians) for row in rows]
    return sorted(lines, key=lambda line: tuple((k is None, _rank(k)) for k in line.keys))


def _plan(measures: Sequence[Measure]) -> _Plan:
    # A statement has a column even where there are medians alone.
    plan = _Plan([func.count()])
    for measure in measures:
        plan.places.append(len(plan.columns))
        plan.columns += _columns(measure)
    return plan


def _columns(measure: Measure) -> list[ColumnElement[Any]]:
    if measure.of in ("count", "share"):
        whole = [] if measure.of == "count" else [_counted(measure.among)]
        return [_counted(measure.held), *whole]
    if measure.of == "median":
        return []
    value = _value(measure)
    if measure.of == "sum":
        return [cast(func.sum(value), BigInteger)]
    if measure.of == "average":
        return [cast(func.sum(value), BigInteger), func.count(value)]
    return [func.min(value) if measure.of == "min" else func.max(value)]


def _counted(held: ColumnElement[bool] | None) -> ColumnElement[Any]:
    return func.count() if held is None else func.count(case((held, 1)))


def _value(measure: Measure) -> ColumnElement[Any]:
    if measure.value is None:
        raise ValueError(f"{measure.of} needs a value")
    return measure.value if measure.held is None else case((measure.held, measure.value))


async def _medians(
    unit: Unit, where: ColumnElement[bool], by: Sequence[Dimension], measure: Measure
) -> dict[tuple[Any, ...], Decimal]:
    """The median per group: the mean of the one or two values in the middle, exactly."""
    value = _value(measure)
    keys = [_key(dimension) for dimension in by]
    inner = (
        select(
            *(key.label(f"g{place}") for place, key in enumerate(keys)),
            value.label("v"),
            func.row_number().over(partition_by=keys or None, order_by=value).label("r"),
            func.count().over(partition_by=keys or None).label("n"),
        )
        .where(ticket.c.tenant_id == unit.tenant_id, where, value.is_not(None))
        .subquery()
    )
    groups = [inner.c[f"g{place}"] for place in range(len(keys))]
    middle = (2 * inner.c.r - inner.c.n).between(0, 2)
    query = select(*groups, cast(func.sum(inner.c.v), BigInteger), func.count()).where(middle)
    rows = [list(row) for row in await unit.rows_long(query.group_by(*groups))]
    # Without groups there is one row even where no ticket has a value.
    return {tuple(row[:-2]): Decimal(row[-2]) / row[-1] for row in rows if row[-1]}


def _line(
    row: Row[Any],
    by: Sequence[Dimension],
    measures: Sequence[Measure],
    plan: _Plan,
    medians: Mapping[int, Mapping[tuple[Any, ...], Decimal]],
) -> ReportLine:
    size = len(by)
    raw = tuple(row)[:size]
    found = list(row)[size:]
    figures: list[int | Decimal | None] = []
    for place, measure in enumerate(measures):
        own = found[plan.places[place] :]
        if measure.of == "median":
            figures.append(medians[place].get(raw))
        elif measure.of in ("average", "share"):
            figures.append(Decimal(own[0]) / own[1] if own[1] else None)
        else:
            figures.append(own[0])
    return ReportLine(tuple(_shown(d, key) for d, key in zip(by, raw, strict=True)), tuple(figures))


def _shown(dimension: Dimension, key: Any) -> Any:
    if dimension.buckets is None or key is None:
        return key
    return bucket_text(dimension.buckets.step, int(key))


def _rank(key: Any) -> tuple[int, Any]:
    return (0, key) if isinstance(key, int) else (1, key or "")


def _key(dimension: Dimension) -> ColumnElement[Any]:
    if dimension.buckets is None:
        return dimension.column
    return bucket_column(dimension.column, dimension.buckets)
