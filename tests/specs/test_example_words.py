"""Every text of the example tenants stands in Chinese and in English: labels, letters, articles."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.compile.desk import compile_desk
from engine.model.text import Words
from specs.load import load
from tests.specs.test_examples import TENANTS

BOTH = {"zh-CN", "en"}


def texts(value: Any, way: str, seen: set[int]) -> Iterator[tuple[str, Words]]:
    """Every text below a value of the desk, with the way to it."""
    if id(value) in seen or isinstance(value, str | bytes | int | float):
        return
    seen.add(id(value))
    if isinstance(value, Words):
        yield way, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from texts(inner, f"{way}.{key}", seen)
    elif isinstance(value, list | tuple | set | frozenset):
        for n, inner in enumerate(value):
            yield from texts(inner, f"{way}[{n}]", seen)
    elif dataclasses.is_dataclass(value):
        for item in dataclasses.fields(value):
            yield from texts(getattr(value, item.name, None), f"{way}.{item.name}", seen)


@pytest.mark.parametrize("folder", TENANTS, ids=lambda path: path.name)
def test_each_text_is_there_in_both_languages(folder: Path) -> None:
    specs, _ = load(folder)
    desk, _ = compile_desk(specs)
    assert desk is not None
    found = list(texts(desk, "desk", set()))
    assert len(found) > 100
    half = {way: dict(one.by_locale) for way, one in found if said(one) and not whole(one)}
    assert half == {}
    mixed = {way: text for way, one in found if HAN.search(text := one.by_locale.get("en", ""))}
    assert mixed == {}


HAN = re.compile("[一-鿿]")


def said(one: Words) -> bool:
    """Whether it has words at all: a number or a value alone is the same in every language."""
    return any(re.search(r"[^\W\d_]", re.sub(r"\{[^}]*\}", "", t)) for t in one.by_locale.values())


def whole(one: Words) -> bool:
    """Whether both languages have it."""
    return set(one.by_locale) >= BOTH
