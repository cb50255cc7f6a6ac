"""The reference of the kinds as Markdown, written from the classes and their docstrings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from generators.reference_chinese import CHINESE
from generators.reference_words import WORDINGS, Wording
from specs.base import Spec
from specs.catalog import KINDS, Kind
from specs.clauses import ActionMark, CellMark, ConditionMark, EventMark, FormulaMark, ValueMark
from specs.clauses import WhoMark as WhoPosition
from specs.field_types import FIELD_TYPES
from specs.field_types.common import FieldSpec
from specs.marks import (
    DayMark,
    DecimalMark,
    FileMark,
    FlagMark,
    IdMark,
    Marker,
    PathMark,
    PatternMark,
    Ref,
    SpanMark,
    StrMark,
    TextMark,
    WholeMark,
    Words,
    ZoneMark,
)
from specs.shape import Shape, Slot, slots

Say = Callable[[str], str]
"""An English docstring in the language of the page."""

_NAMES: tuple[tuple[type[Marker], str], ...] = (
    (ConditionMark, "condition"),
    (EventMark, "event"),
    (FormulaMark, "formula"),
    (CellMark, "cell"),
    (ValueMark, "value"),
    (WhoPosition, "who"),
    (ActionMark, "action"),
    (TextMark, "text"),
    (FlagMark, "flag"),
    (IdMark, "id"),
    (PathMark, "path"),
    (PatternMark, "pattern"),
    (SpanMark, "span"),
    (DecimalMark, "decimal"),
    (DayMark, "day"),
    (ZoneMark, "zone"),
    (FileMark, "file"),
)


def reference(locale: str, say: Say) -> str:
    """The whole page in `zh-CN` or `en`; `say` translates docstrings, headings are ids."""
    return "\n".join(_Page(locale, WORDINGS[locale], say).lines()) + "\n"


@dataclass(frozen=True, slots=True)
class _Page:
    locale: str
    wording: Wording
    say: Say

    def lines(self) -> Iterator[str]:
        words = self.wording
        yield from (f"# {words.title}", "", words.generated, "", words.intro, "")
        for kind in KINDS.values():
            yield f"- [{kind.word}](#{kind.word.lower()}): {self.doc(kind.model)}"
        yield f"- [{words.field_types}](#{words.field_types_anchor})"
        for kind in KINDS.values():
            yield from self.kind(kind)
        yield from self.fields()

    def doc(self, model: type[Spec]) -> str:
        return self.said(model.__doc__ or "")

    def said(self, doc: str) -> str:
        plain = " ".join(doc.split())
        if self.locale == "zh-CN" and plain in CHINESE:
            return CHINESE[plain]
        return self.say(plain) if plain else ""

    def kind(self, kind: Kind) -> Iterator[str]:
        where = kind.location if kind.single else f"{kind.location}/<id>.yaml"
        yield from ("", f"## {kind.word}", "", f"`{where}` · {self.doc(kind.model)}", "")
        yield from self.table(slots(kind.model).values())
        for model in _inner(kind.model):
            yield from ("", f"### {kind.word}: {model.__name__}", "", self.doc(model), "")
            yield from self.table(slots(model).values())

    def fields(self) -> Iterator[str]:
        words = self.wording
        yield from ("", f"## {words.field_types}", "", words.fields_intro, "")
        common = slots(FieldSpec)
        yield from self.table(common.values())
        for word, model in FIELD_TYPES.items():
            own = [slot for name, slot in slots(model).items() if name not in common]
            yield from ("", f"### {word}", "", self.doc(model))
            if own:
                yield ""
                yield from self.table(own)
        for name, part in _parts_of_fields().items():
            yield from ("", f"### {name}", "", self.doc(part), "")
            yield from self.table(slots(part).values())

    def table(self, several: Iterable[Slot]) -> Iterator[str]:
        words = self.wording
        yield f"| {words.key} | {words.holds} | {words.says} |"
        yield "|---|---|---|"
        for slot in several:
            if slot.name != "note":
                yield f"| {self.name(slot)} | {self.holds(slot.shape)} | {self.meaning(slot)} |"

    def name(self, slot: Slot) -> str:
        return f"**`{slot.name}`** *" if slot.required else f"`{slot.name}`"

    def meaning(self, slot: Slot) -> str:
        said = self.said(slot.doc)
        default = slot.default
        if slot.required or not isinstance(default, str | int) or isinstance(default, bool):
            return _cell(said)
        return _cell(f"{said} {self.wording.default.format(default)}")

    def holds(self, shape: Shape) -> str:
        words = self.wording
        if shape.form == "list" and shape.item is not None:
            form = words.one_or_many if shape.bare else words.list
            return form.format(self.holds(shape.item))
        if shape.form == "map" and shape.item is not None:
            key = self.holds(shape.key) if shape.key else words.names["id"]
            return words.map.format(key, self.holds(shape.item))
        if shape.form == "tagged":
            return f"[{words.field}](#{words.field_types_anchor})"
        if shape.model is not None:
            return words.object.format(shape.model.__name__)
        if shape.words:
            return _cell(" · ".join(f"`{word}`" for word in shape.words))
        return _cell(self.leaf(shape.marker))

    def leaf(self, marker: Marker | None) -> str:
        words = self.wording
        if isinstance(marker, Words):
            return " · ".join(f"`{word}`" for word in marker.words)
        if isinstance(marker, Ref):
            also = "".join(f" · `{word}`" for word in marker.also)
            kinds = " / ".join(words.refs.get(one, one) for one in marker.kind.split("|"))
            return words.id_of.format(kinds) + also
        if isinstance(marker, WholeMark):
            return words.whole + _bounds(marker)
        for sort, name in _NAMES:
            if isinstance(marker, sort):
                return words.names[name]
        if isinstance(marker, StrMark) and marker.example:
            return words.like.format(marker.example)
        return words.names["str"]


def _bounds(marker: WholeMark) -> str:
    if marker.least is None:
        return ""
    return f" ≥ {marker.least}" if marker.most is None else f" {marker.least}–{marker.most}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _inner(model: type[Spec]) -> list[type[Spec]]:
    """The classes of objects inside a kind, in the order they are met; fields have own pages."""
    found: dict[type[Spec], None] = {}
    _collect(model, found)
    found.pop(model, None)
    return list(found)


def _parts_of_fields() -> dict[str, type[Spec]]:
    found: dict[type[Spec], None] = {}
    for model in FIELD_TYPES.values():
        _collect(model, found)
    return {one.__name__: one for one in found if not issubclass(one, FieldSpec)}


def _collect(model: type[Spec], found: dict[type[Spec], None]) -> None:
    if model in found:
        return
    found[model] = None
    for slot in slots(model).values():
        for inner in _models(slot.shape):
            _collect(inner, found)


def _models(shape: Shape) -> Iterator[type[Spec]]:
    if shape.model is not None:
        yield shape.model
    for part in (shape.item, shape.key):
        if part is not None:
            yield from _models(part)
