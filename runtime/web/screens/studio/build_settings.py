"""The screen of settings from what specs name and what is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generators.admin_screen.settings_asked import Asked, settings_asked
from runtime.actions.put_setting import FUNCTION
from runtime.actions.save_draft import Bench
from runtime.store.rows import SettingName
from runtime.web.pages import moment
from runtime.web.requests import Visit
from runtime.web.screens.studio.build_pages import file_href, frame
from runtime.web.screens.studio.settings import SettingRow, SettingUse, StudioSettings


@dataclass(frozen=True, slots=True)
class Refusing:
    """What was typed for a name and why it was not taken."""

    name: str = ""
    typed: str = ""
    problem: str = ""


def settings_screen(
    visit: Visit, bench: Bench, there: Sequence[SettingName], refusing: Refusing
) -> StudioSettings:
    """What the draft names first, then what is written and named no more."""
    page, nav = frame(visit, bench, visit.say("Connections"), "settings")
    written = {one.name: one for one in there}
    asked = settings_asked(bench.specs)
    known = {one.name for one in asked}
    left = tuple(Asked(one.name, one.secret, ()) for one in there if one.name not in known)
    rows = tuple(_row(visit, one, written.get(one.name), refusing) for one in (*asked, *left))
    missing = sum(1 for one in rows if one.uses and one.written is None)
    may = FUNCTION in visit.viewer.functions
    return StudioSettings(page, nav, rows, missing, visit.links.studio("settings") if may else "")


def _row(visit: Visit, one: Asked, is_there: SettingName | None, refusing: Refusing) -> SettingRow:
    secret = one.secret or (is_there is not None and is_there.secret)
    mine = refusing.name == one.name
    return SettingRow(
        one.name,
        secret,
        moment(is_there.changed_us) if is_there is not None else None,
        tuple(SettingUse(file, file_href(visit, file), _ask(visit, file)) for file in one.files),
        refusing.problem if mine else "",
        refusing.typed if mine and not secret else "",
    )


def _ask(visit: Visit, file: str) -> str:
    """The page where a live source is asked, "" for what is none."""
    folder, _, name = file.partition("/")
    id = name.removesuffix(".yaml")
    is_live = folder == "sources" and id in visit.desk.desk.sources
    return visit.links.studio("sources", id) if is_live else ""
