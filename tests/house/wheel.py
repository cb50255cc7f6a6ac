"""Builds the wheel, installs it outside the checkout and tries the command and the tests there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import venv
import zipfile
from pathlib import Path

from tests.house.tree import PACKAGES, ROOT, files

# Tests that need the packages alone, quick ones of the lowest floor and of the templates on top.
TESTS = ("specs", "screens")


def main() -> None:
    """Run every step; the first that fails ends the run with its exit code."""
    with tempfile.TemporaryDirectory(prefix="specdesk-wheel-") as name:
        place = Path(name)
        wheel = _build(place)
        _compare(wheel)
        python = _install(wheel, place / "venv")
        away = _leave(place / "away")
        _try(python, away)


def _run(*command: str | Path, cwd: Path) -> None:
    said = " ".join(str(part) for part in command)
    print(f"wheel: {said}", flush=True)
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run([str(part) for part in command], cwd=cwd, env=clean)
    if done.returncode:
        sys.exit(f"wheel: failed with {done.returncode}: {said}")


def _build(place: Path) -> Path:
    _run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", place, cwd=ROOT)
    return next(place.glob("specdesk-*.whl"))


def _compare(wheel: Path) -> None:
    """Templates, static files, schemas, packs and migrations must be in it, tests must not."""
    held = set(zipfile.ZipFile(wheel).namelist())
    wanted = {path.as_posix() for path in files() if path.parts[0] in PACKAGES}
    if missing := sorted(wanted - held):
        sys.exit(f"wheel: not in {wheel.name}: {', '.join(missing)}")
    if strange := sorted(n for n in held if n.split("/")[0] in {"tests", "examples", "docs"}):
        sys.exit(f"wheel: {wheel.name} should not hold {', '.join(strange)}")


def _install(wheel: Path, folder: Path) -> Path:
    """A fresh environment with the wheel; it borrows our locked libraries, so nothing is fetched.

    A path in a `.pth` file is added as it is: the checkout's own editable link is not followed.
    """
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    _run(python, "-m", "pip", "install", "-q", "--no-deps", "--no-index", wheel, cwd=folder)
    site = next((folder / "lib").glob("python3*")) / "site-packages"
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


def _leave(away: Path) -> Path:
    """What the tests read besides the packages, copied to where the checkout is not."""
    away.mkdir()
    for name in ("tests", "examples", "pyproject.toml"):
        for path in files():
            if path.parts[0] == name:
                (away / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / path, away / path)
    return away


def _try(python: Path, away: Path) -> None:
    where = "import specs, sys; sys.exit(not specs.__file__.startswith(sys.prefix))"
    _run(python, "-P", "-c", where, cwd=away)
    command = python.with_name("specdesk")
    _run(command, "--help", cwd=away)
    _run(command, "validate", "examples/tenants/ecommerce", cwd=away)
    tests = [f"tests/{name}" for name in TESTS if (away / "tests" / name).is_dir()]
    _run(
        python,
        "-m",
        "pytest",
        "-q",
        "-n",
        "2",
        "-p",
        "no:cacheprovider",
        "--ignore-glob=*browser*",
        "--ignore-glob=*axe*",
        *tests,
        cwd=away,
    )


if __name__ == "__main__":
    main()
