"""Finds uses in the tree of a file: words, paths, conditions, events, actions, formulas, cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from specs.cells import parse_cell, parse_result
from specs.condition import GROUPS
from specs.expression import (
    Binary,
    Call,
    Choose,
    Items,
    Literal,
    Name,
    Syntax,
    Unary,
    parse_formula,
)
from specs.source import Mapping, Node, Scalar, Sequence
from specs.symbols.model import Symbol, Use
from specs.symbols.paths import Meaning, Paths, Reading, Words
from specs.symbols.texts import Texts
from specs.vocabulary import WHO_WORDS

Types = tuple[str, ...]
Found = Iterator[Use]
Reads = Callable[[str], Reading]
"""a path's text → what it means here"""
_EVENT: Final = re.compile(r"(\w+)\(\s*([^,)]+?)\s*(,[^)]*)?\)\s*\Z")
_TAKEN: Final = re.compile(r"\$(ticket|same|record)\.([a-z0-9_.]+)\Z")
_HOLE: Final = re.compile(r"\{([a-z0-9_.]+)\}")
_ARGUED: Final = {"entered": "state", "due": "clock", "breached": "clock", "changed": "field"}
_NAMING: Final = {"notify": "notification", "tag": "tag", "untag": "tag", "flag": "flag",
                  "unflag": "flag", "transfer": "team"}  # fmt: skip


class Nodes:
    """Reads nodes of one tenant's files; every method yields the uses in a node."""

    def __init__(self, paths: Paths, texts: Texts) -> None:
        self.paths, self.texts = paths, texts

    # -- words and paths -------------------------------------------------------------------------

    def use(self, node: Scalar, meaning: Meaning, start: int = 0, end: int = -1) -> Found:
        """A part of a text as a use; nothing when it means nothing."""
        stop = end if end >= 0 else len(node.text)
        place = self.texts.within(node, start, stop) if meaning else None
        if place is not None:
            yield Use(place, meaning)

    def named(self, node: Node | None, sort: str) -> Found:
        """One id or a list of them, of what has no owner."""
        if isinstance(node, Sequence):
            for item in node.items:
                yield from self.named(item, sort)
        elif isinstance(node, Scalar):
            yield from self.use(node, (Symbol(sort, node.text),))

    def path(self, node: Scalar, reads: Reads, start: int = 0, end: int = -1) -> Found:
        """The steps of a path that stands in a part of a text."""
        stop = end if end >= 0 else len(node.text)
        text = node.text[start:stop]
        at = start
        for step, meaning in zip(text.split("."), reads(text).steps, strict=False):
            yield from self.use(node, meaning, at, at + len(step))
            at += len(step) + 1

    def values(self, node: Node | None, words: Words, types: Types = ()) -> Found:
        """Words that stand as values: one, a list, under operators; or taken from a ticket."""
        if isinstance(node, Mapping):
            for _, value in node.entries:
                yield from self.values(value, words, types)
        elif isinstance(node, Sequence):
            for item in node.items:
                yield from self.values(item, words, types)
        elif isinstance(node, Scalar):
            taken = _TAKEN.match(node.text)
            if taken is None:
                yield from self.use(node, words.get(node.text.strip(), ()))
            elif taken[1] != "record":
                yield from self.path(node, self.over(types), taken.start(2), taken.end(2))

    def over(self, types: Types) -> Reads:
        """Paths in the scope of some types."""
        return lambda text: self.paths.read(types, text)

    # -- conditions, events, who -------------------------------------------------------------------

    def condition(self, node: Node | None, reads: Reads) -> Found:
        """Every path and value of a structured condition."""
        if isinstance(node, Sequence):
            for item in node.items:
                yield from self.condition(item, reads)
        for key, value in node.entries if isinstance(node, Mapping) else ():
            if key.text in GROUPS:
                yield from self.condition(value, reads)
                continue
            yield from self.path(key, reads)
            yield from self.values(value, reads(key.text).words)

    def event(self, node: Node | None, types: Types) -> Found:
        """`entered(waiting)`, or a condition."""
        if not isinstance(node, Scalar):
            yield from self.condition(node, self.over(types))
            return
        found = _EVENT.match(node.text)
        sort = _ARGUED.get(found[1], "") if found is not None else ""
        if found is None or not sort:
            return
        word, span = found[2], found.span(2)
        if sort == "field":
            yield from self.path(node, self.over(types), *span)
        elif sort == "clock":
            yield from self.use(node, (Symbol("clock", word),), *span)
        else:
            yield from self.use(node, self.paths.words("state", types).get(word, ()), *span)

    def who(self, node: Node | None, *, bare_role: bool = False) -> Found:
        """A who position; with `bare_role` a bare id is a role."""
        if isinstance(node, Sequence):
            for item in node.items:
                yield from self.who(item, bare_role=bare_role)
        elif isinstance(node, Scalar):
            if bare_role and node.text not in WHO_WORDS:
                yield from self.named(node, "role")
        elif isinstance(node, Mapping):
            for key, value in node.entries:
                yield from self.named(value, "role" if key.text == "role" else "team")

    # -- actions ---------------------------------------------------------------------------------

    def action(self, node: Node | None, types: Types) -> Found:
        """One action: its verb's argument, and `to`."""
        for key, value in node.entries if isinstance(node, Mapping) else ():
            verb = key.text
            if verb in _NAMING:
                yield from self.named(value, _NAMING[verb])
            elif verb in ("assign", "to"):
                yield from self.who(value)
            elif verb == "set":
                yield from self.setting(value, types, types)
            elif verb in ("comment", "note"):
                yield from self.holes(value, types)
            elif verb == "move":
                yield from self.values(value, self.paths.words("transition", types))
            elif verb == "create":
                yield from self.created(value, types)
            elif verb in ("link", "merge"):
                yield from self.values(value, {}, types)
            elif verb == "call":
                yield from self.called(value, types)
            elif verb == "refresh":
                items = value.items if isinstance(value, Sequence) else (value,)
                for item in items:
                    if isinstance(item, Scalar):
                        yield from self.path(item, self.over(types))

    def setting(self, node: Node | None, into: Types, types: Types) -> Found:
        """A map of fields of `into` and values; `$ticket.x` is of `types`."""
        for key, value in node.entries if isinstance(node, Mapping) else ():
            yield from self.path(key, self.over(into))
            yield from self.values(value, self.paths.read(into, key.text).words, types)

    def created(self, node: Node | None, types: Types) -> Found:
        """The argument of `create`."""
        if not isinstance(node, Mapping):
            return
        of = node.get("type")
        into = (of.text,) if isinstance(of, Scalar) else ()
        yield from self.named(of, "type")
        yield from self.setting(node.get("values"), into, types)
        for part in ("subject", "description"):
            yield from self.holes(node.get(part), types)

    def called(self, node: Node | None, types: Types) -> Found:
        """The argument of `call`: `source.call` alone, or with `of` and what is handed over."""
        name = node.get("name") if isinstance(node, Mapping) else node
        if isinstance(name, Scalar):
            source = name.text.partition(".")[0]
            yield from self.use(name, (Symbol("source", source),), 0, len(source))
        if isinstance(node, Mapping):
            of = node.get("of")
            if isinstance(of, Scalar):
                yield from self.path(of, self.over(types))
            yield from self.values(node.get("with"), {}, types)

    def holes(self, node: Node | None, types: Types) -> Found:
        """`{field}` in a text, or in each text by locale."""
        if isinstance(node, Mapping):
            for _, value in node.entries:
                yield from self.holes(value, types)
        elif isinstance(node, Scalar):
            for hole in _HOLE.finditer(node.text):
                yield from self.path(node, self.over(types), *hole.span(1))

    # -- cells and formulas ----------------------------------------------------------------------

    def cell(self, node: Node | None, words: Words, *, result: bool = False) -> Found:
        """The words of a table cell that mean something in its column."""
        if not isinstance(node, Scalar):
            return
        tree: Any = parse_result(node.text)[0] if result else parse_cell(node.text)[0]
        for word in _words_in(tree):
            yield from self.use(node, words.get(word.text, ()), word.start, word.end)

    def formula(self, node: Node | None, reads: Reads, wanted: Words) -> Found:
        """Paths of a formula, and texts that are options of what they are compared with or kept
        as (`wanted`)."""
        if not isinstance(node, Scalar):
            return
        tree, _ = parse_formula(node.text)
        if tree is not None:
            yield from self._syntax(node, tree, reads, wanted)

    def _syntax(self, node: Scalar, tree: Syntax, reads: Reads, wanted: Words) -> Found:
        if isinstance(tree, Name):
            yield from self.path(node, reads, tree.start, tree.end)
        elif isinstance(tree, Literal):
            if isinstance(tree.value, str) and tree.value in wanted:
                # Inside its quotes.
                yield from self.use(node, wanted[tree.value], tree.start + 1, tree.end - 1)
        elif isinstance(tree, Unary):
            yield from self._syntax(node, tree.item, reads, {})
        elif isinstance(tree, Binary):
            inner = {**_kept(tree.left, reads), **_kept(tree.right, reads)}
            for side in (tree.left, tree.right):
                yield from self._syntax(node, side, reads, inner)
        elif isinstance(tree, Choose):
            yield from self._syntax(node, tree.test, reads, {})
            for side in (tree.then, tree.other):
                yield from self._syntax(node, side, reads, wanted)
        elif isinstance(tree, Call | Items):
            parts = tree.args if isinstance(tree, Call) else tree.items
            inner = dict(wanted)
            for part in parts:
                inner |= _kept(part, reads)
            for part in parts:
                yield from self._syntax(node, part, reads, inner)


def _kept(tree: Syntax, reads: Reads) -> Words:
    """The words that a side of a comparison may be, where it is a path."""
    return reads(".".join(tree.parts)).words if isinstance(tree, Name) else {}


def _words_in(tree: Any) -> Iterator[Any]:
    """Every word of a cell, in any part of its syntax."""
    if isinstance(tree, tuple):
        yield from tree
    for name in ("words", "low", "high", "word"):
        found = getattr(tree, name, None)
        if isinstance(found, tuple):
            yield from found
        elif found is not None:
            yield found
