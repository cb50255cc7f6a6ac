"""The connector `table`: a CSV of the tenant's folder, parsed once per revision."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.facts import Ref, Value
from engine.model.source import SourceModel
from engine.values.registry import ValueProblem, fold, normalise, say_problem, show

MAX_ROWS = 200_000


class TableError(ValueError):
    """The file can't be read as this table; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Record:
    """One row: its key, normalised outputs, the title for pickers, and the text it is found by."""

    key: str
    values: Mapping[str, Value]
    title: str
    sought: str


@dataclass(frozen=True, slots=True)
class Table:
    """All records by key, in the file's order; `digest` is of the file's bytes."""

    model: SourceModel
    digest: str
    records: Mapping[str, Record]

    def get(self, key: str, own: Mapping[str, Value]) -> Record | None:
        """The record of a key, if it is one that `own` (output → value) lets them find."""
        record = self.records.get(key.strip())
        return record if record is not None and _is_own(record, own) else None

    def search(self, words: str, own: Mapping[str, Value], limit: int = 20) -> list[Record]:
        """Records whose searched outputs hold every word; all of theirs for no words."""
        parts = fold(words).split()
        found: list[Record] = []
        for record in self.records.values():
            if all(part in record.sought for part in parts) and _is_own(record, own):
                found.append(record)
                if len(found) >= limit:
                    break
        return found

    def snapshot(self, record: Record, now_us: int) -> Ref:
        """What a ticket keeps of a record (decisions.md 6)."""
        return Ref(record.key, now_us, self.digest, record.values, record.title)


def _is_own(record: Record, own: Mapping[str, Value]) -> bool:
    """Every output must equal theirs; an empty attribute equals nothing."""
    return all(
        isinstance(wanted, str)
        and bool(wanted)
        and fold(str(record.values.get(output) or "")) == fold(wanted)
        for output, wanted in own.items()
    )


def read_table(model: SourceModel, content: bytes, locale: str, zone: str) -> Table:
    """Parse a CSV with a header line, UTF-8 with or without BOM.

    Raises:
        TableError: bad encoding, a missing column, a value that does not fit its output, or a key
            that is empty or stands twice; with the line.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise TableError(
            f"{model.file}: byte {wrong.start} is not UTF-8; save it as UTF-8"
        ) from None
    records: dict[str, Record] = {}
    for line, row in _rows(model, text):
        record = _record(model, row, line, locale, zone)
        if record.key in records:
            raise TableError(f"{model.file}:{line}: the key `{record.key}` stands twice")
        records[record.key] = record
    return Table(model, hashlib.sha256(content).hexdigest(), records)


def _rows(model: SourceModel, text: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    missing = [c for c in model.columns.values() if c not in (reader.fieldnames or ())]
    if missing:
        have = ", ".join(reader.fieldnames or ()) or "none"
        raise TableError(f"{model.file}:1: no column `{missing[0]}`; the columns are {have}")
    try:
        for number, row in enumerate(reader):
            if number >= MAX_ROWS:
                raise TableError(f"{model.file}: more than {MAX_ROWS:,} rows")
            if None in row or None in row.values():
                raise TableError(
                    f"{model.file}:{reader.line_num}: more or fewer cells than columns"
                )
            yield reader.line_num, row
    except csv.Error as wrong:
        raise TableError(f"{model.file}:{reader.line_num}: {wrong}") from None


def _record(
    model: SourceModel, row: Mapping[str, str], line: int, locale: str, zone: str
) -> Record:
    values: dict[str, Value] = {}
    for name, item in model.outputs.items():
        raw = row[model.columns[name]]
        value = normalise(item, raw, zone)
        if isinstance(value, ValueProblem):
            column = model.columns[name]
            said = say_problem(value, "en")
            raise TableError(f"{model.file}:{line}: `{raw}` under `{column}`: {said}")
        values[name] = value
    key = str(values.get(model.key) or "")
    if not key:
        raise TableError(f"{model.file}:{line}: the key `{model.key}` is empty")
    shown = (show(model.outputs[name], values[name], locale, zone) for name in model.shows)
    sought = (show(model.outputs[name], values[name], locale, zone) for name in model.search)
    title = " · ".join(part for part in shown if part)
    return Record(key, values, title or key, fold(" ".join(sought)))
