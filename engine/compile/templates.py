"""Notification templates: names and `if` alone, checked before anyone is told anything."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from specs.problem import Code, Place, Problem, nearest

NAMES = (
    "ticket.number ticket.subject ticket.state ticket.priority ticket.team ticket.type "
    "recipient.name actor.name comment link tenant.title clock.title clock.due approval.step "
    "visit.time visit.place visit.person"
).split()
_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.If,
    nodes.Name,
    nodes.Getattr,
    nodes.Not,
)
MAX_LENGTH = 20_000
# It only parses; what renders is runtime.render, within its own limits.
_ENVIRONMENT = SandboxedEnvironment(autoescape=True)


def check_template(text: str, fields: Collection[str], place: Place) -> list[Problem]:
    """What keeps a template from being used: other syntax, an unknown name, its length."""
    if len(text) > MAX_LENGTH:
        return [
            _fault(Code.TEMPLATE_SYNTAX, "the template is longer than 20,000 characters", place)
        ]
    try:
        tree = _ENVIRONMENT.parse(text)
    except TemplateSyntaxError as wrong:
        return [_fault(Code.TEMPLATE_SYNTAX, f"the template can't be read: {wrong.message}", place)]
    foreign = next((n for n in tree.find_all(nodes.Node) if not isinstance(n, _ALLOWED)), None)
    if foreign is not None:
        word = type(foreign).__name__.lower()
        cure = "use {{ name.path }} and {% if name.path %} … {% endif %}"
        return [_fault(Code.TEMPLATE_SYNTAX, f"a template has no `{word}`", place, cure)]
    known = [*NAMES, *(f"ticket.fields.{name}" for name in fields)]
    wrong_names = dict.fromkeys(name for name in _names(tree) if name not in known)
    return [_unknown(name, known, place) for name in wrong_names]


def _names(tree: nodes.Template) -> Iterator[str]:
    inner = {id(node.node) for node in tree.find_all(nodes.Getattr)}
    for node in tree.find_all((nodes.Getattr, nodes.Name)):
        if id(node) not in inner:
            yield _dotted(node)


def _dotted(node: nodes.Node) -> str:
    if isinstance(node, nodes.Getattr):
        return f"{_dotted(node.node)}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else "?"


def _unknown(name: str, known: list[str], place: Place) -> Problem:
    guess = nearest(name, known)
    cure = f"did you mean `{guess}`?" if guess else "names are " + ", ".join(NAMES)
    return _fault(Code.TEMPLATE_NAME, f"a template does not know `{name}`", place, cure)


def _fault(code: Code, message: str, place: Place, cure: str = "") -> Problem:
    return Problem(code, message, place, cure=cure)
