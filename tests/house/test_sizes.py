"""Files stay small; one that does not says why, here."""

from __future__ import annotations

from pathlib import Path

from tests.house.tree import python_files, text

LIMIT = 400

REASONS: dict[str, str] = {
    "runtime/store/migrations/versions/0001_the_first_tables.py": "the tables, once",
    "runtime/store/migrations/versions/0005_the_open_door.py": "the tables of one release",
    "tests/store/test_lower.py": "every operator on both databases against the reference evaluator",
    "tests/screens/samples.py": "samples of every state of the portal, data only",
    "tests/web/routes_table.py": "a line for every route of the app, data only",
    "tests/screens/studio_samples.py": "samples of every state of the studio, data only",
}


def _long() -> dict[str, int]:
    sizes = {str(path): len(text(path).splitlines()) for path in python_files()}
    return {name: size for name, size in sizes.items() if size > LIMIT}


def test_long_files_say_why() -> None:
    """A reason to be longer is allowed, a habit is not."""
    silent = {name: size for name, size in _long().items() if not REASONS.get(name)}
    assert silent == {}, f"over {LIMIT} lines without a reason in {Path(__file__).name}"


def test_no_reason_outlives_its_file() -> None:
    """A file that became short again leaves the list."""
    assert sorted(set(REASONS) - set(_long())) == []
