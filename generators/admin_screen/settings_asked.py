"""The settings and secrets that specs name, and the files that name them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel

from specs.base import SecretName, SettingName
from specs.kinds.source import HeldText
from specs.spec_set import SpecSet

OWN: tuple[tuple[str, bool], ...] = (("mail_from", False),)
"""What the product itself asks for by name, and whether it is a secret."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One name; `files` in order, none for what the product itself asks for."""

    name: str
    secret: bool
    files: tuple[str, ...]


def settings_asked(specs: SpecSet) -> tuple[Asked, ...]:
    """By name; a name asked for as a setting and as a secret is a secret."""
    found: dict[str, tuple[bool, set[str]]] = {name: (secret, set()) for name, secret in OWN}
    for files in specs.objects.values():
        for file in files.values():
            for name, secret in _named(file.spec):
                was, places = found.get(name, (False, set()))
                found[name] = (was or secret, places | {file.file})
    return tuple(
        Asked(name, secret, tuple(sorted(files))) for name, (secret, files) in sorted(found.items())
    )


def _named(value: object) -> Iterator[tuple[str, bool]]:
    if isinstance(value, SettingName):
        yield value.setting, False
    elif isinstance(value, SecretName):
        yield value.secret, True
    elif isinstance(value, HeldText) and (value.secret or value.setting):
        yield value.secret or value.setting or "", value.secret is not None
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _named(getattr(value, name))
    elif isinstance(value, dict):
        for item in value.values():
            yield from _named(item)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _named(item)
