"""What every page of a locale has alike, worked out when a template is compiled: words, marks.

A page says some 150 words and draws some 100 marks: asked one by one, a third of its rendering.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast

from babel.support import NullTranslations
from jinja2 import Environment, Template, nodes
from jinja2.environment import TemplateModule
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

MARKS = "parts/m.html"
DRAWN = frozenset(("icon", "glyph", "mark", "kbd"))
"""Macros of the marks that read nothing but what they are given."""


class _Sheet(Template):
    """A template; that of the marks makes its macros once a page, not for each part of it that
    imports them. They read the page's screen and nothing else around them."""

    _made: tuple[object, TemplateModule] | None = None

    def make_module(
        self,
        vars: dict[str, Any] | None = None,
        shared: bool = False,
        locals: Mapping[str, Any] | None = None,
    ) -> TemplateModule:
        """The macros for a page."""
        screen = (vars or {}).get("screen")
        if self.name != MARKS or screen is None:
            return super().make_module(vars, shared, locals)
        # Read once: another thread may keep its own page's meanwhile.
        made = self._made
        if made is None or made[0] is not screen:
            made = self._made = screen, super().make_module(vars, shared, locals)
        return made[1]


class Settling(Environment):
    """An environment of one language that settles its templates."""

    words: NullTranslations
    template_class = _Sheet

    def _generate(self, source: nodes.Template, name: str | None, *args: Any, **kw: Any) -> str:
        """The hook that jinja2 leaves for this."""
        return super()._generate(_Settled(self, name).visit(source), name, *args, **kw)


class _Settled(NodeTransformer):
    """Puts in the place of `_('Save')`, `m.icon('x')` and `static('app.js')` what they give.

    Only where all that they are given is written there; of `_` with a name from the screen it is
    the pattern.
    """

    def __init__(self, environment: Settling, name: str | None) -> None:
        self._environment = environment
        self._draws = name != MARKS  # they draw themselves

    def visit_Call(self, node: nodes.Call) -> nodes.Expr:
        """The call, or what it comes to; found by the name of the node."""
        self.generic_visit(node)
        settle = self._settles(node.node)
        if settle is None or node.dyn_args or node.dyn_kwargs:
            return node
        if not all(isinstance(one, nodes.Const) for one in node.args):
            return node
        args = [one.as_const() for one in node.args]
        if all(isinstance(pair.value, nodes.Const) for pair in node.kwargs):
            named = {pair.key: pair.value.as_const() for pair in node.kwargs}
            return nodes.Const(settle(*args, **named), lineno=node.lineno)
        if isinstance(node.node, nodes.Name) and node.node.name == "_":
            return self._filled(self._said(*args), node)
        return node

    def _settles(self, what: nodes.Expr) -> Callable[..., str] | None:
        """What works out a call of this here, if anything does."""
        match what:
            case nodes.Name(name="_"):
                return self._say
            case nodes.Name(name="static"):
                return cast("Callable[..., str]", self._environment.globals["static"])
            case nodes.Getattr(node=nodes.Name(name="m"), attr=attr) if self._draws:
                if attr in DRAWN:
                    return cast("Callable[..., str]", getattr(self._marks(), attr))
        return None

    def _say(self, message: str, **values: object) -> str:
        """As the i18n extension says it: even without values it is a pattern for them."""
        return self._said(message) % values

    def _said(self, message: str) -> Markup:
        return Markup(self._environment.words.gettext(message))  # noqa: S704 — our own words

    def _filled(self, pattern: Markup, node: nodes.Call) -> nodes.Expr:
        """The pattern with the values that the page has for it, escaped by it as ever."""
        pairs = [nodes.Pair(nodes.Const(pair.key), pair.value) for pair in node.kwargs]
        return nodes.Mod(nodes.Const(pattern), nodes.Dict(pairs), lineno=node.lineno)

    def _marks(self) -> Any:
        return self._environment.get_template(MARKS).module
