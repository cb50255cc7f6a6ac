"""A symbol gets another id, goes over into another, or out of use: the splices in all files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from specs import edit
from specs.catalog import KINDS
from specs.kinds.moves import MAPPED, RENAMED, RETIRED
from specs.kinds.ticket_type import TicketType
from specs.problem import Code, Place, Problem, did_you_mean
from specs.source import plain, read
from specs.spec_set import SpecSet
from specs.symbols.definitions import file_of
from specs.symbols.index import Index
from specs.symbols.model import KIND_OF, Definition, Symbol, Use
from specs.symbols.texts import Text
from specs.vocabulary import id_fault

FREE: Final = ("notification", "calendar", "macro", "view", "report", "dashboard")
"""What is named in specs alone besides what has a stored key: it is renamed without a move."""
RENAMABLE: Final = (*RENAMED, *FREE)
_TABLES: Final = ("routing/", "sla/")
_OF_TYPE: Final = ("routing", "sla", "test")
"""Sorts of files that are called like the type which they alone are about."""


@dataclass(frozen=True, slots=True)
class Splice:
    """A text in the place of a stretch of a file."""

    place: Place
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a tenant's files.

    `splices` are in the files as they were; `moved` maps old paths to new ones. `files` is the
    whole tenant afterwards. `steps` were added to `moves`, the path of a moves file.
    """

    files: Mapping[str, bytes]
    splices: tuple[Splice, ...] = ()
    moved: Mapping[str, str] = field(default_factory=dict)
    moves: str = ""
    steps: tuple[Mapping[str, str], ...] = ()


Answer = tuple[Change | None, list[Problem]]


def find(index: Index, sort: str, name: str) -> tuple[Symbol | None, list[Problem]]:
    """The symbol of a name, or what is wrong: the name, or files whose uses nobody can see."""
    symbol = Symbol(sort, name)
    unread = sorted(KINDS[kind].file_of(id) for kind, id in index.specs.broken if kind in KINDS)
    if unread:
        message = f"{_listed(unread)} can't be read, so what it uses is not known"
        place = Place(unread[0], 1, 1, 1, 1)
        return None, [Problem(Code.UNREADABLE, message, place, cure="mend it first")]
    if index.defined(symbol):
        return symbol, []
    guess = did_you_mean(name, index.named(sort))
    return None, [_told(Code.MOVE_UNKNOWN, f"there is no {sort} `{name}`", guess)]


def rename(
    specs: SpecSet, sort: str, name: str, to: str, day: str, *, everywhere: bool = False
) -> Answer:
    """Another id for a symbol, in every place that uses it; with a step in `moves/` where the
    symbol has a stored key.

    `to` is the new id, alone or with its owner. `day` (YYYYMMDD) dates the moves file. With
    `everywhere` the symbols that specs over several types mean together are renamed together.
    """
    index = Index(specs)
    symbol, wrong = find(index, sort, name)
    if symbol is None:
        return None, wrong
    id_, owner = to.rpartition(".")[2], to.rpartition(".")[0]
    problems = _refused(index, symbol, id_, owner)
    together = index.together(symbol)
    if len(together) > 1 and not everywhere:
        problems.append(_shared(index, symbol, together))
    for one in together:
        problems += _taken(index, one, id_)
    if problems:
        return None, problems
    whole = [*together, *(_files_of_type(index, symbol) if sort == "type" else ())]
    splices = _words(index, whole, id_)
    moved = {
        file.file: file.file.replace(f"/{one.id}.yaml", f"/{id_}.yaml")
        for one in whole
        if (file := file_of(specs, one)) is not None
    }
    files = spliced(specs.files, splices)
    files = _with_prefix(specs, files, symbol) if sort == "type" else files
    files = {moved.get(path, path): content for path, content in files.items()}
    steps = [{"rename": sort, "from": one.name, "to": id_} for one in together if sort in RENAMED]
    return _made(files, splices, moved, steps, id_, day), []


def merge(specs: SpecSet, sort: str, name: str, to: str, day: str) -> Answer:
    """What tickets hold of a symbol becomes another: uses say the other, its definition goes."""
    index = Index(specs)
    symbol, wrong = find(index, sort, name)
    if symbol is None:
        return None, wrong
    other = Symbol(sort, to) if "." in to or not symbol.owner else symbol.beside(to)
    problems = []
    if sort not in MAPPED:
        message = f"a {sort} can't take the place of another; {_listed(MAPPED)} can"
        problems.append(_told(Code.MOVE_VERB, message))
    elif other == symbol or other.owner != symbol.owner:
        message = f"`{symbol.name}` can't become `{other.name}`"
        problems.append(_told(Code.BAD_VALUE, message, f"name another {sort} beside it"))
    elif not index.defined(other):
        guess = did_you_mean(other.name, index.named(sort))
        problems.append(_told(Code.MOVE_TARGET, f"there is no {sort} `{other.name}`", guess))
    shared = [use for use in index.used(symbol) if len(use.symbols) > 1]
    if shared and not problems:
        problems.append(_shared(index, symbol, index.together(symbol)))
    if problems:
        return None, problems
    splices = [Splice(use.place, other.id) for use in index.used(symbol)
               if not _inside(use, index.defined(symbol))]  # fmt: skip
    files = spliced(specs.files, splices)
    for path in {one.place.file for one in splices if one.place.file.startswith(_TABLES)}:
        files[path] = _once(files[path], other.id)
    for one in index.defined(symbol):
        files = _without(files, one)
    step = {"map": sort, "from": symbol.name, "to": other.id}
    return _made(files, splices, {}, [step], f"{symbol.id}_to_{other.id}", day), []


def retire(specs: SpecSet, sort: str, name: str, day: str) -> Answer:
    """A symbol goes out of use: its definition goes; a use that stands in the way is a problem."""
    index = Index(specs)
    symbol, wrong = find(index, sort, name)
    if symbol is None:
        return None, wrong
    if sort not in RETIRED:
        message = f"a {sort} can't be retired; {_listed(RETIRED)} can"
        return None, [_told(Code.MOVE_VERB, message)]
    places = index.defined(symbol)
    uses = [use for use in index.used(symbol) if not use.aside and not _inside(use, places)]
    if uses:
        cure = "take it out there, or let another take its place with `map`"
        message = f"`{symbol.name}` is still used here"
        related = (("it is declared in", places[0].place),)
        return None, [Problem(Code.MOVE_BESIDE, message, use.place, cure=cure, related=related)
                      for use in sorted(uses, key=lambda use: use.place)]  # fmt: skip
    files = dict(specs.files)
    for one in places:
        files = _without(files, one)
    step = {"retire": sort, "from": symbol.name}
    return _made(files, (), {}, [step], f"{symbol.id}_retired", day), []


# -- texts ---------------------------------------------------------------------------------------


def spliced(files: Mapping[str, bytes], splices: Iterable[Splice]) -> dict[str, bytes]:
    """The files with each stretch replaced; stretches of one file do not overlap."""
    by_file: dict[str, list[Splice]] = {}
    for one in splices:
        by_file.setdefault(one.place.file, []).append(one)
    found = dict(files)
    for name, some in by_file.items():
        text = Text(files[name])
        whole = text.text
        for one in sorted(some, key=lambda one: one.place, reverse=True):
            start = text.offset(one.place.line, one.place.col)
            end = text.offset(one.place.end_line, one.place.end_col)
            whole = whole[:start] + one.text + whole[end:]
        mark = "\ufeff" if files[name].startswith("\ufeff".encode()) else ""
        found[name] = (mark + whole).encode()
    return found


def _words(index: Index, symbols: Sequence[Symbol], id_: str) -> list[Splice]:
    """Every word that means one of the symbols, its definitions too, as the new id."""
    places = {
        place: None
        for one in symbols
        for place in (
            *(d.place for d in index.defined(one) if d.path),
            *(use.place for use in index.used(one)),
        )
    }
    found = []
    for place in sorted(places):
        word = index.texts.of(place.file).cut(place)
        quote = word[:1] if word[:1] in ("'", '"') else ""
        found.append(Splice(place, f"{quote}{id_}{quote}"))
    return found


def _once(content: bytes, id_: str) -> bytes:
    """A table whose cells say a word once: `damaged | late` became `damaged | damaged`."""
    return re.sub(rf"\b({id_})(?: \| {id_}\b)+", r"\1", content.decode()).encode()


def _with_prefix(specs: SpecSet, files: dict[str, bytes], symbol: Symbol) -> dict[str, bytes]:
    """Numbers go on as they began: a prefix that followed from the old id is written down."""
    file = specs.of("TicketType")[symbol.name]
    if not isinstance(file.spec, TicketType) or file.spec.prefix is not None:
        return files
    prefix = symbol.id[:3].upper().replace("_", "")
    text = edit.insert(files[file.file].decode(), ("prefix",), prefix, after="title")
    return files | {file.file: text.encode()}


def _without(files: dict[str, bytes], one: Definition) -> dict[str, bytes]:
    """The files without what a definition declares."""
    if not one.path:
        return {path: content for path, content in files.items() if path != one.file.file}
    text = files[one.file.file].decode()
    return files | {one.file.file: edit.remove(text, one.path).encode()}


def _made(
    files: dict[str, bytes],
    splices: Iterable[Splice],
    moved: Mapping[str, str],
    steps: list[dict[str, str]],
    word: str,
    day: str,
) -> Change:
    """The change with its steps written into a moves file of the day."""
    if not steps:
        return Change(files, tuple(splices), moved)
    path = _moves_file(files, word, day)
    files = files | {path: _moves(files.get(path), steps, word)}
    return Change(files, tuple(splices), moved, path, tuple(steps))


def _moves_file(files: Mapping[str, bytes], word: str, day: str) -> str:
    """The file that new steps are added to: the last one if it is as young, else one of the day.

    Steps are made in the order of file names, so an earlier name would jump the queue.
    """
    last = max((path for path in files if path.startswith("moves/")), default="")
    if last >= f"moves/m{day}":
        return last
    return f"moves/m{day}_{word}"[:46].rstrip("_") + ".yaml"


def _moves(content: bytes | None, steps: list[dict[str, str]], word: str) -> bytes:
    text = content.decode() if content is not None else "kind: Moves\nsteps:\n"
    node, _ = read(text, "moves")
    known = plain(node).get("steps") if node is not None else None
    known = dict(known or {})
    for step in steps:
        name, number = word[:36], 2
        while name in known:
            name, number = f"{word[:36]}_{number}", number + 1
        known[name] = step
        said = ", ".join(f"{key}: {value}" for key, value in step.items())
        text = text if text.endswith("\n") else f"{text}\n"
        text += f"  {name}: {{ {said} }}\n"
    return text.encode()


# -- what is refused -----------------------------------------------------------------------------


def _refused(index: Index, symbol: Symbol, id_: str, owner: str) -> list[Problem]:
    if symbol.sort not in RENAMABLE:
        message = f"a {symbol.sort} can't be renamed: what is stored names it by its id"
        return [_told(Code.MOVE_VERB, message, f"{_listed(RENAMABLE)} can")]
    foreign = [d for d in index.defined(symbol) if d.file.file not in index.specs.files]
    if foreign:
        message = f"`{symbol.name}` is declared in the pack file {foreign[0].file.file}"
        return [_told(Code.BAD_VALUE, message, "rename it in the pack")]
    fault = id_fault(id_, of_field=symbol.sort == "field")
    if fault is not None:
        return [_told(*fault)]
    if owner and owner != symbol.owner:
        message = f"`{symbol.name}` can't become `{owner}.{id_}`, which belongs to something else"
        return [_told(Code.BAD_VALUE, message, "a rename stays where it is")]
    return []


def _taken(index: Index, symbol: Symbol, id_: str) -> list[Problem]:
    """The definitions that have the new id already."""
    new = [symbol.beside(id_)]
    if symbol.sort == "field" and "." not in symbol.owner:
        new += index.paths.fields(_types_with(index, symbol.owner), id_)
    found = [one for other in dict.fromkeys(new) for one in index.defined(other)]
    return [
        Problem(Code.MOVE_TAKEN, f"there is a {symbol.sort} `{one.symbol.name}` already", one.place,
                cure="choose another id, or write `map`")
        for one in found[:1]
    ]  # fmt: skip


def _types_with(index: Index, owner: str) -> tuple[str, ...]:
    """The types in whose tickets the fields of an owner stand."""
    types = index.specs.of("TicketType")
    return tuple(
        id for id, file in types.items()
        if owner in (id, *(getattr(file.spec, "include", None) or ()))
    )  # fmt: skip


def _shared(index: Index, symbol: Symbol, together: Sequence[Symbol]) -> Problem:
    """A use that means other symbols as well, so that one alone can't be renamed."""
    use = next(use for use in index.used(symbol) if len(use.symbols) > 1)
    others = _listed([f"`{one.name}`" for one in together if one != symbol])
    message = f"`{symbol.id}` here means {others} too"
    cure = "rename them together with `--everywhere`, or name the types apart first"
    return Problem(Code.FIELDS_APART, message, use.place, cure=cure)


def _files_of_type(index: Index, symbol: Symbol) -> list[Symbol]:
    """The routing, service level and test that are called like a type and are about it alone."""
    found = []
    for sort in _OF_TYPE:
        file = index.specs.of(KIND_OF[sort]).get(symbol.name)
        if file is not None and index.paths.known.scope(file) == (symbol.name,):
            found.append(Symbol(sort, symbol.name))
    return found


def _inside(use: Use, places: Sequence[Definition]) -> bool:
    """Whether a use stands in what its own definition declares, and goes with it."""
    return any(_covers(one, use.place) for one in places)


def _covers(one: Definition, place: Place) -> bool:
    if place.file != one.file.file:
        return False
    if not one.path:
        return True
    node = one.file.node_at(*one.path)
    if node is None:
        return False
    start, end = (one.place.line, one.place.col), (node.place.end_line, node.place.end_col)
    return start <= (place.line, place.col) and (place.end_line, place.end_col) <= end


def _told(code: Code, message: str, cure: str = "") -> Problem:
    """A problem of what was asked for, which stands in no file."""
    return Problem(code, message, NOWHERE, cure=cure)


NOWHERE: Final = Place("", 1, 1, 1, 1)
"""The place of a problem that is about the call itself."""


def _listed(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + (" and " if len(words) > 1 else "") + words[-1]
