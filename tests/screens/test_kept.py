"""Rows are rendered once a minute; what differs in them, in place or in time is rendered anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from runtime.render.environment import renderer
from runtime.web.screens.desk.pages import ListScreen
from tests.screens.desk_samples import DESK_SAMPLES

FRESH = renderer.__wrapped__
"""One that has rendered nothing yet."""


def a_list(**more: Any) -> ListScreen:
    found = next(
        screen
        for _, make in DESK_SAMPLES.values()
        if isinstance(screen := make("en"), ListScreen) and screen.rows
    )
    return replace(found, **more)


def test_a_kept_row_is_the_row() -> None:
    screen, template = a_list(), "parts/desk_table.html"
    made = renderer()
    assert made.render(template, screen) == made.render(template, screen)
    assert made.render(template, screen) == FRESH().render(template, screen)


def test_what_a_row_shows_tells_it_apart() -> None:
    made, template = renderer(), "parts/desk_table.html"
    screen = a_list()
    group = screen.groups[0]
    other = replace(group.rows[0], subject="Dora's lamp")
    changed = replace(screen, groups=(replace(group, rows=(other, *group.rows[1:])),))
    made.render(template, screen)
    assert "Dora&#39;s lamp" in made.render(template, changed)
    assert "Dora&#39;s lamp" not in made.render(template, screen)


def test_zone_columns_and_minute_are_rendered_anew() -> None:
    made, template = renderer(), "parts/desk_table.html"
    screen = a_list()
    made.render(template, screen)
    elsewhere = replace(screen, page=replace(screen.page, time_zone="America/New_York"))
    assert made.render(template, elsewhere) == FRESH().render(template, elsewhere)
    later = replace(screen, page=replace(screen.page, now=screen.page.now + timedelta(days=3)))
    assert made.render(template, later) == FRESH().render(template, later)
    fewer = replace(screen, columns=screen.columns[:3])
    assert made.render(template, fewer) == FRESH().render(template, fewer)
