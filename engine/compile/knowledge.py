"""The knowledge base: categories with all the audiences that stand over them."""

from __future__ import annotations

from typing import Any

from engine.compile.condition import compile_condition
from engine.compile.context import Context, File
from engine.compile.scopes import Scopes
from engine.compile.starters import read_starters
from engine.evaluate import reads
from engine.model.knowledge import NO_KNOWLEDGE, AudienceModel, CategoryModel, KnowledgeModel
from engine.predicate import Predicate
from specs.problem import Code

_OF_PEOPLE = ("customer", "requester")


def compile_knowledge(context: Context, scopes: Scopes) -> KnowledgeModel:
    """The knowledge base of a tenant; an empty one where it has none."""
    file = context.only("Knowledge")
    if file is None:
        return NO_KNOWLEDGE
    spec = file.spec
    context.add(read_starters(context.specs.files, context.locales, spec.categories)[1])
    own = {name: _audience(context, scopes, file, name) for name in spec.categories}
    return KnowledgeModel(
        title=context.words(spec.title),
        categories={
            name: CategoryModel(
                id=name,
                title=context.words(one.title, name),
                help=context.words(one.help),
                icon=one.icon or "",
                parent=one.parent or "",
                audiences=tuple(
                    found for step in _way_up(context, file, name) if (found := own[step])
                ),
            )
            for name, one in spec.categories.items()
        },
        synonyms=tuple(tuple(group) for group in (spec.synonyms or {}).values()),
        review=context.who(spec.review) if spec.review else None,
        feedback=spec.feedback,
    )


def _way_up(context: Context, file: File, name: str) -> list[str]:
    """A category and those it stands in, up to the top; a circle is told once, where it closes."""
    categories: dict[str, Any] = file.spec.categories
    way = [name]
    while (parent := categories[way[-1]].parent) is not None and parent in categories:
        if parent in way:
            if parent == name:
                message = f"the category `{name}` stands in itself"
                place = file.place("categories", name, "parent")
                context.error(Code.REFERENCE_LOOP, message, place, "name another `parent`")
            break
        way.append(parent)
    return way


def _audience(context: Context, scopes: Scopes, file: File, name: str) -> AudienceModel | None:
    spec = file.spec.categories[name].audience
    if spec is None:
        return None
    return AudienceModel(
        spec.who, frozenset(spec.roles or ()), _when(context, scopes, file, name, spec.when)
    )


def _when(context: Context, scopes: Scopes, file: File, name: str, raw: object) -> Predicate | None:
    if raw is None:
        return None
    place = context.place_of(file, "categories", name, "audience", "when")
    when, problems = compile_condition(raw, scopes.of(()), place)
    context.add(problems)
    for path in reads(when):
        if path.name.partition(".")[0] not in _OF_PEOPLE:
            message = f"`{path.name}` is of a ticket; readers of articles have none"
            cure = "ask for `customer.…` or `requester.…`"
            context.error(Code.BAD_PATH, message, place(()), cure)
    return when
