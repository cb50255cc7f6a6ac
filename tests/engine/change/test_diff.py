"""The class, the sort and both sides of every change, one edit a case."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest

from engine.change.change import CLASSES
from engine.change.classes import KINDS, SLOTS, rule_of
from engine.change.diff import differences
from engine.change.order import moved
from specs.base import Spec
from specs.catalog import KINDS as CATALOG
from specs.shape import Shape, slots
from tests.engine.change.cases import AGENT, CASES, REFUND, ROUTES
from tests.engine.change.shop import SHOP, edited, side


@pytest.mark.parametrize(("edits", "wanted"), [one[1:] for one in CASES], ids=[c[0] for c in CASES])
def test_one_change(edits: list[tuple[str, str, str]], wanted: list[str]) -> None:
    found = differences(side(edited()), side(edited(*edits)))
    said = [
        f"{c.klass} {c.op} {'.'.join(map(str, (c.id, *c.path)))}: {c.before} → {c.after}"
        for c in found
    ]
    assert said == wanted


def test_places_of_both_sides() -> None:
    """A change is found where it stands now, what is gone where it stood."""
    before, after = side(edited()), side(edited((REFUND, "max: 500", "max: 450")))
    (change,) = differences(before, after)
    assert str(change.place_before) == str(change.place_after) == f"{REFUND}:12:72"
    (gone,) = differences(before, side(edited((REFUND, "regret: Changed my mind", ""))))
    assert gone.place_after is None
    assert str(gone.place) == f"{REFUND}:11:54"


def test_words_of_the_reader() -> None:
    before, after = side(edited()), side(edited((REFUND, "max: 500", "max: 450")))
    (change,) = differences(before, after)
    assert change.title("zh-CN") == "退款 › Amount › max"
    assert change.title("en") == "Refund › Amount › max"


def test_whole_files() -> None:
    more = {"views/late.yaml": "{ kind: View, title: Late, columns: [number] }"}
    after = side(edited(drop=("reports/volume.yaml", "automations/urgent.yaml"), more=more))
    assert [(c.klass, c.op, c.kind, c.id) for c in differences(side(edited()), after)] == [
        ("behaviour", "remove", "Automation", "urgent"),
        ("additive", "add", "View", "late"),
        ("breaking", "remove", "Report", "volume"),
    ]


def test_first_publish_is_all_new() -> None:
    found = differences(None, side(edited()))
    assert {c.op for c in found} == {"add"}
    assert len(found) == len(SHOP)


def test_a_rename_is_one_thing() -> None:
    """With a step of `moves/`, options and fields keep their place and the rest is compared."""
    steps = (
        "{ kind: Moves, steps: {"
        " a: { rename: option, from: refund.reason.late, to: refund.reason.delayed },"
        " b: { rename: field, from: refund.amount, to: refund.sum } } }"
    )
    after = side(
        edited(
            (REFUND, "late: Late,", "delayed: Late,"),
            (REFUND, "amount: { type: money, label: Amount", "sum: { type: money, label: Sum"),
            (REFUND, "amount <= 400 || reason == 'late'", "sum <= 400 || reason == 'delayed'"),
            (REFUND, "at: amount", "at: sum"),
            (ROUTES, "[reason, amount]", "[reason, sum]"),
            (ROUTES, "late: [late,", "late: [delayed,"),
            ("automations/urgent.yaml", "amount:", "sum:"),
            (AGENT, "fields: { amount: read }", "fields: { sum: read }"),
            more={"moves/m1.yaml": steps},
        )
    )
    found = differences(side(edited()), after)
    renames = [(c.before, c.after, c.old_path) for c in found if c.op == "rename"]
    assert renames == [
        ("late", "delayed", ("fields", "reason", "options", "late")),
        ("amount", "sum", ("fields", "amount")),
    ]
    # What only says the new names is no change, in no file; a label is one.
    rest = [c for c in found if c.op != "rename"]
    assert [(c.kind, c.path) for c in rest] == [("TicketType", ("fields", "sum", "label", "en"))]
    back = differences(after, side(edited()))
    assert [(c.before, c.after) for c in back if c.op == "rename"] == [
        ("delayed", "late"),
        ("sum", "amount"),
    ]
    assert [c.path for c in back if c.op != "rename"] == [("fields", "amount", "label", "en")]


def test_renames_one_after_the_other_are_one() -> None:
    steps = (
        "{ kind: Moves, steps: {"
        " a: { rename: option, from: refund.reason.late, to: delayed },"
        " b: { rename: option, from: refund.reason.delayed, to: overdue } } }"
    )
    after = side(
        edited(
            (REFUND, "late: Late,", "overdue: Late,"),
            (REFUND, "reason == 'late'", "reason == 'overdue'"),
            (ROUTES, "late: [late,", "late: [overdue,"),
            more={"moves/m1.yaml": steps},
        )
    )
    found = differences(side(edited()), after)
    assert [(c.op, c.before, c.after) for c in found] == [("rename", "late", "overdue")]


def test_a_change_beside_a_rename_is_told() -> None:
    """A condition that says the new name and something else too."""
    steps = "{ kind: Moves, steps: { a: { rename: field, from: refund.amount, to: sum } } }"
    after = side(
        edited(
            (REFUND, "amount: { type: money, label: Amount", "sum: { type: money, label: Amount"),
            (REFUND, "amount <= 400 || reason == 'late'", "sum <= 300 || reason == 'late'"),
            (REFUND, "at: amount", "at: sum"),
            (ROUTES, "[reason, amount]", "[reason, sum]"),
            ("automations/urgent.yaml", "amount:", "sum:"),
            (AGENT, "fields: { amount: read }", "fields: { sum: read }"),
            more={"moves/m1.yaml": steps},
        )
    )
    found = differences(side(edited()), after)
    assert [(c.op, c.path) for c in found] == [
        ("rename", ("fields", "sum")),
        ("set", ("checks", "small", "must")),
    ]
    assert found[1].after == "sum <= 300 || reason == 'late'"


def _owners() -> set[tuple[type[Spec], str]]:
    """Every key of every class that the kinds are made of."""
    found: set[type[Spec]] = set()

    def inside(shape: Shape | None) -> None:
        if shape is None:
            return
        for model in (shape.model, *(model for _, model in shape.models)):
            if model is not None and model not in found:
                found.add(model)
                for slot in slots(model).values():
                    inside(slot.shape)
        inside(shape.item)

    for kind in CATALOG.values():
        inside(Shape("object", model=kind.model))
    return {(model, name) for model in found for name in slots(model) if name != "note"}


def test_every_key_of_every_kind_has_a_class() -> None:
    """Add the key that is missing to `SLOTS` of engine/change/classes.py."""
    missing = [f"{m.__name__}.{name}" for m, name in _owners() if rule_of(m, name) is None]
    assert sorted(missing) == []
    assert set(KINDS) == set(CATALOG)


def test_the_table_names_nothing_that_is_not_there() -> None:
    names = {f"{base.__name__}.{key}" for model, key in _owners() for base in model.__mro__}
    names |= {f"*Field.{key}" for model, key in _owners() if model.__name__.endswith("Field")}
    names |= {f"{model.__name__}.*" for model, _ in _owners()}
    assert sorted(set(SLOTS) - names) == []
    used: set[Any] = {klass for rule in (*SLOTS.values(), *KINDS.values())
                      for klass in (rule.add, rule.remove, rule.set, rule.move)}  # fmt: skip
    assert used == set(CLASSES)


@pytest.mark.parametrize("new", [list(one) for one in permutations("abcd")])
def test_as_few_moves_as_possible(new: list[str]) -> None:
    """Taking out what moved leaves the rest in its old order, and less would not do."""
    gone = moved("abcd", new)
    rest = [name for name in new if name not in gone]
    assert rest == sorted(rest)
    longest = max(
        sum(1 for _ in one)
        for size in range(5)
        for one in permutations(new, size)
        if [n for n in new if n in one] == list(one) == sorted(one)
    )
    assert len(rest) == longest
