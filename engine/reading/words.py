"""The words of a text that articles are found by: Chinese by dictionary, others as they stand."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from engine.normal import fold

LONGEST: Final = 40_000
"""So many characters of an article are looked at; of a question far fewer are asked."""
_WORD: Final = 40
_HAN: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS: Final = re.compile(f"([{_HAN}]+)|([^\\W_{_HAN}]+)")
_COMMON: Final = frozenset(
    "a an and are as at be by can do does for from how i if in is it me my not of on or so that"
    " the this to was we what when where which why will with you your"
    " 的 了 不 是 在 我 我们 你 你们 和 与 或 及 吗 呢 吧 啊 怎么 怎样 如何 什么 为什么"
    " 哪里 哪个 请 请问 可以 能 不能 会 要 想 有 没有 就 都 也 还 把 被 让 给 对 从"
    " 到 这 这个 那 那个 一个 之 其 等 后 时".split()
)


@cache
def _dictionary() -> Any:
    """The dictionary of Chinese words; half a second to load, so only for who asks for it."""
    return importlib.import_module("rjieba")


def words(text: str) -> Iterator[str]:
    """The words of a text in order, repeated as they are, without those that say nothing.

    A long Chinese word is given besides its parts, so that either finds it.
    """
    for found in _RUNS.finditer(fold(text[:LONGEST])):
        run = found[0]
        parts = _dictionary().cut_for_search(run, True) if found.lastindex == 1 else [_stem(run)]
        for part in parts:
            if part not in _COMMON and part.strip():
                yield part[:_WORD]


def is_chinese(word: str) -> bool:
    """Whether a word is of the dictionary's kind: it has no letters to be mistyped one by one."""
    return bool(re.match(f"[{_HAN}]", word))


def _stem(word: str) -> str:
    """Without the endings of English that keep like words apart most often."""
    if not word.isascii() or word in _COMMON:
        return word
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word[-1] == "s" and word[-2] not in "siu":
        word = word[:-1]
    if len(word) > 5 and word.endswith("ing"):
        return word[:-3].removesuffix("e")
    if len(word) > 4 and word.endswith("ed"):
        return word[:-2].removesuffix("e")
    return word.removesuffix("e") if len(word) > 4 else word
