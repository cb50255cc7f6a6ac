"""Cures that a tool can apply: which problems have one, and the text with them applied.

A guess is certain enough where the problem stands on the very word that was mistyped and one
slip of the fingers, in a long word two, makes the difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from specs.edit import become
from specs.problem import Code, Fix, Place, Problem
from specs.source import plain
from specs.splice import CannotEdit, layout_of
from specs.writing import scalar

_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_GUESS = re.compile(r"did you mean `([^`]+)`\?")
_NAMED = re.compile(r"`([^`]*)`")


def cured(problems: Iterable[Problem], files: Mapping[str, bytes]) -> list[Problem]:
    """The problems, each with its fix where the cure is certain."""
    return [replace(one, fix=_fix(one, files)) if one.fix is None else one for one in problems]


def applied(content: bytes, fixes: Iterable[Fix]) -> tuple[bytes, list[Fix]]:
    """A file's bytes with its fixes, and those that were applied: of two that meet, the first."""
    text, mark = _text(content)
    starts = _starts(text)
    done: list[Fix] = []
    for one in sorted(set(fixes), key=lambda fix: fix.place, reverse=True):
        start, end = _stretch(starts, one.place)
        if done and end > _stretch(starts, done[-1].place)[0]:
            continue
        text = text[:start] + one.text + text[end:]
        done.append(one)
    return (mark + text).encode(), done[::-1]


def standing(content: bytes, place: Place) -> str:
    """What stands in a place of a file."""
    text, _ = _text(content)
    start, end = _stretch(_starts(text), place)
    return text[start:end]


def _text(content: bytes) -> tuple[str, str]:
    """The text of a file and its byte order mark, if it has one."""
    text = content.decode("utf-8")
    return (text[1:], text[0]) if text.startswith("\ufeff") else (text, "")


def _starts(text: str) -> list[int]:
    return [0, *(found.end() for found in _BREAK.finditer(text))]


def _stretch(starts: list[int], place: Place) -> tuple[int, int]:
    return (
        starts[place.line - 1] + place.col - 1,
        starts[place.end_line - 1] + place.end_col - 1,
    )


def _fix(one: Problem, files: Mapping[str, bytes]) -> Fix | None:
    if one.code is Code.KIND_NOT_FIRST:
        return _kind_first(one, files)
    guess = _GUESS.fullmatch(one.cure)
    if guess is None or one.place.line != one.place.end_line or one.place.file not in files:
        return None
    try:
        written = standing(files[one.place.file], one.place)
    except (UnicodeError, IndexError):
        return None
    quote = written[:1] if written[:1] in ("'", '"') and len(written) > 1 else ""
    word = written[1:-1] if quote else written
    if word not in _NAMED.findall(one.message) or not _slipped(word, guess[1]):
        return None
    return Fix(one.place, scalar(guess[1], flow=True, quote=quote))


def _slipped(word: str, meant: str) -> bool:
    """Whether few letters are missing, too many, wrong or swapped."""
    return _slips(word, meant) <= (1 if len(meant) < 8 else 2)


def _slips(one: str, other: str) -> int:
    before, row = [0] * (len(other) + 1), list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        older, before, row = before, row, [at, *([0] * len(other))]
        for to, wanted in enumerate(other, 1):
            same = letter == wanted
            row[to] = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (not same))
            if at > 1 and to > 1 and letter == other[to - 2] and one[at - 2] == wanted:
                row[to] = min(row[to], older[to - 2] + 1)
    return row[-1]


def _kind_first(one: Problem, files: Mapping[str, bytes]) -> Fix | None:
    try:
        text, _ = _text(files[one.place.file])
        whole = plain(layout_of(text).root)
        after = become(text, {"kind": whole.pop("kind"), **whole})
    except (CannotEdit, UnicodeError, KeyError):
        return None
    return difference(text, after, one.place.file)


def difference(before: str, after: str, file: str) -> Fix:
    """The change of a text as one fix of whole lines."""
    starts = _starts(before)
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    start = sum(map(len, old[:head]))
    end = len(before) - sum(map(len, old[len(old) - tail :]))
    text = "".join(new[head : len(new) - tail])
    return Fix(Place(file, *_at(starts, start), *_at(starts, end)), text)


def _at(starts: list[int], offset: int) -> tuple[int, int]:
    """Line and column of an offset."""
    line = max(number for number, start in enumerate(starts) if start <= offset)
    return line + 1, offset - starts[line] + 1
