"""What a source answers: a record, none, or that it can't be asked now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from engine.facts import Ref, Value
from engine.model.source import SourceModel
from engine.normal import fold
from engine.values.registry import show

State = Literal["found", "none", "away", "off"]
"""`none`: it answered that there is no such record; `away`: it gave no answer that can be used;
`off`: it lacks a setting and was not asked."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A value of a reply that was left empty: the output, what stood there (cut), and why."""

    output: str
    raw: str
    why: str


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its key, normalised outputs, the title for pickers, what it is found by."""

    key: str
    values: Mapping[str, Value]
    title: str
    sought: str
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a look-up. `digest` is of the reply's bytes, `why` says what is wrong."""

    state: State
    record: Record | None = None
    fetched_us: int = 0
    digest: str = ""
    why: str = ""

    def snapshot(self) -> Ref | None:
        """What a ticket keeps of the record (decisions.md 6)."""
        if self.record is None:
            return None
        one = self.record
        return Ref(one.key, self.fetched_us, self.digest, one.values, one.title)


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a search. `more`: there are further records that were not fetched."""

    state: State = "found"
    records: tuple[Record, ...] = field(default=())
    why: str = ""
    more: bool = False


def is_own(record: Record, own: Mapping[str, Value]) -> bool:
    """Every output must equal theirs; an empty attribute equals nothing."""
    return all(
        isinstance(wanted, str)
        and bool(wanted)
        and fold(str(record.values.get(output) or "")) == fold(wanted)
        for output, wanted in own.items()
    )


def made_record(
    model: SourceModel,
    values: Mapping[str, Value],
    locale: str,
    zone: str,
    doubts: tuple[Doubt, ...] = (),
) -> Record:
    """A record of normalised outputs; its key is "" where that output is empty."""
    key = str(values.get(model.key) or "")
    title = " · ".join(part for part in _shown(model, model.shows, values, locale, zone) if part)
    sought = " ".join(_shown(model, model.search, values, locale, zone))
    return Record(key, values, title or key, fold(sought), doubts)


def _shown(
    model: SourceModel, names: tuple[str, ...], values: Mapping[str, Value], locale: str, zone: str
) -> list[str]:
    return [show(model.outputs[name], values.get(name), locale, zone) for name in names]
