"""The desk's ticket page from what a query found: head, facts, history, handling, explanations."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.decide import form as forms
from engine.decide.clicking import offered
from engine.decide.joining import MERGED
from engine.decide.move import Way
from engine.decide.pending import APPROVAL
from engine.model.roster import Member
from engine.model.sla import STATE_LIMIT
from engine.model.ticket_type import INPUTS, OPEN_PHASES, TypeModel
from engine.reading.readers import EDIT, SUGGEST
from engine.suggest.vote import Suggestion
from engine.values.registry import is_empty
from runtime.actions.outcome import Conflict as Clash
from runtime.queries.alike import Proposed
from runtime.queries.beside import NOTHING_BESIDE, Beside
from runtime.queries.read_ticket import TicketPage
from runtime.queries.together import Together
from runtime.site.links import with_query
from runtime.site.pilot import PILOT
from runtime.store.rows import Organisation
from runtime.web.pages import moment, page
from runtime.web.requests import Visit
from runtime.web.screens.base import FileMark
from runtime.web.screens.build_approval import NOTHING_TRIED, Answering, waiting
from runtime.web.screens.build_cells import PHASES, Cells, shown_value
from runtime.web.screens.build_files import file_mark
from runtime.web.screens.build_form import Answers, FormOf, one_input
from runtime.web.screens.build_hints import hints
from runtime.web.screens.build_notes import (
    NOTHING,
    NoteTried,
    late_clocks,
    spent_box,
    visits_box,
)
from runtime.web.screens.cells import (
    TextCell,
)
from runtime.web.screens.form import FieldInput
from runtime.web.screens.refusals import say_refusal
from runtime.web.screens.side import SideNav
from runtime.web.screens.ticket.build_alike import alike_marks
from runtime.web.screens.ticket.build_beside import (
    customer,
    handling,
    records,
    shown_beside,
)
from runtime.web.screens.ticket.build_clash import conflict
from runtime.web.screens.ticket.build_history import entries
from runtime.web.screens.ticket.build_together import together_panel
from runtime.web.screens.ticket.build_why import guard_change, whys
from runtime.web.screens.ticket.page import (
    Barred,
    Fact,
    FactGroup,
    FieldFiles,
    MacroMark,
    Move,
    TicketScreen,
)
from runtime.web.screens.ticket.talk import Composer, TimelineTab

UNANSWERED = Answers()
LATEST = 150
"""So many entries of the history are on the page; the earlier ones are asked for."""
MOST_WHOLE = 3_000
"""So many are shown when all are asked for, on the page and on paper."""
FEW_FACTS = 12
"""So many facts are read at a glance, without the headings of the form."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What the last post left: which form to open again, with its words, errors and files."""

    move: str = ""
    answers: Answers = UNANSWERED
    edit: str = ""
    problem: str = ""
    handling: str = ""
    text: str = ""
    text_problem: str = ""
    internal: bool = False
    files: tuple[FileMark, ...] = ()
    clash: Clash | None = None
    answering: Answering = NOTHING_TRIED
    notes: NoteTried = NOTHING


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around the ticket: navigation, the list one came from, the team."""

    nav: SideNav
    back_title: str
    back_href: str
    members: tuple[Member, ...] = ()
    tab: str = "all"
    whole: bool = False
    printing: bool = False
    beside: Beside = NOTHING_BESIDE
    suggestions: tuple[Suggestion, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    alike: tuple[Proposed, ...] = ()
    together: Together | None = None
    house: Organisation | None = None


def ticket_screen(visit: Visit, found: TicketPage, around: Around, tried: Tried) -> TicketScreen:
    """One ticket as an agent works it."""
    row, facts = found.row, found.facts
    type_model = found.live.desk.types[row.type_key]
    cells = Cells(visit, found.people, found.ask.now_us)
    state = type_model.states.get(row.state_key)
    priority = cells.priority(row.priority)
    url = visit.links.ticket(row.number)
    told = tuple(entries(visit, found, around.tab))
    most = MOST_WHOLE if around.whole else LATEST
    groups, blank = _groups(visit, found, type_model, cells, tried)
    return TicketScreen(
        page=page(visit, row.subject, "desk", now_us=found.ask.now_us),
        nav=around.nav,
        number=row.number,
        title=row.subject,
        version=row.version,
        idempotency=secrets.token_urlsafe(16),
        back_title=around.back_title,
        back_href=around.back_href,
        status=cells.status(facts),
        priority=priority.level,
        priority_label=priority.label,
        opened=moment(row.created_us),
        slas=tuple(
            cells.sla(facts, key, clock)
            for key, clock in facts.clocks.items()
            # What was promised for a merged ticket stands where it goes on.
            if not facts.get(MERGED)
            and key != APPROVAL
            and (key != STATE_LIMIT or row.phase in OPEN_PHASES)
        ),
        moves=tuple(_moves(visit, found, type_model, tried)),
        macros=tuple(_macros(visit, found)),
        groups=groups,
        blank=blank,
        entries=told[-most:],
        earlier=max(0, len(told) - most),
        earlier_href=""
        if around.whole
        else with_query(url, show=around.tab, earlier="all") + "#h-tl",
        print_href=with_query(url, earlier="all", print="1"),
        printing=around.printing,
        tabs=tuple(_tabs(url, around.tab)),
        handling=handling(visit, found, type_model, cells, around.members, tried.handling),
        edit_action=visit.links.ticket(row.number, "edit") if found.rights.edit else "",
        intake=visit.say(PHASES.get(row.channel, row.channel)),
        barred=tuple(_barred(visit, found)),
        description=tuple(p for p in row.description.split("\n") if p.strip()),
        files=tuple(_field_files(visit, found, type_model)),
        composer=_composer(visit, found, tried),
        whys=tuple(whys(visit, found)),
        hints=hints(visit, row.number, around.suggestions),
        alike=tuple(alike_marks(visit, found, around.alike)),
        records=tuple(records(visit, found, type_model, cells)),
        customer=customer(visit, found, cells, around.house),
        conflict=conflict(visit, found, type_model, tried.clash),
        visits=visits_box(visit, found, around.beside, tried.notes),
        spent=spent_box(visit, found, around.beside, tried.notes),
        late=tuple(late_clocks(visit, found, tried.notes)),
        guide=state.guide.say(visit.locale) if state else "",
        problem=tried.problem,
        waiting=waiting(visit, found, url, tried.answering, names=True),
        live_href=with_query(
            visit.links.desk("live", "tickets", row.number), since=str(row.version)
        ),
        articles_url=visit.links.ticket(row.number, "articles")
        if found.live.desk.knowledge.categories and visit.viewer.functions & {SUGGEST, EDIT}
        else "",
        together=together_panel(visit, found, around.together, around.members)
        if around.together
        else None,
        pilot=visit.say("Pilot v%(n)s", n=found.live.revision)
        if found.live.environment == PILOT
        else "",
    )


def _tabs(url: str, current: str) -> Iterable[TimelineTab]:
    for name in ("all", "talk", "changes"):
        href = url if name == "all" else f"{url}?show={name}"
        yield TimelineTab(name, f"{href}#h-tl", name == current)


# -- workflow -----------------------------------------------------------------------------------


def _moves(visit: Visit, found: TicketPage, type_model: TypeModel, tried: Tried) -> Iterable[Move]:
    for way in found.ways:
        if way.open and not way.transition.upon:
            yield _move(visit, found, type_model, way, tried)


def _macros(visit: Visit, found: TicketPage) -> Iterable[MacroMark]:
    for macro in offered(found.live.desk, found.facts, found.ask):
        action = visit.links.ticket(found.row.number, "macro", macro.id)
        words = macro.help.say(visit.locale)
        yield MacroMark(macro.title.say(visit.locale), action, words, macro.icon or "zap")


def _move(visit: Visit, found: TicketPage, type_model: TypeModel, way: Way, tried: Tried) -> Move:
    transition = way.transition
    opened = tried.move == transition.id
    answers = tried.answers if opened else Answers()
    fields = tuple(
        one_input(_form(visit, found, type_model, answers, transition.id),
                  forms.FieldState(type_model.fields[need], True, True))
        for need in way.needs
        if need not in INPUTS
    )  # fmt: skip
    more = tuple(
        _words(visit, need, answers, transition.id)
        for need in way.needs
        if need in ("note", "reason")
    )
    public = found.rights.do & {"comment", "*"}
    comment = (
        "required"
        if "comment" in way.needs
        else ("optional" if public and (fields or more) else "")
    )
    return Move(
        id=transition.id,
        title=transition.title.say(visit.locale),
        action=visit.links.ticket(found.row.number, "move", transition.id),
        src=_src(transition.place),
        src_href=visit.links.source(str(transition.place)) if _may_see_specs(visit) else "",
        icon=transition.icon,
        danger=transition.danger,
        fields=(*fields, *more),
        comment=comment,  # type: ignore[arg-type]
        comment_value=str(answers.values.get("comment", "")),
        comment_problem=answers.errors.get("comment", ""),
        problem=answers.errors.get("", ""),
        open=opened,
    )


def _words(visit: Visit, need: str, answers: Answers, scope: str) -> FieldInput:
    label = visit.say("Internal note") if need == "note" else visit.say("Reason")
    value, error = str(answers.values.get(need, "")), answers.errors.get(need, "")
    return FieldInput(
        need, "long_text", label, scope=scope, value=value, maxlength=10_000, error=error
    )


def _form(
    visit: Visit, found: TicketPage, type_model: TypeModel, answers: Answers, scope: str
) -> FormOf:
    return FormOf(visit, found.live, type_model, found.rights, found.ask, answers, found.facts,
                  None, staff=True, scope=scope, people=found.people)  # fmt: skip


def _barred(visit: Visit, found: TicketPage) -> Iterable[Barred]:
    for way in found.ways:
        if way.open or way.transition.upon:
            continue
        why = visit.clauses(say_refusal(visit, r, found.row.type_key) for r in way.refusals)
        place = way.transition.place
        href = visit.links.source(str(place)) if _may_see_specs(visit) else ""
        change = guard_change(visit, found, way.transition)
        yield Barred(way.transition.title.say(visit.locale), why, _src(place), href, change)


def _src(place: Any) -> str:
    return f"{place.file}:{place.line}"


def _may_see_specs(visit: Visit) -> bool:
    return bool(visit.viewer.functions & {"edit_specs", "publish_specs"})


# -- facts --------------------------------------------------------------------------------------


def _groups(
    visit: Visit, found: TicketPage, type_model: TypeModel, cells: Cells, tried: Tried
) -> tuple[tuple[FactGroup, ...], tuple[Fact, ...]]:
    """What is known, under the headings of the form where it is much; and what nobody has filled
    in and nobody has to, which stands behind a fold."""
    states = forms.states(type_model, found.facts, found.ask)
    beside = shown_beside(found, type_model)
    groups: list[FactGroup] = []
    blank: list[Fact] = []
    for part in type_model.sections:
        known: list[Fact] = []
        for state in (states[key] for key in part.fields if states[key].shown):
            fact = _fact(visit, found, type_model, cells, state, tried)
            if fact is None or (fact.edit is None and fact.id in beside):
                continue
            waits = is_empty(found.facts.get(fact.id)) and not (state.required or fact.open)
            (blank if waits else known).append(fact)
        if known:
            groups.append(FactGroup(tuple(known), part.title.say(visit.locale)))
    few = tuple(fact for group in groups for fact in group.facts)
    if len(few) <= FEW_FACTS:
        groups = [FactGroup(few, "")] if few else []
    return tuple(groups), tuple(blank)


def _fact(
    visit: Visit,
    found: TicketPage,
    type_model: TypeModel,
    cells: Cells,
    state: forms.FieldState,
    tried: Tried,
) -> Fact | None:
    item = state.field
    right = found.rights.fields.get(item.key, "hidden")
    if right == "hidden" or item.type == "heading":
        return None
    label = item.label.say(visit.locale)
    if item.type in ("files", "image"):
        return None  # they are looked at together, under the description
    if item.type == "lines":
        cell: Any = TextCell(shown_value(visit, found, item))
    else:
        cell = cells.cell(found.facts, found.rights, item.key)
    edit = None
    if found.rights.writes(item.key):
        opened = tried.edit == item.key
        answers = tried.answers if opened else Answers()
        edit = one_input(_form(visit, found, type_model, answers, f"e-{item.key}"), state)
    elif is_empty(found.facts.get(item.key)):
        return None
    return Fact(
        item.key, label, cell, edit, strong=item.type == "money", open=tried.edit == item.key
    )


def _field_files(visit: Visit, found: TicketPage, type_model: TypeModel) -> Iterable[FieldFiles]:
    held: dict[str, list[FileMark]] = {}
    for row in found.files.values():
        if row.field_key and found.rights.reads(row.field_key):
            held.setdefault(row.field_key, []).append(file_mark(visit, row))
    for key, marks in held.items():
        item = type_model.fields.get(key)
        label = item.label.say(visit.locale) if item is not None and len(held) > 1 else ""
        yield FieldFiles(tuple(marks), label)


# -- talk ---------------------------------------------------------------------------------------


def _composer(visit: Visit, found: TicketPage, tried: Tried) -> Composer | None:
    do = found.rights.do
    modes = [m for m, verb in (("public", "comment"), ("internal", "note")) if do & {verb, "*"}]
    if not modes:
        return None
    requester = found.people.get(found.row.requester_id or "")
    mode = (
        "internal"
        if (tried.internal and "internal" in modes) or modes[0] == "internal"
        else "public"
    )
    return Composer(
        action=visit.links.ticket(found.row.number, "comment"),
        to=requester.name if requester else visit.say("the requester"),
        modes=tuple(modes),  # type: ignore[arg-type]
        mode=mode,  # type: ignore[arg-type]
        text=tried.text,
        problem=tried.text_problem,
        files=tried.files,
        draft=f"{visit.desk.tenant}.{visit.viewer.person_id}.{found.row.number}",
        fresh=not (tried.text or tried.text_problem),
        complete_url=visit.links.ticket(found.row.number, "complete"),
        quick_url=visit.links.desk("quick-texts"),
        steps=tuple(_said_with(visit, found)),
    )


def _said_with(visit: Visit, found: TicketPage) -> Iterable[tuple[str, str]]:
    """The steps that ask for nothing but words, harm nothing and are taken at once."""
    for way in found.ways:
        step = way.transition
        plain = not (step.upon or step.danger or step.approval) and set(way.needs) <= {"comment"}
        if way.open and plain:
            action = visit.links.ticket(found.row.number, "move", step.id)
            yield step.title.say(visit.locale), action
