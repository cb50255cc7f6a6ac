"""A field of a ticket type, a person or a source, ready to be asked, checked and stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.expression import Expression
from engine.facts import Value
from engine.model.text import NO_WORDS, Words
from engine.predicate import Predicate
from specs.problem import Place


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a choice; `parent` is the node above in a tree, else ""."""

    id: str
    key: str
    title: Words
    parent: str = ""
    hue: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """What a value must keep to. Numbers are scaled like the value itself; sizes in bytes."""

    low: int | None = None
    high: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    pattern_say: Words = NO_WORDS
    min_count: int | None = None
    max_count: int | None = None
    max_bytes: int | None = None
    accept: tuple[str, ...] = ()
    low_date: str | None = None
    high_date: str | None = None


@dataclass(frozen=True, slots=True)
class FieldModel:
    """One field.

    `type` is the field type word; `key` what store and journal know (decisions.md 5), `id` what
    specs and people say. `scale`: decimal digits of money and decimal. `currency`: ISO code of
    money. `filled_by`: dotted name in Facts that fills it (then read-only). `show_when` None means
    always shown; `required_when` None means only `required` counts. `source` is the Source id of
    a reference. `columns` are the sub-fields of `lines`; `row_order` their keys so that each comes
    after those its formula reads.
    """

    id: str
    key: str
    type: str
    label: Words
    place: Place
    help: Words = NO_WORDS
    placeholder: Words = NO_WORDS
    required: bool = False
    show_when: Predicate | None = None
    required_when: Predicate | None = None
    default: Value = None
    filled_by: str = ""
    formula: Expression | None = None
    sensitive: bool = False
    indexed: bool = False
    options: Mapping[str, Option] = field(default_factory=dict)
    limits: Limits = Limits()
    scale: int = 0
    currency: str = ""
    source: str = ""
    team: str = ""
    role: str = ""
    types: tuple[str, ...] = ()
    columns: Mapping[str, FieldModel] = field(default_factory=dict)
    row_order: tuple[str, ...] = ()
    rows: int = 0

    @property
    def is_input(self) -> bool:
        """Whether a person may ever type it: neither filled, nor computed, nor layout."""
        return not self.filled_by and self.formula is None and self.type != "heading"
