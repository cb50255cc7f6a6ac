"""The functions of an index, written out as Python: a line for each table instead of a loop.

Two and a half times as fast as asking the tables in turn. What is written holds numbers and names
made here; values, tables and field names are bound from outside and never become source.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any

from engine.facts import Ask, Facts
from engine.index.bits import rows_in
from engine.index.tables import ItemTable, KeyTable, Table
from engine.index.tier import Tier
from engine.normal import fold

First = Callable[[Facts, Ask], int | None]
Every = Callable[[Facts, Ask], list[int]]
_CHECK_EVERY = 3
_LONG = 256
"""Longer texts are asked for single words first: reading all of them costs more."""


class _Writer:
    """Lines of one function, and what they name."""

    def __init__(self, head: str) -> None:
        self.lines = [head]
        self.bound: dict[str, Any] = {"br": bisect_right}

    def add(self, depth: int, line: str) -> None:
        self.lines.append("    " * depth + line)

    def bind(self, value: object) -> str:
        name = f"n{len(self.bound)}"
        self.bound[name] = value
        return name

    def function(self) -> Any:
        """What was written, as a function."""
        code = compile("\n".join(self.lines), "<rule index>", "exec")
        exec(code, self.bound)  # noqa: S102 - numbers and names made above, nothing else
        return self.bound["ask"]


def first_of(tiers: Sequence[Tier], owners: Sequence[int] | None) -> First:
    """The owner of the first row that holds, None for none; the tiers follow each other.

    Without owners a row's number stands for itself.
    """
    writer = _Writer("def ask(facts, ask):")
    names = _read(writer, tiers)
    for tier in tiers:
        depth = _candidates(writer, tier, names)
        row = _owner(writer, tier, owners, "b.bit_length() - 1")
        writer.add(depth, "b = x & -x")
        if tier.pending:
            writer.add(depth, f"if not b & {writer.bind(tier.pending)}: return {row}")
            _look_for_words(writer, tier, names, depth)
            writer.add(depth, "b = x & -x")
            settle = writer.bind(tier.settle_first)
            writer.add(depth, f"if long or b & {writer.bind(tier.pending_after)}:")
            writer.add(depth + 1, f"i = {settle}(x, facts, ask)")
            writer.add(depth + 1, f"if i >= 0: return {_owner(writer, tier, owners, 'i')}")
            writer.add(depth, f"elif b: return {row}")
        else:
            writer.add(depth, f"return {row}")
    writer.add(1, "return None")
    found: First = writer.function()
    return found


def _owner(writer: _Writer, tier: Tier, owners: Sequence[int] | None, row: str) -> str:
    if owners is None:
        return f"{row} + {tier.start}"
    return f"{writer.bind(owners[tier.start : tier.start + tier.width])}[{row}]"


def every_of(tier: Tier, owners: Sequence[int] | None) -> Every:
    """The owners of all rows that hold, ascending, each once."""
    writer = _Writer("def ask(facts, ask):")
    names = _read(writer, [tier])
    depth = _candidates(writer, tier, names)
    if tier.pending:
        settle = writer.bind(tier.settle_all)
        writer.add(depth, f"if x & {writer.bind(tier.pending)}:")
        _look_for_words(writer, tier, names, depth + 1)
        writer.add(depth + 1, f"if long or x & {writer.bind(tier.pending_after)}:")
        writer.add(depth + 2, f"x = {settle}(x, facts, ask, not long)")
    rows = f"{writer.bind(rows_in)}(x, {tier.width})"
    if owners is not None:
        rows = f"list({writer.bind(dict.fromkeys)}(map({writer.bind(owners.__getitem__)}, {rows})))"
    writer.add(depth, f"return {rows}")
    writer.add(1, "return []")
    found: Every = writer.function()
    return found


def _read(writer: _Writer, tiers: Sequence[Tier]) -> dict[str, str]:
    """Each field is read once. Field name → local name."""
    fields = dict.fromkeys(table.name for tier in tiers for table in (*tier.tables, *tier.words))
    names = {field: f"v{number}" for number, field in enumerate(fields)}
    if names:
        writer.add(1, "g = facts.values.get")
    for field, local in names.items():
        writer.add(1, f"{local} = g({writer.bind(field)})")
    return names


def _candidates(writer: _Writer, tier: Tier, names: dict[str, str]) -> int:
    """AND the tables into `x`; the depth at which it is not 0."""
    depth = 1
    if not tier.tables:
        writer.add(depth, f"x = {writer.bind(tier.full)}")
    for number, table in enumerate(tier.tables):
        if number and number % _CHECK_EVERY == 0:
            writer.add(depth, "if x:")
            depth += 1
        writer.add(depth, f"x {'&' if number else ''}= {_term(writer, table, names[table.name])}")
    writer.add(depth, "if x:")
    return depth + 1


def _look_for_words(writer: _Writer, tier: Tier, names: dict[str, str], depth: int) -> None:
    """Keep in `x` the rows whose words are there; `long` where a text is too long to read whole."""
    writer.add(depth, "long = False")
    for table in tier.words:
        v = names[table.name]
        writer.add(depth, f"if x & {writer.bind(table.asking)}:")
        writer.add(
            depth + 1,
            f"w = {writer.bind(fold)}({v}) if {v}.__class__ is {writer.bind(str)} else ''",
        )
        writer.add(depth + 1, f"if len(w) > {_LONG}: long = True")
        writer.add(depth + 1, "else:")
        writer.add(depth + 2, f"m = {writer.bind(table.free)}")
        writer.add(depth + 2, f"for _, b in {writer.bind(table.found)}(w): m |= b")
        writer.add(depth + 2, "x &= m")


def _term(writer: _Writer, table: Table, v: str) -> str:
    """The rows of a table at a value: the short way for its usual type, else its method."""
    slow = f"{writer.bind(table.bits)}({v})"
    if isinstance(table, ItemTable):
        return slow
    empty, text = writer.bind(table.empty), table.usual is str
    kind = writer.bind(table.usual)
    rest = f"{empty} if {v} is None else {slow}"
    if isinstance(table, KeyTable):
        known, other = writer.bind(table.known), writer.bind(table.other)
        if text and table.empty != table.other:
            other = f"{other} if {v}.strip() else {empty}"
        return f"({known}.get({v}, {other}) if {v}.__class__ is {kind} else {rest})"
    cuts, stretches = writer.bind(table.cuts), writer.bind(table.stretches)
    usual = f"{v}.__class__ is {kind}" + (f" and {v}.strip()" if text else "")
    return f"({stretches}[br({cuts}, {v})] if {usual} else {rest})"
