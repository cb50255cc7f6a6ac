"""The studio's screen of settings and secrets: which are asked for, which are written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from runtime.web.screens.base import Page
from runtime.web.screens.side import SideNav


@dataclass(frozen=True, slots=True)
class SettingUse:
    """A file that names it; `ask_href`: where the source that it is can be asked."""

    file: str
    href: str
    ask_href: str = ""


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One name; `written`: when, None while it is missing. What it holds is never here.

    `problem` and `typed` belong to a value that was refused; a refused secret has to be typed anew.
    """

    name: str
    secret: bool
    written: datetime | None
    uses: tuple[SettingUse, ...]
    problem: str = ""
    typed: str = ""


@dataclass(frozen=True, slots=True)
class StudioSettings:
    """`/studio/settings`; without `action` the visitor may only see what is missing."""

    page: Page
    nav: SideNav
    rows: tuple[SettingRow, ...]
    missing: int
    action: str = ""
