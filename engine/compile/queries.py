"""SQL as a source may ask it: one reading statement whose parameters are bound by name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

# What is no part of the statement's own words: texts, quoted names, comments, casts.
_TOKEN: Final = re.compile(
    r"""(?P<text>'(?:[^']|'')*')
    |(?P<name>"(?:[^"]|"")*")
    |(?P<comment>--[^\n]*|/\*.*?\*/)
    |(?P<dollar>\$[A-Za-z_]*\$)
    |(?P<cast>::)
    |(?P<bind>:[A-Za-z_][A-Za-z0-9_]*)
    |(?P<end>;)
    |(?P<word>[A-Za-z_][A-Za-z0-9_]*)""",
    re.VERBOSE | re.DOTALL,
)
_WRITES: Final = frozenset(
    "insert update delete merge create alter drop truncate grant revoke attach detach pragma "
    "vacuum into".split()
)
MOST_BINDS: Final = 20


@dataclass(frozen=True, slots=True)
class Query:
    """A statement whose parameters are numbered between two private marks, U+E000 and U+E001, which
    each database has in its own way, and their names in that order.

    `wrong` says why it can't be asked; the database's own read-only transaction is the wall, this
    check only tells the author early.
    """

    text: str
    binds: tuple[str, ...] = ()
    wrong: str = ""
    cure: str = ""


def query_of(text: str) -> Query:
    """The statement of a source."""
    if "\ue000" in text or "\ue001" in text:
        return Query("", wrong="the query holds a character of private use", cure="take it out")
    made: list[str] = []
    names: list[str] = []
    end, words, ended = 0, 0, False
    for found in _TOKEN.finditer(text):
        made.append(text[end : found.start()])
        end = found.end()
        sort, piece = found.lastgroup, found[0]
        if sort == "comment":
            made.append(" ")
            continue
        if ended:
            return Query("", wrong="a source asks one statement", cure="end it at the first `;`")
        if sort == "dollar":
            return Query("", wrong=f"`{piece}` is not read here", cure="write texts as '…'")
        if sort == "end":
            ended = True
            continue
        if sort == "bind":
            name = piece[1:]
            if name not in names:
                names.append(name)
            made.append(f"\ue000{names.index(name) + 1}\ue001")
            continue
        if sort == "word":
            words += 1
            wrong = _word(piece.lower(), first=words == 1)
            if wrong:
                return Query("", wrong=wrong, cure="write `select …` or `with … select …`")
        made.append(piece)
    rest = text[end:]
    if ended and rest.strip():
        return Query("", wrong="a source asks one statement", cure="end it at the first `;`")
    # What is quoted and closed was taken as a whole; a sign that is left over opens for ever.
    left = _TOKEN.sub("", text)
    if "'" in left or '"' in left or "/*" in left:
        return Query("", wrong="a text or comment of the query does not end", cure="close it")
    if len(names) > MOST_BINDS:
        return Query("", wrong=f"a query binds at most {MOST_BINDS} parameters")
    return Query("".join([*made, rest]).strip(), tuple(names))


def _word(word: str, *, first: bool) -> str:
    if first and word not in ("select", "with"):
        return f"a source only reads; `{word}` does not"
    return f"a source only reads; `{word}` can't stand in it" if word in _WRITES else ""
