"""Why a ticket is as it is, in lines with the place in the specs that decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.decide.explain import TriedRow, explain
from engine.decide.say import plain_test
from engine.decide.verdict import Reason, Refusal
from engine.evaluate import first_failing, first_test, holds
from engine.facts import Value
from engine.model.desk import Desk
from engine.model.field import FieldModel
from engine.model.routing import Row
from engine.model.text import Words
from engine.trial import cast
from engine.trial.plan import Case
from engine.trial.play import PLACING, Moment, Standing
from engine.trial.slots import Slot, Slots
from engine.values.base import ValueProblem
from engine.values.registry import say_problem
from specs.problem import Place


class Why:
    """Reasons of one case up to one step."""

    def __init__(self, desk: Desk, case: Case, standing: Standing) -> None:
        self._desk, self._case, self._standing = desk, case, standing
        self._slots: Slots | None = None

    @property
    def slots(self) -> Slots:
        """The paths of the type; made when they are first asked for."""
        if self._slots is None:
            self._slots = Slots(self._desk, self._desk.types[self._case.type])
        return self._slots

    def value(self, slot: Slot, wanted: Value) -> list[str]:
        """Why a value is what it is, and what kept the wanted one from coming about."""
        deed = self._standing.last_deed
        found = []
        if deed is not None and not deed.verdict.allowed:
            found = [f"refused: {refusal_said(one, self._desk)}" for one in deed.verdict.refusals]
        reason = self._reason(slot.name)
        if reason is not None:
            moment, why = reason
            found += self._decided(moment, why, slot, wanted)
            if slot.same(why.outcome, self._standing.facts.get(slot.name)):
                return found
        setter = self._setter(slot.name)
        if setter:
            return [*found, f"set by {setter}"]
        return [*found, *(self._of_form(slot) or [self._unset(slot)])]

    def _unset(self, slot: Slot) -> str:
        """What to say of a value that nothing has touched."""
        model = self._desk.types[self._case.type]
        start = model.states.get(model.start)
        if slot.name in ("state", "phase") and start is not None:
            return f"the workflow begins there ({line_of(start.place)}) and nothing moved it"
        return f"nothing set it ({line_of(model.place)})"

    def _reason(self, topic: str) -> tuple[Moment, Reason] | None:
        """The last decision about a topic, and the moment it was taken in."""
        for moment in reversed(self._standing.moments):
            for reason in reversed(moment.verdict.reasons):
                if reason.topic == topic and moment.verdict.allowed:
                    return moment, reason
        return None

    def _setter(self, name: str) -> str:
        """The rule that set a name last, with its place where it is a transition."""
        for moment in reversed(self._standing.moments):
            for step in moment.verdict.steps:
                if step.name == name and moment.verdict.allowed:
                    return rule_said(self._desk, self._case.type, step.rule)
        return ""

    def _decided(self, moment: Moment, reason: Reason, slot: Slot, wanted: Value) -> list[str]:
        place = f" ({_short(reason.place)})" if reason.place else ""
        found = [f"decided by {reason.rule}{place}"]
        told = explain(self._desk, self._case.type, reason, moment.ask)
        tried = {row.id: row for row in told.rows}
        for row in self._rows(reason):
            if self._gives(row, reason.topic, slot, wanted):
                found.append(self._lost(row, tried.get(row.id)))
        return found

    def _rows(self, reason: Reason) -> tuple[Row, ...]:
        if reason.topic.startswith("due."):
            policy = self._desk.policies.get(self._case.type)
            return (*policy.rows, policy.otherwise) if policy is not None else ()
        model = self._desk.routings.get(self._case.type, {}).get(reason.topic)
        return tuple(row for row in (*model.rows, model.otherwise) if row) if model else ()

    def _gives(self, row: Row, topic: str, slot: Slot, wanted: Value) -> bool:
        """Whether a row would have decided what is wanted; of targets nobody can tell."""
        return not topic.startswith("due.") and slot.same(row.sets.get(topic), wanted)

    def _lost(self, row: Row, tried: TriedRow | None) -> str:
        at = f"row {row.id} ({line_of(row.place)})"
        if tried is None:
            return f"{at} was not tried: an earlier row holds"
        if tried.failed is None:
            return f"{at} decided"
        asked = plain_test(tried.failed.test)
        slot = self.slots.named(tried.failed.test.path.name)
        actual = slot.text(tried.failed.value) if slot is not None else str(tried.failed.value)
        return f"{at} did not hold: it asks whether {asked}; it is {actual}"

    def _of_form(self, slot: Slot) -> list[str]:
        item = self._desk.types[self._case.type].fields.get(slot.name)
        if item is None:
            return []
        if item.formula is not None:
            return [f"computed by its formula ({line_of(item.place)})"]
        if item.filled_by:
            return [f"filled by {item.filled_by} ({line_of(item.place)})"]
        return [self.shown(item)]

    # -- forms ------------------------------------------------------------------------------------

    def shown(self, item: FieldModel) -> str:
        """Why a field is on the form or is not."""
        return self._conditional(item, "show_when")

    def required(self, item: FieldModel) -> str:
        """Why a field has to be filled or need not be."""
        if item.required:
            return f"`required: true` ({line_of(item.place)})"
        return self._conditional(item, "required_when")

    def _conditional(self, item: FieldModel, word: str) -> str:
        when = item.show_when if word == "show_when" else item.required_when
        if when is None:
            return f"it has no `{word}` ({line_of(item.place)})"
        asked = cast.ask(self._desk, cast.SYSTEM, self._standing.now_us)
        facts = self._standing.facts
        held = holds(when, facts, asked)
        test = first_test(when) if held else first_failing(when, facts, asked)
        said = plain_test(test) if test is not None else "always"
        verb = "holds" if held else "does not hold"
        return f"its `{word}` {verb}: {said} ({line_of(item.place)})"

    # -- rules ------------------------------------------------------------------------------------

    def rule(self, rule: str) -> list[str]:
        """Why a rule that was named did not decide."""
        address, _, id = rule.rpartition(".")
        found = []
        for moment, reason in self._all():
            if reason.rule.rpartition(".")[0] != address:
                continue
            tried = {row.id: row for row in explain(
                self._desk, self._case.type, reason, moment.ask
            ).rows}  # fmt: skip
            found += [self._lost(row, tried.get(id)) for row in self._rows(reason) if row.id == id]
        return list(dict.fromkeys(found))

    def lines(self) -> list[str]:
        """Every recorded reason as a line: what was decided, by which rule, and where it stands."""
        return list(dict.fromkeys(self._line(reason) for _, reason in self._all()))

    def _all(self) -> Iterator[tuple[Moment, Reason]]:
        for moment in self._standing.moments:
            if moment.verdict.allowed:
                yield from ((moment, reason) for reason in moment.verdict.reasons)

    def _line(self, reason: Reason) -> str:
        slot = self.slots.named(reason.topic)
        outcome = slot.text(reason.outcome) if slot is not None else str(reason.outcome)
        read = []
        for each in reason.reads:
            found = self.slots.find(each.path)
            value = found.text(each.value) if found is not None else str(each.value)
            read.append(f"{each.path} is {value}")
        values = f"; {', '.join(read)}" if read else ""
        place = f" ({_short(reason.place)})" if reason.place else ""
        return f"{reason.topic} is {outcome} by {reason.rule}{place}{values}"


def rule_said(desk: Desk, type_key: str, rule: str) -> str:
    """A rule that changed something or told somebody, with the place where it stands."""
    place = _place_of(desk, type_key, rule)
    kind, _, id = rule.partition(":")
    if id == PLACING:
        return "the test, which puts it there"
    name = f"transition {id}" if kind == "move" else rule
    return f"{name} ({line_of(place)})" if place is not None else name


def _place_of(desk: Desk, type_key: str, rule: str) -> Place | None:
    model, policy = desk.types[type_key], desk.policies.get(type_key)
    kind, _, id = rule.partition(":")
    move = model.transitions.get(id) if kind == "move" else None
    if move is not None:
        return move.place
    room, _, name = rule.partition("/")
    if room == "types":
        return model.place
    if room == "automations":
        automation = desk.automation(type_key, name)
        return automation.place if automation is not None else None
    if room == "macros" and name in desk.macros:
        return desk.macros[name].place
    if room != "sla" or policy is None:
        return None
    warned = {f"{policy.id}.warn.{one.id}": one.place for one in policy.warnings}
    breach = policy.breach[0].place if policy.breach else policy.otherwise.place
    return warned.get(name, breach)


def refusal_said(refusal: Refusal, desk: Desk) -> str:
    """A refusal in one line: its code, what it is about, and the place that refuses."""
    return f"{refusal.code}{_about(refusal, desk)}{_at(refusal)}"


def _about(refusal: Refusal, desk: Desk) -> str:
    args: Mapping[str, object] = refusal.args
    if "by" in args:
        return f" (by: {args['by']})"
    if args.get("test"):
        return f" (when: {args['test']})"
    wrong = args.get("wrong")
    if isinstance(wrong, ValueProblem):
        return f" ({refusal.at}: {say_problem(wrong, 'en')})"
    said = args.get("say")
    if isinstance(said, Words):
        return f" ({refusal.at}: {said.say(desk.tenant.locales[0])})"
    return f" ({refusal.at})" if refusal.at else ""


def _at(refusal: Refusal) -> str:
    return f" at {_short(refusal.place)}" if refusal.place else ""


def line_of(place: Place) -> str:
    """A place as `file:line`."""
    return f"{place.file}:{place.line}"


def _short(place: str) -> str:
    """`file:line` of a place that was recorded as `file:line:column`."""
    parts = place.rsplit(":", 2)
    return f"{parts[0]}:{parts[1]}" if len(parts) == 3 else place
