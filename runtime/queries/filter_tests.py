"""A filter with an operator, `field.amount.at_least=500`: what conditions ask, in an address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from engine.compile.operand import OPERATORS, SEVERAL, Wrong, operand, span_us, test_of
from engine.compile.scope import PathInfo
from engine.decide import access
from engine.decide.notes import LATE
from engine.evaluate import TEXT_KINDS
from engine.facts import Viewer
from engine.model.desk import Desk
from engine.model.field import FieldModel
from engine.predicate import Op, Path, Predicate, Scalar, Test, Var
from engine.values.tree import below

ME: Final = "me"
WORDS: Final = {
    op.value: op for ops in OPERATORS.values() for op in ops if op not in (Op.MATCHES, Op.COUNT)
} | {Op.IS_EMPTY.value: Op.IS_EMPTY}
"""The operators that an address may name, by their word."""
_KEYED: Final = frozenset(
    {"team", "state", "phase", "priority", "type", "channel", "tags", "flags"}
)
"""Kinds whose values are stored keys of the desk; one that is not there any more finds nothing."""
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
    """The test as a condition would have it, None where operator or value does not fit the path.

    Several values are parted by commas, two ends by `..`; `me` is the viewer, a person an id.
    """
    if op not in operators_of(path):
        return None
    if op is Op.IS_EMPTY:
        return Test(path, op, text == "true") if text in ("true", "false") else None
    if op in (Op.WITHIN_LAST, Op.WITHIN_NEXT):
        span = span_us(text, path.kind)
        return Test(path, op, span) if isinstance(span, int) else None
    info = _info(path, item, zone)
    if op is Op.BETWEEN:
        low, _, high = text.partition("..")
        ends = (_operand(info, low, op), _operand(info, high, op, late=True))
        return Test(path, op, (*ends[0], *ends[1])) if all(len(end) == 1 for end in ends) else None
    parts = text.split(",")[:MOST_VALUES] if op in SEVERAL else [text]
    found = [_operand(info, part, op) for part in parts]
    if not all(found):
        return None
    return test_of(info, op, tuple(value for several in found for value in several))


def _info(path: Path, item: FieldModel | None, zone: str) -> PathInfo:
    """What stands at a path whose values an address names by their stored keys."""
    keys = {key: (key,) for key in item.options} if item is not None else {}
    under = (
        {key: below(key, item) for key in keys} if item is not None and path.kind == "tree" else {}
    )
    return PathInfo(path, item, keys, under, zone=zone)


def _operand(info: PathInfo, text: str, op: Op, *, late: bool = False) -> tuple[Scalar | Var, ...]:
    """One written value typed, () where it does not fit."""
    text = text.strip()
    if info.path.kind == "person" and text:
        return (Var("me") if text == ME else text,)
    if info.path.kind in _KEYED and text:
        return (text,)
    found = operand(info, text, op, late=late)
    return () if isinstance(found, Wrong) else found


def offered(desk: Desk, viewer: Viewer, types: Iterable[str], built_in: Iterable[str]) -> list[str]:
    """The parameters by which this viewer may filter such tickets, built-in ones first."""
    shown = tuple(types) or tuple(desk.types)
    return [*built_in, *_clocks(desk, shown), *_own(desk, viewer, shown), *_of_people(desk)]


def _clocks(desk: Desk, types: tuple[str, ...]) -> Iterator[str]:
    policies = [policy for key, policy in desk.policies.items() if key in types]
    for name in dict.fromkeys(clock for policy in policies for clock in policy.clocks):
        yield from (f"due.{name}", f"breached.{name}")
        if any(name in policy.clocks and policy.reason_required for policy in policies):
            yield f"{LATE}{name}"


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
