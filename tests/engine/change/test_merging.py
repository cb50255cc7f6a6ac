"""Two people's changes of one text: nothing of either is lost, and nothing is guessed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.change.files import changed_paths, merge_files
from engine.change.text import merge_text

BASE = "a\nb\nc\nd\ne\n"


@pytest.mark.parametrize(
    ("mine", "theirs", "merged"),
    [
        ("A\nb\nc\nd\ne\n", "a\nb\nc\nd\nE\n", "A\nb\nc\nd\nE\n"),
        ("a\nb\nc\nd\ne\nf\n", "z\na\nb\nc\nd\ne\n", "z\na\nb\nc\nd\ne\nf\n"),
        ("a\nc\nd\ne\n", "a\nb\nc\nd\ne\n", "a\nc\nd\ne\n"),
        ("a\nX\nc\nd\ne\n", "a\nX\nc\nd\ne\n", "a\nX\nc\nd\ne\n"),
        ("a\nX\nc\nd\ne\n", "a\nY\nc\nd\ne\n", None),
        ("a\nX\nc\nd\ne\n", "a\nb\nY\nd\ne\n", None),
        ("a\nb\nc\nd\ne\nf\n", "a\nb\nc\nd\ne\ng\n", None),
        ("", "a\nb\nc\nd\nE\n", None),
    ],
)
def test_lines_of_both_sides(mine: str, theirs: str, merged: str | None) -> None:
    assert merge_text(BASE, mine, theirs) == merged
    assert merge_text(BASE, theirs, mine) == merged


_TEXT = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "中\r\n", "#\n"]), max_size=8).map("".join)


@given(_TEXT, _TEXT)
def test_a_side_that_changed_nothing_takes_the_other(base: str, other: str) -> None:
    assert merge_text(base, base, other) == other
    assert merge_text(base, other, base) == other
    assert merge_text(base, other, other) == other


def test_files_of_one_side_are_taken_and_met_ones_are_named() -> None:
    base = {"one": b"1\n", "two": b"2\n", "three": b"3\n", "four": b"a\nb\nc\n", "five": b"5"}
    mine = {"one": b"mine\n", "two": b"2\n", "three": b"3\n", "four": b"A\nb\nc\n", "new": b"n"}
    theirs = {"one": b"theirs\n", "two": b"22\n", "four": b"a\nb\nC\n", "five": b"55", "own": b"o"}
    assert changed_paths(base, theirs) == ("five", "four", "one", "own", "three", "two")
    merge = merge_files(base, mine, theirs)
    assert merge.taken == ("own", "three", "two")
    assert merge.files == {
        "one": b"mine\n", "two": b"22\n", "four": b"A\nb\nc\n", "new": b"n", "own": b"o"
    }  # fmt: skip
    assert [(one.path, one.merged) for one in merge.meetings] == [
        ("five", None), ("four", b"A\nb\nC\n"), ("one", None),
    ]  # fmt: skip


def test_what_is_no_text_is_never_put_together() -> None:
    merge = merge_files({"x": b"\xff"}, {"x": b"\xff\xfe"}, {"x": b"\xff\xfd"})
    assert [(one.path, one.merged) for one in merge.meetings] == [("x", None)]
