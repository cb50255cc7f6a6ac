"""Which version of the spec language a pack may be written in."""

from __future__ import annotations

from typing import Final

from specs.packs.faults import Faults
from specs.problem import Code, Place

LANGUAGE: Final = 1
"""The newest version of the language that is understood here."""


def check_language(id: str, language: str, at: Place, faults: Faults) -> bool:
    """Whether a pack can be understood; one in a newer language is told."""
    if int(language) <= LANGUAGE:
        return True
    message = f"the pack `{id}` is written in language {language}; known here is {LANGUAGE}"
    faults.say(Code.NEWER_LANGUAGE, message, at, "install a newer Specdesk")
    return False
