"""Writes every generated file anew and fails when the committed ones said something else."""

from __future__ import annotations

import sys
from pathlib import Path

from generators.json_schema import write_schemas
from tests.house.tree import ROOT

FOLDER = ROOT / "schemas"


def _generated() -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in FOLDER.glob("*.schema.json")}


def main() -> None:
    """Compare before and after; a difference is written and then named, to be committed."""
    before = _generated()
    write_schemas(FOLDER)
    after = _generated()
    changed = [path for path in before | after if before.get(path) != after.get(path)]
    if changed:
        names = ", ".join(sorted(str(path.relative_to(ROOT)) for path in changed))
        sys.exit(f"generated: written anew, commit with the change that asked for it: {names}")
    print(f"generated: {len(after)} files are up to date")


if __name__ == "__main__":
    main()
