"""Makes the spec tests of a tenant ready to run; what can't be run is a problem with its place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from engine.decide.verdict import (
    Approve,
    Assign,
    Comment,
    Edit,
    Event,
    Move,
    Open,
    Rate,
    Refuse,
    UseMacro,
)
from engine.model.desk import Desk
from engine.model.ticket_type import TypeModel
from engine.span import MINUTE_US
from engine.trial.expecting import Expecting
from engine.trial.given import Given, Giving
from engine.trial.plan import (
    REQUESTER,
    Act,
    Actor,
    Case,
    Expectation,
    Pass,
    Plan,
    TrialStep,
)
from engine.trial.slots import Slots
from engine.values.datetime import parse_instant
from engine.values.registry import ValueProblem, say_problem
from engine.values.written import written
from specs.kinds.spec_test import Case as CaseSpec
from specs.kinds.spec_test import Matrix, Participant, SpecTest
from specs.kinds.spec_test import TrialStep as StepSpec
from specs.problem import Code, Place, Problem, did_you_mean, ordered, problem
from specs.spec_set import SpecFile, SpecSet

_MONDAY: Final = "2026-03-02T09:00"
"""When a test begins that says nothing: an ordinary Monday morning in the tenant's zone."""
_WORDS: Final = "A test"
"""Subject and description of a ticket whose test gives none."""
_DEEDS: Final = (
    "do", "edit", "comment", "internal", "assign", "transfer", "rate", "macro", "approve", "refuse",
)  # fmt: skip
MAX_CASES: Final = 5_000
Path = tuple[str | int, ...]


def compile_tests(specs: SpecSet, desk: Desk) -> tuple[Plan, list[Problem]]:
    """Every case and matrix in the specs, and what is wrong with them."""
    cases: list[Case] = []
    problems: list[Problem] = []
    for file in specs.of("SpecTest").values():
        spec = file.spec
        model = _model(desk, spec.about) if isinstance(spec, SpecTest) else None
        if model is None or not isinstance(spec, SpecTest):
            continue
        compiler = _Test(file, spec, desk, model)
        cases += compiler.cases()
        problems += compiler.found()
    return Plan(tuple(cases)), ordered(problems)


def _model(desk: Desk, id: str) -> TypeModel | None:
    return next((one for one in desk.types.values() if one.id == id), None)


@dataclass(frozen=True, slots=True)
class _Scene:
    """What the cases of one block share: where they stand, who takes part, when they begin."""

    base: Path
    people: Mapping[str, Actor]
    start_us: int
    default: str


class _Test:
    """Compiles one file."""

    def __init__(self, file: SpecFile, spec: SpecTest, desk: Desk, model: TypeModel) -> None:
        self._file, self._spec, self._desk, self._model = file, spec, desk, model
        self._slots = Slots(desk, model)
        self._expecting = Expecting(file, self._slots, desk, model)
        self._problems: list[Problem] = []
        self._people = {REQUESTER: Actor(REQUESTER, "Requester"), **self._cast(spec.people)}
        self._start = self._moment(spec.now, ("now",)) or self._instant(_MONDAY)

    def found(self) -> list[Problem]:
        """Everything that is wrong with the file."""
        return [*self._problems, *self._expecting.problems]

    def cases(self) -> Iterator[Case]:
        """The cases, then those of the matrices."""
        for id, case in (self._spec.cases or {}).items():
            yield self._case(id, case)
        for id, matrix in (self._spec.matrix or {}).items():
            yield from self._matrix(id, matrix)

    def _wrong(self, code: Code, message: str, path: Path, cure: str = "") -> None:
        self._problems.append(problem(code, message, self._file.place(*path), cure=cure))

    def _instant(self, text: str) -> int:
        return parse_instant(text, self._desk.tenant.zone) or 0

    def _moment(self, text: str | None, path: Path) -> int | None:
        if text is None:
            return None
        found = parse_instant(text, self._desk.tenant.zone)
        if found is None:
            self._wrong(Code.BAD_VALUE, f"`{text}` is no moment of the calendar", path)
        return found

    # -- people -----------------------------------------------------------------------------------

    def _cast(self, people: Mapping[str, Participant] | None, *base: str) -> dict[str, Actor]:
        return {
            id: self._actor(id, one, (*base, "people", id)) for id, one in (people or {}).items()
        }

    def _actor(self, id: str, one: Participant, path: Path) -> Actor:
        team = {each.id: each.key for each in self._desk.teams.values()}
        leads = tuple(team[name] for name in one.leads if name in team)
        teams = tuple(team[name] for name in one.teams if name in team)
        return Actor(
            id,
            one.name or id,
            one.roles,
            tuple(dict.fromkeys((*teams, *leads))),
            leads,
            frozenset(one.skills),
            one.capacity,
            one.load,
            one.absent,
            self._named(one.substitute, self._spec.people or {}, (*path, "substitute")),
            one.seniority or "regular",
            self._facts(one, path),
        )

    def _facts(self, one: Participant, path: Path) -> dict[str, Any]:
        fields = {item.id: item for group in self._desk.people.values() for item in group.values()}
        found = {}
        for id, raw in (one.values or {}).items():
            item = fields.get(id)
            if item is None:
                message = f"`{id}` is known of everybody without being given"
                self._wrong(Code.UNKNOWN_FIELD, message, (*path, "values", id))
                continue
            value = written(item, raw, self._desk.tenant.zone)
            if isinstance(value, ValueProblem):
                said = say_problem(value, "en")
                self._wrong(Code.VALUE_TYPE, said, (*path, "values", id))
            else:
                found[item.key] = value
        return found

    # -- cases ------------------------------------------------------------------------------------

    def _case(self, id: str, case: CaseSpec) -> Case:
        base: Path = ("cases", id)
        people = {**self._people, **self._cast(case.people, "cases", id)}
        start = self._moment(case.now, (*base, "now")) or self._start
        scene = _Scene(base, people, start, self._named(case.as_, people, (*base, "as")))
        giving = Giving(self._file, self._slots, people)
        given = giving.read(case.ticket or {}, *base, "ticket")
        expect = self._expecting.read(case.expect, people, *base, "expect")
        self._problems += giving.problems
        place = self._file.key_place(*base)
        return self._made(id, place, scene, given, self._steps(case.steps, scene), expect)

    def _matrix(self, id: str, matrix: Matrix) -> Iterator[Case]:
        base: Path = ("matrix", id)
        lengths = {len(values) for values in matrix.each.values()}
        if len(lengths) != 1 or lengths == {0}:
            message = (
                "the lists of `each` have to be of one length" if lengths else "`each` is empty"
            )
            self._wrong(Code.BAD_VALUE, message, (*base, "each"), "give every field as many values")
            return
        default = self._named(matrix.as_, self._people, (*base, "as"))
        scene = _Scene(base, self._people, self._start, default)
        many = lengths.pop()
        if many > MAX_CASES:
            self._wrong(Code.TOO_LARGE, f"more than {MAX_CASES:,} cases", (*base, "each"))
            return
        for number in range(many):
            yield self._of_matrix(id, matrix, scene, number, many)

    def _of_matrix(self, id: str, matrix: Matrix, scene: _Scene, number: int, many: int) -> Case:
        base = scene.base
        giving = Giving(self._file, self._slots, scene.people)
        fixed = ((key, raw, (*base, "ticket", key)) for key, raw in (matrix.ticket or {}).items())
        varied = (
            (key, values[number], (*base, "each", key, number))
            for key, values in matrix.each.items()
        )
        given = giving.read_at(iter((*fixed, *varied)))
        self._problems += giving.problems
        said = ",".join(f"{key}={values[number]}" for key, values in matrix.each.items())
        first = next(iter(matrix.each))
        place = self._file.place(*base, "each", first, number)
        expect = tuple(self._of_each(matrix.expect, scene, number, many))
        steps = self._steps(matrix.steps, scene)
        return self._made(f"{id}[{said}]", place, scene, given, steps, expect)

    def _of_each(
        self, expect: Mapping[str, Any], scene: _Scene, number: int, many: int
    ) -> Iterator[Expectation]:
        for key, raw in expect.items():
            path: Path = (*scene.base, "expect", key)
            each = isinstance(raw, list)
            if each and len(raw) != many:
                if number == 0:
                    message = f"`{key}` has {len(raw)} values for {many} cases"
                    cure = "write one value for all, or one for each"
                    self._wrong(Code.BAD_VALUE, message, path, cure)
                continue
            value, at = (raw[number], (*path, number)) if each else (raw, path)
            place = self._file.place(*at)
            one = self._expecting.one(key, value, scene.people, place, path)
            if one is not None:
                yield one

    def _made(
        self,
        id: str,
        place: Place,
        scene: _Scene,
        given: Given,
        steps: tuple[TrialStep, ...],
        expect: tuple[Expectation, ...],
    ) -> Case:
        opener = "" if given.state else scene.default
        requester = given.opened.get("requester") or opener or REQUESTER
        actor = scene.people.get(requester)
        outside = actor is not None and not actor.is_staff
        opening = Open(
            type=self._model.key,
            values=given.values,
            subject=given.opened.get("subject", _WORDS),
            description=given.opened.get("description", _WORDS),
            channel=given.opened.get("channel", "portal"),
            requester=requester,
            customer=given.opened.get("customer", requester if outside else ""),
            refs=given.refs(scene.start_us),
            parent=given.opened.get("parent", ""),
        )
        return Case(
            id=id,
            test=self._file.id,
            place=place,
            type=self._model.key,
            start_us=scene.start_us,
            people=scene.people,
            open=opening,
            opener=opener,
            viewer=scene.default,
            state=given.state,
            known=given.known,
            pinned=given.pinned,
            laid=given.laid,
            steps=steps,
            expect=expect,
        )

    def _named(self, person: str | None, people: Collection[str], path: Path) -> str:
        if person is None:
            return ""
        if person not in people:
            cure = did_you_mean(person, people)
            self._wrong(Code.UNKNOWN_REFERENCE, f"nobody called `{person}` takes part", path, cure)
            return ""
        return person

    # -- steps ------------------------------------------------------------------------------------

    def _steps(self, steps: Mapping[str, StepSpec] | None, scene: _Scene) -> tuple[TrialStep, ...]:
        made = (self._step(id, step, scene) for id, step in (steps or {}).items())
        return tuple(one for one in made if one is not None)

    def _step(self, id: str, step: StepSpec, scene: _Scene) -> TrialStep | None:
        path: Path = (*scene.base, "steps", id)
        expect = self._expecting.read(step.expect, scene.people, *path, "expect")
        place = self._file.key_place(*path)
        ways = [one for one in ("wait", "at") if getattr(step, one) is not None]
        deeds = [one for one in _DEEDS if getattr(step, one) not in (None, False, "")]
        words = any(set(deeds) <= {deed, *said} and deed in deeds for deed, said in _WITH_WORDS)
        if len(ways) + len(deeds) != 1 and not (words and not ways) and set(deeds) != _HANDED:
            message = "a step does one thing" if ways or deeds else "the step does nothing"
            self._wrong(Code.BAD_VALUE, message, path, "write one of " + ", ".join(_STEP_WORDS))
            return None
        if ways:
            return self._pass(id, step, place, path, expect)
        event = self._event(step, scene, path)
        actor = self._named(step.as_, scene.people, (*path, "as")) or scene.default
        if event is None:
            return None
        if not actor:
            cure = "write `as:` here or on the case"
            self._wrong(Code.MISSING_KEY, "nobody is named who does this", path, cure)
            return None
        return Act(id, place, actor, event, expect)

    def _pass(
        self, id: str, step: StepSpec, place: Place, path: Path, expect: tuple[Expectation, ...]
    ) -> Pass:
        if step.wait is not None:
            return Pass(id, place, by_us=step.wait.wall_minutes * MINUTE_US, expect=expect)
        return Pass(id, place, until_us=self._moment(step.at, (*path, "at")), expect=expect)

    def _event(self, step: StepSpec, scene: _Scene, path: Path) -> Event | None:
        if step.do is not None:
            given = self._fields(step.values, scene, path, "values")
            return Move(
                step.do,
                given.values,
                step.comment or "",
                step.internal or "",
                step.reason or "",
                given.refs(scene.start_us),
            )
        if step.rate is not None:
            return Rate(step.rate, step.comment or "")
        if step.edit is not None:
            given = self._fields(step.edit, scene, path, "edit")
            return Edit(given.values, given.refs(scene.start_us))
        if step.comment is not None or step.internal is not None:
            return Comment(step.comment or step.internal or "", internal=step.comment is None)
        if step.macro is not None:
            return UseMacro(step.macro)
        if step.approve:
            return Approve()
        if step.refuse:
            return Refuse(step.reason or _WORDS)
        return self._assign(step, scene, path)

    def _fields(
        self, values: Mapping[str, Any] | None, scene: _Scene, path: Path, word: str
    ) -> Given:
        giving = Giving(self._file, self._slots, scene.people)
        given = giving.read(values or {}, *path, word, editing=True)
        self._problems += giving.problems
        return given

    def _assign(self, step: StepSpec, scene: _Scene, path: Path) -> Assign:
        team = {one.id: one.key for one in self._desk.teams.values()}
        who = self._named(step.assign, scene.people, (*path, "assign"))
        return Assign(who, team.get(step.transfer or "", ""), step.reason or "")


_HANDED: Final = {"assign", "transfer"}
_WITH_WORDS: Final = (("do", ("comment", "internal")), ("rate", ("comment",)))
_STEP_WORDS: Final = (*_DEEDS, "wait", "at")
