"""From a ticket type and the answers so far to the form that people fill in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from engine.decide import form as forms
from engine.decide.access import Rights
from engine.decide.move import may_tell
from engine.decide.say import Speaker, say_test
from engine.evaluate import reads
from engine.expression import paths
from engine.facts import Ask, Facts, Ref, Value
from engine.model.field import FieldModel
from engine.model.ticket_type import Section as SectionModel
from engine.model.ticket_type import TypeModel
from engine.predicate import Op, Test
from engine.values.lines import rows_of
from engine.values.registry import is_empty, show, to_text
from runtime.site.desks import Live
from runtime.site.links import Links
from runtime.sources.record import Record as TableRecord
from runtime.store.rows import Person
from runtime.web.requests import Visit
from runtime.web.screens.base import FileMark
from runtime.web.screens.form import FieldInput, LineRow, Option, Picker, Record, Section

OFFERS = 4
"""A requester sees so many of their own records as cards at once, the first of the source."""

_MANY = ("multi_choice", "files", "image")
_HINTS = {"phone": "tel", "email": "email"}


@dataclass(frozen=True, slots=True)
class Answers:
    """What a form holds: raw texts by field key, file marks by field key, errors by place.

    `searched` are the words looked for in a picker without scripts, by field key.
    """

    values: Mapping[str, object] = field(default_factory=dict)
    files: Mapping[str, tuple[FileMark, ...]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    searched: str = ""
    subject: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Picked:
    """What a picker shows beside the chosen record; `away`: the source gave no answer."""

    offers: tuple[TableRecord, ...] = ()
    found: tuple[TableRecord, ...] = ()
    away: bool = False


@dataclass(frozen=True, slots=True)
class FormOf:
    """Everything a form is built from. `picks`: what was asked for its pickers, by field key;
    `people`: those whom its fields hold."""

    visit: Visit
    live: Live
    type: TypeModel
    rights: Rights
    ask: Ask
    answers: Answers
    facts: Facts
    person: Person | None = None
    staff: bool = False
    scope: str = ""
    picks: Mapping[str, Picked] = field(default_factory=dict)
    people: Mapping[str, Person] = field(default_factory=dict)

    @property
    def speaker(self) -> Speaker:
        """Names for sentences about this type."""
        return Speaker.of(self.live.desk, self.visit.locale, self.type.key)


def settled(
    type_model: TypeModel,
    raw: Mapping[str, object],
    rights: Rights,
    ask: Ask,
    refs: Mapping[str, Ref],
    known: Mapping[str, Value],
    zone: str,
) -> Facts:
    """The facts a half-filled form would make: what is wrong is left out, nothing is refused."""
    values, _ = forms.take(
        type_model, {k: v for k, v in raw.items() if rights.writes(k)}, rights, zone, ask
    )
    facts = Facts({**known, "type": type_model.key, **values})
    own = {key: ref for key, ref in refs.items() if rights.writes(key)}
    return forms.settle(type_model, forms.with_refs(facts, own), ask, new=not raw)


def sections(of: FormOf) -> tuple[Section, ...]:
    """The form's sections in order, with the subject and description where they belong."""
    states = forms.states(of.type, of.facts, of.ask)
    asked = _asked(of.type)
    made: list[Section] = []
    for part in of.type.sections:
        inputs = tuple(_inputs(of, part, states, asked))
        if inputs:
            made.append(Section(part.id, part.title.say(of.visit.locale), inputs))
    words = _own_words(of)
    if not words:
        return tuple(made)
    if len(made) == 1 and not made[0].title:
        return (
            Section(
                made[0].id,
                "",
                (*words[:1], *made[0].fields, *words[1:])
                if len(words) > 1
                else (*made[0].fields, *words),
            ),
        )
    return (*made, Section("words", "", words))


def _own_words(of: FormOf) -> tuple[FieldInput, ...]:
    """Subject (unless made from a template) and description."""
    locale, found = of.visit.locale, []
    if not of.type.subject.template:
        label = of.type.subject.label.say(locale) or of.visit.say("Subject")
        found.append(
            FieldInput("subject", "text", label, help=of.type.subject.help.say(locale),
                       value=of.answers.subject, maxlength=200, scope=of.scope,
                       error=of.answers.errors.get("subject", ""))
        )  # fmt: skip
    box = of.type.description
    found.append(
        FieldInput("description", "long_text", box.label.say(locale) or of.visit.say("Description"),
                   help=box.help.say(locale), required=box.required, value=of.answers.description,
                   maxlength=10_000, error=of.answers.errors.get("description", ""), scope=of.scope)
    )  # fmt: skip
    return tuple(found)


def _asked(type_model: TypeModel) -> set[str]:
    """Keys of fields that other fields look at, so that a change asks for the form anew."""
    names: set[str] = set()
    for item in type_model.fields.values():
        for when in (item.show_when, item.required_when):
            names |= {path.name for path in reads(when)} if when is not None else set()
        names |= {path.name for path in paths(item.formula)} if item.formula else set()
        names |= {item.filled_by} if item.filled_by else set()
        names |= {item.key} if any(c.formula for c in item.columns.values()) else set()
    return {name.partition(".")[0] for name in names}


def _inputs(
    of: FormOf, part: SectionModel, states: Mapping[str, forms.FieldState], asked: set[str]
) -> Iterator[FieldInput]:
    for key in part.fields:
        state = states[key]
        if not state.shown:
            continue
        if of.rights.writes(key) or state.field.type == "heading":
            yield one_input(of, state, asks=key in asked)
        elif of.rights.reads(key) and not is_empty(of.facts.get(key)):
            yield _computed(of, state.field)


def _computed(of: FormOf, item: FieldModel) -> FieldInput:
    text = show(item, of.facts.get(item.key), of.visit.locale, of.live.desk.tenant.zone)
    label = item.label.say(of.visit.locale)
    return FieldInput(
        item.key, item.type, label, readonly=True, value=text, required=True, scope=of.scope
    )


def one_input(of: FormOf, state: forms.FieldState, *, asks: bool = False) -> FieldInput:
    """One field as a control."""
    item, locale = state.field, of.visit.locale
    text, several = _held(of, item)
    limits = item.limits
    return FieldInput(
        name=item.key,
        type=item.type,
        label=item.label.say(locale),
        scope=of.scope,
        help=item.help.say(locale),
        placeholder=item.placeholder.say(locale),
        required=state.required,
        value=text,
        values=several,
        error=of.answers.errors.get(item.key, ""),
        options=_options(of, item),
        branch=_branch(of, state.because),
        asks=asks,
        sensitive=item.sensitive,
        min=_bound(of, limits.low_date),
        max=_bound(of, limits.high_date),
        maxlength=limits.max_length or 0,
        accept=",".join(limits.accept),
        limits=_file_limits(of, item),
        sign={"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}.get(
            item.currency, item.currency
        ),
        autocomplete=_HINTS.get(item.type, "off"),
        picker=_picker(of, item),
        files=of.answers.files.get(item.key, ()),
        rows=tuple(_line_rows(of, item)) if item.type == "lines" else (),
    )


def _held(of: FormOf, item: FieldModel) -> tuple[str, tuple[str, ...]]:
    """What the control shows: what was typed, else the settled value."""
    raw = of.answers.values.get(item.key)
    if raw is None:
        value = of.facts.get(item.key)
        if isinstance(value, tuple) and item.type == "multi_choice":
            return "", tuple(str(one) for one in value)
        if item.type == "person" and (person := of.people.get(str(value))):
            return person.email or person.id, ()
        if isinstance(value, str) and item.type not in ("date", "duration"):
            return value, ()
        return to_text(item, value, of.live.desk.tenant.zone), ()
    if isinstance(raw, (list, tuple)):
        return "", tuple(str(one) for one in raw)
    return str(raw), ()


def _options(of: FormOf, item: FieldModel) -> tuple[Option, ...]:
    locale = of.visit.locale
    if item.type == "team":
        return tuple(
            Option(t.key, t.title.say(locale)) for t in of.live.desk.teams_under(item.team)
        )
    depth: dict[str, int] = {}
    for key, one in item.options.items():
        depth[key] = depth[one.parent] + 1 if one.parent in depth else 0
    return tuple(
        Option(key, one.title.say(locale), depth=depth[key]) for key, one in item.options.items()
    )


def _branch(of: FormOf, because: Test | None) -> str:
    """The sentence over fields that an answer brought: 因为选择了「商品破损」."""
    if because is None or not may_tell(of.rights, because.path.name):
        return ""
    item = of.type.fields.get(because.path.name)
    value = of.facts.get(because.path.name)
    if (
        item is not None
        and item.options
        and because.op in (Op.IS, Op.ONE_OF)
        and not is_empty(value)
    ):
        return of.visit.say(
            "Because you chose “%(answer)s”", answer=show(item, value, of.visit.locale)
        )
    return of.visit.say("Because %(test)s", test=say_test(because, of.speaker))


def _bound(of: FormOf, bound: str | None) -> str:
    """A limit as a browser reads it; what moves with the clock is left to the check."""
    return {"today": of.ask.today, "now": ""}.get(bound or "", bound or "")


def _file_limits(of: FormOf, item: FieldModel) -> str:
    if item.type not in ("files", "image"):
        return ""
    most = (item.limits.max_bytes or 0) >> 20
    if item.type == "image":
        return of.visit.say("Up to %(most)s MB", most=most)
    return of.visit.count(
        "%(count)s file of up to %(most)s MB",
        "Up to %(count)s files, %(most)s MB each",
        item.limits.max_count or 1,
        most=most,
    )


FOUND_FOR: Mapping[str, str] = {"person": "people", "ticket": "tickets"}
"""Types of fields whose values are found on the desk, with what is looked for."""


def _picker(of: FormOf, item: FieldModel) -> Picker | None:
    if item.type in FOUND_FOR and of.visit.viewer.is_staff:
        find = of.visit.links.desk("find", FOUND_FOR[item.type])
        return Picker(find, chosen=_chosen_person(of, item))
    if item.type != "reference" or of.visit.viewer.is_guest:
        return None
    find = Links(of.live.tenant).find(item.source)
    pick = of.picks.get(item.key, Picked())
    notice = of.visit.say("This list can't be reached now; type the number") if pick.away else ""
    searched = of.answers.searched == item.key
    if searched and not pick.found and not notice:
        notice = of.visit.say("Nothing was found")
    offers, found = (tuple(map(record, some)) for some in (pick.offers, pick.found))
    return Picker(find, offers, found, _chosen(of, item), searched, notice)


def _chosen_person(of: FormOf, item: FieldModel) -> Record | None:
    """Whom a field holds, as long as nothing else was typed."""
    held = of.people.get(of.facts.text(item.key)) if item.type == "person" else None
    typed = of.answers.values.get(item.key)
    if held is None or typed not in (None, held.id, held.email):
        return None
    return Record(held.email or held.id, held.name)


def _chosen(of: FormOf, item: FieldModel) -> Record | None:
    """The record behind the present value, if it is one that they may find."""
    key = str(of.answers.values.get(item.key) or of.facts.get(item.key) or "").strip()
    ref = of.facts.refs.get(item.key)
    if ref is None or not key or ref.key != key:
        return None
    return Record(ref.key, ref.title, ref.key if ref.key not in ref.title else "")


def record(found: TableRecord) -> Record:
    """A record as a picker shows it: its title, and its key below."""
    return Record(found.key, found.title, found.key if found.key not in found.title else "")


def _line_rows(of: FormOf, item: FieldModel) -> Iterator[LineRow]:
    raw = of.answers.values.get(item.key)
    value = raw if isinstance(raw, (list, tuple)) else of.facts.get(item.key)
    rows = (
        [row for row in value if isinstance(row, Mapping)]
        if isinstance(value, (list, tuple))
        else []
    )
    computed = iter(rows_of(of.facts.get(item.key)))
    for number, row in enumerate(rows or [{}]):
        cells = []
        # Empty rows are dropped when a form is read; the others stand in their order.
        made = next(computed, {}) if any(not is_empty(cell) for cell in row.values()) else {}
        for key, column in item.columns.items():
            if column.formula is not None:
                cells.append(_computed_cell(of, column, f"{item.key}.{number}.{key}", made))
                continue
            cell = one_input(
                _bare(of, column), forms.FieldState(column, True, column.required and bool(rows))
            )
            held = row.get(key)
            text = (
                held if isinstance(held, str) else to_text(column, held, of.live.desk.tenant.zone)
            )
            name = f"{item.key}.{number}.{key}"
            cells.append(_renamed(cell, name, text, of.answers.errors.get(name, "")))
        yield LineRow(f"{item.key}.{number}", tuple(cells))


def _computed_cell(
    of: FormOf, column: FieldModel, name: str, row: Mapping[str, Value]
) -> FieldInput:
    text = show(column, row.get(column.key), of.visit.locale, of.live.desk.tenant.zone)
    label = column.label.say(of.visit.locale)
    return FieldInput(
        name, column.type, label, readonly=True, value=text, required=True, scope=of.scope
    )


def _bare(of: FormOf, column: FieldModel) -> FormOf:
    return FormOf(
        of.visit,
        of.live,
        of.type,
        of.rights,
        of.ask,
        Answers(),
        Facts({}),
        of.person,
        of.staff,
        of.scope,
        people=of.people,
    )


def _renamed(cell: FieldInput, name: str, value: str, error: str) -> FieldInput:
    return replace(cell, name=name, value=value, error=error)
