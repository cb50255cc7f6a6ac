"""What the packages import is declared, and what is declared is imported."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

from tests.house.tree import PACKAGES, ROOT, python_files, text

# Declared though no module of ours imports it, each for a reason.
UNSEEN = {
    "asyncpg": "SQLAlchemy's driver for PostgreSQL, named in the store's address",
    "httptools": "uvicorn's fast reader of HTTP, which it takes where it finds it",
    "uvloop": "uvicorn's fast event loop, which it takes where it finds it",
    "rjieba": "the dictionary of Chinese words, which engine/reading loads for who asks for it",
    "tzdata": "the time zones of zoneinfo where the system has none",
}

# Imported though not declared: a half of a declared one, which pins it to its own version.
HALVES = {"pydantic-core": "pydantic", "lsprotocol": "pygls"}

# Where a module comes from that is not installed everywhere.
MAYBE = {"durable_rules_engine": ["durable-rules"]}


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=!~; ]", name)[0]).lower()


def _declared() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = [name for names in project["optional-dependencies"].values() for name in names]
    return {_plain(name) for name in [*project["dependencies"], *extras]}


def _imported() -> set[str]:
    """The distributions that our packages import, wherever in a file the import stands."""
    modules: set[str] = set()
    for path in python_files():
        if path.parts[0] not in PACKAGES:
            continue
        for node in ast.walk(ast.parse(text(path))):
            if isinstance(node, ast.Import):
                modules |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                modules.add(node.module.split(".")[0])
    homes = {**MAYBE, **packages_distributions()}
    outside = modules - set(PACKAGES) - set(sys.stdlib_module_names)
    return {_plain(home) for module in outside for home in homes.get(module, [module])}


def test_imports_are_declared() -> None:
    """A library that comes only with the tests, or with another, is missing one day."""
    assert sorted(_imported() - _declared() - set(HALVES)) == []


def test_declared_is_used() -> None:
    """A library that nobody imports is only weight and risk."""
    assert sorted(_declared() - _imported() - set(UNSEEN)) == []
