"""Table words become the right syntax, and a mistake is named at the very characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.cells import (
    AnyCell,
    BeforeCell,
    Cell,
    EmptyCell,
    HasCell,
    OneOfCell,
    RangeCell,
    WithinCell,
    Word,
    parse_cell,
    parse_result,
)


def shape(cell: Cell | None) -> tuple[object, ...]:
    """A cell without the places of its words."""
    if isinstance(cell, (OneOfCell, HasCell)):
        kind = "has" if isinstance(cell, HasCell) else "is"
        return (kind, tuple(word.text for word in cell.words), cell.negated)
    if isinstance(cell, RangeCell):
        low, high = (word.text if word else None for word in (cell.low, cell.high))
        return ("range", low, cell.low_in, high, cell.high_in)
    if isinstance(cell, BeforeCell):
        return ("after" if cell.after else "before", cell.word.text)
    if isinstance(cell, WithinCell):
        return ("next" if cell.coming else "last", cell.word.text)
    if isinstance(cell, EmptyCell):
        return ("empty", not cell.negated)
    assert isinstance(cell, AnyCell)
    return ("any",)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("any", ("any",)),
        ("damaged", ("is", ("damaged",), False)),
        ("damaged | wrong_item", ("is", ("damaged", "wrong_item"), False)),
        ("damaged|wrong_item", ("is", ("damaged", "wrong_item"), False)),
        ("not vip", ("is", ("vip",), True)),
        ("not vip | svip", ("is", ("vip", "svip"), True)),
        ("empty", ("empty", True)),
        ("not empty", ("empty", False)),
        ("over 200", ("range", "200", False, None, False)),
        ("up to 50", ("range", None, False, "50", True)),
        ("under 30", ("range", None, False, "30", False)),
        ("from 10", ("range", "10", True, None, False)),
        ("from 0 up to 50", ("range", "0", True, "50", True)),
        ("over 50 up to 200", ("range", "50", False, "200", True)),
        ("from 1 under 5", ("range", "1", True, "5", False)),
        ("has 媒体 | 12315", ("has", ("媒体", "12315"), False)),
        ("not has 媒体", ("has", ("媒体",), True)),
        ("over 1d 4h up to 2d", ("range", "1d 4h", False, "2d", True)),
        ("before 2026-01-01", ("before", "2026-01-01")),
        ("after 2026-01-01", ("after", "2026-01-01")),
        ("within 30d", ("last", "30d")),
        ("within last 1d 4h", ("last", "1d 4h")),
        ("within next 7d", ("next", "7d")),
        ('"over 5"', ("is", ("over 5",), False)),
        ('"any" | "a | b"', ("is", ("any", "a | b"), False)),
        (r'"a \"b\""', ("is", ('a "b"',), False)),
        ("New York | Paris", ("is", ("New York", "Paris"), False)),
        ("upstairs", ("is", ("upstairs",), False)),
    ],
)
def test_the_words_of_cells(text: str, wanted: tuple[object, ...]) -> None:
    cell, faults = parse_cell(text)
    assert not faults
    assert shape(cell) == wanted


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("", "", "the cell is empty"),
        ("-", "-", "`-` stands only in result cells"),
        ("any damaged", "damaged", "is too much here"),
        ("damaged |", "|", "a value is expected here"),
        ("damaged | over 5", "over", "`over` can not stand here"),
        ("over", "over", "a value is expected after `over`"),
        ("up to", "up to", "a value is expected after"),
        ('over 5 "6"', '"6"', "is too much here"),
        ('"abc', '"abc', "the quotes are not closed"),
        ('"abc" def', "def", "is too much here"),
        ("not", "not", "a value is expected here"),
        ("not any", "any", "`any` can not stand here"),
    ],
)
def test_mistakes_are_named_at_their_characters(text: str, at: str, message: str) -> None:
    cell, faults = parse_cell(text)
    assert cell is None
    (fault,) = faults
    assert message in fault.message
    assert text[fault.start : fault.end].strip() == at


def test_result_cells() -> None:
    assert parse_result("-") == ((), [])
    assert parse_result("claims") == ((Word("claims", 0, 6),), [])
    found, _ = parse_result("fragile | 易碎")
    assert [word.text for word in found] == ["fragile", "易碎"]
    _, faults = parse_result("- claims")
    assert faults


def spoken(cell: Cell) -> str:
    """A cell as a person would write it, every value in quotes."""
    if isinstance(cell, AnyCell):
        return "any"
    if isinstance(cell, EmptyCell):
        return "not empty" if cell.negated else "empty"
    if isinstance(cell, (OneOfCell, HasCell)):
        has = "has " if isinstance(cell, HasCell) else ""
        return ("not " if cell.negated else "") + has + " | ".join(map(quoted, cell.words))
    if isinstance(cell, BeforeCell):
        return f"{'after' if cell.after else 'before'} {quoted(cell.word)}"
    if isinstance(cell, WithinCell):
        return f"within {'next ' if cell.coming else ''}{quoted(cell.word)}"
    low = f"{'from' if cell.low_in else 'over'} {quoted(cell.low)}" if cell.low else ""
    high = f"{'up to' if cell.high_in else 'under'} {quoted(cell.high)}" if cell.high else ""
    return f"{low} {high}".strip()


def quoted(word: Word) -> str:
    inside = word.text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{inside}"'


WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8).map(
    lambda text: Word(text, 0, 0, quoted=True)
)
SEVERAL = st.lists(WORDS, min_size=1, max_size=3).map(tuple)
CELLS: st.SearchStrategy[Cell] = st.one_of(
    st.just(AnyCell()),
    st.builds(EmptyCell, st.booleans()),
    st.builds(OneOfCell, SEVERAL, st.booleans()),
    st.builds(HasCell, SEVERAL, st.booleans()),
    st.builds(BeforeCell, WORDS, st.booleans()),
    st.builds(WithinCell, WORDS, st.booleans()),
    st.builds(RangeCell, WORDS, st.booleans(), WORDS, st.booleans()),
    st.builds(RangeCell, WORDS, st.booleans()),
    st.builds(RangeCell, st.none(), st.just(False), WORDS, st.booleans()),
)


@given(CELLS)
def test_what_is_written_out_is_read_back(cell: Cell) -> None:
    found, faults = parse_cell(spoken(cell))
    assert not faults
    assert shape(found) == shape(cell)


@given(st.text(alphabet='ab |"-\\中 overuptohasnot1', max_size=30))
def test_any_text_gives_a_cell_or_one_fault(text: str) -> None:
    cell, faults = parse_cell(text)
    assert (cell is None) == (len(faults) == 1)
