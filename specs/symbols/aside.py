"""Uses in what no desk is compiled from: translations by path, and the demo content."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as MappingOf
from dataclasses import replace

from specs.shape import Step
from specs.source import Mapping, Node, Scalar, Sequence, read
from specs.spec_set import SpecSet
from specs.symbols.definitions import definitions
from specs.symbols.files import rule_uses
from specs.symbols.model import Symbol, Use
from specs.symbols.nodes import Nodes

Found = Iterator[Use]
_KEYED = MappingOf[tuple[str, tuple[Step, ...]], Symbol]


def aside_uses(specs: SpecSet, nodes: Nodes) -> Found:
    """Every use in `i18n/` and `demo/`."""
    for one in (*_translations(specs, nodes), *_demo(specs, nodes)):
        yield replace(one, aside=True)


def _tree(specs: SpecSet, file: str) -> Node | None:
    return read(specs.files[file], file)[0] if file in specs.files else None


# -- translations ----------------------------------------------------------------------------------


def _translations(specs: SpecSet, nodes: Nodes) -> Found:
    at = {(f"{one.file.address}.yaml", one.path): one.symbol for one in definitions(specs)}
    for file in specs.files:
        if file.startswith("i18n/") and file.endswith(".yaml"):
            tree = _tree(specs, file)
            if tree is not None:
                yield from _texts(nodes, tree, at, "", ())


def _texts(nodes: Nodes, node: Node, at: _KEYED, file: str, before: tuple[str, ...]) -> Found:
    """The keys of a map, each a part of a path: `types/refund.fields.reason.label`."""
    for key, value in node.entries if isinstance(node, Mapping) else ():
        steps, here, start = list(before), file, 0
        for part in key.text.split("."):
            if not here:
                here = f"{part}.yaml"
                yield from rule_uses(nodes, _part(key, part))
            else:
                steps.append(part)
                symbol = at.get((here, tuple(steps)))
                meaning = (symbol,) if symbol is not None else ()
                yield from nodes.use(key, meaning, start, start + len(part))
            start += len(part) + 1
        yield from _texts(nodes, value, at, here, tuple(steps))


def _part(key: Scalar, part: str) -> Scalar:
    """The first part of a key as a scalar of its own, on the same line."""
    if key.text == part:
        return key
    shift = 0 if key.plain else 1
    return Scalar(part, True, key.place.within(shift, shift + len(part)))


# -- demo content ----------------------------------------------------------------------------------


def _demo(specs: SpecSet, nodes: Nodes) -> Found:
    people = _get(_tree(specs, "demo/people.yaml"), "people")
    for _, person in people.entries if isinstance(people, Mapping) else ():
        yield from nodes.named(_get(person, "roles"), "role")
        teams = _get(person, "teams")
        for team, place in teams.entries if isinstance(teams, Mapping) else ():
            yield from nodes.named(team, "team")
            yield from nodes.named(_get(place, "skills"), "skill")
        yield from _known(nodes, person)
    tickets = _get(_tree(specs, "demo/tickets.yaml"), "tickets")
    for ticket in tickets.items if isinstance(tickets, Sequence) else ():
        yield from _ticket(nodes, ticket)


def _known(nodes: Nodes, person: Node) -> Found:
    values = _get(person, "values")
    for fact, value in values.entries if isinstance(values, Mapping) else ():
        reading = nodes.paths.person(fact.text)
        yield from nodes.use(fact, reading.steps[0])
        yield from nodes.values(value, reading.words)


def _ticket(nodes: Nodes, ticket: Node) -> Found:
    of = _get(ticket, "type")
    types = (of.text,) if isinstance(of, Scalar) else ()
    yield from nodes.named(of, "type")
    yield from nodes.setting(_get(ticket, "values"), types, ())
    steps = _get(ticket, "then")
    for step in steps.items if isinstance(steps, Sequence) else ():
        yield from nodes.setting(_get(step, "values"), types, ())
        yield from nodes.setting(_get(step, "edit"), types, ())
        yield from nodes.values(_get(step, "move"), nodes.paths.words("transition", types))


def _get(node: Node | None, key: str) -> Node | None:
    return node.get(key) if isinstance(node, Mapping) else None
