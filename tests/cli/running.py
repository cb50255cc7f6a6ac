"""Runs the real command in its own process, with its own store."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_WARM = Path(__file__).with_name("warm.py")
EXAMPLES = ROOT / "examples" / "tenants"


def variables(folder: Path) -> dict[str, str]:
    """An environment in which all that a command keeps lies below `folder`."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("SPECDESK_")}
    return {
        **kept,
        "PYTHONPATH": os.pathsep.join([str(ROOT), kept.get("PYTHONPATH", "")]),
        "SPECDESK_STORE": f"sqlite:///{folder / 'store.sqlite'}",
        "SPECDESK_FILES": str(folder / "files"),
        "SPECDESK_KEY_FILE": str(folder / "keys.json"),
    }


def command(*words: str) -> list[str]:
    """The command line of `specdesk` with the Python that runs the tests."""
    return [sys.executable, "-c", "from runtime.cli import main; main()", *words]


@cache
def warm_socket() -> str:
    """The socket of a process that has everything imported; it ends with this one."""
    path = os.path.join(tempfile.mkdtemp(prefix="sd"), "s")
    kept = {name: text for name, text in os.environ.items() if not name.startswith("SPECDESK_")}
    server = subprocess.Popen(
        [sys.executable, str(_WARM), "serve", path],
        env={**kept, "PYTHONPATH": os.pathsep.join([str(ROOT), kept.get("PYTHONPATH", "")])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    assert server.stdout.readline() == "ready\n"
    atexit.register(server.communicate)
    return path


def warm(*words: str) -> list[str]:
    """The command line of `specdesk`, forked from a process that has everything imported."""
    return [sys.executable, "-S", "-E", str(_WARM), "ask", warm_socket(), *words]


def specdesk(
    folder: Path, *words: str, cwd: Path | None = None, said: str | None = None, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run it to its end; answers and talk are kept apart. `settings`: `SPECDESK_` goes before."""
    return subprocess.run(
        warm(*words),
        cwd=cwd or folder,
        env=variables(folder) | {f"SPECDESK_{name}": text for name, text in settings.items()},
        input=said,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
