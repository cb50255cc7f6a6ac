"""Words for people, by locale, with the look-up order of decisions.md 8."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """A text by locale. Look-up: asked, same language, the tenant's first, any, then the id."""

    by_locale: Mapping[str, str]
    fallback: str = ""

    def say(self, locale: str) -> str:
        """The text for a reader of this locale; never empty while any text or an id is known."""
        found = self.by_locale.get(locale)
        if found:
            return found
        language = locale.partition("-")[0]
        for name, text in self.by_locale.items():
            if text and name.partition("-")[0] == language:
                return text
        return next((text for text in self.by_locale.values() if text), self.fallback)

    def __bool__(self) -> bool:
        return any(self.by_locale.values())


NO_WORDS = Words({})
