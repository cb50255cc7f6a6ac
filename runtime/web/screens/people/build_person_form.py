"""The form of a person, and what was posted with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.model.rights import APPROVERS, REQUESTER
from engine.values.registry import say_problem
from runtime.actions.change_people import WRONG, PersonChange, Wrong
from runtime.actions.put_person import Place
from runtime.queries.directory import Card
from runtime.render.catalogues import LOCALES, N_
from runtime.store.rows import Organisation
from runtime.web.pages import page
from runtime.web.requests import Form, Visit
from runtime.web.screens.choosing import Choice
from runtime.web.screens.people.build_directory import fields_of, typed_value
from runtime.web.screens.people.directory import (
    FieldBox,
    Pair,
    PersonFormScreen,
    RoleTick,
    SkillTick,
    TeamRow,
)
from runtime.web.screens.side import SideNav

_ASIDE: Final = (REQUESTER, APPROVERS)
_FEW: Final = frozenset({"choice", "boolean"})
_LISTS: Final = frozenset({"multi_choice", "files", "image", "lines", "tree", "reference"})
_SENIORITY: Final[Mapping[str, str]] = {
    "junior": N_("junior"), "regular": N_("regular"), "senior": N_("senior"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Posted:
    """A form that was not saved, and why."""

    form: Form | None = None
    faults: Sequence[Wrong] = field(default_factory=tuple)


NOTHING: Final = Posted()


def person_form(
    visit: Visit,
    nav: SideNav,
    card: Card | None,
    kind: str,
    houses: Sequence[Organisation],
    posted: Posted = NOTHING,
) -> PersonFormScreen:
    """The form of a known person, or of a new one of this kind."""
    person = card.person if card else None
    kind = person.kind if person else kind
    form = posted.form

    def now(name: str, kept: str | None) -> str:
        return form.one(name) if form is not None else kept or ""

    url = visit.links.desk("directory", person.id) if person else visit.links.desk("directory")
    return PersonFormScreen(
        page=page(visit, person.name if person else visit.say("New person"), "desk"),
        nav=nav,
        heading=person.name if person else visit.say("New person"),
        action=f"{url}/edit" if person else f"{url}/new",
        cancel_href=url,
        kind=kind,
        known=person is not None,
        name=now("name", person.name if person else ""),
        email=now("email", person.email if person else ""),
        phone=now("phone", person.phone if person else ""),
        locale=now("locale", person.locale if person else ""),
        locales=tuple(Choice(key, title) for key, title in LOCALES.items()),
        organisation=now("organisation", person.organisation_id if person else visit.query("of")),
        organisations=tuple(Choice(one.id, one.name) for one in houses),
        tags=now("tags", visit.say(", ").join(person.tags or ()) if person else ""),
        fields=tuple(_fields(visit, card, kind, posted)),
        roles=tuple(_roles(visit, card, form)) if kind == "staff" else (),
        teams=tuple(_teams(visit, card, form)) if kind == "staff" else (),
        seniorities=tuple(Choice(key, visit.say(words)) for key, words in _SENIORITY.items()),
        active=bool(form.one("active")) if form else person is None or person.active,
        own=person is not None and person.id == visit.viewer.person_id,
        problems=tuple(_problems(visit, posted.faults)),
    )


def _problems(visit: Visit, faults: Sequence[Wrong]) -> list[Pair]:
    found = []
    for one in faults:
        name = one.at.partition("/")[0]
        if name == "fields":
            name = one.at.replace("fields/", "field.")
        words = (
            say_problem(one.value, visit.locale)
            if one.value is not None
            else visit.say(WRONG[one.code], about=one.about)
        )
        found.append(Pair(name, words))
    return found


def _fields(visit: Visit, card: Card | None, kind: str, posted: Posted) -> list[FieldBox]:
    """The fields that a line or a choice can hold; others come by imports and programs."""
    found = []
    said = {pair.label: pair.text for pair in _problems(visit, posted.faults)}
    for item in fields_of(visit, kind).values():
        if item.sensitive or item.type in _LISTS:
            continue
        options: tuple[Choice, ...] = ()
        if item.type == "choice":
            options = tuple(Choice(o.id, o.title.say(visit.locale)) for o in item.options.values())
        elif item.type == "boolean":
            options = (Choice("true", visit.say("Yes")), Choice("false", visit.say("No")))
        name = f"field.{item.id}"
        kept = typed_value(visit, item, card.person) if card else ""
        value = posted.form.one(name) if posted.form is not None else kept
        label = item.label.say(visit.locale)
        found.append(FieldBox(item.id, label, value, options, said.get(name, "")))
    return found


def _roles(visit: Visit, card: Card | None, form: Form | None) -> list[RoleTick]:
    has = set(form.many("role") if form else card.roles if card else ())
    return [
        RoleTick(
            role.id,
            role.title.say(visit.locale),
            role.id in has,
            not role.functions - visit.viewer.functions,
        )
        for role in visit.desk.desk.roles.values()
        if role.id not in _ASIDE
    ]


def _teams(visit: Visit, card: Card | None, form: Form | None) -> list[TeamRow]:
    desk = visit.desk.desk
    places = {place.team_key: place for place in (card.places if card else ())}
    rows = []
    for team in desk.teams.values():
        place = places.get(team.key)
        member, lead = place is not None, place is not None and place.lead
        skills = set(place.skills if place else ())
        capacity = str(place.capacity) if place and place.capacity is not None else ""
        seniority = place.seniority if place else "regular"
        if form is not None:
            member, lead = bool(form.one(f"in.{team.id}")), bool(form.one(f"lead.{team.id}"))
            skills = set(form.many(f"skill.{team.id}"))
            capacity = form.one(f"capacity.{team.id}")
            seniority = form.one(f"seniority.{team.id}")
        ticks = tuple(
            SkillTick(one, title.say(visit.locale), one in skills)
            for one, title in desk.tenant.skills.items()
        )
        title = team.title.say(visit.locale)
        rows.append(TeamRow(team.id, title, member, lead, seniority, capacity, ticks))
    return rows


def read_person(visit: Visit, form: Form, kind: str, *, known: bool) -> PersonChange:
    """The posted person."""
    fields = {
        item.id: form.one(f"field.{item.id}")
        for item in fields_of(visit, kind).values()
        if not item.sensitive and item.type not in _LISTS
    }
    staff = kind == "staff"
    return PersonChange(
        name=form.one("name"),
        email=form.one("email"),
        phone=form.one("phone"),
        kind=None if known else kind,
        locale=form.one("locale") if form.one("locale") in LOCALES else "",
        active=bool(form.one("active")) if known else None,
        fields=fields,
        roles=form.many("role") if staff else None,
        teams=_places(visit, form) if staff else None,
        organisation=None if staff else form.one("organisation"),
        tags=form.listed("tags"),
    )


def _places(visit: Visit, form: Form) -> tuple[Place, ...]:
    found = []
    for team in visit.desk.desk.teams.values():
        if form.one(f"in.{team.id}"):
            word = form.one(f"seniority.{team.id}")
            found.append(
                Place(
                    team.id,
                    bool(form.one(f"lead.{team.id}")),
                    word if word in _SENIORITY else "regular",
                    form.many(f"skill.{team.id}"),
                    form.whole(f"capacity.{team.id}"),
                )
            )
    return tuple(found)
