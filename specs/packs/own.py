"""The folder of a pack itself: its inputs at their defaults, what it requires, what it guards."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass

from specs.kinds.pack import Input, Pack
from specs.packs.faults import Faults
from specs.packs.inputs import Filling, values_of
from specs.packs.language import check_language
from specs.problem import Place, Problem
from specs.schema import check
from specs.source import Mapping, Node, Scalar, mapping, read


@dataclass(frozen=True, slots=True)
class OwnPack:
    """A pack as its makers look at it: `values` are defaults, or examples where there are none."""

    requires: MappingOf[str, tuple[Scalar, str]]
    inputs: MappingOf[str, Input]
    values: MappingOf[str, Node]

    def filled(self, node: Node, problems: list[Problem]) -> Node:
        """A tree of the pack with every input filled."""
        return Filling(self.inputs, self.values, Faults(problems)).tree(node)


def own_pack(content: bytes, problems: list[Problem]) -> OwnPack | None:
    """What pack.yaml says about the folder it stands in; None when it can't be read.

    That it can't is told where the file is checked like any other.
    """
    node, found = read(content, "pack.yaml")
    if not isinstance(node, Mapping) or any(one.is_error for one in found):
        return None
    spec, _ = check(Pack, node)
    if not isinstance(spec, Pack):
        return None
    check_language(spec.id, spec.language, node.place, Faults(problems))
    written = node.get("inputs")
    tree = written if isinstance(written, Mapping) else mapping((), node.place)
    inputs = spec.inputs or {}
    at = Place("pack.yaml", 1, 1, 1, 2)
    values = values_of(spec.id, inputs, tree, None, at, Faults(problems))
    named = node.get("requires")
    keys = named.entries_by_key() if isinstance(named, Mapping) else {}
    requires = {id: (keys[id][0], wanted) for id, wanted in (spec.requires or {}).items()}
    return OwnPack(requires, inputs, values)
