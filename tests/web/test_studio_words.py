"""Every word of a generated form has its Chinese, so that both languages are equals there."""

from __future__ import annotations

from generators.admin_screen.controls import words_of
from runtime.render.catalogues import translations
from runtime.render.environment import TEMPLATES
from specs.base import Spec
from specs.catalog import KINDS
from specs.marks import Ref, Words
from specs.shape import Shape, slots


class _Said:
    """Collects the msgids of a class and everything below it."""

    def __init__(self) -> None:
        self.words: set[str] = {"Basics", "Value"}
        self._seen: set[type[Spec]] = set()

    def model(self, model: type[Spec]) -> None:
        if model in self._seen:
            return
        self._seen.add(model)
        for slot in slots(model).values():
            self.words.add(words_of(slot.name))
            self.words.add(" ".join(slot.doc.split()))
            self.shape(slot.shape)

    def shape(self, shape: Shape) -> None:
        if shape.model is not None:
            self.model(shape.model)
        for word, model in shape.models:
            self.words.add(words_of(word))
            self.model(model)
        for inner in (shape.item, shape.key):
            if inner is not None:
                self.shape(inner)
        if isinstance(shape.marker, Words | Ref):
            listed = shape.marker.words if isinstance(shape.marker, Words) else shape.marker.also
            self.words.update(words_of(word) for word in listed)
        if len(shape.words) > 1:
            self.words.update(words_of(word) for word in shape.words)


def test_every_label_help_and_word_is_translated() -> None:
    said = _Said()
    for kind in KINDS.values():
        said.words |= {words_of(kind.word), " ".join((kind.model.__doc__ or "").split())}
        said.model(kind.model)
    catalogue = translations(TEMPLATES / "locale", "zh-CN")
    missing = sorted(word for word in said.words - {""} if catalogue.gettext(word) == word)
    assert missing == [], "add them to ui_templates/locale/zh-CN/studio.po"
    assert len(said.words) > 400
