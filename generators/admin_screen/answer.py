"""A posted form read back: the spec as it shall be, built over the spec as it was.

Whatever the form did not show or did not change stays exactly as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from generators.admin_screen.controls import Path, name_of, path_of
from generators.admin_screen.sorts import (
    is_on,
    is_short,
    lines_of,
    slots_of,
    sort_of,
    texts_of,
    whole,
)
from specs.base import Spec
from specs.edit import fragment
from specs.shape import Shape, Slot
from specs.source import plain, read
from specs.writing import Verbatim

Posted = Mapping[str, Sequence[str]]


class _Absent:
    """Nothing is to be written here."""


ABSENT = _Absent()


@dataclass(slots=True)
class Answers:
    """Reads a posted form over the text it was made from; `faults` tells what can't be read."""

    text: str
    locales: tuple[str, ...]
    posted: Posted
    faults: dict[Path, str] = field(default_factory=dict)

    def spec(self, model: type[Spec], old: dict[str, Any]) -> dict[str, Any]:
        """The whole spec as it shall be."""
        found = self._group(Shape("object", model=model), old, ())
        return found if isinstance(found, dict) else dict(old)

    def _value(self, slot: Slot | None, shape: Shape, old: Any, path: Path) -> Any:
        sort = sort_of(shape, old)
        if sort == "group":
            return self._group(shape, old, path)
        if sort == "map":
            return self._map(shape, old, path)
        if sort == "localized":
            return self._localized(old, path)
        if sort is None or name_of(path) not in self.posted:
            return ABSENT if old is None else old
        text = unix(self.posted[name_of(path)][-1])
        if sort == "raw":
            return self._raw(old, path, text)
        if sort == "boolean":
            default = slot.default if slot is not None else False
            changed = (text == "true") != is_on(old, default)
            return text if changed else _kept(old)
        if sort == "list":
            return self._list(slot, shape, old, text)
        text = text.strip() if "\n" not in text.strip() else text.rstrip()
        is_default = sort == "choice" and old is None and text == _given(slot)
        if is_default or text == (old or "").strip():
            return _kept(old)
        return text or ABSENT

    def _group(self, shape: Shape, old: Any, path: Path) -> Any:
        before = whole(shape, old) or {}
        after = dict(before)
        keys = slots_of(shape, before)
        for name, slot in keys.items():
            new = self._value(slot, slot.shape, before.get(name), (*path, name))
            if new is ABSENT:
                if before.get(name) is not None:
                    after.pop(name, None)
            elif name in after:
                after[name] = new
            else:
                after = _placed(after, list(keys), name, new)
        if old is None and not after:
            return ABSENT
        if shape.short and list(after) == [shape.short] and (old is None or is_short(shape, old)):
            return after[shape.short]
        return after

    def _map(self, shape: Shape, old: Any, path: Path) -> Any:
        assert shape.item is not None
        before = old or {}
        after = {}
        for key, item in before.items():
            new = self._value(None, shape.item, item, (*path, key))
            after[key] = item if new is ABSENT else new
        for key in self._newcomers(path, before):
            new = self._value(None, shape.item, None, (*path, key))
            after[key] = None if new is ABSENT else new
        return after if after or old is not None else ABSENT

    def _newcomers(self, path: Path, before: Mapping[str, Any]) -> list[str]:
        """Entries that a stale form still shows though they are gone since."""
        shown = [path_of(name) for name in self.posted.get("_keys", ())]
        return [str(one[-1]) for one in shown if one[:-1] == path and str(one[-1]) not in before]

    def _localized(self, old: Any, path: Path) -> Any:
        shown = texts_of(old, self.locales)
        name = name_of(path)
        new = {
            locale: unix(self.posted.get(f"{name}.{locale}", (text,))[-1])
            for locale, text in shown.items()
        }
        new = {locale: _trimmed(text) for locale, text in new.items()}
        if all(new[locale] == _trimmed(text) for locale, text in shown.items()):
            return _kept(old)
        filled = {locale: text for locale, text in new.items() if text}
        if not filled:
            return ABSENT
        if not isinstance(old, dict) and list(filled) == list(self.locales[:1]):
            return filled[self.locales[0]]
        written = old if isinstance(old, dict) else {}
        same = {locale for locale in written if new.get(locale) == _trimmed(shown[locale])}
        return {
            locale: written[locale] if locale in same else text for locale, text in filled.items()
        }

    def _list(self, slot: Slot | None, shape: Shape, old: Any, text: str) -> Any:
        lines = [line.strip() for line in text.split("\n") if line.strip()]
        if lines == [line.strip() for line in lines_of(old)]:
            return _kept(old)
        items = [_item(line) for line in lines]
        if not items:
            return [] if slot is not None and slot.required else ABSENT
        if len(items) == 1 and shape.bare and not isinstance(old, list):
            return items[0]
        return items

    def _raw(self, old: Any, path: Path, text: str) -> Any:
        text = text.strip("\n").rstrip()
        if text == fragment(self.text, path).strip("\n").rstrip():
            return _kept(old)
        if not text.strip():
            return ABSENT
        node, problems = read(text, "")
        fault = next((one for one in problems if one.is_error), None)
        if node is None or fault is not None:
            first = fault or problems[0]
            self.faults[path] = f"{first.place.line}:{first.place.col}: {first.message}"
            return _kept(old)
        return Verbatim(text, plain(node))


def _given(slot: Slot | None) -> Any:
    """The word that stands for nothing written."""
    return slot.default if slot is not None else None


def _kept(old: Any) -> Any:
    return ABSENT if old is None else old


def _trimmed(text: str) -> str:
    return text.strip() if "\n" not in text.strip() else text.rstrip()


def unix(text: str) -> str:
    """A posted text with the line ends that specs have."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _item(line: str) -> Any:
    """A line of a list: a word, or what stands in brackets."""
    if line.startswith("{"):
        node, problems = read(line, "")
        if node is not None and not problems:
            return plain(node)
    return line


def _placed(after: dict[str, Any], order: list[str], name: str, value: Any) -> dict[str, Any]:
    """The map with a new key behind the nearest key that is declared before it."""
    nearest = next((key for key in reversed(order[: order.index(name)]) if key in after), None)
    at = list(after).index(nearest) + 1 if nearest is not None else 0
    pairs = list(after.items())
    return dict([*pairs[:at], (name, value), *pairs[at:]])
