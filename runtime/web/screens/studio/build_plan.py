"""Makes the page of a plan from its body: the same for a draft and for a plan that was kept."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal

from engine.change.change import Change
from engine.change.diff import Side
from engine.change.effects import Effect, say_effect
from engine.change.plan import Plan
from engine.change.wanted import Need
from engine.model.text import Words
from generators.admin_screen.catalogue import kind_of, words_for
from runtime.actions.keep_plan import missing
from runtime.planning.picture import Workflow, beside, workflow
from runtime.web.pages import moment
from runtime.web.requests import Visit
from runtime.web.screens.studio.build_flow import Chart, draw
from runtime.web.screens.studio.finding import Problem
from runtime.web.screens.studio.plan import (
    Agreed,
    ChangeGroup,
    ChangeRow,
    Choice,
    Decision,
    Flow,
    PlanView,
    Sign,
    Step,
    TextChange,
    TextLine,
    TicketLink,
)

Files = Mapping[str, bytes]
_SIGN: Mapping[str, Sign] = {"add": "add", "remove": "del"}
CLASSES: Mapping[str, str] = {
    "cosmetic": "Cosmetic",
    "additive": "Additive",
    "tightening": "Stricter",
    "narrows": "Takes rights",
    "behaviour": "Decides otherwise",
    "retimed": "Other times",
    "widens": "Gives rights",
    "convert": "Converts values",
    "breaking": "Takes away",
}
"""Class of change → what stands on its badge."""
_CONTEXT = 2


@dataclass(frozen=True, slots=True)
class Shown:
    """A plan with what the page says besides: who, when, which texts, what the visitor may do.

    `before` and `after` are the files of both sides, the sides are their specs.
    """

    plan: Plan
    before: Files
    after: Files
    before_side: Side | None
    after_side: Side | None
    author: str
    message: str
    computed_us: int
    number: str = ""
    state: str = ""
    approvals: Sequence[Mapping[str, Any]] = ()
    can_edit: bool = False
    can_approve: bool = False
    can_return: bool = False
    is_alone: bool = False


def plan_view(visit: Visit, shown: Shown) -> PlanView:
    """The plan for this visitor."""
    plan, say = shown.plan, visit.say
    counts = plan.by_op()
    is_text = visit.query("as") == "yaml"
    here = _here(visit, shown)
    wanted = missing(plan, shown.approvals)
    return PlanView(
        heading=_heading(visit, shown),
        subject=_subject(visit, shown),
        number=shown.number,
        computed=moment(shown.computed_us),
        took=say("%(seconds)s s", seconds=f"{plan.took_ms / 1000:.1f}"),
        added=counts["add"],
        changed=counts["set"],
        removed=counts["remove"],
        open_needs=len(plan.decisions) + len(wanted),
        decisions=tuple(_decision(visit, shown, one) for one in plan.decisions),
        findings=tuple(_findings(visit, plan)),
        groups=() if is_text else tuple(_groups(visit, shown)),
        steps=_steps(visit, shown, wanted),
        is_text=is_text,
        meaning_href=here,
        text_href=f"{here}?as=yaml",
        texts=tuple(_texts(visit, shown)) if is_text else (),
        effects=tuple(say_effect(one, visit.locale) for one in plan.of(-1)),
        wanted=tuple(say(CLASSES[one]) for one in wanted),
        approvals=tuple(_agreed(visit, one) for one in shown.approvals),
        approve_action=f"{here}/approve" if shown.can_approve else "",
        return_action=f"{here}/return" if shown.can_return else "",
        refresh_href=here if not shown.number else "",
        json_href=f"{here}.json" if not shown.number else f"{here}/plan.json",
        button=_button(visit, shown, wanted),
    )


def _here(visit: Visit, shown: Shown) -> str:
    links = visit.links
    return links.studio("plans", shown.number) if shown.number else links.studio("publish")


def _heading(visit: Visit, shown: Shown) -> str:
    if shown.message:
        return shown.message.splitlines()[0]
    if not shown.plan.base_n:
        return visit.say("First publication")
    return visit.say("Draft compared with v%(live)s", live=shown.plan.base_n)


def _subject(visit: Visit, shown: Shown) -> str:
    if shown.number:
        return visit.say(
            "Plan %(number)s over v%(live)s · %(author)s",
            number=shown.number, live=shown.plan.base_n, author=shown.author,
        )  # fmt: skip
    return visit.say(
        "Draft over v%(live)s · %(author)s", live=shown.plan.base_n, author=shown.author
    )


def _button(visit: Visit, shown: Shown, wanted: Sequence[str]) -> str:
    """What the one button does now."""
    if not wanted:
        return ""
    if shown.is_alone:
        return visit.say("Approve and publish")
    return visit.say("Ask for approval") if not shown.number else ""


# ---------------------------------------------------------------- decisions


def _decision(visit: Visit, shown: Shown, need: Need) -> Decision:
    change = shown.plan.changes[need.changes[0]]
    effects = shown.plan.of(need.changes[0])
    place = need.place or change.place
    is_move = need.sort == "moves"
    title = change.title(visit.locale)
    heading = (
        visit.say("%(thing)s goes: what becomes of it?", thing=title)
        if is_move and need.verbs != ("convert",)
        else visit.say("%(thing)s gets another type", thing=title)
        if is_move
        else visit.say("%(policy)s changes its promises: for which tickets?", policy=need.thing)
    )
    action = visit.links.studio("decide") if shown.can_edit and not shown.number else ""
    return Decision(
        sort="moves" if is_move else "when",
        heading=heading,
        src=f"{place.file}:{place.line}" if place else "",
        src_href=visit.links.source(str(place)) if place else "",
        thing=need.thing,
        kind="convert" if need.verbs == ("convert",) else need.kind,
        choices=tuple(_choices(visit, shown, need, change)),
        action=action,
        step="" if action else _step_text(need),
        effects=tuple(say_effect(one, visit.locale) for one in effects),
        tickets=_tickets(visit, effects),
    )


def _step_text(need: Need) -> str:
    if need.sort == "when_changed":
        return "when_changed: open_tickets"
    return (
        f"{need.thing.rpartition('.')[2]}: {{ {need.verbs[-1]}: {need.kind}, from: {need.thing} }}"
    )


def _choices(visit: Visit, shown: Shown, need: Need, change: Change) -> Iterator[Choice]:
    """What can take the place of what goes: what else there is beside it, and taking it out."""
    say = visit.say
    if need.sort == "when_changed":
        yield Choice("open_tickets", say("Open tickets are timed again"))
        yield Choice("new_tickets", say("Only new tickets"))
        return
    if need.verbs == ("convert",):
        yield Choice(".", say("Read the values as the new type, keep the rest aside"))
        return
    if "map" in need.verbs:
        for value, label in _beside(visit, shown, change):
            yield Choice(value, label)
    if "retire" in need.verbs:
        yield Choice(".", say("Take it out of use; tickets keep it in their history"))


def _beside(visit: Visit, shown: Shown, change: Change) -> list[tuple[str, str]]:
    """The ids beside a thing that goes, in the files as they would be."""
    if shown.after_side is None:
        return []
    return [(name, words.say(visit.locale)) for name, words in beside(shown.after_side, change)]


def _tickets(visit: Visit, effects: Sequence[Effect]) -> tuple[TicketLink, ...]:
    numbers = dict.fromkeys(number for one in effects for number in one.tickets)
    return tuple(TicketLink(one, visit.links.ticket(one)) for one in list(numbers)[:5])


# ---------------------------------------------------------------- changes


def _groups(visit: Visit, shown: Shown) -> Iterator[ChangeGroup]:
    """The changes of each file together, a workflow that changes with its picture."""
    numbered = list(enumerate(shown.plan.changes))
    for (kind, id), several in groupby(numbered, key=lambda one: (one[1].kind, one[1].id)):
        rows = list(several)
        model = kind_of(kind)
        label = visit.say(words_for(model)[0]) if model is not None else kind
        title = rows[0][1].trail[0]
        name = title if isinstance(title, str) else Words(title).say(visit.locale)
        flow = _flow(visit, shown, id) if _is_flow([one for _, one in rows]) else None
        yield ChangeGroup(
            f"{label} · {name}", tuple(_row(visit, shown, n, one) for n, one in rows), flow
        )


def _is_flow(changes: Sequence[Change]) -> bool:
    return any(
        one.path[:2] in (("workflow", "states"), ("workflow", "transitions"))
        and (len(one.path) == 3 or one.path[3:4] in (("from",), ("to",)))
        for one in changes
    )


def _flow(visit: Visit, shown: Shown, type_id: str) -> Flow | None:
    old, new = workflow(shown.before_side, type_id), workflow(shown.after_side, type_id)
    if old is None and new is None:
        return None
    title = visit.say("Workflow, the draft compared with what is live")
    return draw(_chart(visit, old), _chart(visit, new), title, _flow_words(visit, old, new))


def _chart(visit: Visit, flow: Workflow | None) -> Chart | None:
    if flow is None:
        return None
    return Chart({name: one.say(visit.locale) for name, one in flow.states.items()}, flow.ways)


def _flow_words(visit: Visit, old: Workflow | None, new: Workflow | None) -> str:
    """The picture in words: which states go and come."""
    before = old.states if old is not None else {}
    after = new.states if new is not None else {}
    gone = [one.say(visit.locale) for name, one in before.items() if name not in after]
    come = [one.say(visit.locale) for name, one in after.items() if name not in before]
    parts = []
    if gone:
        parts.append(visit.say("Removed: %(names)s", names=visit.listed(gone)))
    if come:
        parts.append(visit.say("Added: %(names)s", names=visit.listed(come)))
    return " · ".join(parts) or visit.say("The states stay; ways between them change")


def _row(visit: Visit, shown: Shown, number: int, change: Change) -> ChangeRow:
    plan, locale = shown.plan, visit.locale
    place = change.place
    effects = plan.of(number)
    asked = {n for need in plan.needs for n in need.changes}
    inner = change.trail[1:] or change.trail
    text = " › ".join(part if isinstance(part, str) else Words(part).say(locale) for part in inner)
    return ChangeRow(
        sign=_SIGN.get(change.op, "mod"),
        text=text,
        class_label=visit.say(CLASSES[change.klass]),
        needs=number in asked,
        src=f"{place.file}:{place.line}" if place else "",
        src_href=visit.links.source(str(place)) if place and change.op != "remove" else "",
        before=change.before,
        after=change.after,
        effects=tuple(say_effect(one, locale) for one in effects),
        tickets=_tickets(visit, effects),
    )


def _findings(visit: Visit, plan: Plan) -> Iterator[Problem]:
    for one in plan.findings:
        place = one.place
        href = visit.links.source(str(place))
        yield Problem("warn", one.code, one.message, "", place.file, place.line, place.col, href)


def _texts(visit: Visit, shown: Shown) -> Iterator[TextChange]:
    """The files that differ, as lines with what is around them."""
    for path in sorted(shown.before.keys() | shown.after.keys()):
        old, new = shown.before.get(path), shown.after.get(path)
        if old != new:
            lines = tuple(_lines(_split(old), _split(new)))
            yield TextChange(
                path, visit.links.source(f"{path}:1:1") if new is not None else "", lines
            )


def _split(content: bytes | None) -> list[str]:
    return (content or b"").decode("utf-8", "replace").splitlines()


def _lines(old: list[str], new: list[str]) -> Iterator[TextLine]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for place, group in enumerate(matcher.get_grouped_opcodes(_CONTEXT)):
        if place:
            yield TextLine("", "…")
        for tag, a, b, c, d in group:
            if tag == "equal":
                yield from (TextLine("", line) for line in old[a:b])
                continue
            yield from (TextLine("del", line) for line in old[a:b])
            yield from (TextLine("add", line) for line in new[c:d])


# ---------------------------------------------------------------- the way to a publish


def _steps(visit: Visit, shown: Shown, wanted: Sequence[str]) -> tuple[Step, ...]:
    """Checked, counted, decided, approved, published: where the plan stands."""
    say, count, plan = visit.say, visit.count, shown.plan
    decided = not plan.decisions
    approved = not wanted or shown.is_alone
    steps = [
        (
            "done",
            say("Specs checked"),
            count("%(count)s file, no error", "%(count)s files, no error", len(shown.after)),
        ),
        (
            "done",
            say("Consequences counted"),
            count("%(count)s change", "%(count)s changes", len(plan.changes)),
        ),
    ]
    if plan.decisions or not plan.approvals:
        text = (
            say("nothing is open") if decided else say("%(count)s open", count=len(plan.decisions))
        )
        steps.append(("done" if decided else "now", say("Decisions"), text))
    if plan.approvals:
        text = visit.listed(say(CLASSES[one]) for one in (wanted or plan.approvals))
        state = "done" if not wanted else "todo" if not decided else "now"
        steps.append((state, say("Approval"), text))
    last: Literal["now", "todo"] = "now" if decided and approved else "todo"
    is_out = shown.state == "published"
    text = say("it is live") if is_out else say("New tickets follow it at once")
    steps.append(("done" if is_out else last, say("Publish"), text))
    return tuple(Step(state, title, text) for state, title, text in steps)  # type: ignore[arg-type]


def _agreed(visit: Visit, one: Mapping[str, Any]) -> Agreed:
    remark = ""
    if one.get("alone"):
        remark = visit.say("their own change: nobody else may publish")
    elif one.get("operator"):
        remark = visit.say("by the operator's word")
    return Agreed(one["by"], moment(one["at_us"]), bool(one.get("returned")), one["says"], remark)
