"""Texts without a translation in one of the tenant's locales."""

from __future__ import annotations

from collections.abc import Iterator

from specs.marks import TextMark
from specs.problem import Code, Problem, problem
from specs.shape import Position, positions
from specs.spec_set import SpecFile, SpecSet
from specs.translate import spelled

_SHOWN = 3


def check_texts(specs: SpecSet) -> list[Problem]:
    """One finding for each file and locale: how many texts lack it, and which come first."""
    locales = tuple(specs.tenant.locales) if specs.tenant else ()
    if len(locales) < 2:
        return []
    found: list[Problem] = []
    for files in specs.objects.values():
        for file in files.values():
            found += _of_file(specs, file, locales)
    return found


def _of_file(specs: SpecSet, file: SpecFile, locales: tuple[str, ...]) -> Iterator[Problem]:
    texts = [at for at in positions(file.spec, {TextMark}) if not at.is_key]
    for locale in locales:
        known = specs.translations.get(locale, {})
        lacking = [
            at
            for at in texts
            if not _has(at, locale, locales[0]) and not any(p in known for p in _paths(file, at))
        ]
        if not lacking:
            continue
        names = ", ".join(f"`{'.'.join(map(str, at.path))}`" for at in lacking[:_SHOWN])
        more = f" and {len(lacking) - _SHOWN} more" if len(lacking) > _SHOWN else ""
        message = f"no {locale} for {names}{more}"
        cure = f"write {{ {locales[0]}: …, {locale}: … }}"
        place = file.place(*lacking[0].path)
        yield problem(Code.MISSING_TRANSLATION, message, place, cure=cure)


def _has(at: Position, locale: str, first: str) -> bool:
    if isinstance(at.value, dict):
        return bool(at.value.get(locale))
    # A text of signs and figures alone reads the same everywhere.
    return locale == first or not any(c.isalpha() for c in str(at.value))


def _paths(file: SpecFile, at: Position) -> list[str]:
    return [f"{file.address}.{name}" for name in spelled(at.path)]
