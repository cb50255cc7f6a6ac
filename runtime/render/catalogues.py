"""Translations: the .po files of every area, merged into one catalogue per locale."""

from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

SOURCE_LOCALE = "en"
"""The language that msgids are written in; it needs no catalogue."""

LOCALES: dict[str, str] = {"zh-CN": "中文", "en": "English"}
"""Locales of the interface with the name each calls itself."""


def interface_locale(asked: str) -> str:
    """The one of them that is nearest to what somebody reads: any Chinese, else English."""
    return "zh-CN" if asked.lower().partition("-")[0] == "zh" else "en"


def translations(folder: Path, locale: str) -> NullTranslations:
    """Read every ``<folder>/<locale>/*.po`` and merge them; later files win by name.

    Args:
        folder: The folder that holds one folder per locale.
        locale: A key of ``LOCALES``.

    Raises:
        OSError: A catalogue cannot be read.
    """
    merged: NullTranslations = NullTranslations()
    if locale == SOURCE_LOCALE:
        return merged
    for path in sorted((folder / locale).glob("*.po")):
        part = _compiled(path, locale)
        merged = part if not isinstance(merged, Translations) else merged.merge(part)
    return merged


def _compiled(path: Path, locale: str) -> Translations:
    with path.open("rb") as text:
        catalogue = read_po(text, locale=locale.replace("-", "_"))
    machine = BytesIO()
    write_mo(machine, catalogue)
    machine.seek(0)
    return Translations(machine, domain="messages")


def N_(text: str) -> str:
    """Mark a msgid that is said later, by the name it is looked up under."""
    return text
