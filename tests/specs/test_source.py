"""The reader of YAML: trees with places, and every sort of bad text."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.problem import Code, Problem
from specs.source import (
    MAX_NODES,
    Mapping,
    Node,
    Scalar,
    Sequence,
    core,
    plain,
    read,
    walk,
)
from tests.specs.small import only


def tree(text: str) -> Node:
    node, problems = read(text, "a.yaml")
    assert problems == []
    assert node is not None
    return node


def refused(text: str | bytes) -> Problem:
    return only(read(text, "a.yaml")[1])


def test_each_node_and_key_keeps_its_place() -> None:
    node = tree("kind: Team\ntitle: { zh-CN: 退款, en: Refund }\nlist:\n  - a\n  - b: c\n")
    assert isinstance(node, Mapping)
    title = node.get("title")
    assert isinstance(title, Mapping)
    english = title.get("en")
    assert english is not None
    assert (english.place.line, english.place.col, english.place.end_col) == (2, 25, 31)
    key = title.key("en")
    assert key is not None
    assert str(key.place) == "a.yaml:2:21"
    items = node.get("list")
    assert isinstance(items, Sequence)
    assert (items.place.line, items.place.end_line, items.place.end_col) == (4, 5, 9)


def test_scalars_stay_text_as_it_was_written() -> None:
    node = tree("a: NO\nb: 010\nc: 1.10\nd: 17:30\ne:\nf: ''\ng: ~\nh: null\n")
    assert plain(node) == {
        "a": "NO", "b": "010", "c": "1.10", "d": "17:30", "e": None, "f": "", "g": "~", "h": "null",
    }  # fmt: skip


def test_core_reads_as_a_generic_editor_does() -> None:
    node = tree("a: NO\nb: 010\nc: 1.10\nd: 17:30\ne:\nf: 'true'\ng: true\nh: 0x1F\ni: 2026-03-02")
    assert core(node) == {
        "a": "NO", "b": 10, "c": 1.1, "d": "17:30", "e": None, "f": "true", "g": True, "h": 31,
        "i": "2026-03-02",
    }  # fmt: skip


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    node, problems = read(b"\xef\xbb\xbfkind: Team\n", "a.yaml")
    assert problems == []
    assert node is not None
    assert plain(node) == {"kind": "Team"}
    assert next(iter(walk(node)))[1].place.col == 1


@pytest.mark.parametrize(
    ("text", "code", "place", "cure"),
    [
        ("a: [1, 2\nb: 3\n", Code.SYNTAX, "a.yaml:2:2", "brackets"),
        ("a: b: c\n", Code.SYNTAX, "a.yaml:1:5", "quotes"),
        ("a: @x\n", Code.SYNTAX, "a.yaml:1:4", "quotes"),
        ("a: 'x\n", Code.SYNTAX, "a.yaml:2:1", "close the quotes"),
        ("a: \x07b\n", Code.SYNTAX, "a.yaml:1:4", ""),
        ("a:\n\tb: 1\n", Code.TABS, "a.yaml:2:1", "spaces"),
        ("a: 1\nb: 2\na: 3\n", Code.DUPLICATE_KEY, "a.yaml:3:1", "keep one"),
        ("a: &x 1\n", Code.ALIAS, "a.yaml:1:4", "leave it out"),
        ("<<: 1\n", Code.MERGE_KEY, "a.yaml:1:1", "write the keys out"),
        ("a: !!python/name:os.system x\n", Code.TAG, "a.yaml:1:4", "leave it out"),
        ("a: ! x\n", Code.TAG, "a.yaml:1:4", "leave it out"),
        ("---\na: 1\n---\nb: 2\n", Code.SEVERAL_DOCUMENTS, "a.yaml:3:1", "own file"),
        ("? [a]\n: b\n", Code.KEY_NOT_TEXT, "a.yaml:1:3", "quotes"),
        ("", Code.EMPTY_FILE, "a.yaml:1:1", "kind"),
        ("# only a comment\n", Code.EMPTY_FILE, "a.yaml:1:1", "kind"),
        (b"a: \xff\n", Code.NOT_UTF8, "a.yaml:1:4", "UTF-8"),
        (b"\xff\xfea\x00", Code.NOT_UTF8, "a.yaml:1:1", "UTF-8"),
        ("a: \ud800", Code.NOT_UTF8, "a.yaml:1:1", "UTF-8"),
        ("a: " + "x" * 5_000_000, Code.TOO_LARGE, "a.yaml:1:1", "split"),
        ("[" * 41, Code.TOO_DEEP, "a.yaml:1:41", "flatten"),
        ("[" + "1," * (MAX_NODES + 1) + "]", Code.TOO_MANY_NODES, "a.yaml:1:100000", "split"),
    ],
)
def test_bad_text_is_one_problem(text: str | bytes, code: Code, place: str, cure: str) -> None:
    found = refused(text)
    assert (found.code, str(found.place)) == (code, place)
    assert cure in found.cure


def test_a_duplicate_key_names_both_places() -> None:
    found = refused("a: 1\nb: 2\na: 3\n")
    label, first = found.related[0]
    assert (label, str(first)) == ("it stands first in", "a.yaml:1:1")


def test_an_alias_bomb_is_never_unfolded() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for one, before in zip("bcdefghij", "abcdefghi", strict=True):
        bomb += f"{one}: &{one} [{', '.join([f'*{before}'] * 9)}]\n"
    _, problems = read(bomb, "a.yaml")
    assert {one.code for one in problems} == {Code.ALIAS}
    assert len(problems) == 20


@pytest.mark.parametrize("piece", ["[", "{a: ", "- ", "? ", "[{", "a:\n- "])
def test_deep_nesting_never_kills_the_process(piece: str) -> None:
    """A parser that recurses in C dies of this without a word, hence the other process."""
    program = (
        "from specs.source import read\n"
        f"node, problems = read({piece!r} * 100_000, 'a.yaml')\n"
        "assert node is None\n"
        "print(*(one.code for one in problems))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() in ("E105", "E106")


@given(st.binary(max_size=400))
def test_any_bytes_give_a_tree_or_problems(content: bytes) -> None:
    node, problems = read(content, "a.yaml")
    assert node is not None or problems


YAML_PIECES = st.lists(
    st.sampled_from(
        [*"abc:-[]{}#&*!|>'\"%@`,? \n\t", "\n  ", ": ", "- ", "---\n", "退", "\ufeff", "\x85"]
    ),
    max_size=60,
)


@given(YAML_PIECES)
def test_any_yaml_like_text_gives_a_tree_or_problems(pieces: list[str]) -> None:
    text = "".join(pieces)
    node, problems = read(text, "a.yaml")
    assert node is not None or problems
    lines = text.count("\n") + text.count("\x85") + 2
    if node is not None:
        for _, one in walk(node):
            assert 1 <= one.place.line <= lines
            assert (one.place.end_line, one.place.end_col) >= (one.place.line, one.place.col)


@given(
    st.dictionaries(st.from_regex("[a-z]{1,8}", fullmatch=True), st.text("ab01:,[]{}", max_size=8))
)
def test_quoted_text_comes_back_as_it_was(values: dict[str, str]) -> None:
    text = "".join(f"{key}: '{value}'\n" for key, value in values.items()) or "{}"
    assert plain(tree(text)) == values


def test_a_scalar_knows_whether_it_was_quoted() -> None:
    node = tree("[a, 'b', \"c\"]")
    assert isinstance(node, Sequence)
    assert [one.plain for one in node.items if isinstance(one, Scalar)] == [True, False, False]
