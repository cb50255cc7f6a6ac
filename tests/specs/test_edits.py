"""Random edits of careless texts: what was wanted, no comment lost, all else the same bytes."""

from __future__ import annotations

import os
from collections import Counter

import pytest

from specs.edit import insert, move, remove, rename, set_value
from specs.splice import CannotEdit
from tests.specs.edits import fault, random_edit

EDITS = int(os.environ.get("SPECDESK_EDITS", "600"))


def test_careless_texts_are_edited_without_loss() -> None:
    """`make property` runs 10,000. What can't be done without loss is refused, and that is rare."""
    count: Counter[str] = Counter()
    refused = 0
    for seed in range(EDITS):
        edit = random_edit(seed)
        if edit is None:
            continue
        count[edit.sort] += 1
        if edit.after is None:
            refused += "stands there already" not in str(edit.new)
            continue
        wrong = fault(edit)
        assert wrong == "", f"seed {seed}: {wrong}\n{edit}"
    assert min(count[one] for one in ("set", "insert", "remove", "move", "rename")) > EDITS // 20
    assert refused <= EDITS * 3 // 100


def test_a_key_is_renamed_where_it_stands() -> None:
    text = "a:   # one\n  'b': 1   # two\n  c: { d: 2, e: 3 }\n"
    assert rename(text, ("a", "b"), "bb") == text.replace("'b'", "'bb'")
    assert rename(text, ("a", "c", "d"), "x: y") == text.replace("d: 2", '"x: y": 2')
    assert rename(text, ("a",), "a") == text
    assert rename("﻿a: 1\r\n", ("a",), "b") == "﻿b: 1\r\n"
    for path, name in ((("a", "b"), "c"), (("a", "z"), "y"), ((), "y"), (("a", "b", "q"), "y")):
        with pytest.raises(CannotEdit):
            rename(text, path, name)


def test_an_entry_behind_a_dash_is_edited() -> None:
    text = "do:\n  - notify: x   # who\n    # why\n    to: y\n  - flag: z\n"
    assert remove(text, ("do", 0, "notify")) == "do:\n  # why\n  - to: y\n  - flag: z\n"
    assert remove(text, ("do", 0, "to")) == ("do:\n  - notify: x   # who\n    # why\n  - flag: z\n")
    assert insert(text, ("do", 0, "at"), "1h", after="notify") == text.replace(
        "    # why", "    at: 1h\n    # why"
    )
    assert move(text, ("do", 0, "to"), -1) == (
        "do:\n  - # why\n    to: y\n    notify: x   # who\n  - flag: z\n"
    )
    assert set_value(text, ("do", 0), "gone") == "do:\n  # who\n  # why\n  - gone\n  - flag: z\n"
