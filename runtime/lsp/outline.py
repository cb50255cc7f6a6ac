"""The outline of a file: what it declares, each inside what it belongs to."""

from __future__ import annotations

from lsprotocol.types import DocumentSymbol, Range, SymbolKind

from runtime.lsp.completing import title_of
from runtime.lsp.lines import Lines
from runtime.lsp.tenants import Snapshot
from specs.spec_set import SpecFile
from specs.symbols.model import Definition

_ICONS = {
    "field": SymbolKind.Field, "option": SymbolKind.EnumMember, "state": SymbolKind.Enum,
    "transition": SymbolKind.Method, "clock": SymbolKind.Event, "row": SymbolKind.Array,
    "output": SymbolKind.Property,
}  # fmt: skip


def outline(snapshot: Snapshot, path: str, lines: Lines) -> list[DocumentSymbol]:
    """The symbols of a file in document order."""
    own = [one for one in snapshot.index.definitions if one.file.file == path and one.path]
    made: dict[tuple[object, ...], DocumentSymbol] = {}
    top: list[DocumentSymbol] = []
    for one in sorted(own, key=lambda one: (one.place, len(one.path))):
        symbol = _symbol(snapshot, one, lines)
        if symbol is None:
            continue
        made[one.path] = symbol
        above = next(
            (made[one.path[:n]] for n in range(len(one.path) - 1, 0, -1) if one.path[:n] in made),
            None,
        )
        if above is None:
            top.append(symbol)
        else:
            above.children = [*(above.children or ()), symbol]
    return top


def _symbol(snapshot: Snapshot, one: Definition, lines: Lines) -> DocumentSymbol | None:
    word = lines.range(one.place)
    kind = _ICONS.get(one.symbol.sort, SymbolKind.Key)
    title = title_of(snapshot.index, one.symbol.sort, one.symbol.name)
    whole = _whole(one.file, one, lines, word)
    return DocumentSymbol(one.symbol.id, kind, whole, word, detail=title or one.symbol.sort)


def _whole(file: SpecFile, one: Definition, lines: Lines, word: Range) -> Range:
    """From the word to the end of what it declares."""
    node = file.node_at(*one.path)
    if node is None or node.place.file != file.file:
        return word
    end = lines.range(node.place).end
    return Range(word.start, end if (end.line, end.character) > (word.end.line, word.end.character)
                 else word.end)  # fmt: skip
