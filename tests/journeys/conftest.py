"""The served desk, the browser, and the people before it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys import people
from tests.journeys.people import House
from tests.journeys.served import Served, filled_copy, served
from tests.screens.shots import CHROMIUM, FLAGS

NEEDED = "the journeys need Chromium: apt-get install chromium fonts-noto-cjk"


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The server process; one for the whole session."""
    if not Path(CHROMIUM).exists():
        pytest.skip(NEEDED)
    mine = tmp_path_factory.getbasetemp()
    run = mine.parent if os.environ.get("PYTEST_XDIST_WORKER") else mine
    home = filled_copy(run / "filled", tmp_path_factory.mktemp("journeys"))
    with served(home) as made:
        yield made


@pytest.fixture(scope="session")
def known() -> tuple[dict[str, Any], dict[str, str]]:
    """Sessions and languages of who has signed in so far."""
    return {}, {}


@pytest.fixture(scope="module")
def browser(desk: Served) -> Iterator[Browser]:
    """Module by module: its loop must not run while other tests start their own."""
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield made
        made.close()


@pytest.fixture
def house(
    browser: Browser, desk: Served, known: tuple[dict[str, Any], dict[str, str]]
) -> Iterator[House]:
    """Who opens views in a test; any complaint of a console fails it."""
    with people.house(browser, desk, *known) as made:
        yield made


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """A skip that nobody reads is a hole: say it at the end."""
    if not Path(CHROMIUM).exists():
        terminalreporter.write_line(f"SKIPPED: {NEEDED}", yellow=True)
