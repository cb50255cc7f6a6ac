"""Every definition of a tenant: files, and the ids that stand inside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from specs.shape import Step
from specs.spec_set import SpecFile, SpecSet
from specs.stored_ids import stored_ids
from specs.symbols.model import KIND_OF, SORTS, Definition, Symbol

Path = tuple[Step, ...]


def definitions(specs: SpecSet) -> Iterator[Definition]:
    """All of them; a clock once for each policy that has it."""
    for kind, sort in SORTS.items():
        for file in specs.of(kind).values():
            yield Definition(Symbol(sort, file.id), file.key_place("kind"), file, ())
    for one in stored_ids(specs):
        if one.path:
            yield Definition(Symbol(one.sort, one.name), one.place, one.file, one.path)
    yield from _inside(specs)


def _inside(specs: SpecSet) -> Iterator[Definition]:
    for file in specs.of("TicketType").values():
        yield from _keys(file, "transition", file.id, "workflow", "transitions")
    for file in specs.of("Source").values():
        yield from _keys(file, "output", file.id, "outputs")
    for file in specs.of("Tenant").values():
        for sort in ("tag", "flag", "skill"):
            yield from _keys(file, sort, "", f"{sort}s")
    for kind in ("Routing", "SlaPolicy"):
        for file in specs.of(kind).values():
            owner = f"{SORTS[kind]}/{file.id}"
            yield from _keys(file, "row", owner, "table", "rows")
            yield from _keys(file, "row", owner, "rules")


def _keys(file: SpecFile, sort: str, owner: str, *path: Step) -> Iterator[Definition]:
    here: Any = file.spec
    for step in path:
        here = getattr(here, str(step), None)
    for name in here if isinstance(here, Mapping) else ():
        symbol = Symbol(sort, f"{owner}.{name}" if owner else name)
        yield Definition(symbol, file.key_place(*path, name), file, (*path, name))


def file_of(specs: SpecSet, symbol: Symbol) -> SpecFile | None:
    """The file that a symbol is, None where it stands inside one."""
    kind = KIND_OF.get(symbol.sort)
    return specs.of(kind).get(symbol.name) if kind is not None else None
