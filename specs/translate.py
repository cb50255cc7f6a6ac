"""Reads the texts of `i18n/<locale>.yaml` and puts them where they belong."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import replace
from typing import Any

from specs.base import Spec
from specs.marks import TextMark
from specs.problem import Code, Place, Problem, problem
from specs.shape import Step, positions, slots
from specs.source import Mapping, Node, Sequence, read
from specs.spec_set import SpecFile, SpecSet
from specs.vocabulary import is_locale


def read_texts(
    file: str, locale: str, content: bytes, problems: list[Problem]
) -> dict[str, str] | None:
    """Texts by path, written flat (`types/refund.title: …`) or as nested maps.

    None when the file is no translation at all; what is wrong is added to `problems`.
    """
    if not is_locale(locale):
        message = f"`{locale}` is no locale"
        place = Place(file, 1, 1, 1, 2)
        cure = "name it like `en.yaml`"
        problems.append(problem(Code.BAD_FILE_NAME, message, place, cure=cure))
        return None
    node, found = read(content, file)
    problems += found
    if node is None:
        return None
    texts: dict[str, str] = {}
    _flatten(node, "", texts, problems)
    return texts


def _flatten(node: Node, prefix: str, texts: dict[str, str], problems: list[Problem]) -> None:
    if isinstance(node, Mapping):
        for key, value in node.entries:
            _flatten(value, f"{prefix}.{key.text}" if prefix else key.text, texts, problems)
    elif isinstance(node, Sequence) or not prefix:
        message = "translations are maps of path and text"
        cure = "write `types/refund.title: …`"
        problems.append(problem(Code.WRONG_TYPE, message, node.place, cure=cure))
    else:
        texts[prefix] = node.text


def translated(specs: SpecSet) -> SpecSet:
    """The same specs with every translation beside the text it is of.

    What a file itself says in a locale stands; a path that leads to no text changes nothing (it is
    told by the checks).
    """
    tenant = specs.tenant
    wanted: dict[str, list[tuple[str, str, str]]] = {}
    for locale, texts in specs.translations.items():
        for path, text in texts.items():
            stem, _, inside = path.partition(".")
            if tenant is not None and locale in tenant.locales:
                wanted.setdefault(stem, []).append((inside, locale, text))
    if not wanted or tenant is None:
        return specs
    first = tenant.locales[0]
    objects = {
        kind: {id: _file(file, wanted, first) for id, file in files.items()}
        for kind, files in specs.objects.items()
    }
    return replace(specs, objects=objects)


def _file(
    file: SpecFile, wanted: MappingOf[str, list[tuple[str, str, str]]], first: str
) -> SpecFile:
    texts = wanted.get(file.address, ())
    if not texts:
        return file
    ways: dict[str, tuple[Step, ...]] = {}
    for at in positions(file.spec, {TextMark}):
        if not at.is_key:
            for name in spelled(at.path):
                ways[name] = at.path
    spec: Any = file.spec
    for inside, locale, text in texts:
        if inside in ways:
            spec = _put(spec, ways[inside], locale, text, first)
    return replace(file, spec=spec)


def spelled(path: tuple[Step, ...]) -> tuple[str, ...]:
    """How a translation may name a text: whole, or as the short form of an object by its title."""
    whole = ".".join(str(step) for step in path)
    return (whole, whole.removesuffix(".title")) if path[-1] == "title" else (whole,)


def _put(value: Any, path: tuple[Step, ...], locale: str, text: str, first: str) -> Any:
    """The value with one text more, along a path that is there."""
    if not path:
        said = value if isinstance(value, dict) else {first: value}
        return {locale: text, **said} if locale not in said else said
    step, rest = path[0], path[1:]
    if isinstance(value, Spec):
        name = slots(type(value))[str(step)].attribute
        inner = _put(getattr(value, name), rest, locale, text, first)
        return value.model_copy(update={name: inner})
    if isinstance(value, dict):
        return {k: _put(v, rest, locale, text, first) if k == step else v for k, v in value.items()}
    return tuple(
        _put(one, rest, locale, text, first) if number == step else one
        for number, one in enumerate(value)
    )
