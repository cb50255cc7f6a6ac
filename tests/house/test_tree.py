"""Folders are packages, modules say what they are for, and nothing names where it was made."""

from __future__ import annotations

import ast
import re
import stat
from pathlib import Path

import pytest

from tests.house.tree import PACKAGES, ROOT, files, python_files, text

# Written in halves so that this file does not name what it looks for.
_HOSTS = ("pypi" + ".org", "python" + "hosted", "registry.npm" + "js", "registry.yarn" + "pkg")
_PATHS = tuple("/" + name + "/" for name in ("root", "work", "home"))
_PATH = re.compile(r"(?<![\w.\-}>])(?:" + "|".join(_PATHS) + r")[\w.\-]+")
_MIRROR = re.compile(r"(?:^|\s)--?(?:extra-)?(?:index-url|find-links)[ =]+\S*(?:://|/)")


def test_every_folder_of_tests_is_a_package() -> None:
    """Without it `tests/engine` would be imported as `engine`."""
    folders = {path.parent for path in python_files() if path.parts[0] == "tests"}
    folders |= {parent for path in folders for parent in path.parents if parent.parts}
    missing = sorted(str(f) for f in folders if not (ROOT / f / "__init__.py").exists())
    assert missing == []


def test_every_folder_with_python_in_a_package_is_a_package() -> None:
    """A namespace package would not be seen by the import contracts."""
    folders = {path.parent for path in python_files() if path.parts[0] in PACKAGES}
    loose = sorted(
        str(f)
        for f in folders
        if not (ROOT / f / "__init__.py").exists() and "migrations" not in f.parts
    )
    assert loose == []


def test_example_tenants_hold_no_python() -> None:
    """A tenant is specs and data; code in it would never be run. The back office is no tenant."""
    found = [path for path in python_files() if path.parts[0] == "examples"]
    assert [str(path) for path in found if path.parts[1] != "backoffice"] == []


def _opening(path: Path) -> str | None:
    return ast.get_docstring(ast.parse(text(path)))


@pytest.mark.parametrize("path", python_files(), ids=str)
def test_module_opens_with_a_sentence(path: Path) -> None:
    """What a module is for stands in its first sentence."""
    source = text(path)
    if not source.strip() or (path.parts[0] == "tests" and path.name == "__init__.py"):
        return
    opening = _opening(path)
    assert opening, f"{path} opens with no docstring"
    first = " ".join(opening.split("\n\n")[0].split())
    assert first[-1] in ".!?:;)…", f"{path} opens with no whole sentence: {first!r}"


def test_nothing_names_a_registry_or_a_machine() -> None:
    """Locks, scripts and documents work anywhere; none may lean on one registry or one machine."""
    found = []
    for path in files():
        for number, line in enumerate(text(path).splitlines(), 1):
            wrong = [host for host in _HOSTS if host in line]
            wrong += [match.group() for match in _PATH.finditer(line)]
            wrong += [match.group().strip() for match in _MIRROR.finditer(line)]
            found += [f"{path}:{number}: {what}" for what in wrong]
    assert found == []


def test_locks_hold_names_versions_and_hashes_alone() -> None:
    """No address, no option: the installing machine decides where wheels come from."""
    locks = {
        "requirements.lock": 20,
        "requirements-test.lock": 20,
        "requirements-correlation.lock": 1,
    }
    for name, least in locks.items():
        lines = (ROOT / name).read_text().splitlines()
        heads = [line for line in lines if not line.startswith("    --hash=sha256:")]
        assert all(re.match(r"[a-z0-9.\-]+(\[[a-z0-9,\-]+\])?==\S+( ; .+)? \\$", h) for h in heads)
        assert len(heads) > least


def test_scripts_may_be_run() -> None:
    """Continuous integration calls them by name."""
    mode = (ROOT / ".ci" / "run").stat().st_mode
    assert mode & stat.S_IXUSR
