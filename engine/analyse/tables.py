"""Decision tables and rules: rows that never match or never decide, contradict, overlap, and gaps.

A finding about a table of several types holds for all of them: a row that is dead for refunds may
be needed for returns. That rows meet is told where they meet in one.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from engine.analyse.search import Answer, Searcher, both
from engine.analyse.witness import case
from engine.analyse.world import SOMEBODY, World, world_of
from engine.evaluate import holds
from engine.model.desk import Desk
from engine.model.routing import Row
from engine.model.ticket_type import TypeModel
from engine.predicate import TRUE, Predicate
from specs.problem import Code, Place, Problem, problem


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a Routing or SlaPolicy and the types it decides for; `name`: `routing/refund`."""

    name: str
    file: str
    hit: str
    rows: tuple[Row, ...]
    otherwise: Row | None
    types: tuple[TypeModel, ...]
    fresh: bool
    place: Place


def tables(desk: Desk) -> list[Table]:
    """Every table and list of rules that decides for a type."""
    found: dict[str, Table] = {}
    deciding: dict[str, dict[str, TypeModel]] = {}
    for key, outputs in desk.routings.items():
        for model in outputs.values():
            name = f"routing/{model.id}"
            deciding.setdefault(name, {})[key] = desk.types[key]
            found[name] = Table(
                name, model.file, model.hit, model.rows, model.otherwise, (), True, model.place
            )
    for key, policy in desk.policies.items():
        name = f"sla/{policy.id}"
        deciding.setdefault(name, {})[key] = desk.types[key]
        # Without an `otherwise` the compiler puts in a row without a name.
        rest = policy.otherwise if policy.otherwise.id else None
        found[name] = Table(
            name, policy.file, "first", policy.rows, rest, (), False, policy.otherwise.place
        )
    return [replace(t, types=tuple(deciding[name].values())) for name, t in found.items()]


class View:
    """One table seen through the tickets of one type."""

    def __init__(self, desk: Desk, table: Table, model: TypeModel) -> None:
        self.desk, self.table, self.model = desk, table, model
        self.world: World = world_of(desk, model, fresh=table.fresh)
        self.whens: tuple[Predicate, ...] = tuple(row.when for row in table.rows)

    @cached_property
    def search(self) -> Searcher:
        """Questions over all conditions of the table."""
        return Searcher(self.world, self.whens)

    def is_exact(self, *rows: int) -> bool:
        """Whether what is said of these rows is certain."""
        return self.search.space.is_exact(*(self.whens[n] for n in rows))

    def reach(self, row: int, *others: int) -> bool:
        """Whether some ticket fits the row and none of the others."""
        return self.search.can_be(self.whens[row], [self.whens[n] for n in others])

    def meet(self, one: int, other: int, outside: Iterable[int] = ()) -> bool:
        """Whether some ticket fits both and none of `outside`."""
        pair = both(self.whens[one], self.whens[other])
        return self.search.can_be(pair, [self.whens[n] for n in outside])

    def ticket(self, rows: Sequence[int], outside: Iterable[int] = ()) -> Answer:
        """A ticket that fits all of `rows` and none of `outside`."""
        include = both(*(self.whens[n] for n in rows))
        return self.search.ticket(include, [self.whens[n] for n in outside])

    def case(self, answer: Answer, name: str, row: Row) -> str:
        """The case that shows which row decides."""
        expect = {"decided_by": f"{self.table.name}.{row.id}"}
        more = {"type": self.model.id} if len(self.table.types) > 1 else {}
        return case(self.desk, self.world, answer, name, expect, **more)


def check_tables(desk: Desk) -> list[Problem]:
    """What `lint` says about every table."""
    return [found for table in tables(desk) for found in _Lint(desk, table).run()]


class _Lint:
    def __init__(self, desk: Desk, table: Table) -> None:
        self.table = table
        self.views = [View(desk, table, model) for model in table.types]
        self.told: set[int] = set()

    def run(self) -> Iterator[Problem]:
        for number in range(len(self.table.rows)):
            found = self.impossible(number) or self.dead(number)
            if found is not None:
                self.told.add(number)
                yield found
        for number in reversed(range(len(self.table.rows))):
            if number not in self.told and self.is_redundant(number):
                self.told.add(number)
                yield self.redundant(number)
        if self.table.hit == "first":
            yield from self.meeting()

    def say(
        self,
        code: Code,
        number: int,
        what: str,
        cure: str,
        *,
        others: Sequence[int] = (),
        witness: str = "",
    ) -> Problem:
        row = self.table.rows[number]
        exact = all(view.is_exact(number, *others) for view in self.views)
        maybe = "" if exact else "possibly: "
        related = tuple((f"`{self.rows[n].id}` stands in", self.rows[n].place) for n in others[:3])
        message = f"{maybe}`{row.id}` of {self.table.name} {what}"
        return problem(code, message, row.place, cure=cure, related=related, witness=witness)

    @property
    def rows(self) -> tuple[Row, ...]:
        return self.table.rows

    # --- rows that never decide -------------------------------------------------------------------

    def impossible(self, number: int) -> Problem | None:
        if any(view.reach(number) for view in self.views):
            return None
        what = "fits no ticket: what it asks for can't be"
        return self.say(Code.ROW_IMPOSSIBLE, number, what, "correct its conditions, or remove it")

    def dead(self, number: int) -> Problem | None:
        if self.table.hit == "all" or not number:
            return None
        before = range(number)
        if any(view.reach(number, *before) for view in self.views):
            return None
        alone = self.hides(number)
        others = [alone] if alone is not None else self.hiders(number)
        witness = self.shown([number], f"{self.rows[number].id} is dead")
        if alone is not None and self.same(alone, number):
            return self.twin(alone, number, witness)
        names = ", ".join(f"`{self.rows[n].id}`" for n in others[:4])
        what = f"never decides: whatever fits it fits {names} before"
        if alone is None:
            what = f"never decides: {names} before it take every ticket that fits it"
        cure = "move it up, or remove it"
        return self.say(Code.ROW_DEAD, number, what, cure, others=others, witness=witness)

    def twin(self, one: int, other: int, witness: str) -> Problem:
        first, last = self.rows[one], self.rows[other]
        if dict(first.sets) == dict(last.sets):
            what = f"says again what `{first.id}` says"
            return self.say(Code.ROW_DEAD, other, what, "remove it", others=[one], witness=witness)
        what = f"asks what `{first.id}` asks and decides otherwise"
        cure = "keep one of them, or let them ask different things"
        return self.say(Code.ROWS_CONTRADICT, other, what, cure, others=[one], witness=witness)

    def hides(self, number: int) -> int | None:
        """One earlier row that alone takes all that fits this one."""
        for other in range(number):
            if not any(view.reach(number, other) for view in self.views):
                return other
        return None

    def hiders(self, number: int) -> list[int]:
        """The earlier rows that meet this one."""
        return [n for n in range(number) if any(view.meet(n, number) for view in self.views)]

    def same(self, one: int, other: int) -> bool:
        return not any(view.reach(one, other) or view.reach(other, one) for view in self.views)

    def shown(self, rows: list[int], name: str, outside: Iterable[int] = ()) -> str:
        """A case for the first type that has such a ticket, with the row that then decides."""
        for view in self.views:
            answer = view.ticket(rows, outside)
            if answer.says == "ticket":
                decides = next(
                    row
                    for row, when in zip(self.rows, view.whens, strict=True)
                    if _fits(when, answer)
                )
                return view.case(answer, name, decides)
        return ""

    # --- rows that change nothing -----------------------------------------------------------------

    def is_redundant(self, number: int) -> bool:
        if self.table.hit == "only_one" and self.table.otherwise is None:
            return False
        if self.table.hit == "all":
            return all(self.added_elsewhere(view, number) for view in self.views)
        return all(self.decided_below(view, number) for view in self.views)

    def added_elsewhere(self, view: View, number: int) -> bool:
        """Under `hit: all`: whether other rows add everything that this one adds."""
        for output, value in self.rows[number].sets.items():
            for word in value if isinstance(value, tuple) else (value,):
                others = [
                    n
                    for n, row in enumerate(self.rows)
                    if n != number and n not in self.told and _adds(row, output, word)
                ]
                if view.reach(number, *others):
                    return False
        return True

    def decided_below(self, view: View, number: int) -> bool:
        """Whether later rows decide every ticket of this one just as it does."""
        sets = dict(self.rows[number].sets)
        outside = [n for n in range(number) if n not in self.told]
        rest = self.table.otherwise
        later = [n for n in range(number + 1, len(self.rows)) if n not in self.told]
        if rest is None or dict(rest.sets) != sets:
            if view.reach(number, *outside, *later):
                return False
        for at, other in enumerate(later):
            if dict(self.rows[other].sets) != sets and view.meet(
                number, other, (*outside, *later[:at])
            ):
                return False
        return True

    def redundant(self, number: int) -> Problem:
        witness = self.shown([number], f"{self.rows[number].id} changes nothing", range(number))
        what = "changes nothing: without it the same is decided"
        cure = "remove it, or let it decide something else"
        return self.say(Code.ROW_REDUNDANT, number, what, cure, witness=witness)

    # --- rows that meet ---------------------------------------------------------------------------

    def meeting(self) -> Iterator[Problem]:
        """One finding for the rows of a table that cross, so that only their order decides."""
        live = [n for n in range(len(self.rows)) if n not in self.told]
        pairs = [
            (one, other)
            for at, one in enumerate(live)
            for other in live[at + 1 :]
            if dict(self.rows[one].sets) != dict(self.rows[other].sets) and self.cross(one, other)
        ]
        if not pairs:
            return
        one, other = pairs[0]
        witness = ""
        for one, other in pairs[:20]:
            name = f"{self.rows[one].id} before {self.rows[other].id}"
            witness = self.shown([one, other], name, range(one))
            if witness:
                break
        more = f" ({len(pairs)} pairs of rows meet in this table)" if len(pairs) > 1 else ""
        what = f"and `{self.rows[other].id}` fit the same tickets; their order decides{more}"
        cure = "make sure that the order is meant, or let one exclude the other"
        yield self.say(Code.ROWS_OVERLAP_MAYBE, one, what, cure, others=[other], witness=witness)

    def cross(self, one: int, other: int) -> bool:
        """Whether two rows meet and neither is an exception from the other."""
        return any(
            view.meet(one, other) and view.reach(one, other) and view.reach(other, one)
            for view in self.views
        )


def _fits(when: Predicate, answer: Answer) -> bool:
    return holds(when, answer.facts, SOMEBODY)


def _adds(row: Row, output: str, word: object) -> bool:
    value = row.sets.get(output)
    return word in value if isinstance(value, tuple) else word == value


# --- what refuses a publish -----------------------------------------------------------------------


def refused_tables(desk: Desk, faulty: Container[str] = ()) -> list[Problem]:
    """What can't be published: not total without `otherwise`, overlapping under `only_one`.

    `faulty`: files with mistakes; what their rows would decide is not known.
    """
    found: list[Problem] = []
    for table in tables(desk):
        if table.file in faulty:
            continue
        if table.otherwise is None:
            found += _gap(desk, table)
        if table.hit == "only_one":
            found += _overlaps(desk, table)
    return found


def _gap(desk: Desk, table: Table) -> Iterator[Problem]:
    for model in table.types:
        view = View(desk, table, model)
        answer = view.search.ticket(TRUE, view.whens)
        if answer.says == "never":
            continue
        maybe = "" if answer.says == "ticket" else "possibly "
        message = f"{maybe}tickets of {model.id} that no row of {table.name} fits stay undecided"
        cure = "add `otherwise:` with a cell for each output"
        more = {"type": model.id} if len(table.types) > 1 else {}
        witness = case(desk, view.world, answer, f"gap of {table.name}", {}, **more)
        yield problem(Code.TABLE_NOT_TOTAL, message, table.place, cure=cure, witness=witness)
        return


def _overlaps(desk: Desk, table: Table) -> Iterator[Problem]:
    views = [View(desk, table, model) for model in table.types]
    for other in range(len(table.rows)):
        for one in range(other):
            found = next((p for view in views if (p := _overlap(view, one, other))), None)
            if found is not None:
                yield found
                break


def _overlap(view: View, one: int, other: int) -> Problem | None:
    rows, table = view.table.rows, view.table
    if not view.meet(one, other):
        return None
    answer = view.ticket([one, other])
    if answer.says == "never":
        return None
    first, last = rows[one], rows[other]
    sure = answer.says == "ticket"
    code = Code.ROWS_OVERLAP if sure else Code.ROWS_OVERLAP_MAYBE
    word = "" if sure else "possibly: "
    message = f"{word}`{first.id}` and `{last.id}` of {table.name} fit one ticket; only one may"
    name = f"{first.id} and {last.id} of {table.name}"
    return problem(
        code,
        message,
        last.place,
        cure="let one exclude the other, or write `hit: first`",
        related=((f"`{first.id}` stands in", first.place),),
        witness=view.case(answer, name, first),
    )
