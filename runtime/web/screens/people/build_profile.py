"""The profile from what a person chose, and the choices from a posted profile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from runtime.choices import (
    DAYS,
    WAYS,
    Choices,
    choices_of,
    is_zone,
    minute_of,
    time_of,
    zones,
)
from runtime.render.catalogues import LOCALES, N_
from runtime.web.pages import person_mark
from runtime.web.requests import Form, Visit
from runtime.web.screens.choosing import Choice
from runtime.web.screens.people.build_notices import sort_title, told_of
from runtime.web.screens.people.profile import DayLine, HoursBox, PasswordBox, ProfileBox, SortLine

_WAYS: Final[Mapping[str, str]] = {"in_app": N_("Here"), "mail": N_("E-mail")}
_DAYS: Final[Mapping[str, str]] = {
    "mon": N_("Monday"), "tue": N_("Tuesday"), "wed": N_("Wednesday"), "thu": N_("Thursday"),
    "fri": N_("Friday"), "sat": N_("Saturday"), "sun": N_("Sunday"),
}  # fmt: skip
_WRONG: Final[Mapping[str, str]] = {
    "name": N_("Write your name, with at most 200 characters"),
    "zone": N_("Choose a time zone of the list"),
    "digest": N_("Write a time like 09:00"),
    "quiet": N_("Write both times like 22:00, and not the same"),
    "hours": N_("Write both times of a day like 09:00, the first before the last"),
    "calendar": N_("Choose a calendar of the list"),
}


@dataclass(frozen=True, slots=True)
class Given:
    """What a post left: its form where something is wrong with it, and what, by place."""

    form: Form | None = None
    faults: Mapping[str, str] = field(default_factory=dict)


NOTHING: Final = Given()


def say_faults(visit: Visit, names: Mapping[str, object] | tuple[str, ...]) -> dict[str, str]:
    """The sentence of each fault by its place."""
    return {name: visit.say(_WRONG[name]) for name in names}


def profile_box(visit: Visit, where: str, *, password: bool, given: Given = NOTHING) -> ProfileBox:
    """The page at `where`; what was typed stays where it was wrong."""
    person, form, wrong = visit.person, given.form, given.faults
    chosen = choices_of(person.profile) if form is None else read_choices(visit, form)[0]
    name = person.name if form is None else form.one("name")
    typed = (lambda key, kept: kept) if form is None else (lambda key, _: form.one(key))
    quiet = chosen.quiet or (0, 0)
    theme = visit.visitor.theme if visit.visitor else "system"
    return ProfileBox(
        action=where,
        picture_action=f"{where}/picture",
        person=person_mark(person),
        name=name,
        locale=visit.locale,
        locales=tuple(Choice(key, title) for key, title in LOCALES.items()),
        theme=theme,
        zone=typed("zone", chosen.zone),
        zones=tuple(Choice(one, one.replace("_", " ")) for one in zones()),
        tenant_zone=visit.desk.desk.tenant.zone.replace("_", " "),
        ways=tuple(Choice(way, visit.say(_WAYS[way])) for way in WAYS),
        sorts=tuple(_sorts(visit, chosen)),
        digest=chosen.digest,
        digest_at=typed("digest_at", time_of(chosen.digest_at)),
        quiet_first=typed("quiet_first", time_of(quiet[0]) if chosen.quiet else ""),
        quiet_last=typed("quiet_last", time_of(quiet[1]) if chosen.quiet else ""),
        keys=chosen.keys,
        hours=_hours(visit, chosen, given) if visit.viewer.is_staff else None,
        password=PasswordBox(f"{where}/password", wrong.get("old", ""), wrong.get("new", ""))
        if password
        else None,
        name_problem=wrong.get("name", ""),
        zone_problem=wrong.get("zone", ""),
        digest_problem=wrong.get("digest", ""),
        quiet_problem=wrong.get("quiet", ""),
        picture_problem=wrong.get("picture", ""),
    )


def _sorts(visit: Visit, chosen: Choices) -> list[SortLine]:
    return [
        SortLine(
            model.id,
            sort_title(visit, model.id),
            tuple(model.urgent or chosen.wants(model.id, way) for way in WAYS),
            fixed=model.urgent,
        )
        for model in told_of(visit)
    ]


def _hours(visit: Visit, chosen: Choices, given: Given) -> HoursBox:
    form = given.form
    days = []
    for day in DAYS:
        kept = chosen.hours.get(day)
        first, last = (time_of(kept[0]), time_of(kept[1])) if kept else ("", "")
        if form is not None:
            first, last = form.one(f"{day}_first"), form.one(f"{day}_last")
        days.append(DayLine(day, visit.say(_DAYS[day]), first, last))
    calendars = tuple(
        Choice(key, key.replace("_", " ").capitalize()) for key in visit.desk.desk.calendars
    )
    wrong = given.faults.get("hours", "") or given.faults.get("calendar", "")
    return HoursBox(chosen.calendar, calendars, tuple(days), wrong)


def read_choices(visit: Visit, form: Form) -> tuple[Choices, tuple[str, ...]]:
    """The posted choices, and the places where something is wrong."""
    faults: list[str] = []
    zone = form.one("zone")
    if zone and not is_zone(zone):
        faults.append("zone")
    at = minute_of(form.one("digest_at")) if form.one("digest") == "daily" else 9 * 60
    if at is None:
        faults.append("digest")
    quiet = _span(form, "quiet_first", "quiet_last", faults, "quiet")
    if quiet is not None and quiet[0] == quiet[1]:
        faults.append("quiet")
    hours = {}
    for day in DAYS if visit.viewer.is_staff else ():
        span = _span(form, f"{day}_first", f"{day}_last", faults, "hours")
        if span is not None:
            hours[day] = span
            faults += [] if span[0] < span[1] else ["hours"]
    word = form.one("digest")
    chosen = Choices(
        zone=zone if is_zone(zone) else "",
        off=_off(visit, form),
        quiet=quiet,
        digest="hourly" if word == "hourly" else "daily" if word == "daily" else "now",
        digest_at=at if at is not None else 9 * 60,
        calendar=form.one("calendar") if visit.viewer.is_staff else "",
        hours=hours,
        keys=bool(form.one("keys")) or not visit.viewer.is_staff,
    )
    return chosen, tuple(dict.fromkeys(faults))


def _off(visit: Visit, form: Form) -> frozenset[tuple[str, str]]:
    """What was offered and is not ticked."""
    ticked = set(form.many("told"))
    return frozenset(
        (model.id, way)
        for model in told_of(visit)
        for way in WAYS
        if not model.urgent and f"{model.id}:{way}" not in ticked
    )


def _span(
    form: Form, first: str, last: str, faults: list[str], place: str
) -> tuple[int, int] | None:
    """Two times of day; None where neither is given."""
    texts = form.one(first), form.one(last)
    if not any(texts):
        return None
    begin, end = minute_of(texts[0]), minute_of(texts[1])
    if begin is None or end is None:
        faults.append(place)
        return None
    return begin, end
