"""Looks through the whole file before anything is written: its columns, its keys, its rows."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.model.importing import ImportModel
from runtime.actions.importing.table import OWN, FileFault, Table, unreadable


@dataclass(slots=True)
class Plan:
    """A file that was read once. `of_key`: the digests of a ticket's rows in the file's order.

    Equal rows of one ticket get different digests, so that each is one event.
    """

    sha256: str = ""
    rows: int = 0
    of_key: dict[str, list[str]] = field(default_factory=dict)

    def is_last(self, key: str, place: int) -> bool:
        """Whether a ticket's row at `place` is its last."""
        return place == len(self.of_key[key]) - 1


def plan_of(file: Table, model: ImportModel) -> Plan:
    """Read the file once.

    Raises:
        FileFault: it is no table, or not the one that the mapping speaks of.
    """
    plan = Plan(sha256=_sha256(file))
    told = _telling(model)
    seen: dict[str, int] = {}
    checked = False
    for row in file.rows():
        checked = checked or _check_header(file, model)
        plan.rows += 1
        if row.fault:
            continue
        digest = _digest(row.cells, told)
        times = seen[digest] = seen.get(digest, 0) + 1
        own = digest if times == 1 else f"{digest}:{times}"
        plan.of_key.setdefault(row.cells[model.key].strip(), []).append(own)
    if not checked:
        _check_header(file, model)
    return plan


def _sha256(file: Table) -> str:
    try:
        with file.path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError as wrong:
        raise unreadable(file.name, wrong) from None


def _telling(model: ImportModel) -> tuple[str, ...]:
    """The columns that tell one event from another.

    What is `take: last` stands in every row and changes when the old system is exported again.
    """
    columns = {part.column for part in model.columns if part.take == "every"}
    return tuple(sorted(columns | ({model.key, model.at, model.by, model.created} - {""})))


def _digest(cells: Mapping[str, str], told: tuple[str, ...]) -> str:
    words = json.dumps([[name, cells[name].strip()] for name in told], ensure_ascii=False)
    return hashlib.sha256(words.encode()).hexdigest()


def _check_header(file: Table, model: ImportModel) -> bool:
    """Every column of the mapping is there, and every column of the file is spoken of."""
    name, have = file.name, file.header
    missing = sorted(model.named - model.ignore - set(have))
    extra = [one for one in have if one not in model.named and one not in OWN]
    if missing:
        low = {one.lower(): one for one in extra or have}
        guess = difflib.get_close_matches(missing[0].lower(), low, n=1, cutoff=0.6)
        shown = f"{', '.join(have[:12])}{' …' if len(have) > 12 else ''}"
        cure = f"did you mean `{low[guess[0]]}`?" if guess else f"the columns are {shown}"
        raise FileFault(name, 1, f"there is no column `{missing[0]}`", cure)
    if extra:
        cure = f"name it under `columns` or `ignore` in imports/{model.id}.yaml"
        raise FileFault(name, 1, f"the column `{extra[0]}` is not in the mapping", cure)
    return True
