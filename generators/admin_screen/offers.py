"""What may be chosen in a position: ids of the tenant with their titles, words, suggestions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from generators.admin_screen.controls import Choice, words_of
from generators.tenant_names import TenantNames
from specs.catalog import KINDS
from specs.marks import Ref, Words
from specs.shape import Shape
from specs.spec_set import SpecSet

_OWN = {"State": "states", "Transition": "transitions", "Output": "outputs", "Clock": "clocks"}


class Offers:
    """The ids and words of one tenant as one spec may use them."""

    def __init__(self, specs: SpecSet, locale: str, spec: Any) -> None:
        self._specs = specs
        self._names = TenantNames(specs)
        self._locale = locale
        self._spec = spec
        tenant = specs.tenant
        self.locales: tuple[str, ...] = tenant.locales if tenant is not None else (locale,)

    def of(self, shape: Shape) -> tuple[Choice, ...]:
        """The choices of a position; empty when nothing is known."""
        if shape.words:
            return tuple(Choice(word, words_of(word), True) for word in shape.words)
        if isinstance(shape.marker, Words):
            return tuple(Choice(word, words_of(word), True) for word in shape.marker.words)
        return self._refs(shape.marker) if isinstance(shape.marker, Ref) else ()

    def paths(self) -> tuple[str, ...]:
        """Paths of the ticket to suggest."""
        return self._names.paths() or ()

    def types(self, shape: Shape) -> tuple[Choice, ...]:
        """The `type:` words of a family."""
        return tuple(Choice(word, words_of(word), True) for word, _ in shape.models)

    def _refs(self, marker: Ref) -> tuple[Choice, ...]:
        also = tuple(Choice(word, words_of(word), True) for word in marker.also)
        named = self._names.ids(marker.kind)
        if named is not None:
            kinds = [kind for kind in marker.kind.split("|") if kind in KINDS]
            return (*(Choice(id, self._title(kinds, id)) for id in named), *also)
        own = self._own(marker.kind)
        known = own or [(id, id) for id in self._names.examples(marker.kind)]
        return (*(Choice(id, label) for id, label in known), *also)

    def _own(self, kind: str) -> list[tuple[str, str]]:
        """Ids declared in the same spec: its states, outputs, clocks, fields."""
        if kind in _OWN:
            found = list(_maps_under(self._spec, _OWN[kind]))
        elif kind == "OwnField" and isinstance(self._spec, dict):
            found = list(_maps_under({"fields": self._spec.get("fields")}, "fields"))
            for name in _listed(self._spec.get("include")):
                part = self._specs.of("FieldSet").get(name)
                found += [] if part is None else _maps_under(_fields_of(part.spec), "fields")
        else:
            return []
        return [(id, self.title_of(value, id)) for each in found for id, value in each.items()]

    def _title(self, kinds: Iterable[str], id: str) -> str:
        for kind in kinds:
            file = self._specs.of(kind).get(id)
            if file is not None:
                return self.say(getattr(file.spec, "title", None)) or id
        return id

    def title_of(self, value: Any, otherwise: str) -> str:
        """What people call a piece of a spec: its title or label, else its id."""
        if isinstance(value, str):
            return value or otherwise
        if not isinstance(value, dict):
            return otherwise
        for key in ("title", "label"):
            said = self.say(value.get(key))
            if said:
                return said
        return otherwise

    def say(self, text: Any) -> str:
        """A text in the reader's language, else in any."""
        return said(text, self._locale)


def said(text: Any, wanted: str) -> str:
    """A text in a locale, else in its language, else in the first that is there."""
    if isinstance(text, str):
        return text
    if not isinstance(text, dict):
        return ""
    language = wanted.split("-")[0]
    same = [locale for locale in text if locale.split("-")[0] == language]
    for locale in (wanted, *same, *text):
        if text.get(locale):
            return str(text[locale])
    return ""


def _maps_under(value: Any, key: str) -> Iterable[dict[str, Any]]:
    """The maps that stand under a key, however deep."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name == key and isinstance(item, dict):
                yield item
            else:
                yield from _maps_under(item, key)


def _listed(value: Any) -> list[str]:
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str)]


def _fields_of(spec: Any) -> dict[str, Any]:
    fields = getattr(spec, "fields", None) or {}
    return {"fields": {id: {"label": one.label} for id, one in fields.items()}}
