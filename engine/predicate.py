"""The one condition tree: every back end (evaluator, SQL, sentences) reads this and nothing else.

A condition is two-valued (language.md 4): on an empty value every operator is false except
`is_empty`, `is_not` and `none_of`. Paths are dotted *keys* (decisions.md 5), the same names under
which `engine.facts.Facts.values` holds what a ticket says.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Op(Enum):
    """The operators, by the word a spec writes (decisions.md 7 says which field type has which)."""

    IS = "is"
    IS_NOT = "is_not"
    ONE_OF = "one_of"
    NONE_OF = "none_of"
    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    AT_MOST = "at_most"
    LESS_THAN = "less_than"
    BETWEEN = "between"
    BEFORE = "before"
    AFTER = "after"
    WITHIN_LAST = "within_last"
    WITHIN_NEXT = "within_next"
    CONTAINS = "contains"
    CONTAINS_ANY = "contains_any"
    CONTAINS_ALL = "contains_all"
    STARTS_WITH = "starts_with"
    MATCHES = "matches"
    UNDER = "under"
    COUNT = "count"
    IS_EMPTY = "is_empty"
    CHANGED = "changed"
    CHANGED_TO = "changed_to"
    CHANGED_FROM = "changed_from"

    # Members are singletons; the hash by name that enums have costs more than a whole test.
    __hash__ = object.__hash__


@dataclass(frozen=True, slots=True)
class Path:
    """Where a value is read.

    `name` is the dotted key in `Facts.values`; `spelled` what the spec wrote (for people);
    `kind` the field type word that decides operators, comparison and storage; `scale` the number
    of decimal digits kept in scaled integers (money, decimal), else 0. `inside` is the key of the
    `lines` field whose rows hold the value: a test then holds when it holds for one of the rows.
    `default` is what a person is taken to have where nothing is known (facts have it filled in).
    """

    name: str
    spelled: str
    kind: str
    scale: int = 0
    inside: str = ""
    default: str | int | bool | None = None


@dataclass(frozen=True, slots=True)
class Var:
    """A value known only when asked: `me`, `my.teams`, `my.colleagues`, `now`, `today`.

    `today` compared with an instant carries the `zone` whose day is meant.
    """

    name: str
    zone: str = ""


Scalar = str | int | bool
Operand = Scalar | Var | tuple["Scalar | Var", ...] | None


@dataclass(frozen=True, slots=True)
class Test:
    """One leaf. `operand` is normalised for `path.kind` by the compiler.

    one_of, none_of, contains_any, contains_all, between, under (the node and all below it) hold a
    tuple, or a Var that stands for several values. The contains family and `starts_with` hold
    folded text where the path is text. `within_*` hold microseconds. `is_empty` and `changed` hold
    a bool. `count` holds (low, high), both in, with -1 for open. `changed_to`, `changed_from` hold
    what the value became or was, one or a tuple of possible ones.
    """

    path: Path
    op: Op
    operand: Operand


@dataclass(frozen=True, slots=True)
class All:
    """True when every item is; the empty All is true."""

    items: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True when one item is; the empty AnyOf is false."""

    items: tuple[Predicate, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The complement of a two-valued item (`none:` is Not(AnyOf))."""

    item: Predicate


Predicate = All | AnyOf | Not | Test
TRUE: Predicate = All(())
FALSE: Predicate = AnyOf(())
