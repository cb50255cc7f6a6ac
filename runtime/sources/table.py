"""The connector `table`: a CSV of the tenant's folder, parsed once per revision."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.facts import Ref, Value
from engine.model.source import SourceModel
from engine.values.registry import ValueProblem, fold, normalise, say_problem
from runtime.sources.record import Record, is_own, made_record

MAX_ROWS = 200_000


class TableError(ValueError):
    """The file can't be read as this table; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Table:
    """All records by key, in the file's order; `digest` is of the file's bytes."""

    model: SourceModel
    digest: str
    records: Mapping[str, Record]

    def get(self, key: str, own: Mapping[str, Value]) -> Record | None:
        """The record of a key, if it is one that `own` (output → value) lets them find."""
        record = self.records.get(key.strip())
        return record if record is not None and is_own(record, own) else None

    def search(self, words: str, own: Mapping[str, Value], limit: int = 20) -> list[Record]:
        """Records whose searched outputs hold every word; all of theirs for no words."""
        parts = fold(words).split()
        found: list[Record] = []
        for record in self.records.values():
            if all(part in record.sought for part in parts) and is_own(record, own):
                found.append(record)
                if len(found) >= limit:
                    break
        return found

    def snapshot(self, record: Record, now_us: int) -> Ref:
        """What a ticket keeps of a record (decisions.md 6)."""
        return Ref(record.key, now_us, self.digest, record.values, record.title)


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
            f"{_file(model)}: byte {wrong.start} is not UTF-8; save it as UTF-8"
        ) from None
    records: dict[str, Record] = {}
    for line, row in _rows(model, text):
        record = _record(model, row, line, locale, zone)
        if record.key in records:
            raise TableError(f"{_file(model)}:{line}: the key `{record.key}` stands twice")
        records[record.key] = record
    return Table(model, hashlib.sha256(content).hexdigest(), records)


def _rows(model: SourceModel, text: str) -> Iterator[tuple[int, dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    missing = [c for c in model.columns.values() if c not in (reader.fieldnames or ())]
    if missing:
        have = ", ".join(reader.fieldnames or ()) or "none"
        raise TableError(f"{_file(model)}:1: no column `{missing[0]}`; the columns are {have}")
    try:
        for number, row in enumerate(reader):
            if number >= MAX_ROWS:
                raise TableError(f"{_file(model)}: more than {MAX_ROWS:,} rows")
            if None in row or None in row.values():
                raise TableError(
                    f"{_file(model)}:{reader.line_num}: more or fewer cells than columns"
                )
            yield reader.line_num, row
    except csv.Error as wrong:
        raise TableError(f"{_file(model)}:{reader.line_num}: {wrong}") from None


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
            raise TableError(f"{_file(model)}:{line}: `{raw}` under `{column}`: {said}")
        values[name] = value
    record = made_record(model, values, locale, zone)
    if not record.key:
        raise TableError(f"{_file(model)}:{line}: the key `{model.key}` is empty")
    return record


def _file(model: SourceModel) -> str:
    return model.file or model.fixtures
