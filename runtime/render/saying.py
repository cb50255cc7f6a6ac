"""Says msgids in a language where no page is built: reasons that an import keeps with its rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from babel.support import NullTranslations

from runtime.render.catalogues import SOURCE_LOCALE, interface_locale, translations
from runtime.render.environment import TEMPLATES


@dataclass(frozen=True, slots=True)
class Voice:
    """One of the interface's languages."""

    locale: str

    @classmethod
    def of(cls, asked: str) -> Voice:
        """The voice nearest to what somebody reads."""
        return cls(interface_locale(asked))

    def say(self, message: str, **values: object) -> str:
        """A msgid in this language."""
        text: str = _catalogue(self.locale).gettext(message)
        return text % values if values else text


@cache
def _catalogue(locale: str) -> NullTranslations:
    return translations(TEMPLATES / "locale", locale)


ENGLISH: Final = Voice(SOURCE_LOCALE)
"""For programs, and for the command line."""
