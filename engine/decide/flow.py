"""What moves a ticket: taking a transition with all that follows, and the verbs of specs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from engine.decide import access, form, move
from engine.decide.asking import ask_for, hindrance
from engine.decide.course import DIFFICULTY, WANTED_SKILLS, Course
from engine.decide.holes import filled
from engine.decide.route import route
from engine.decide.who import people
from engine.facts import Value, Viewer
from engine.model.field import FieldModel
from engine.model.rights import Who
from engine.model.text import Words
from engine.model.ticket_type import (
    DONE_PHASES,
    INPUTS,
    Action,
    FromClock,
    FromMatch,
    FromTicket,
    State,
    Transition,
)
from engine.values.lines import rows_of
from engine.values.registry import to_text

SYSTEM: Final = Viewer(None)


def take(
    course: Course,
    transition: Transition,
    *,
    granted: bool = False,
    words: Mapping[str, str] | None = None,
) -> None:
    """Carry the ticket over a transition that was found open.

    One that wants an approval is asked for instead, unless it was `granted`; `words` (comment,
    note, reason) wait with it.
    """
    if transition.approval is not None and not granted:
        course.taken.add(transition.id)
        ask_for(course, transition, transition.approval, words or {})
        return
    rule = f"move:{transition.id}"
    was = course.facts.text("phase")
    state = course.type.states[transition.target]
    if state.phase in DONE_PHASES and was not in DONE_PHASES:
        course.set("state_before", course.facts.text("state"), rule)
    enter(course, state, rule)
    course.emit("moved")
    if was in DONE_PHASES and state.phase not in DONE_PHASES:
        count_reopened(course, rule)
    for name in transition.notify:
        course.notify(name, None, rule)
    act(course, transition.do, rule)
    course.taken.add(transition.id)
    follow(course, "moved", f"entered:{state.key}")


def enter(course: Course, state: State, rule: str) -> None:
    """Be in a state: its phase, its times, its team."""
    now = course.ask.now_us
    solved = course.facts.get("solved_at")
    course.set("state", state.key, rule)
    course.set("phase", state.phase, rule)
    course.set("state_since", now, rule)
    if state.phase in DONE_PHASES:
        keep = state.phase == "closed" and isinstance(solved, int)
        course.set("solved_at", solved if keep else now, rule)
    else:
        course.set("solved_at", None, rule)
    course.set("closed_at", now if state.phase == "closed" else None, rule)
    course.emit(f"entered:{state.key}")
    if state.team:
        enter_team(course, state.team)


def enter_team(course: Course, word: str) -> None:
    """Give the ticket to the team a state names ("home": back to where routing sent it)."""
    target = course.facts.text("home_team") if word == "home" else word
    if target and target != course.facts.text("team"):
        course.to_team(target, "state")
    elif not course.facts.get("assignee"):
        course.assign_in(course.facts.text("team"))


def count_reopened(course: Course, rule: str) -> None:
    """A solved or closed ticket is open again."""
    count = course.facts.get("reopened")
    course.set("reopened", (count if isinstance(count, int) else 0) + 1, rule)
    course.emit("reopened")


def follow(course: Course, *words: str) -> None:
    """Take the first transition that waits `upon` one of these events, each once per cascade."""
    state = course.facts.text("state")
    rights = access.rights(course.desk, course.facts, course.ask)
    for transition in course.type.transitions.values():
        waits = transition.upon in words and state in transition.source
        if not waits or transition.id in course.taken:
            continue
        found = move.way(course.desk, course.type, transition, course.facts, rights, course.ask)
        missing = [n for n in found.needs if n not in INPUTS]
        if found.open and not missing and not hindrance(course, transition):
            take(course, transition)
            return


# --- routing --------------------------------------------------------------------------------------


def route_ticket(course: Course) -> None:
    """Let routing decide priority, tags, skills and team (decisions.md 1)."""
    outcome, reasons = route(course.desk, course.facts, course.ask)
    rules = {reason.topic: reason.rule for reason in reasons}
    course.reasons += reasons
    course.set("priority", outcome["priority"], rules["priority"])
    if outcome.get("tags"):
        had = course.facts.names("tags")
        tags = tuple(dict.fromkeys((*had, *_many(outcome["tags"]))))
        course.set("tags", tags, rules["tags"])
    if outcome.get("skills"):
        course.set(WANTED_SKILLS, _many(outcome["skills"]), rules["skills"])
    if outcome.get("difficulty", "normal") != "normal":
        course.set(DIFFICULTY, outcome["difficulty"], rules["difficulty"])
    course.set("home_team", outcome["team"], rules["team"])
    if not course.facts.get("team"):
        course.set("team", outcome["team"], rules["team"])
        course.set("teams", (outcome["team"],), rules["team"])
    elif outcome["team"] != course.facts.get("team"):
        course.to_team(str(outcome["team"]), rules["team"])


def _many(value: Value) -> tuple[Value, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


# --- the verbs of specs ---------------------------------------------------------------------------


def act(
    course: Course,
    actions: Iterable[Action],
    rule: str,
    same: Mapping[str, Value] | None = None,
) -> None:
    """Carry out the verbs of a spec, in order. `same`: what `$same.<path>` stands for."""
    for action in actions:
        if action.verb == "call":
            _call(course, action.args, rule)
            continue
        args = {name: _taken(course, value, same or {}) for name, value in action.args.items()}
        _VERBS[action.verb](course, args, action.to or Who(), rule)


def _taken(course: Course, value: object, same: Mapping[str, Value]) -> object:
    """An argument with what it takes from the ticket or from the events in common."""
    if isinstance(value, FromTicket):
        return course.facts.get(value.path.name)
    if isinstance(value, FromMatch):
        return same.get(value.path.name)
    if isinstance(value, FromClock):
        return course.ask.today if value.word == "today" else course.ask.now_us
    if isinstance(value, Mapping):
        return {name: _taken(course, inner, same) for name, inner in value.items()}
    return value


Args = Mapping[str, object]


def _set(course: Course, args: Args, to: Who, rule: str) -> None:
    for name, value in args.items():
        course.set(name, value, rule)  # type: ignore[arg-type]
    course.take_over(form.settle(course.type, course.facts, course.ask), rule)


def _flag(course: Course, args: Args, to: Who, rule: str) -> None:
    course.toggle("flags", str(args["name"]), rule, on=True)


def _unflag(course: Course, args: Args, to: Who, rule: str) -> None:
    course.toggle("flags", str(args["name"]), rule, on=False)


def _tag(course: Course, args: Args, to: Who, rule: str) -> None:
    course.toggle("tags", str(args["name"]), rule, on=True)


def _untag(course: Course, args: Args, to: Who, rule: str) -> None:
    course.toggle("tags", str(args["name"]), rule, on=False)


def _notify(course: Course, args: Args, to: Who, rule: str) -> None:
    course.notify(str(args["name"]), None if to == Who() else to, rule)


def _transfer(course: Course, args: Args, to: Who, rule: str) -> None:
    name = str(args["name"])
    team = course.facts.text("home_team") if name == "home" else name
    if team and team != course.facts.text("team"):
        course.to_team(team, rule)


def _assign(course: Course, args: Args, to: Who, rule: str) -> None:
    found = people(course.desk, to, course.facts, course.roster)
    person = course.at_work(found)
    if person and person != course.facts.get("assignee"):
        course.set("assignee", person, rule)
        course.emit("assigned")
        course.notify_type("assigned")


def _say(course: Course, args: Args, rule: str, *, internal: bool) -> None:
    words = args["text"]
    assert isinstance(words, Words)
    first = course.desk.tenant.locales[0]
    locale = first if internal else (course.facts.text("requester.locale") or first)
    text = filled(words.say(locale), course.desk, course.facts, locale).strip()
    if text:
        course.say(text, internal=internal, rule=rule)


def _comment(course: Course, args: Args, to: Who, rule: str) -> None:
    _say(course, args, rule, internal=False)
    # The notice quotes these words, not what set the rule going.
    course.quoting = len(course.words)
    course.aloud.append(course.quoting)
    course.notify_type("replied")
    course.quoting = 0
    follow(course, "commented")


def _note(course: Course, args: Args, to: Who, rule: str) -> None:
    _say(course, args, rule, internal=True)


def _move(course: Course, args: Args, to: Who, rule: str) -> None:
    """Take a transition as the system: its guard and needs hold, its `by` does not."""
    transition = course.type.transitions.get(str(args["transition"]))
    if transition is None or transition.id in course.taken:
        return
    ask = replace(course.ask, viewer=SYSTEM)
    rights = access.rights(course.desk, course.facts, ask)
    found = move.way(course.desk, course.type, transition, course.facts, rights, ask)
    hindered = hindrance(course, transition)
    if found.open and not hindered and not unsaid(course, found.needs):
        take(course, transition)


def unsaid(course: Course, needs: Iterable[str]) -> list[str]:
    """What a transition still needs; a rule is its own reason, and what it said itself counts."""
    said = {"note" if word.internal else "comment" for word in course.words} | {"reason"}
    return [need for need in needs if need not in said]


def _route(course: Course, args: Args, to: Who, rule: str) -> None:
    route_ticket(course)


def _effect(kind: str) -> Callable[[Course, Args, Who, str], None]:
    """A verb that acts on another ticket, or asks the world: done after the commit."""

    def later(course: Course, args: Args, to: Who, rule: str) -> None:
        course.effect(kind, _said_now(course, args), rule)

    return later


def _call(course: Course, args: Args, rule: str) -> None:
    """Something to be told to another system, with the values of this moment; of no record nothing.

    Numbers and booleans stay what they are, exact amounts and all else become text.
    """
    record = course.facts.text(str(args["field"]))
    given = args["with"]
    if not record or not isinstance(given, Mapping):
        return
    handed = {
        name: _handed(course, value.path.name) if isinstance(value, FromTicket) else value
        for name, value in given.items()
    }
    said = {"source": args["source"], "call": args["call"], "key": record, "with": handed}
    course.effect("call", said, rule)


def _handed(course: Course, name: str) -> object:
    value = course.facts.get(name)
    root, _, output = name.partition(".")
    item = course.type.fields.get(root)
    if item is not None and output:
        source = course.desk.sources.get(item.source)
        item = source.outputs.get(output) if source is not None else None
    if item is None or value is None or item.type in ("integer", "boolean", "rating"):
        return list(value) if isinstance(value, tuple) else value
    return to_text(item, value, course.zone)


def _said_now(course: Course, args: Args) -> dict[str, object]:
    """The arguments with their texts filled in while the ticket is as it is.

    Values for a new ticket's form become what a person would type there.
    """
    first = course.desk.tenant.locales[0]
    found = {
        name: filled(value.say(first), course.desk, course.facts, first)
        if isinstance(value, Words)
        else value
        for name, value in args.items()
    }
    values, model = found.get("values"), course.desk.types.get(str(found.get("type", "")))
    if isinstance(values, Mapping) and model is not None:
        fields = model.fields
        found["values"] = {
            key: _as_typed(fields[key], value, course.zone)
            for key, value in values.items()
            if key in fields
        }
    return found


def _as_typed(item: FieldModel, value: object, zone: str) -> object:
    """A stored value as a person would type it; of rows each cell."""
    if item.columns:
        return tuple(
            {
                key: _as_typed(item.columns[key], cell, zone)
                for key, cell in row.items()
                if key in item.columns
            }
            for row in rows_of(value)  # type: ignore[arg-type]
        )
    return to_text(item, value, zone) if type(value) is int else value


_VERBS: Final[Mapping[str, Callable[[Course, Args, Who, str], None]]] = {
    "set": _set,
    "flag": _flag,
    "unflag": _unflag,
    "tag": _tag,
    "untag": _untag,
    "notify": _notify,
    "transfer": _transfer,
    "assign": _assign,
    "comment": _comment,
    "note": _note,
    "move": _move,
    "route": _route,
    "create": _effect("create"),
    "link": _effect("link"),
    "merge": _effect("merge"),
    "refresh": _effect("refresh"),
}
