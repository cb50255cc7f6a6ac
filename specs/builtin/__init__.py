"""The packs that Specdesk brings along, as the YAML they are written in."""

from __future__ import annotations

from pathlib import Path
from typing import Final

PACKS: Final = Path(__file__).parent / "packs"


def built_in() -> tuple[str, ...]:
    """The ids of the packs that come along."""
    return tuple(sorted(path.parent.name for path in PACKS.glob("*/pack.yaml")))
