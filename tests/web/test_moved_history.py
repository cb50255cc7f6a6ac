"""What was mapped or retired: tickets that hold it still open, and history tells it by its name."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from engine.decide.verdict import Edit, Move
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.let_through import ANYTHING
from runtime.actions.outcome import Done
from runtime.actions.publish_desk import publish_desk
from runtime.site.standing import SYSTEM
from tests.web.spruce import SPRUCE, Spruce, specs

pytestmark = pytest.mark.asyncio(loop_scope="module")

WITH = {
    "  story:": (
        "  colour:   { type: choice, label: Hue, options: { red: Crimson, blue: Navy } }\n  story:"
    ),
    "    done:    {": "    lab:     { title: Laboratory, phase: closed }\n    done:    {",
    "    again:": "    test: { title: Test, from: fresh, to: lab, by: agent }\n    again:",
}
WITHOUT = {
    "  story:": "  colour:   { type: choice, label: Colour, options: { blue: Navy } }\n  story:",
}
MOVES = b"""kind: Moves
steps:
  red: { map: option, from: refund.colour.red, to: blue }
  lab: { retire: state, from: refund.lab }
"""


def changed(parts: Mapping[str, str]) -> dict[str, bytes]:
    """The tenant with parts of its refund type replaced."""
    files = specs()
    text = files["types/refund.yaml"].decode()
    for old, new in parts.items():
        assert old in text
        text = text.replace(old, new, 1)
    return files | {"types/refund.yaml": text.encode()}


def plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


async def test_old_labels_are_told(spruce: Spruce) -> None:
    done = await publish_desk(spruce.site, changed(WITH), SYSTEM, "more", word=ANYTHING)
    assert done.changed, done.problems
    ann, ivy = await spruce.browser("ann"), await spruce.browser("ivy")
    number = await ann.submit(reason="late", colour="blue")
    for event in (Edit({"colour": "red"}), Move("test")):
        done_one = await change_ticket(spruce.site, SPRUCE, SYSTEM, number, Change(event))
        assert isinstance(done_one, Done), done_one
    files = changed(WITHOUT) | {"moves/m1.yaml": MOVES}
    done = await publish_desk(spruce.site, files, SYSTEM, "less", word=ANYTHING)
    assert done.changed, done.problems
    page = plain((await ivy.get(f"/t/{SPRUCE}/desk/tickets/{number}")).text)
    assert "Navy Crimson" in page.replace("→", "").replace("  ", " ")
    assert "Laboratory" in page
    for url in (
        f"/t/{SPRUCE}/desk/tickets/{number}/why", f"/t/{SPRUCE}/p/tickets/{number}",
        f"/t/{SPRUCE}/desk/views/all", f"/t/{SPRUCE}/p/tickets",
    ):  # fmt: skip
        reader = ann if "/p/" in url else ivy
        assert (await reader.get(url)).status_code == 200, url
