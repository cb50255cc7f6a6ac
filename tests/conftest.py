"""What every test shares."""

from __future__ import annotations

import gc
import os

from hypothesis import HealthCheck, settings

# A shared machine is slow by chance, so time limits per example would fail by chance. Continuous
# integration repeats the same examples every time; at the desk new ones are tried.
settings.register_profile(
    "house",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("house")

# As the command does at its start: a fifth of the CPU of the tests was the search for circles.
gc.set_threshold(50_000, 20, 20)


def pytest_collection_finish() -> None:
    """Ten thousand tests and what they import stay; nobody needs to look them over again."""
    gc.collect()
    gc.freeze()
