"""One back office for all tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sources.office import Office, office

__all__ = ["backoffice", "shop"]


@pytest.fixture(scope="module")
def backoffice() -> Iterator[Office]:
    """A running back office."""
    with office() as running:
        yield running


@pytest.fixture
def shop(backoffice: Office) -> Iterator[Office]:
    """The back office, mended before and after."""
    backoffice.mend()
    yield backoffice
    backoffice.mend()
