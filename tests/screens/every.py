"""Every sample of every screen, found by the name of its module: a new one is looked at unasked."""

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

Sample = tuple[str, Callable[[str], Any]]


def every_sample() -> dict[str, Sample]:
    """All samples by name: whatever a module ``…samples.py`` calls ``…SAMPLES``.

    Raises:
        ValueError: Two different samples have one name.
    """
    found: dict[str, Sample] = {}
    for path in sorted(Path(__file__).parent.glob("*samples.py")):
        for name, several in vars(import_module(f"tests.screens.{path.stem}")).items():
            if not name.endswith("SAMPLES") or not isinstance(several, Mapping):
                continue
            for key, sample in several.items():
                if found.setdefault(key, sample) is not sample:
                    raise ValueError(f"two samples are called {key}")
    return found
