"""Compares what a test expects with what came of it; a miss says expected, actual and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from engine.decide import access, form, move
from engine.decide.access import Rights
from engine.decide.pending import request_of
from engine.decide.verdict import Effect, Refusal
from engine.decide.who import people as named_people
from engine.evaluate import holds
from engine.facts import Ask, Value
from engine.model.desk import Desk
from engine.model.field import FieldModel
from engine.model.ticket_type import Transition
from engine.normal import is_empty
from engine.trial import cast
from engine.trial.plan import NOTHING, Case, Expectation
from engine.trial.play import Moment, Standing
from engine.trial.why import Why, refusal_said, rule_said
from specs.problem import Place


@dataclass(frozen=True, slots=True)
class Miss:
    """One expectation that does not hold: its place, what was wanted, what is, and the reasons,
    each with the place in the specs that decided where there is one."""

    step: str
    key: str
    place: Place
    expected: str
    actual: str
    why: tuple[str, ...] = ()


class Comparison:
    """Looks at one ticket after one step."""

    def __init__(self, desk: Desk, case: Case, standing: Standing) -> None:
        self._desk, self._case, self._standing = desk, case, standing
        self._facts = standing.facts
        self._why = Why(desk, case, standing)
        self._reasons: list[str] = []

    def misses(self, expect: Iterable[Expectation]) -> list[Miss]:
        """Everything that is other than expected; `because` is compared with what stands before
        it, so it comes last."""
        found: list[Miss] = []
        last = [one for one in expect if one.sort == "because"]
        for one in (*(one for one in expect if one.sort != "because"), *last):
            miss = _SORTS[one.sort](self, one)
            if miss is not None:
                found.append(miss)
        return found

    def _miss(self, one: Expectation, expected: str, actual: str, why: Iterable[str] = ()) -> Miss:
        return Miss(self._standing.step, one.key, one.place, expected, actual, tuple(why))

    def _asked(self, person: str) -> Ask:
        actor = self._case.people.get(person)
        return cast.ask(self._desk, cast.viewer(self._desk, actor), self._standing.now_us)

    # -- values -----------------------------------------------------------------------------------

    def _path(self, one: Expectation) -> Miss | None:
        slot = one.slot
        assert slot is not None
        value = self._facts.get(slot.name)
        if one.not_empty and not is_empty(value):
            return None
        if not one.not_empty and slot.same(value, one.wanted):
            return None
        expected = "not empty" if one.not_empty else slot.text(one.wanted)
        return self._miss(one, expected, slot.text(value), self._why.value(slot, one.wanted))

    # -- rights and forms -------------------------------------------------------------------------

    def _rights(self, person: str) -> tuple[Rights, Ask]:
        asked = self._asked(person)
        return access.rights(self._desk, self._facts, asked), asked

    def _can(self, one: Expectation) -> Miss | None:
        model = self._desk.types[self._case.type]
        transition = model.transitions.get(one.subject)
        if transition is None or not self._facts.get("state"):
            return self._miss(one, _yes(one.wanted), "there is no such way")
        rights, asked = self._rights(self._case.viewer)
        way = move.way(self._desk, model, transition, self._facts, rights, asked)
        self._reasons += [refusal_said(refusal, self._desk) for refusal in way.refusals]
        if way.open is one.wanted:
            return None
        why = [refusal_said(refusal, self._desk) for refusal in way.refusals]
        why = why or [self._opened(transition)]
        return self._miss(one, _yes(one.wanted), _yes(way.open), _unique(why))

    def _opened(self, transition: Transition) -> str:
        who = self._case.viewer or "the system"
        by = move.by_words(self._desk, transition)
        return f"open to {who}; by: {by} ({_line(transition.place)})"

    def _open(self, one: Expectation) -> Miss | None:
        rights, asked = self._rights(self._case.viewer)
        if self._facts.get("state"):
            ways = move.ways(self._desk, self._facts, rights, asked)
        else:
            ways = ()
        actual = {way.transition.id for way in ways if way.open}
        wanted = set(_several(one.wanted))
        if actual == wanted:
            return None
        why = [
            f"{way.transition.id}: {refusal_said(refusal, self._desk)}"
            for way in ways
            if way.transition.id in wanted
            for refusal in way.refusals
        ]
        return self._miss(one, _list(wanted), _list(actual), why)

    def _state(self, one: Expectation) -> tuple[FieldModel, form.FieldState]:
        model = self._desk.types[self._case.type]
        states = form.states(model, self._facts, self._asked(self._case.viewer))
        return model.fields[one.subject], states[one.subject]

    def _visible(self, one: Expectation) -> Miss | None:
        item, state = self._state(one)
        right = self._right_of(item)
        shown = state.shown and right != "hidden"
        if shown is one.wanted:
            return None
        why = [self._why.shown(item)]
        if state.shown and right == "hidden":
            why = [f"hidden from {self._case.viewer} by right"]
        return self._miss(one, _yes(one.wanted), _yes(shown), why)

    def _required(self, one: Expectation) -> Miss | None:
        item, state = self._state(one)
        if state.required is one.wanted:
            return None
        return self._miss(one, _yes(one.wanted), _yes(state.required), [self._why.required(item)])

    def _right_of(self, item: FieldModel) -> str:
        if not self._case.viewer:
            return "edit"
        rights, _ = self._rights(self._case.viewer)
        return rights.fields.get(item.key, "hidden") if rights.see else "hidden"

    def _right(self, one: Expectation) -> Miss | None:
        item = self._desk.types[self._case.type].fields[one.subject]
        actual = self._right_of(item)
        if actual == one.wanted:
            return None
        return self._miss(one, str(one.wanted), actual, self._grants(self._case.viewer))

    def _sees(self, one: Expectation) -> Miss | None:
        rights, _ = self._rights(one.subject)
        if rights.see is one.wanted:
            return None
        why = self._grants(one.subject)
        return self._miss(one, _yes(one.wanted), _yes(rights.see), why)

    def _grants(self, person: str) -> list[str]:
        asked = self._asked(person)
        found = []
        for grant in access.grants(self._desk, asked.viewer, self._case.type):
            seen = grant.see is not None and holds(grant.see, self._facts, asked)
            word = "holds" if seen else "does not hold"
            found.append(f"`see` of role {grant.role} {word} ({_line(grant.place)})")
        return found or [f"no role of {person or 'nobody'} has a grant on this type"]

    # -- what happened ----------------------------------------------------------------------------

    def _moments(self) -> tuple[Moment, ...]:
        return self._standing.moments[self._standing.since :]

    def _notified(self, one: Expectation) -> Miss | None:
        told = [word for moment in self._moments() for word in self._told(moment)]
        wanted = _texts(one.wanted)
        unwanted = one.subject == "not_notified"
        if wanted == (NOTHING,):
            wanted, unwanted = tuple(told), True
        wrong = [word for word in wanted if (word in told) is unwanted]
        if not wrong:
            return None
        named = one.subject == "not_notified"
        expected = f"nothing to {_list(wanted)}" if named else _list(_texts(one.wanted))
        sent = [line for moment in self._moments() for line in self._notices(moment)]
        return self._miss(one, expected, _list(_unique(told)), sent or ["no notice was sent"])

    def _told(self, moment: Moment) -> list[str]:
        found: list[str] = []
        for effect in _notices_of(moment):
            found.append(str(effect.args.get("notification", "")))
            if effect.to is not None:
                found += effect.to.relations
                found += self._people(effect, moment)
        return found

    def _people(self, effect: Effect, moment: Moment) -> tuple[str, ...]:
        if effect.to is None:
            return ()
        roster = cast.roster(self._case.people, {})
        author = moment.ask.viewer.person_id or ""
        return named_people(self._desk, effect.to, moment.verdict.facts, roster, author)

    def _notices(self, moment: Moment) -> list[str]:
        return [
            f"{effect.args.get('notification')} to {_list(self._people(effect, moment))}"
            f" by {rule_said(self._desk, self._case.type, _rule_of(effect))}"
            for effect in _notices_of(moment)
        ]

    def _awaits(self, one: Expectation) -> Miss | None:
        request = request_of(self._facts)
        actual = (request.transition,) if request is not None else ()
        if actual == _several(one.wanted):
            return None
        return self._miss(one, _list(_texts(one.wanted)), _list(actual))

    def _made(self, one: Expectation) -> Miss | None:
        made = [
            str(effect.args.get("type", ""))
            for moment in self._moments()
            if moment.verdict.allowed
            for effect in moment.verdict.effects
            if effect.kind == "create"
        ]
        if sorted(made) == sorted(_several(one.wanted)):
            return None
        return self._miss(one, _list(_texts(one.wanted)), _list(made))

    def _refused(self, one: Expectation) -> Miss | None:
        deed = self._standing.last_deed
        refusals = deed.verdict.refusals if deed is not None else ()
        said = [refusal_said(refusal, self._desk) for refusal in refusals]
        self._reasons += said
        words = {word for refusal in refusals for word in self._words(refusal)}
        wanted = _texts(one.wanted)
        if (wanted == (NOTHING,) and not refusals) or (wanted and set(wanted) <= words):
            return None
        actual = _list(_unique(refusal.code for refusal in refusals)) if refusals else NOTHING
        return self._miss(one, _list(wanted), actual, said)

    def _words(self, refusal: Refusal) -> tuple[str, ...]:
        item = self._desk.types[self._case.type].fields.get(refusal.at)
        return refusal.code, refusal.at, item.id if item is not None else ""

    def _decided_by(self, one: Expectation) -> Miss | None:
        reasons = [each for moment in self._moments() for each in moment.verdict.reasons]
        rules = [each.rule for each in reasons if each.outcome is not False]
        missing = [word for word in _texts(one.wanted) if word not in rules]
        if not missing:
            return None
        why = [line for rule in missing for line in self._why.rule(rule)]
        return self._miss(one, _list(missing), _list(_unique(rules)), why)

    def _explained(self, one: Expectation) -> Miss | None:
        lines = self._why.lines()
        missing = [word for word in _texts(one.wanted) if not any(word in line for line in lines)]
        if not missing:
            return None
        return self._miss(one, _list(missing), "no such reason was recorded", lines)

    def _because(self, one: Expectation) -> Miss | None:
        missing = [
            word
            for word in _texts(one.wanted)
            if not any(word in reason for reason in self._reasons)
        ]
        if not missing:
            return None
        actual = _list(_unique(self._reasons)) if self._reasons else "nothing was refused"
        return self._miss(one, _list(missing), actual)


def _notices_of(moment: Moment) -> list[Effect]:
    if not moment.verdict.allowed:
        return []
    return [effect for effect in moment.verdict.effects if effect.kind == "notify"]


def _rule_of(effect: Effect) -> str:
    """The rule in the key of a notice: `notify:<notification>:<rule>:<number>`."""
    return effect.key.split(":", 2)[2].rpartition(":")[0]


def _texts(value: Value) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, tuple) else (str(value),)


def _several(value: Value) -> tuple[str, ...]:
    """The words wanted; none where `nothing` is."""
    return tuple(word for word in _texts(value) if word != NOTHING)


def _list(words: Iterable[str]) -> str:
    several = words if isinstance(words, list | tuple) else sorted(words)
    return ", ".join(several) or NOTHING


def _unique(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(words))


def _yes(value: Value) -> str:
    return "true" if value else "false"


def _line(place: Place) -> str:
    return f"{place.file}:{place.line}"


_SORTS: Final[Mapping[str, Callable[[Comparison, Expectation], Miss | None]]] = {
    "path": Comparison._path,
    "can": Comparison._can,
    "open": Comparison._open,
    "visible": Comparison._visible,
    "required": Comparison._required,
    "right": Comparison._right,
    "sees": Comparison._sees,
    "notified": Comparison._notified,
    "made": Comparison._made,
    "awaits": Comparison._awaits,
    "refused": Comparison._refused,
    "decided_by": Comparison._decided_by,
    "explained": Comparison._explained,
    "because": Comparison._because,
}
