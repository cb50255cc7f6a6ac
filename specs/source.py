"""The only reader of YAML: strict text in, a tree that knows the place of each node out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from specs.problem import Code, Place, Problem, problem

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 40
MAX_NODES = 50_000
_MAX_PROBLEMS = 20

_Parser: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A piece of text; `plain` when it stood without quotes and is no block."""

    text: str
    plain: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in document order; keys are unique."""

    entries: tuple[tuple[Scalar, Node], ...]
    place: Place
    _index: dict[str, int] = field(repr=False, compare=False)

    def get(self, key: str) -> Node | None:
        """The value under a key, or None."""
        at = self._index.get(key)
        return None if at is None else self.entries[at][1]

    def key(self, key: str) -> Scalar | None:
        """The key itself, for its place, or None."""
        at = self._index.get(key)
        return None if at is None else self.entries[at][0]

    def entries_by_key(self) -> dict[str, tuple[Scalar, Node]]:
        """The entries by the text of their key, in order."""
        return {entry[0].text: entry for entry in self.entries}


@dataclass(frozen=True, slots=True)
class Sequence:
    """Values in document order."""

    items: tuple[Node, ...]
    place: Place


Node = Scalar | Mapping | Sequence


def mapping(entries: Iterable[tuple[Scalar, Node]], place: Place) -> Mapping:
    """A map of entries whose keys are unique."""
    kept = tuple(entries)
    return Mapping(kept, place, {key.text: at for at, (key, _) in enumerate(kept)})


class _Refused(Exception):
    """Reading can not go on; the problem is noted."""


@dataclass(slots=True)
class _Open:
    """A map or list whose end was not reached yet."""

    is_map: bool
    start: Any
    items: list[Node]
    keys: list[Scalar]
    index: dict[str, int]
    waiting: Scalar | None = None
    skip_value: bool = False


def read(source: str | bytes, file: str) -> tuple[Node | None, list[Problem]]:
    """The tree of a file, or None when its text can not be read; problems in either case.

    Never raises for what stands in the text.
    """
    text, problems = _decode(source, file)
    if text is None:
        return None, problems
    reader = _Reader(file)
    reader.problems.extend(problems)
    try:
        root = reader.run(text)
    except _Refused:
        root = None
    except yaml.YAMLError as error:
        reader.problems.append(_syntax(error, text, file))
        root = None
    return root, reader.problems


def plain(node: Node) -> Any:
    """The tree as dict, list and str: every scalar is text, an empty plain one is None."""
    if isinstance(node, Scalar):
        return None if node.plain and not node.text else node.text
    if isinstance(node, Mapping):
        return {key.text: plain(value) for key, value in node.entries}
    return [plain(item) for item in node.items]


def core(node: Node) -> Any:
    """The tree with scalars typed as YAML 1.2 core does, as a generic editor sees it."""
    if isinstance(node, Scalar):
        return _core_scalar(node.text) if node.plain else node.text
    if isinstance(node, Mapping):
        return {key.text: core(value) for key, value in node.entries}
    return [core(item) for item in node.items]


def walk(
    node: Node, path: tuple[str | int, ...] = ()
) -> Iterator[tuple[tuple[str | int, ...], Node]]:
    """Every node with its path, parents first."""
    yield path, node
    if isinstance(node, Mapping):
        for key, value in node.entries:
            yield from walk(value, (*path, key.text))
    elif isinstance(node, Sequence):
        for number, item in enumerate(node.items):
            yield from walk(item, (*path, number))


_NUMBER = re.compile(r"[-+.0-9]")  # how every number begins
_INT = re.compile(r"[-+]?[0-9]+\Z")
_OCTAL = re.compile(r"0o[0-7]+\Z")
_HEX = re.compile(r"0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_WORDS: dict[str, Any] = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_WORDS |= dict.fromkeys(("true", "True", "TRUE"), True)
_WORDS |= dict.fromkeys(("false", "False", "FALSE"), False)


def _core_scalar(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if len(text) > 400 or not _NUMBER.match(text):
        return text
    if _INT.match(text):
        return int(text)
    if _OCTAL.match(text):
        return int(text[2:], 8)
    if _HEX.match(text):
        return int(text[2:], 16)
    if _FLOAT.match(text):
        return float(text)
    return text


def _spot(file: str, line: int = 1, col: int = 1, width: int = 1) -> Place:
    return Place(file, line, col, line, col + width)


def _decode(source: str | bytes, file: str) -> tuple[str | None, list[Problem]]:
    """Bytes to text, refusing what is too large or not UTF-8. A byte order mark is dropped."""
    size = len(source) if isinstance(source, bytes) else len(source) * 4
    if size > MAX_BYTES:
        size = len(source) if isinstance(source, bytes) else len(source.encode("utf-8", "replace"))
    if size > MAX_BYTES:
        message = f"the file has {size:,} bytes; a spec has at most {MAX_BYTES:,}"
        cure = "split it, or keep data outside the specs"
        return None, [problem(Code.TOO_LARGE, message, _spot(file), cure=cure)]
    try:
        raw = source if isinstance(source, bytes) else source.encode("utf-8")
        text = raw.decode("utf-8")
    except UnicodeError as error:
        return None, [_not_utf8(error, source, file)]
    return text.removeprefix("\ufeff"), []


def _not_utf8(error: UnicodeError, source: str | bytes, file: str) -> Problem:
    place = _spot(file)
    if isinstance(error, UnicodeDecodeError) and isinstance(source, bytes):
        before = source[: error.start].decode("utf-8", "replace")
        line = before.count("\n") + 1
        place = _spot(file, line, len(before) - (before.rfind("\n") + 1) + 1)
    return problem(
        Code.NOT_UTF8, "the file is not UTF-8 text", place, cure="save the file as UTF-8"
    )


def _syntax(error: yaml.YAMLError, text: str, file: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or "a character that YAML does not allow"
    if mark is not None:
        place = _spot(file, mark.line + 1, mark.column + 1)
    else:
        place = _reader_place(error, text, file)
    lines = text.split("\n")
    line = lines[place.line - 1] if place.line <= len(lines) else ""
    if "\t" in line[: place.col] and not line[: place.col].strip("\t -"):
        at = line.index("\t")
        return problem(
            Code.TABS,
            "a tab stands where YAML wants spaces",
            _spot(file, place.line, at + 1),
            cure="indent with spaces, two a step",
        )
    related: tuple[tuple[str, Place], ...] = ()
    context, start = getattr(error, "context", None), getattr(error, "context_mark", None)
    if context and start is not None and start.line + 1 != place.line:
        related = ((f"{context}, which begins in", _spot(file, start.line + 1, start.column + 1)),)
    cure = _syntax_cure(str(reason))
    return problem(Code.SYNTAX, f"this is no YAML: {reason}", place, cure=cure, related=related)


def _syntax_cure(reason: str) -> str:
    if "mapping values are not allowed" in reason:
        return "put a text that holds `: ` in quotes, or mind the indentation"
    if "expected ',' or" in reason or "did not find expected" in reason:
        return "mind brackets, quotes and indentation above this place"
    if "cannot start any token" in reason:
        return "put a text that begins with this character in quotes"
    if "while scanning a quoted scalar" in reason or "unexpected end of stream" in reason:
        return "close the quotes or bracket that is open"
    return "mind brackets, quotes and indentation"


def _reader_place(error: yaml.YAMLError, text: str, file: str) -> Place:
    """libyaml's reader tells no line; find the character it stumbled on."""
    for number, char in enumerate(text):
        if not char.isprintable() and char not in "\n\r\t\x85\u2028\u2029\u3000\xa0":
            if ord(char) < 32 or 0x7F <= ord(char) < 0xA0 or 0xFFFE <= ord(char) <= 0xFFFF:
                before = text[:number]
                col = number - (before.rfind("\n") + 1) + 1
                return _spot(file, before.count("\n") + 1, col)
    return _spot(file)


class _Reader:
    """Builds the tree from parser events, guarding depth and size while they arrive.

    The parser is asked event by event and left as soon as a limit is passed: its composer, which
    recurses in C, is never used.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.nodes = 0
        self.open: list[_Open] = []
        self.root: Node | None = None
        self.documents = 0

    def run(self, text: str) -> Node | None:
        parser = _Parser(text)
        try:
            while parser.check_event():
                self.event(parser.get_event())
        finally:
            parser.dispose()
        if self.root is None and not self.problems:
            self.say(Code.EMPTY_FILE, "the file is empty", _spot(self.file), "write `kind:` first")
        return self.root

    def say(
        self,
        code: Code,
        message: str,
        place: Place,
        cure: str = "",
        related: tuple[tuple[str, Place], ...] = (),
    ) -> None:
        path = "".join(f"/{frame.waiting.text}" for frame in self.open if frame.waiting)
        self.problems.append(
            problem(code, message, place, pointer=path, cure=cure, related=related)
        )
        if len(self.problems) >= _MAX_PROBLEMS:
            raise _Refused

    def place(self, start: Any, end: Any) -> Place:
        return Place(self.file, start.line + 1, start.column + 1, end.line + 1, end.column + 1)

    def event(self, event: Any) -> None:
        sort = type(event)
        if sort is yaml.ScalarEvent:
            self.guard(event)
            self.scalar(event)
        elif sort is yaml.MappingStartEvent or sort is yaml.SequenceStartEvent:
            self.guard(event)
            self.start(event, sort is yaml.MappingStartEvent)
        elif sort is yaml.MappingEndEvent or sort is yaml.SequenceEndEvent:
            self.end(event)
        elif sort is yaml.AliasEvent:
            place = self.place(event.start_mark, event.end_mark)
            self.say(Code.ALIAS, f"`*{event.anchor}` is an alias", place, "write the value out")
            self.add(Scalar("", True, place))
        elif sort is yaml.DocumentStartEvent:
            self.document(event)

    def document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            place = self.place(event.start_mark, event.end_mark)
            message = "a second document begins here; a file holds one object"
            self.say(Code.SEVERAL_DOCUMENTS, message, place, "give each object its own file")
            raise _Refused

    def guard(self, event: Any) -> None:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            place = self.place(event.start_mark, event.start_mark)
            message = f"the file holds more than {MAX_NODES:,} values"
            self.say(Code.TOO_MANY_NODES, message, place, "split it into several objects")
            raise _Refused
        if event.anchor is not None:
            place = self.place(event.start_mark, event.end_mark)
            self.say(Code.ALIAS, f"`&{event.anchor}` is an anchor", place, "leave it out")
        if event.tag is not None:
            place = self.place(event.start_mark, event.end_mark)
            self.say(Code.TAG, f"`{event.tag}` is a YAML tag", place, "leave it out")

    def scalar(self, event: Any) -> None:
        place = self.place(event.start_mark, event.end_mark)
        self.add(Scalar(event.value, not event.style, place))

    def start(self, event: Any, is_map: bool) -> None:
        if len(self.open) >= MAX_DEPTH:
            place = self.place(event.start_mark, event.start_mark)
            message = f"maps and lists are nested more than {MAX_DEPTH} deep"
            self.say(Code.TOO_DEEP, message, place, "flatten the object")
            raise _Refused
        self.open.append(_Open(is_map, event.start_mark, [], [], {}))

    def end(self, event: Any) -> None:
        frame = self.open.pop()
        # A block ends for the parser where the next token begins; for people with its last child.
        if event.end_mark.line == event.start_mark.line and (
            event.end_mark.column > event.start_mark.column or not frame.items
        ):
            place = self.place(frame.start, event.end_mark)
        else:
            last = frame.items[-1].place if frame.items else None
            stop = (last.end_line, last.end_col) if last else None
            start = frame.start
            place = Place(
                self.file,
                start.line + 1,
                start.column + 1,
                *(stop or (start.line + 1, start.column + 2)),
            )
        if frame.is_map:
            entries = tuple(zip(frame.keys, frame.items, strict=True))
            self.add(Mapping(entries, place, frame.index))
        else:
            self.add(Sequence(tuple(frame.items), place))

    def add(self, node: Node) -> None:
        if not self.open:
            self.root = node
            return
        frame = self.open[-1]
        if not frame.is_map:
            frame.items.append(node)
        elif frame.waiting is None and not frame.skip_value:
            self.key(frame, node)
        elif frame.skip_value:
            frame.skip_value = False
            frame.waiting = None
        else:
            assert frame.waiting is not None
            frame.index[frame.waiting.text] = len(frame.items)
            frame.keys.append(frame.waiting)
            frame.items.append(node)
            frame.waiting = None

    def key(self, frame: _Open, node: Node) -> None:
        """Take a node as the key of the next value; a key that can't be one loses its value."""
        frame.skip_value = True
        if not isinstance(node, Scalar):
            message = "the key of a map is a map or list"
            self.say(Code.KEY_NOT_TEXT, message, node.place, "put `{` and `[` texts in quotes")
        elif node.plain and node.text == "<<":
            self.say(Code.MERGE_KEY, "`<<` is a merge key", node.place, "write the keys out")
        elif node.text in frame.index:
            first = frame.keys[frame.index[node.text]].place
            message = f"`{node.text}` stands twice in this map"
            related = (("it stands first in", first),)
            self.say(Code.DUPLICATE_KEY, message, node.place, "keep one of them", related)
        else:
            frame.skip_value = False
            frame.waiting = node
