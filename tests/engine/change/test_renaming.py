"""Renaming: the ids of the example tenants, one after the other, and the desk stays the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.change.keys import keys_after
from engine.change.renaming import differences, judged
from engine.compile.desk import compile_desk
from engine.trial.compile import compile_tests
from specs.kinds.moves import RENAMED
from specs.layout import Layout
from specs.load import load, load_files
from specs.problem import Code
from specs.rename import Change, merge, rename, retire
from specs.source import read
from specs.spec_set import SpecSet
from specs.symbols.index import Index
from tests.specs.small import SMALL, small

DAY = "20261130"
TENANTS = sorted(Path("examples/tenants").iterdir())
EVERY = {"education": 1, "manufacturing": 5, "internet": 9, "ecommerce": 13}
"""One tenant whole, of the others every so many: all four whole take minutes (done by hand)."""


def renamed(specs: SpecSet, sort: str, name: str, to: str) -> SpecSet:
    """The specs after a rename that brings no problem."""
    change, problems = rename(specs, sort, name, to, DAY, everywhere=True)
    assert change is not None, [one.message for one in problems]
    after, found = load_files(change.files)
    assert not [one.headline for one in found if one.is_error], name
    return after


@pytest.mark.parametrize("folder", TENANTS, ids=lambda folder: folder.name)
def test_every_id_may_get_another(folder: Path) -> None:
    """Of both desks all is equal but ids, places and names as they are spelled."""
    specs = first = load(folder)[0]
    names = [one.symbol for one in Index(specs).definitions if one.symbol.sort in RENAMED]
    for number, symbol in enumerate(names):
        # What was renamed with another, or has another owner by now, has had its turn.
        if number % EVERY[folder.name] == 0 and Index(specs).defined(symbol):
            specs = renamed(specs, symbol.sort, symbol.name, f"{symbol.id[:30]}_zz")
    before = keys_after(first, {})
    after = keys_after(specs, before.keys, before.done)
    assert [one.headline for one in after.problems] == []
    was, becomes = compile_desk(first, before.keys)[0], compile_desk(specs, after.keys)[0]
    assert was is not None
    assert becomes is not None
    assert list(differences(was, becomes)) == []
    assert sum(key.endswith("_zz") for key in after.keys.values()) == 0
    plan, problems = compile_tests(specs, becomes)
    assert problems == []
    assert len(plan.cases) == len(compile_tests(first, was)[0].cases)
    assert _comments(specs) == _comments(first)


def _comments(specs: SpecSet) -> list[str]:
    found = []
    for path, content in specs.files.items():
        if path.endswith(".yaml"):
            node, _ = read(content, path)
            assert node is not None
            layout = Layout(content.decode(), node)
            found += [layout.text[one.start : one.end] for one in layout.comments()]
    return sorted(found)


def done(specs: SpecSet, answer: tuple[Change | None, list[object]]) -> dict[str, str]:
    """The texts of the files that a change brings."""
    change, problems = answer
    assert change is not None, problems
    return {
        path: content.decode()
        for path, content in change.files.items()
        if specs.files.get(path) != content
    }


@pytest.fixture
def specs() -> SpecSet:
    return load_files(small())[0]


def test_steps_of_a_day_stand_in_one_file_in_their_order(specs: SpecSet) -> None:
    first = renamed(specs, "type", "refund", "money_back")
    second = renamed(first, "field", "money_back.reason", "cause")
    assert second.files["moves/m20261130_money_back.yaml"].decode() == (
        "kind: Moves\nsteps:\n"
        "  money_back: { rename: type, from: refund, to: money_back }\n"
        "  cause: { rename: field, from: money_back.reason, to: cause }\n"
    )
    assert "types/money_back.yaml" in second.files
    assert "types/refund.yaml" not in second.files
    assert "routing/money_back.yaml" in second.files


def test_numbers_go_on_when_a_type_without_a_prefix_is_renamed() -> None:
    bare = SMALL["types/refund.yaml"].replace("prefix: RF\n", "")
    after = renamed(load_files(small(types__refund=bare))[0], "type", "refund", "money_back")
    assert b"\nprefix: REF\n" in after.files["types/money_back.yaml"]


def test_another_takes_the_place_of_an_option(specs: SpecSet) -> None:
    table = SMALL["routing/refund.yaml"].replace("damaged, any", "damaged | late, any")
    specs = load_files(small(routing__refund=table))[0]
    files = done(specs, merge(specs, "option", "refund.reason.late", "damaged", DAY))  # type: ignore[arg-type]
    assert "claims: [damaged, any, finance]" in files["routing/refund.yaml"]
    assert "options: { damaged: 商品破损 }" in files["types/refund.yaml"]
    assert (
        "late_to_damaged: { map: option, from: refund.reason.late, to: damaged }"
        in (files["moves/m20261130_late_to_damaged.yaml"])
    )


def test_what_nothing_uses_is_retired_and_what_is_used_stays(specs: SpecSet) -> None:
    files = done(specs, retire(specs, "option", "refund.reason.late", DAY))  # type: ignore[arg-type]
    assert "options: { damaged: 商品破损 }" in files["types/refund.yaml"]
    change, problems = retire(specs, "option", "refund.reason.damaged", DAY)
    assert change is None
    assert [(one.code, str(one.place)) for one in problems] == [
        (Code.MOVE_BESIDE, "routing/refund.yaml:7:14")
    ]
    assert problems[0].related[0][1].file == "types/refund.yaml"


@pytest.mark.parametrize(
    ("sort", "name", "to", "code", "said"),
    [
        ("field", "refund.resaon", "cause", Code.MOVE_UNKNOWN, "there is no field"),
        ("field", "refund.reason", "amount", Code.MOVE_TAKEN, "already"),
        ("field", "refund.reason", "state", Code.RESERVED_ID, "on every ticket"),
        ("field", "refund.reason", "Cause", Code.BAD_ID, "can't be an id"),
        ("field", "refund.reason", "exchange.cause", Code.BAD_VALUE, "belongs to"),
        ("role", "agent", "helper", Code.MOVE_VERB, "can't be renamed"),
        ("team", "finance", "after_sales", Code.MOVE_TAKEN, "already"),
    ],
)
def test_what_can_not_be_renamed(
    specs: SpecSet, sort: str, name: str, to: str, code: Code, said: str
) -> None:
    change, problems = rename(specs, sort, name, to, DAY)
    assert change is None
    assert [one.code for one in problems] == [code]
    assert said in problems[0].message


def test_what_means_two_fields_is_renamed_together_or_not_at_all() -> None:
    other = SMALL["types/refund.yaml"].replace("prefix: RF", "prefix: EX")
    specs = load_files(small(types__exchange=other))[0]
    change, problems = rename(specs, "field", "refund.amount", "sum", DAY)
    assert change is None
    assert (problems[0].code, problems[0].place.file) == (Code.FIELDS_APART, "views/open.yaml")
    after = renamed(specs, "field", "refund.amount", "sum")
    assert b"sum:   { type: money" in after.files["types/exchange.yaml"]
    assert b"columns: [number, sum, due.solved]" in after.files["views/open.yaml"]
    moves = after.files["moves/m20261130_sum.yaml"].decode()
    assert moves.count("rename: field") == 2


def test_a_file_that_can_not_be_read_is_mended_first() -> None:
    """What it uses would be forgotten."""
    specs = load_files(small(views__open="kind: View\ntitle: [\n"))[0]
    for change, problems in (
        rename(specs, "field", "refund.reason", "cause", DAY),
        merge(specs, "option", "refund.reason.late", "damaged", DAY),
        retire(specs, "option", "refund.reason.late", DAY),
    ):
        assert change is None
        assert [(one.code, one.place.file) for one in problems] == [
            (Code.UNREADABLE, "views/open.yaml")
        ]


def test_a_desk_that_would_change_is_told() -> None:
    """The proof itself: what a splice missed is found by comparing the desks."""
    role = SMALL["roles/agent.yaml"].replace("amount: read", "amount: edit").replace(
        "do:", "edit: { teams: $my.teams }, do:"
    )  # fmt: skip
    before = load_files(small(roles__agent=role))[0]
    other = SMALL["routing/refund.yaml"].replace("damaged, any", "late, any")
    after, found = load_files(small(roles__agent=role, routing__refund=other))
    (problem,) = judged(before, after, found)
    assert "desk.routings[refund][team].rows[0].when" in problem.message
    assert judged(before, after, found, same=False) == []
    assert judged(before, before, []) == []
