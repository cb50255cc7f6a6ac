"""Problems in the language of whoever reads them: a table of patterns, English → theirs.

Problems are written in English where they arise, in many places. A pattern's `{name}` stands for
what differs from case to case and comes back in the translation; `{what}` is one of the table's
`words`, `{rest}` a message of its own. What no pattern fits stays English.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

_SLOT = re.compile(r"`\{(\w+)\}`|\{(\w+)\}")
# Not from the environment of pages: the command line reads this without Jinja.
_TABLES = Path(__file__).resolve().parents[2] / "ui_templates" / "problems"


@dataclass(frozen=True, slots=True)
class _Pattern:
    matcher: re.Pattern[str]
    told: str


@dataclass(frozen=True, slots=True)
class Table:
    """Messages, cures and trade words of one language."""

    messages: tuple[_Pattern, ...]
    cures: tuple[_Pattern, ...]
    words: Mapping[str, str]

    def message(self, text: str) -> str | None:
        """A message in this language, or None when the table does not have it."""
        return self._told(text, self.messages)

    def cure(self, text: str) -> str | None:
        """The same for a cure."""
        return self._told(text, self.cures)

    def _told(self, text: str, patterns: tuple[_Pattern, ...]) -> str | None:
        for one in patterns:
            found = one.matcher.fullmatch(text)
            if found is not None:
                parts = found.groupdict().items()
                return _filled(one.told, {name: self._slot(name, part) for name, part in parts})
        return None

    def _slot(self, name: str, part: str) -> str:
        if name == "rest":
            return self.message(part) or self.cure(part) or part
        return self.words.get(part, part) if name.startswith("what") else part


def _filled(told: str, said: Mapping[str, str]) -> str:
    def slot(found: re.Match[str]) -> str:
        ticked, bare = found[1], found[2]
        name = ticked or bare
        if name not in said:
            return found[0]
        return f"`{said[name]}`" if ticked else said[name]

    return _SLOT.sub(slot, told)


@cache
def table(locale: str) -> Table | None:
    """The table of a language; None for English and for languages without one."""
    path = _TABLES / f"{locale}.json"
    if not path.is_file():
        return None
    data = json.loads(path.read_text(encoding="utf-8"))
    return Table(_patterns(data["messages"]), _patterns(data["cures"]), data["words"])


def _patterns(told: Mapping[str, str]) -> tuple[_Pattern, ...]:
    """The patterns, those with more words of their own first."""
    order = sorted(told, key=lambda text: (-len(_SLOT.sub("", text)), text))
    return tuple(_Pattern(_matcher(text), told[text]) for text in order)


def _matcher(pattern: str) -> re.Pattern[str]:
    parts: list[str] = []
    at = 0
    for slot in _SLOT.finditer(pattern):
        parts.append(re.escape(pattern[at : slot.start()]))
        parts.append(f"`(?P<{slot[1]}>[^`]*)`" if slot[1] else f"(?P<{slot[2]}>.+?)")
        at = slot.end()
    return re.compile("".join([*parts, re.escape(pattern[at:])]), re.S)


def in_locale(one: Any, locale: str) -> Any:
    """A problem, or a finding of the studio, with message and cure in a language."""
    found = table(locale)
    if found is None:
        return one
    message = found.message(one.message) or one.message
    cure = found.cure(one.cure) or one.cure if one.cure else ""
    return replace(one, message=message, cure=cure)
