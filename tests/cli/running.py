"""Runs the real command in its own process, with its own store."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
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


def specdesk(
    folder: Path, *words: str, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run it to its end; answers and talk are kept apart."""
    return subprocess.run(
        command(*words),
        cwd=cwd or folder,
        env=variables(folder),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
