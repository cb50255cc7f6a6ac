"""The pages of organisations, and what was posted with their form."""

from __future__ import annotations

from collections.abc import Sequence

from runtime.actions.change_organisation import WRONG, OrganisationChange
from runtime.queries.directory import Home, Houses
from runtime.site.links import with_query
from runtime.store.rows import Organisation
from runtime.web.pages import page
from runtime.web.requests import Form, Visit
from runtime.web.screens.choosing import Choice
from runtime.web.screens.people.build_directory import manages, person_line, ticket_line
from runtime.web.screens.people.directory import (
    OrganisationFormScreen,
    OrganisationLine,
    OrganisationScreen,
    OrganisationsScreen,
)
from runtime.web.screens.side import SideNav


def organisations_screen(
    visit: Visit, nav: SideNav, found: Houses, words: str
) -> OrganisationsScreen:
    """Organisations, as they were looked for."""
    url = visit.links.desk("organisations")
    return OrganisationsScreen(
        page=page(visit, visit.say("Organisations"), "desk"),
        nav=nav,
        url=url,
        query=words,
        lines=tuple(
            OrganisationLine(
                one.name,
                visit.links.desk("organisations", one.id),
                _level_title(visit, one.level or ""),
                visit.say(", ").join(one.domains),
                found.sizes.get(one.id, 0),
                tuple(one.tags),
                not one.active,
            )
            for one in found.rows
        ),
        directory_href=visit.links.desk("directory"),
        next_href=with_query(url, q=words, after=found.after) if found.after else "",
        new_href=f"{url}/new" if manages(visit) else "",
    )


def organisation_screen(visit: Visit, nav: SideNav, home: Home) -> OrganisationScreen:
    """An organisation's page."""
    one = home.organisation
    url = visit.links.desk("organisations", one.id)
    return OrganisationScreen(
        page=page(visit, one.name, "desk"),
        nav=nav,
        name=one.name,
        level=_level_title(visit, one.level or ""),
        tags=tuple(one.tags),
        domains=tuple(one.domains),
        note=one.note,
        people=tuple(person_line(visit, person, {}) for person in home.members),
        more=home.more,
        tickets=tuple(ticket_line(visit, line) for line in home.tickets),
        count=home.count,
        list_href=visit.links.desk("organisations"),
        edit_href=f"{url}/edit" if manages(visit) else "",
        gone=not one.active,
    )


def _levels(visit: Visit) -> tuple[Choice, ...]:
    """The levels of customers, which organisations have too; none where customers have none."""
    item = visit.desk.desk.people.get("customer", {}).get("level")
    options = item.options.values() if item is not None else ()
    return tuple(Choice(one.id, one.title.say(visit.locale)) for one in options)


def _level_title(visit: Visit, level: str) -> str:
    """A level in words."""
    return next((one.label for one in _levels(visit) if one.value == level), level)


def organisation_form(
    visit: Visit,
    nav: SideNav,
    known: Organisation | None,
    form: Form | None = None,
    faults: Sequence[str] = (),
) -> OrganisationFormScreen:
    """The form of an organisation."""

    def now(name: str, kept: str | None) -> str:
        return form.one(name) if form is not None else kept or ""

    comma = visit.say(", ")
    home = visit.links.desk("organisations")
    heading = known.name if known else visit.say("New organisation")
    wrong = {place: visit.say(WRONG[place]) for place in faults}
    return OrganisationFormScreen(
        page=page(visit, heading, "desk"),
        nav=nav,
        heading=heading,
        action=f"{home}/{known.id}/edit" if known else f"{home}/new",
        cancel_href=f"{home}/{known.id}" if known else home,
        name=now("name", known.name if known else ""),
        level=now("level", known.level if known else ""),
        levels=_levels(visit),
        tags=now("tags", comma.join(known.tags) if known else ""),
        domains=now("domains", comma.join(known.domains) if known else ""),
        note=now("note", known.note if known else ""),
        active=bool(form.one("active")) if form else known is None or known.active,
        known=known is not None,
        name_problem=wrong.get("name", ""),
        domains_problem=wrong.get("domains", ""),
        note_problem=wrong.get("note", ""),
        level_problem=wrong.get("level", ""),
    )


def read_organisation(form: Form, *, known: bool) -> OrganisationChange:
    """The posted organisation."""
    return OrganisationChange(
        name=form.one("name"),
        level=form.one("level"),
        tags=form.listed("tags"),
        domains=form.listed("domains"),
        note=form.one("note"),
        active=bool(form.one("active")) or not known,
    )
