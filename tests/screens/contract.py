"""What a template asks of its screen, read from its syntax tree and followed through the types."""

import dataclasses
import types
import typing
from collections.abc import Iterator

from jinja2 import Environment, nodes

Asked = set[tuple[type, str]]


class Contract:
    """Follows names from ``screen`` through loops and includes, and notes each attribute asked."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self.asked: Asked = set()
        self.faults: set[str] = set()
        self._seen: set[tuple[str, frozenset[tuple[str, object]]]] = set()

    def follow(self, template: str, names: dict[str, object]) -> None:
        """Walk one template in which ``names`` have the given types."""
        key = (template, frozenset(names.items()))
        if key in self._seen:
            return
        self._seen.add(key)
        loader, source = self._environment.loader, ""
        assert loader is not None
        source = loader.get_source(self._environment, template)[0]
        self._walk(self._environment.parse(source), dict(names), template)

    def _walk(self, node: nodes.Node, names: dict[str, object], where: str) -> None:
        if isinstance(node, nodes.For):
            inner = dict(names)
            if isinstance(node.target, nodes.Name):
                self._bind(inner, node.target.name, _element(self._type(node.iter, names, where)))
            self._type(node.iter, names, where)
            for child in (*node.body, *node.else_, *([node.test] if node.test else [])):
                self._walk(child, inner, where)
            return
        if isinstance(node, nodes.With):
            names = dict(names)
            for target, value in zip(node.targets, node.values, strict=True):
                self._bind(names, target.name, self._type(value, names, where))  # type: ignore[attr-defined]
        if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name):
            self._bind(names, node.target.name, self._type(node.node, names, where))
        if isinstance(node, nodes.Include | nodes.Extends | nodes.Import | nodes.FromImport):
            for template in _templates(node.template, self._environment):
                self.follow(template, names)
        if isinstance(node, nodes.Getattr):
            self._type(node, names, where)
            return
        for child in node.iter_child_nodes():
            self._walk(child, names, where)

    def _bind(self, names: dict[str, object], name: str, found: object) -> None:
        if found is None:
            names.pop(name, None)
        else:
            names[name] = found

    def _type(self, node: nodes.Node, names: dict[str, object], where: str) -> object:
        if isinstance(node, nodes.Name):
            return names.get(node.name)
        if isinstance(node, nodes.Getattr):
            return self._attribute(self._type(node.node, names, where), node.attr, where)
        for child in node.iter_child_nodes():
            self._walk(child, names, where)
        return None

    def _attribute(self, owner: object, name: str, where: str) -> object:
        owner = _plain(owner)
        if not dataclasses.is_dataclass(owner) or not isinstance(owner, type):
            return None
        self.asked.add((owner, name))
        hints = typing.get_type_hints(owner)
        if name in hints:
            return hints[name]
        found = getattr(owner, name, None)
        if isinstance(found, property) and found.fget:
            return typing.get_type_hints(found.fget)["return"]
        self.faults.add(f"{where} asks {owner.__name__} for {name}")
        return None


def _plain(found: object) -> object:
    """A type without its ``None``."""
    if isinstance(found, types.UnionType):
        return next(part for part in typing.get_args(found) if part is not type(None))
    return found


def _element(found: object) -> object:
    """What a tuple holds."""
    inner = typing.get_args(_plain(found))
    return inner[0] if inner and typing.get_origin(_plain(found)) is tuple else None


def _templates(node: nodes.Node, environment: Environment) -> Iterator[str]:
    """The template an include names; all of a folder when the name is put together."""
    if isinstance(node, nodes.Const):
        yield node.value
        return
    yield from (t for t in environment.list_templates() if t.startswith("fields/"))
