"""The pages of people and organisations from what queries found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from engine.model.field import FieldModel
from engine.values.registry import is_empty, show
from engine.values.registry import to_text as plain_text
from runtime.actions.change_people import MANAGE
from runtime.actions.importing.persons import CUSTOMERS
from runtime.actions.merge_people import COLUMNS
from runtime.actions.part_people import DAYS
from runtime.queries.directory import Card, People
from runtime.queries.list_tickets import Line
from runtime.render.catalogues import LOCALES, N_
from runtime.site.links import with_query
from runtime.site.stored import frozen
from runtime.store.rows import Merged, Organisation, Person, Search
from runtime.web.pages import moment, page, person_mark
from runtime.web.requests import Visit
from runtime.web.screens.build_progress import status_mark
from runtime.web.screens.choosing import Choice
from runtime.web.screens.people.build_people import away_of
from runtime.web.screens.people.directory import (
    CardScreen,
    DirectoryScreen,
    Double,
    DoublesScreen,
    MergeBack,
    MergeLine,
    MergeScreen,
    Pair,
    PersonLine,
    TicketLine,
)
from runtime.web.screens.side import SideNav

_COLUMNS: Final[Mapping[str, str]] = {
    "name": N_("Full name"), "email": N_("E-mail address"), "phone": N_("Phone"),
    "locale": N_("Language of the pages"),
    "organisation_id": N_("Organisation"),
}  # fmt: skip


def contact_of(person: Person) -> str:
    """Phone and address on one line."""
    return " · ".join(part for part in (person.phone, person.email) if part)


def manages(visit: Visit) -> bool:
    """Whether the visitor makes and changes people."""
    return MANAGE in visit.viewer.functions


def directory_screen(
    visit: Visit, nav: SideNav, found: People, search: Search, houses: Sequence[Organisation]
) -> DirectoryScreen:
    """Everybody, as they were looked for."""
    links = visit.links
    url = links.desk("directory")
    state = {True: "", False: "gone", None: "all"}[search.active]
    asked = {"q": search.words, "kind": search.kind, "state": state, "of": search.organisation}
    return DirectoryScreen(
        page=page(visit, visit.say("People"), "desk"),
        nav=nav,
        url=url,
        lines=tuple(person_line(visit, one, found.organisations) for one in found.rows),
        query=search.words,
        kind=search.kind,
        state=state,
        organisation=search.organisation,
        organisations=tuple(Choice(one.id, one.name) for one in houses),
        next_href=with_query(url, **asked, after=found.after) if found.after else "",
        new_href=links.desk("directory", "new") if manages(visit) else "",
        doubles_href=links.desk("directory", "doubles") if manages(visit) else "",
        import_href=with_query(links.desk("imports"), of=CUSTOMERS) if manages(visit) else "",
        organisations_href=links.desk("organisations"),
    )


def person_line(visit: Visit, person: Person, houses: Mapping[str, Organisation]) -> PersonLine:
    """One person in a list, with the name of their organisation where it is among `houses`."""
    house = houses.get(person.organisation_id or "")
    return PersonLine(
        person=person_mark(person),
        href=visit.links.desk("directory", person.id),
        contact=contact_of(person),
        organisation=house.name if house else "",
        tags=tuple(person.tags or ()),
        staff=person.kind == "staff",
        gone=not person.active,
        away=away_of(visit, person),
    )


def card_screen(
    visit: Visit, nav: SideNav, card: Card, *, problem: str = "", secret_link: str = ""
) -> CardScreen:
    """A person's page."""
    person, links = card.person, visit.links
    staff = person.kind == "staff"
    house = card.organisation
    may, mine = manages(visit), links.desk("directory", person.id)
    invited = may and person.active and person.account_id is None and bool(person.email)
    return CardScreen(
        page=page(visit, person.name, "desk"),
        nav=nav,
        person=person_mark(person),
        staff=staff,
        contact=contact_of(person),
        level=_level(visit, person),
        organisation=house.name if house else "",
        organisation_href=links.desk("organisations", house.id) if house else "",
        tags=tuple(person.tags or ()),
        pairs=tuple(_pairs(visit, card)),
        tickets=tuple(ticket_line(visit, line) for line in card.tickets),
        all_href=links.view("all", requester=person.id),
        count=card.count,
        open=card.open,
        doubles=tuple(double(visit, person, other) for other in card.doubles) if may else (),
        merges=tuple(_merge_back(visit, person, one) for one in card.merges) if may else (),
        merge_days=DAYS,
        directory_href=links.desk("directory"),
        colleague_href=links.desk("people", person.id) if staff and person.active else "",
        edit_href=f"{mine}/edit" if may else "",
        invite_action=f"{mine}/invite" if invited else "",
        gone=not person.active,
        problem=problem,
        secret_link=secret_link,
    )


def _merge_back(visit: Visit, keep: Person, merged: Merged) -> MergeBack:
    gone = merged.gone
    action = visit.links.desk("directory", keep.id, "part", gone.id)
    return MergeBack(gone.name, contact_of(gone), moment(merged.event.at_us), action)


def fields_of(visit: Visit, person_kind: str) -> Mapping[str, FieldModel]:
    """The People spec's fields of a sort of person."""
    return visit.desk.desk.people.get("staff" if person_kind == "staff" else "customer", {})


def value_text(visit: Visit, item: FieldModel, person: Person) -> str:
    """A value of a person in words."""
    value = frozen(person.values.get(item.key, item.default))
    return show(item, value, visit.locale, visit.desk.desk.tenant.zone)


def _level(visit: Visit, person: Person) -> str:
    item = fields_of(visit, person.kind).get("level")
    return value_text(visit, item, person) if item and not item.sensitive else ""


def _pairs(visit: Visit, card: Card) -> Iterable[Pair]:
    person, desk = card.person, visit.desk.desk
    for key, item in fields_of(visit, person.kind).items():
        text = value_text(visit, item, person)
        if key != "level" and text and not item.sensitive:
            yield Pair(item.label.say(visit.locale), text)
    if person.locale:
        yield Pair(visit.say("Language of the pages"), LOCALES.get(person.locale, person.locale))
    if person.kind == "staff":
        roles = [desk.roles[r].title.say(visit.locale) for r in card.roles if r in desk.roles]
        yield Pair(visit.say("Roles"), visit.say(", ").join(roles) or "–")
        teams = [
            desk.teams[p.team_key].title.say(visit.locale)
            + (f" ({visit.say('Lead')})" if p.lead else "")
            for p in card.places
            if p.team_key in desk.teams
        ]
        yield Pair(visit.say("Teams"), visit.say(", ").join(teams) or "–")


def ticket_line(visit: Visit, line: Line) -> TicketLine:
    """A ticket of somebody's."""
    under = visit.under(line.live)
    model = line.live.desk.types[line.facts.text("type")]
    mark = status_mark(under, model, line.facts.text("state"), line.facts.text("phase"))
    number = line.facts.text("number")
    at = moment(line.row.created_us)
    return TicketLine(visit.links.ticket(number), number, line.facts.text("subject"), mark, at)


def double(visit: Visit, keep: Person, other: Person) -> Double:
    """Somebody who may be the same person as `keep`."""
    url = visit.links.desk("directory", keep.id, "merge")
    why = _why(visit, keep, other)
    return Double(person_mark(other), contact_of(other), why, with_query(url, other=other.id))


def _why(visit: Visit, one: Person, other: Person) -> str:
    found = []
    if one.email and one.email == other.email:
        found.append(visit.say("the same e-mail"))
    if one.phone and one.phone == other.phone:
        found.append(visit.say("the same phone"))
    if one.name.lower() == other.name.lower():
        found.append(visit.say("the same name"))
    for key in visit.desk.desk.identity:
        item = fields_of(visit, "customer").get(key)
        if (
            item is not None
            and one.values.get(key)
            and one.values.get(key) == other.values.get(key)
        ):
            found.append(visit.say("the same %(field)s", field=item.label.say(visit.locale)))
    return visit.say(", ").join(found)


def doubles_screen(visit: Visit, nav: SideNav, groups: Iterable[list[Person]]) -> DoublesScreen:
    """Everybody who may be there twice."""
    return DoublesScreen(
        page(visit, visit.say("Who may be there twice"), "desk"),
        nav,
        tuple(tuple(_group(visit, group)) for group in groups),
        visit.links.desk("directory"),
    )


def _group(visit: Visit, group: Sequence[Person]) -> Iterable[Double]:
    """One of them, then whoever may be the same."""
    first = group[0]
    yield Double(person_mark(first), contact_of(first), "", "")
    for other in group[1:]:
        yield double(visit, first, other)


def merge_screen(
    visit: Visit,
    nav: SideNav,
    keep: Card,
    gone: Card,
    houses: Mapping[str, str],
) -> MergeScreen:
    """Two records beside each other."""
    mine, other, links = keep.person, gone.person, visit.links
    lines = []
    for name in ("name", *COLUMNS):
        texts = [str(getattr(each, name) or "") for each in (mine, other)]
        known = {"organisation_id": houses, "locale": LOCALES}.get(name, {})
        texts = [known.get(text, text) for text in texts]
        lines.append(_merge_line(name, visit.say(_COLUMNS[name]), texts))
    for key, item in fields_of(visit, "customer").items():
        if not item.sensitive:
            texts = [_kept_text(visit, item, each) for each in (mine, other)]
            lines.append(_merge_line(f"values.{key}", item.label.say(visit.locale), texts))
    mailed = other.email if other.email and other.email != mine.email else ""
    both = mine.account_id is not None and other.account_id is not None
    return MergeScreen(
        page=page(visit, visit.say("Merge two records"), "desk"),
        nav=nav,
        keep=person_mark(mine),
        gone=person_mark(other),
        lines=tuple(line for line in lines if line.mine or line.other),
        tickets=gone.count,
        action=links.desk("directory", mine.id, "merge"),
        days=DAYS,
        gone_id=other.id,
        swap_href=with_query(links.desk("directory", other.id, "merge"), other=mine.id),
        cancel_href=links.desk("directory", mine.id),
        address=mailed or "",
        signs_in=(other.email or other.name) if both else "",
    )


def _kept_text(visit: Visit, item: FieldModel, person: Person) -> str:
    value = frozen(person.values.get(item.key))
    return "" if is_empty(value) else value_text(visit, item, person)


def _merge_line(name: str, label: str, texts: Sequence[str]) -> MergeLine:
    differs = bool(texts[0] and texts[1] and texts[0] != texts[1])
    return MergeLine(name, label, texts[0], texts[1], differs)


def typed_value(visit: Visit, item: FieldModel, person: Person) -> str:
    """A value as it is typed into a form."""
    value = frozen(person.values.get(item.key))
    return "" if is_empty(value) else plain_text(item, value, visit.desk.desk.tenant.zone)
