"""A spec as a form: its kind's shape and its text become controls, problems at their place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from generators.admin_screen.controls import (
    Choice,
    Control,
    Finding,
    Item,
    Part,
    Path,
    name_of,
    words_of,
)
from generators.admin_screen.offers import Offers
from generators.admin_screen.sorts import is_on, lines_of, slots_of, sort_of, texts_of, whole
from specs.base import Spec
from specs.catalog import KINDS
from specs.clauses import EventMark, FormulaMark
from specs.edit import fragment
from specs.marks import DecimalMark, IdMark, PathMark, Ref, StrMark, TextMark, WholeMark, Words
from specs.shape import Shape, Slot, slots
from specs.source import Mapping as MappingNode
from specs.source import Node, plain
from specs.spec_set import SpecSet, key_place_of
from specs.vocabulary import EVENTS

_SKIPPED = {"kind"}


def form_of(
    kind: str,
    text: str,
    node: Node,
    specs: SpecSet,
    locale: str,
    findings: Iterable[Finding] = (),
    typed: Mapping[str, Sequence[str]] | None = None,
) -> tuple[Part, ...]:
    """The sections of a spec's form.

    `findings` are those of its file; `typed` is a posted form that could not be saved and is shown
    again as it was typed.
    """
    value = plain(node)
    told = [(one.path, one.sentence) for one in findings]
    pen = _Pen(text, node, Offers(specs, locale, value), told, typed or {})
    return pen.parts(KINDS[kind].model, value)


@dataclass(slots=True)
class _Pen:
    text: str
    node: Node
    offers: Offers
    told: list[tuple[Path, str]]
    typed: Mapping[str, Sequence[str]]
    in_map: int = field(default=0)

    # ------------------------------------------------------------ sections

    def parts(self, model: type[Spec], value: Any) -> tuple[Part, ...]:
        value = value if isinstance(value, dict) else {}
        basics: list[Control] = []
        later: list[Part] = []
        for slot in slots(model).values():
            control = None if slot.name in _SKIPPED else self.slot(slot, value, ())
            if control is None:
                continue
            if control.sort == "map":
                later.append(Part(slot.name, control.label, control.help, (control,)))
            elif control.sort == "group":
                later.append(Part(slot.name, control.label, control.help, control.inner))
            else:
                basics.append(control)
        said = " ".join((model.__doc__ or "").split())
        lost = self._own_faults((), set(slots(model)) - _SKIPPED)
        if basics and lost:
            first = basics[0]
            basics[0] = replace(first, problems=(*lost, *first.problems))
        return (Part("basics", "Basics", said, tuple(basics)), *later)

    # ------------------------------------------------------------ one position

    def slot(self, slot: Slot, owner: Mapping[str, Any], path: Path) -> Control | None:
        here = (*path, slot.name)
        help = " ".join(slot.doc.split())
        return self.control(
            slot.shape, owner.get(slot.name), here, words_of(slot.name), help, slot=slot
        )

    def control(
        self,
        shape: Shape,
        value: Any,
        path: Path,
        label: str,
        help: str = "",
        slot: Slot | None = None,
    ) -> Control | None:
        sort = sort_of(shape, value)
        if sort is None:
            return None
        required = slot is not None and slot.required
        control = Control(sort, path, label, help, required, problems=self._faults(path))
        if sort == "group":
            inner = self._inner(shape, value, path)
            own = self._own_faults(path, {str(one.path[-1]) for one in inner})
            return replace(control, inner=inner, problems=own)
        if sort == "map":
            return self._map(control, shape, value)
        if sort == "localized":
            return self._localized(control, shape, value)
        return self._simple(control, shape, value, slot)

    def _inner(self, shape: Shape, value: Any, path: Path) -> tuple[Control, ...]:
        owner = whole(shape, value) or {}
        found: list[Control] = []
        for name, slot in slots_of(shape, owner).items():
            if shape.form == "tagged" and name == "type":
                found.insert(0, self._type(shape, owner.get("type"), (*path, "type"), slot))
                continue
            if name == "note" and "note" not in owner:
                continue
            control = self.slot(slot, owner, path)
            if control is not None:
                found.append(control)
        return tuple(found)

    def _type(self, shape: Shape, value: Any, path: Path, slot: Slot) -> Control:
        shown = self._shown(path, value if isinstance(value, str) else "")
        return Control(
            "choice", path, "Type", slot.doc, True, shown,
            choices=self.offers.types(shape), problems=self._faults(path),
        )  # fmt: skip

    def _map(self, control: Control, shape: Shape, value: Any) -> Control:
        assert shape.item is not None
        items = []
        self.in_map += 1
        for key, item in (value or {}).items():
            items.append(self._item(shape, shape.item, key, item, (*control.path, key)))
        self.in_map -= 1
        own = self._own_faults(control.path, set(value or {}))
        choices: tuple[Choice, ...] = ()
        if shape.key is not None and isinstance(shape.key.marker, Ref | Words):
            taken = set(value or {})
            choices = tuple(one for one in self.offers.of(shape.key) if one.value not in taken)
        return replace(control, items=tuple(items), problems=own, choices=choices)

    def _item(self, shape: Shape, inner: Shape, key: str, value: Any, path: Path) -> Item:
        if inner.form in ("object", "tagged") and sort_of(inner, value) == "group":
            controls = self._inner(inner, value, path)
            faults = self._own_faults(path, {str(one.path[-1]) for one in controls})
        else:
            one = self.control(inner, value, path, "Value")
            controls, faults = ((one,) if one is not None else ()), ()
        line = key_place_of(self.node, path).line if isinstance(self.node, MappingNode) else 0
        title = self.offers.title_of(value, "")
        if not title and shape.key is not None:
            title = next((c.label for c in self.offers.of(shape.key) if c.value == key), "")
        return Item(key, path, title or key, controls, line, faults)

    def _localized(self, control: Control, shape: Shape, value: Any) -> Control:
        shown = texts_of(value, self.offers.locales)
        by_locale = tuple(
            (locale, self._shown((*control.path, locale), text, f"{control.name}.{locale}"))
            for locale, text in shown.items()
        )
        is_long = isinstance(shape.marker, TextMark) and shape.marker.long
        many = max((text.count("\n") + 1 for _, text in by_locale), default=1)
        rows = max(4 if is_long else 1, many if many > 1 else 1)
        return replace(control, by_locale=by_locale, rows=min(rows, 20))

    def _simple(self, control: Control, shape: Shape, value: Any, slot: Slot | None) -> Control:
        marker = shape.marker
        if control.sort == "raw":
            shown = self._shown(control.path, fragment(self.text, control.path).rstrip("\n"))
            rows = min(shown.count("\n") + 1, 24)
            return replace(control, value=shown, rows=rows, mono=True)
        if control.sort == "boolean":
            on = is_on(value, slot.default if slot is not None else False)
            return replace(control, value=self._shown(control.path, "true" if on else "false"))
        if control.sort == "list":
            return self._list(control, shape, value)
        shown = self._shown(control.path, value or "")
        default = slot.default if slot is not None and isinstance(slot.default, str) else ""
        if control.sort == "choice":
            choices = self.offers.of(shape)
            refers_to = marker.kind if isinstance(marker, Ref) and marker.kind in KINDS else ""
            if not choices and isinstance(marker, Ref):
                return replace(control, sort="text", value=shown, mono=True)
            return replace(control, value=shown or default, choices=choices, refers_to=refers_to)
        if isinstance(marker, WholeMark | DecimalMark):
            return replace(control, value=shown)
        rows = min(shown.count("\n") + 1, 12)
        if isinstance(marker, FormulaMark):
            rows = max(rows, 2)
        fixed = isinstance(marker, IdMark) and bool(value) and not self.in_map
        mono = not _is_prose(marker)
        known = self._known(marker)
        return replace(control, value=shown, rows=rows, mono=mono, choices=known, fixed=fixed)

    def _list(self, control: Control, shape: Shape, value: Any) -> Control:
        choices = self.offers.of(shape.item) if shape.item is not None else ()
        shown = self._shown(control.path, "\n".join(lines_of(value)))
        return replace(control, value=shown, choices=choices, mono=True)

    def _known(self, marker: Any) -> tuple[Choice, ...]:
        """Suggestions; none inside maps, where the same long list would be sent many times."""
        if isinstance(marker, EventMark):
            return tuple(Choice(word, word) for word in EVENTS)
        if isinstance(marker, PathMark) and not self.in_map:
            return tuple(Choice(path, path) for path in self.offers.paths())
        return ()

    # ------------------------------------------------------------ what is shown, what is wrong

    def _shown(self, path: Path, value: str, name: str = "") -> str:
        posted = self.typed.get(name or name_of(path))
        return posted[-1].replace("\r\n", "\n") if posted else value

    def _faults(self, path: Path) -> tuple[str, ...]:
        return tuple(text for at, text in self.told if at[: len(path)] == path)

    def _own_faults(self, path: Path, children: set[str]) -> tuple[str, ...]:
        """What is wrong with a container itself: nothing below it is the place."""
        depth = len(path)
        return tuple(
            text
            for at, text in self.told
            if at[:depth] == path and (len(at) == depth or str(at[depth]) not in children)
        )


def _is_prose(marker: Any) -> bool:
    return type(marker) is StrMark and marker.pattern is None
