"""Which files belong to the repository, with or without git."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("specs", "engine", "generators", "runtime", "ui_templates", "schemas")
_SKIP = {"__pycache__", "build", "dist", "var", "node_modules"}


@cache
def files() -> tuple[Path, ...]:
    """Every file of the repository, relative to its root: tracked, or new and not ignored."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        names = [Path(name) for name in listed.stdout.decode().split("\0") if name]
        return tuple(sorted(name for name in set(names) if (ROOT / name).is_file()))
    return tuple(sorted(_walked()))


def python_files() -> list[Path]:
    """The Python files among them."""
    return [path for path in files() if path.suffix == ".py"]


def text(path: Path) -> str:
    """A file as text; bytes that are not UTF-8 show as escapes, as a picture's do."""
    return (ROOT / path).read_text(encoding="utf-8", errors="backslashreplace")


def _walked() -> list[Path]:
    found = []
    for path in ROOT.rglob("*"):
        inside = path.relative_to(ROOT)
        hidden = any(part.startswith(".") and part != ".ci" for part in inside.parts[:-1])
        if path.is_file() and not hidden and not _SKIP.intersection(inside.parts):
            found.append(inside)
    return found
