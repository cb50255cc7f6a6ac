"""All symbols of a tenant: found by place, by name, and from a definition to its uses and back."""

from __future__ import annotations

from functools import cached_property

from specs.catalog import KINDS
from specs.problem import Place
from specs.spec_set import SpecSet
from specs.symbols.aside import aside_uses
from specs.symbols.definitions import definitions
from specs.symbols.files import FileUses
from specs.symbols.model import Definition, Symbol, Use
from specs.symbols.nodes import Nodes
from specs.symbols.paths import Paths
from specs.symbols.texts import Texts


class Index:
    """The definitions and uses of one set of specs; what a move says is history and no use."""

    def __init__(self, specs: SpecSet) -> None:
        self.specs = specs
        self.texts = Texts(specs.files)
        self.paths = Paths(specs)
        self.definitions: tuple[Definition, ...] = tuple(definitions(specs))

    @cached_property
    def uses(self) -> tuple[Use, ...]:
        """Every use once."""
        nodes = Nodes(self.paths, self.texts)
        found = [
            use
            for kind in KINDS
            if kind != "Moves"
            for file in self.specs.of(kind).values()
            for use in FileUses(file, self.paths, nodes).run()
        ]
        return tuple(dict.fromkeys((*found, *aside_uses(self.specs, nodes))))

    @cached_property
    def _by_symbol(self) -> dict[Symbol, list[Use]]:
        found: dict[Symbol, list[Use]] = {}
        for use in self.uses:
            for symbol in use.symbols:
                found.setdefault(symbol, []).append(use)
        return found

    @cached_property
    def _defined(self) -> dict[Symbol, list[Definition]]:
        found: dict[Symbol, list[Definition]] = {}
        for one in self.definitions:
            found.setdefault(one.symbol, []).append(one)
        return found

    def defined(self, symbol: Symbol) -> list[Definition]:
        """Where a symbol is declared; a clock may be in several policies."""
        return self._defined.get(symbol, [])

    def used(self, symbol: Symbol) -> list[Use]:
        """Every use of a symbol."""
        return self._by_symbol.get(symbol, [])

    def named(self, sort: str) -> list[str]:
        """The names of all symbols of a sort."""
        return list(dict.fromkeys(s.name for s in self._defined if s.sort == sort))

    def together(self, symbol: Symbol) -> tuple[Symbol, ...]:
        """The symbol and all that one use means with it: they can only be renamed together."""
        found = [symbol]
        for one in found:
            for use in self.used(one):
                found += [other for other in use.symbols if other not in found]
        return tuple(found)

    def at(self, file: str, line: int, col: int) -> tuple[tuple[Symbol, ...], Place] | None:
        """What stands at a place of a file, and the word that means it."""
        for one in self.definitions:
            if one.path and _holds(one.place, file, line, col):
                return (one.symbol,), one.place
        for use in self.uses:
            if _holds(use.place, file, line, col):
                return use.symbols, use.place
        return None


def _holds(place: Place, file: str, line: int, col: int) -> bool:
    inside = place.line == line == place.end_line and place.col <= col <= place.end_col
    return place.file == file and inside
