"""The formatter moves white space alone: the same values, the same comments, at rest after once."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random
from typing import Any

import pytest

from specs.formatting import CannotFormat, formatted
from specs.layout import Layout
from specs.source import Mapping, Node, Sequence, plain, read
from tests.house.tree import ROOT
from tests.specs.messy import messy

EXAMPLES = sorted((ROOT / "examples" / "tenants").rglob("*.yaml"))
SEEDS = int(os.environ.get("SPECDESK_EDITS", "400"))


def said(text: str) -> tuple[Any, list[str]]:
    """What a text says, in order, and its comments."""
    root, problems = read(text, "x")
    assert root is not None
    assert problems == []
    layout = Layout(text.removeprefix("\ufeff"), root)
    comments = [layout.text[one.start : one.end].rstrip() for one in layout.comments()]
    return _ordered(root), sorted(comments)


def _ordered(node: Node) -> Any:
    if isinstance(node, Mapping):
        pairs = [(key.text, _ordered(value)) for key, value in node.entries]
        return sorted(pairs, key=lambda pair: pair[0] != "kind")
    return [_ordered(one) for one in node.items] if isinstance(node, Sequence) else plain(node)


def tidy(text: str) -> str:
    after, problems = formatted(text, "x")
    assert problems == []
    return after


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: "/".join(path.parts[-3:]))
def test_the_examples_stand_formatted(path: Path) -> None:
    text = path.read_bytes().decode()
    if "demo" not in path.parts:
        assert tidy(text) == text
    assert said(tidy(text)) == said(text)


def test_careless_texts_say_the_same_and_come_to_rest() -> None:
    refused = 0
    for seed in range(SEEDS):
        text = messy(Random(seed))
        try:
            after = tidy(text)
        except CannotFormat:
            refused += 1
            continue
        assert said(after) == said(text), f"seed {seed}"
        assert tidy(after) == after, f"seed {seed}"
        assert "\r" not in after.replace("\\r", ""), f"seed {seed}"
    assert refused <= SEEDS // 100


@pytest.mark.parametrize(
    "before, after",
    [
        ("\ufefftitle:   x  \r\nkind :  Team\r\n\r\n\r\n\r\n", "kind: Team\ntitle: x\n"),
        ("a:\n    b:\n     - c\n     -   d: 1\n         e: 2\n",
         "a:\n  b:\n    - c\n    - d: 1\n      e: 2\n"),
        ("a:\n- b\n# last\n- c\n", "a:\n  - b\n  # last\n  - c\n"),
        ("a: {b: 1,c: [ 2,3 ]  ,  d: { }}\n", "a: { b: 1, c: [2, 3], d: {} }\n"),
        ('a: "done"\nb: \'no\'\nc: "17"\nd: "two words"\n',
         'a: done\nb: \'no\'\nc: "17"\nd: "two words"\n'),
        ("a: x      # one\nbb:   y   # two\n", "a: x      # one\nbb: y     # two\n"),
        ("a: |\n     x  \n\n\n      y\n\n\n\nb:\n", "a: |\n  x  \n\n\n   y\n\n\n\nb:\n"),
        ("a: 1\n\n\n\nb: 2", "a: 1\n\nb: 2\n"),
        ("a:\n  b: {c: 1,   # why\n      d: 2}\n", "a:\n  b: { c: 1,  # why\n      d: 2 }\n"),
    ],
)  # fmt: skip
def test_what_moves(before: str, after: str) -> None:
    assert tidy(before) == after


@pytest.mark.parametrize(
    "text",
    [
        "rows:\n  big:   [any,        over 500, desk]\n  small: [damaged,    any,      claims]\n",
        "a:   { 退款: 1,  b: 2 }\nbbb: { 换:   1,  b: 2 }\n",
        "see:    {}\ncreate: true\n",
        "a:    1     # x\nlong: 22   # y\nb:    3     # z\n",
    ],
)
def test_what_somebody_aligned_stays(text: str) -> None:
    assert tidy(text) == text


def test_a_broken_text_is_a_problem_and_stays() -> None:
    text = "kind: Team\ntitle: [x\n"
    after, problems = formatted(text, "teams/x.yaml")
    assert after == text
    assert [one.code.number for one in problems] == ["E101"]
