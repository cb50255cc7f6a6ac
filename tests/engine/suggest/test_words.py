"""Words of Chinese and Latin texts, folded."""

from __future__ import annotations

import pytest

from engine.suggest.words import LONGEST, words


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Printers are BROKEN", ["printer", "are", "broken"]),
        ("ｐｒｉｎｔｅｒ", ["printer"]),
        ("冰箱破损", ["冰箱", "箱破", "破损"]),
        ("退 款", ["退", "款"]),
        ("ERP打不开 500", ["erp", "打不", "不开", "500"]),
        ("a status, a bus, a lens", ["status", "bus", "len"]),
        ("order 20461123 and phone 13800002201", ["order", "and", "phone"]),
        ("snake_case-and/dots.", ["snake", "case", "and", "dot"]),
        ("", []),
        ("… — !?", []),
    ],
)
def test_words(text: str, wanted: list[str]) -> None:
    """Chinese as pairs, Latin as folded words, long numbers not at all."""
    assert list(words(text)) == wanted


def test_the_beginning_of_a_long_text_counts() -> None:
    """A pasted log does not make two tickets alike."""
    assert "late" not in list(words("word " * LONGEST + "late"))
    assert all(len(word) <= 24 for word in words("x" * 5_000))
