"""A filter with an operator, `field.amount.at_least=500`: what conditions ask, in an address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from engine.compile.operand import OPERATORS, span_us
from engine.decide import access
from engine.evaluate import TEXT_KINDS
from engine.facts import Viewer
from engine.instant import start_of_day
from engine.model.desk import Desk
from engine.model.field import FieldModel
from engine.normal import fold
from engine.predicate import Op, Path, Predicate, Scalar, Test, Var
from engine.values.base import ValueProblem
from engine.values.date import parse_date
from engine.values.registry import normalise
from engine.values.tree import below

ME: Final = "me"
WORDS: Final = {
    op.value: op for ops in OPERATORS.values() for op in ops if op not in (Op.MATCHES, Op.COUNT)
} | {Op.IS_EMPTY.value: Op.IS_EMPTY}
"""The operators that an address may name, by their word."""
_SEVERAL: Final = frozenset({Op.ONE_OF, Op.NONE_OF, Op.CONTAINS_ANY, Op.CONTAINS_ALL})
_LIVE: Final = ("customer.", "requester.", "assignee.")
_PEOPLE: Final = {"requester": "requester", "customer": "customer", "assignee": "staff"}
_KINDS: Final = frozenset(OPERATORS) - {"files", "image", "lines", "tickets", "teams", "people"}
MOST_VALUES: Final = 50


def operators_of(path: Path) -> tuple[Op, ...]:
    """What may be asked of a path in a list, in the order of the language."""
    live = path.kind in TEXT_KINDS and path.name.startswith(_LIVE)
    found = [
        op
        for op in OPERATORS.get(path.kind, ())
        if op.value in WORDS
        and not (live and (op.value.startswith("contains") or op is Op.STARTS_WITH))
    ]
    return (*found, Op.IS_EMPTY)


def typed(path: Path, item: FieldModel | None, op: Op, text: str, zone: str) -> Predicate | None:
    """The test, None where operator or value does not fit the path.

    Several values are parted by commas, two ends by `..`.
    """
    if op not in operators_of(path):
        return None
    if op is Op.IS_EMPTY:
        return Test(path, op, text == "true") if text in ("true", "false") else None
    if op in (Op.WITHIN_LAST, Op.WITHIN_NEXT):
        span = span_us(text, path.kind)
        return Test(path, op, span) if isinstance(span, int) else None
    if op is Op.BETWEEN or op in _SEVERAL:
        parts = text.split(".." if op is Op.BETWEEN else ",")[:MOST_VALUES]
        values = tuple(_operand(path, item, op, part.strip(), zone) for part in parts)
        if any(value is None for value in values) or (op is Op.BETWEEN and len(values) != 2):
            return None
        return Test(path, op, tuple(v for v in values if v is not None))
    value = _operand(path, item, op, text, zone)
    if value is None:
        return None
    if path.kind not in TEXT_KINDS and op is Op.IS and isinstance(value, int):
        exact = path.kind == "boolean"
        return Test(path, op, value) if exact else Test(path, Op.BETWEEN, (value, value))
    if op is Op.UNDER:
        return Test(path, op, below(str(value), item) if item is not None else (value,))
    return Test(path, op, value)


def _operand(
    path: Path, item: FieldModel | None, op: Op, text: str, zone: str
) -> Scalar | Var | None:
    if not text:
        return None
    if path.kind in TEXT_KINDS:
        return fold(text) if op.value.startswith(("contains", "starts")) else text
    if path.kind == "person" and text == ME:
        return Var("me")
    if path.kind == "datetime":
        day = parse_date(text)
        return start_of_day(day, zone) if day is not None else None
    if path.kind == "boolean":
        return text == "true" if text in ("true", "false") else None
    if item is None or path.kind in ("multi_choice", "choice", "tree"):
        if path.kind in ("integer", "rating"):
            return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None
        return text
    value = normalise(item, text, zone)
    if isinstance(value, ValueProblem) or not isinstance(value, (str, int)):
        return None
    return value


def offered(desk: Desk, viewer: Viewer, types: Iterable[str], built_in: Iterable[str]) -> list[str]:
    """The parameters by which this viewer may filter such tickets, built-in ones first."""
    shown = tuple(types) or tuple(desk.types)
    return [*built_in, *_clocks(desk, shown), *_own(desk, viewer, shown), *_of_people(desk)]


def _clocks(desk: Desk, types: tuple[str, ...]) -> Iterator[str]:
    policies = [policy for key, policy in desk.policies.items() if key in types]
    for name in dict.fromkeys(clock for policy in policies for clock in policy.clocks):
        yield from (f"due.{name}", f"breached.{name}")


def _own(desk: Desk, viewer: Viewer, types: tuple[str, ...]) -> Iterator[str]:
    seen: set[str] = set()
    for key in types:
        for name, item in desk.types[key].fields.items():
            fits = item.type in _KINDS and not item.sensitive and name not in seen
            if fits and access.reads_sometimes(desk, viewer, name, [key]):
                seen.add(name)
                yield f"field.{name}"


def _of_people(desk: Desk) -> Iterator[str]:
    for relation in ("customer", "requester"):
        for name, item in desk.people.get(_PEOPLE[relation], {}).items():
            if item.type in _KINDS and not item.sensitive:
                yield f"field.{relation}.{name}"
