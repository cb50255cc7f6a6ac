"""Customers from rows: found by what their row says, or made; what a cell leaves empty stays."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from engine.facts import Viewer
from engine.model.desk import Desk
from engine.model.field import FieldModel
from engine.model.importing import NOWHERE, ImportColumn, ImportModel
from engine.model.text import NO_WORDS
from engine.normal import fold
from engine.values.registry import say_problem
from runtime.actions.change_people import (
    WRONG,
    Checked,
    PersonChange,
    Wrong,
    check_person,
    put_person,
)
from runtime.actions.importing.batch import NO_KEY, Place
from runtime.actions.importing.guess import NO_CELL, Target, options_of
from runtime.actions.importing.opening import TWICE
from runtime.actions.importing.values import in_iso
from runtime.render.catalogues import LOCALES, N_
from runtime.render.saying import Voice
from runtime.site.desks import Live
from runtime.store import journal, organisations, people
from runtime.store.imports import RowError
from runtime.store.journal import NewEvent
from runtime.store.rows import Person
from runtime.store.unit import Unit

CUSTOMERS: Final = "customers"
"""What a run says that its rows are; also the first part of the keys that it keeps."""
IDENTITIES: Final = ("key", "email", "phone")
"""What may tell one customer from another, the surest first."""
LEAVE_OUT: Final = "leave_out"
_OF_FIELD: Final = "field."
_NO_LINE: Final = NO_CELL | {"reference", "tree", "person"}
_SPLIT: Final = re.compile(r"[,;|，；、]")
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("name", "full name", "customer", "contact", "姓名", "名称", "客户", "联系人"),
    "email": ("email", "e-mail", "mail", "email address", "邮箱", "电子邮件", "邮件"),
    "phone": ("phone", "tel", "telephone", "mobile", "电话", "手机", "手机号"),
    "organisation": (
        "organisation", "organization", "company", "account", "school",
        "单位", "公司", "组织", "学校",
    ),
    "tags": ("tags", "labels", "标签"),
    "locale": ("language", "locale", "lang", "语言"),
    "key": (
        "key", "id", "no", "number", "customer number", "customer id",
        "编号", "客户编号", "客户号",
    ),
}  # fmt: skip
PEOPLE_LABELS: Final[Mapping[str, str]] = {
    "name": N_("Full name"),
    "email": N_("E-mail address"),
    "phone": N_("Phone"),
    "organisation": N_("Organisation"),
    "tags": N_("Tags"),
    "locale": N_("Language"),
    "key": N_("Number in another system"),
}


def people_targets(desk: Desk) -> tuple[Target, ...]:
    """What of a customer a column can fill: what everybody has, then the fields of People."""
    locales = {key: (key, title) for key, title in LOCALES.items()}
    found = [Target(id, names, locales if id == "locale" else {}) for id, names in _NAMES.items()]
    for item in desk.people.get("customer", {}).values():
        if item.type not in _NO_LINE and item.formula is None and not item.sensitive:
            said = (text for text in item.label.by_locale.values() if text)
            found.append(Target(f"{_OF_FIELD}{item.id}", (item.id, *said), options_of(item)))
    return tuple(found)


def key_among(goes: Mapping[str, str], header: Sequence[str]) -> str:
    """The column that tells customers apart, of those that go somewhere; else the first."""
    by_target = {to: name for name, to in goes.items()}
    return next((by_target[one] for one in IDENTITIES if one in by_target), header[0])


def people_model(id: str, spec: Mapping[str, Any], zone: str) -> tuple[ImportModel, str]:
    """What was pointed at, as a mapping; and the msgid of what is wrong with it, or ""."""
    columns = tuple(
        ImportColumn(name, part["to"], part.get("values") or {}, part["missing"], NOWHERE)
        for name, part in spec["columns"].items()
    )
    model = ImportModel(
        id=id, title=NO_WORDS, type="", rows="tickets", key=spec["key"], at="", created="",
        time_format=(spec.get("time") or {}).get("format", ""), zone=zone, empty=frozenset(),
        columns=columns, ignore=frozenset(spec.get("ignore", ())), place=NOWHERE,
    )  # fmt: skip
    if len({one.to for one in columns}) < len(columns):
        return model, N_("Two columns go to the same place; leave one of them out")
    if not any(one.column == model.key and one.to in IDENTITIES for one in columns):
        return model, N_(
            "The column that tells one row from another has to go to the e-mail, the phone or the "
            "number in another system"
        )
    if not any(one.to == "name" for one in columns):
        return model, N_("No column goes to the name, which everybody needs")
    return model, ""


@dataclass(slots=True)
class _Row:
    """What one row says. `columns` by where they go; `organisation`: its name."""

    change: PersonChange
    columns: Mapping[str, ImportColumn]
    organisation: str = ""


@dataclass(slots=True)
class Persons:
    """Writes rows in the caller's unit, each as it is taken, so that the next one finds it."""

    live: Live
    model: ImportModel
    viewer: Viewer
    run_id: str
    unit: Unit
    voice: Voice
    counts: Counter[str] = field(default_factory=Counter)
    errors: list[RowError] = field(default_factory=list)
    _houses: dict[str, str] = field(default_factory=dict)

    async def take(self, places: Sequence[Place]) -> None:
        """Take all rows, in order."""
        for place in places:
            self.counts["rows"] += 1
            await self._row(place)

    async def _row(self, place: Place) -> None:
        key, say = self.model.key, self.voice.say
        if place.row.fault:
            self._refuse(place, None, "ragged", place.row.fault)
        elif not place.key:
            self._refuse(place, key, "no_key", say(NO_KEY))
        elif place.place:
            self._refuse(place, key, "key_twice", say(TWICE, key=place.key))
        else:
            await self._person(place)

    async def _person(self, place: Place) -> None:
        row = self._said(place.row.cells)
        known = await self._known(row.change)
        if known is not None and known.kind != "customer":
            why = N_("this is somebody who works here, not a customer; change them by hand")
            self._refuse(place, self.model.key, "staff", self.voice.say(why))
            return
        if known is not None:
            # An address or a name that is there stays where the file has none; tags come on top.
            tags = [*(known.tags or ()), *(row.change.tags or ())]
            row.change = replace(row.change, kind=None, tags=tags if row.change.tags else None)
        checked = await self._checked(row, known)
        house = await self._house(place, row) if not checked.faults else None
        if checked.faults:
            self._refuse_all(place, row, checked.faults)
        elif house is not None:
            await self._put(known, row, checked, house)

    async def _put(self, known: Person | None, row: _Row, checked: Checked, house: str) -> None:
        change = replace(row.change, organisation=house or None)
        cause = {"run": self.run_id}
        saved = await put_person(
            self.unit, self.live.desk, self.viewer, known, change, checked.values, cause
        )
        if known is None:
            self.counts["people"] += 1
        else:
            self.counts["known" if saved == known else "changed"] += 1

    # -- reading a row --------------------------------------------------------------------------

    def _said(self, cells: Mapping[str, str]) -> _Row:
        """The change that a row asks for; an empty cell asks for nothing."""
        columns = {one.to: one for one in self.model.columns}
        words = {
            to: one.values.get(cell, cell)
            for to, one in columns.items()
            if (cell := cells[one.column].strip())
        }
        fields = {item.id: item for item in self.live.desk.people.get("customer", {}).values()}
        raw = {
            to.removeprefix(_OF_FIELD): self._typed(fields[to.removeprefix(_OF_FIELD)], text)
            for to, text in words.items()
            if to.startswith(_OF_FIELD)
        }
        change = PersonChange(
            name=words.get("name"),
            email=words.get("email"),
            phone=words.get("phone"),
            kind="customer",
            locale=words.get("locale"),
            fields=raw,
            tags=_listed(words["tags"]) if "tags" in words else None,
            external=f"{CUSTOMERS}:{words['key']}" if "key" in words else None,
        )
        return _Row(change, columns, words.get("organisation", ""))

    def _typed(self, item: FieldModel, text: str) -> object:
        if item.type == "multi_choice":
            return _listed(text)
        return in_iso(item, text, self.model.time_format)

    async def _known(self, change: PersonChange) -> Person | None:
        """Who it is: by the number of another system, else by the address, else by the phone
        where nothing surer is said."""
        for name, value in (("external", change.external), ("email", change.email)):
            if value and (found := await people.find_person(self.unit, **{name: value})):
                return found
        sure = change.external or change.email
        return None if sure else await people.find_person(self.unit, phone=change.phone)

    async def _checked(self, row: _Row, known: Person | None) -> Checked:
        """The row against the desk, without what its columns leave out when it is unknown."""
        found = await self._check(row, known)
        left = {
            to
            for one in found.faults
            if (to := _target(one)) in row.columns and row.columns[to].missing == LEAVE_OUT
        }
        if not left:
            return found
        fields = {k: v for k, v in row.change.fields.items() if f"{_OF_FIELD}{k}" not in left}
        bare = dict.fromkeys(left & {"email", "phone", "locale"})
        row.change = replace(row.change, fields=fields, **bare)
        return await self._check(row, known)

    async def _check(self, row: _Row, known: Person | None) -> Checked:
        found = await check_person(self.unit, self.live.desk, self.viewer, known, row.change)
        wrong = row.change.locale and row.change.locale not in LOCALES
        more = (Wrong("locale", "unknown_language", str(row.change.locale)),) if wrong else ()
        return replace(found, faults=(*found.faults, *more))

    async def _house(self, place: Place, row: _Row) -> str | None:
        """The organisation's id, "" for none; None where the row is refused for it."""
        name = " ".join(row.organisation.split())
        if not name:
            return ""
        if fold(name) not in self._houses:
            found = await organisations.named(self.unit, name)
            if found is None:
                missing = row.columns["organisation"].missing
                if missing == LEAVE_OUT:
                    return ""
                if missing != "create_value":
                    why = N_("there is no organisation %(name)s; make it, or let it be created")
                    said = self.voice.say(why, name=name)
                    column = row.columns["organisation"].column
                    self._refuse(place, column, "unknown_organisation", said)
                    return None
                found = await self._founded(name)
            self._houses[fold(name)] = found
        return self._houses[fold(name)]

    async def _founded(self, name: str) -> str:
        made = await organisations.add(self.unit, name[:200])
        body = {"organisation": made, "run": self.run_id}
        event = NewEvent("organisation_made", body, "person", self.viewer.person_id)
        await journal.append_admin(self.unit, [event])
        self.counts["organisations"] += 1
        return made

    # -- refusals -------------------------------------------------------------------------------

    def _refuse_all(self, place: Place, row: _Row, faults: Sequence[Wrong]) -> None:
        """One error a row: the store keeps one by line, so the others are told in its words."""
        said = []
        for one in faults:
            column = row.columns.get(_target(one))
            words = (
                say_problem(one.value, self.voice.locale)
                if one.value is not None
                else self.voice.say(WRONG[one.code], about=one.about)
            )
            said.append((column.column if column else "", words))
        (first, why), *more = said
        rest = "".join(f"; {name}: {words}" if name else f"; {words}" for name, words in more)
        self._refuse(place, first or None, faults[0].code, why + rest)

    def _refuse(self, place: Place, column: str | None, code: str, message: str) -> None:
        self.errors.append(RowError(place.row.line, column, code, message, dict(place.row.cells)))
        self.counts["errors"] += 1


def _target(wrong: Wrong) -> str:
    """Where a column goes that a fault is about."""
    return wrong.at.replace("fields/", _OF_FIELD)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in _SPLIT.split(text) if word.strip())
