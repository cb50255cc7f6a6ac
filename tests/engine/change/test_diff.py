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
from tests.engine.change.shop import SHOP, edited, side

SEE, HINGE = "see: { teams: $my.teams }", "door: { title: Door, children: { hinge: Hinge } }"
ROWS = ("big: [any, over 300, finance, high]", "late: [late, any, service, low]")
APPROVE = "approve: { from: submitted, to: paying, by: "
REFUND, AGENT, ROUTES = "types/refund.yaml", "roles/agent.yaml", "routing/refund.yaml"
SLA = "sla/refund.yaml"

# name, edits (file, was, becomes), the changes as `class op path: before → after`
CASES: list[tuple[str, list[tuple[str, str, str]], list[str]]] = [
    ("nothing", [], []),
    (
        "label",
        [(REFUND, "label: Reason", "label: Why")],
        ["cosmetic set refund.fields.reason.label.en: Reason → Why"],
    ),
    (
        "translation",
        [(REFUND, "zh-CN: 退款", "zh-CN: 退钱")],
        ["cosmetic set refund.title.zh-CN: 退款 → 退钱"],
    ),
    (
        "short form in full",
        [
            (REFUND, "late: Late,", "late: { title: { en: Late } },"),
            (REFUND, "include: contact", "include: [contact]"),
            (REFUND, "accept: [image/*]", "accept: image/*"),
            (
                REFUND,
                "show_when: { reason: damaged }",
                "show_when: { reason: { one_of: [damaged] } }",
            ),
        ],
        [],
    ),
    ("a default written out", [(REFUND, "label: Photo,", "label: Photo, required: false,")], []),
    ("note and comment", [(REFUND, "prefix: RF", "prefix: RF # why\n        note: hello")], []),
    ("spaces in a cell", [(ROUTES, "over 300", "'over  300'")], []),
    (
        "option added",
        [(REFUND, "late: Late,", "late: Late, lost: Lost,")],
        ["additive add refund.fields.reason.options.lost:  → "],
    ),
    (
        "option removed",
        [(REFUND, "regret: Changed my mind", "")],
        ["breaking remove refund.fields.reason.options.regret:  → "],
    ),
    (
        "options in another order",
        [(REFUND, "damaged: Damaged, late: Late,", "late: Late, damaged: Damaged,")],
        ["cosmetic move refund.fields.reason.options.late: 2 → 1"],
    ),
    (
        "node of a tree removed",
        [(REFUND, HINGE, "door: Door")],
        ["breaking remove refund.fields.parts.options.door.children.hinge:  → "],
    ),
    (
        "tighter limit",
        [(REFUND, "max: 500", "max: 450")],
        ["tightening set refund.fields.amount.max: 500 → 450"],
    ),
    (
        "wider limit",
        [(REFUND, "max: 500", "max: 500.5")],
        ["additive set refund.fields.amount.max: 500 → 500.5"],
    ),
    (
        "no limit",
        [(REFUND, ", max: 500", "")],
        ["additive remove refund.fields.amount.max: 500 → "],
    ),
    (
        "higher least",
        [(REFUND, "min: 1,", "min: 2,")],
        ["tightening set refund.fields.amount.min: 1 → 2"],
    ),
    (
        "required",
        [(REFUND, "label: Amount,", "label: Amount, required: true,")],
        ["tightening set refund.fields.amount.required: false → true"],
    ),
    (
        "no longer required",
        [(REFUND, "required: true", "required: false")],
        ["additive set refund.fields.reason.required: true → false"],
    ),
    (
        "other files",
        [(REFUND, "accept: [image/*]", "accept: [image/png, image/*]")],
        ["additive add refund.fields.photo.accept.0:  → image/png"],
    ),
    (
        "all files",
        [(REFUND, "accept: [image/*], ", "")],
        ["additive remove refund.fields.photo.accept: image/* → "],
    ),
    (
        "type of a field",
        [(REFUND, "iban: { type: text, label: IBAN", "iban: { type: integer, label: IBAN")],
        ["convert set refund.fields.iban.type: text → integer"],
    ),
    (
        "currency",
        [(REFUND, "currency: CNY", "currency: EUR")],
        ["convert set refund.fields.amount.currency: CNY → EUR"],
    ),
    (
        "no longer sensitive",
        [(REFUND, "label: IBAN, sensitive: true", "label: IBAN")],
        ["widens set refund.fields.iban.sensitive: true → false"],
    ),
    (
        "shown when",
        [(REFUND, "show_when: { reason: damaged }", "show_when: { reason: [damaged, late] }")],
        [
            "behaviour set refund.fields.photo.show_when: { reason: damaged } → "
            "{ reason: [damaged, late] }"
        ],
    ),
    (
        "field added",
        [(REFUND, "iban: {", "box: { type: text }\n          iban: {")],
        ["additive add refund.fields.box:  → text"],
    ),
    (
        "required field added",
        [(REFUND, "iban: {", "box: { type: text, required: true }\n          iban: {")],
        ["tightening add refund.fields.box:  → text, required"],
    ),
    (
        "field removed",
        [(REFUND, "iban: { type: text, label: IBAN, sensitive: true }", "")],
        ["breaking remove refund.fields.iban: text → "],
    ),
    (
        "check",
        [(REFUND, "amount <= 400 ||", "amount <= 350 ||")],
        [
            "tightening set refund.checks.small.must: amount <= 400 || reason == 'late' → "
            "amount <= 350 || reason == 'late'"
        ],
    ),
    (
        "state added",
        [
            (REFUND, "done: {", "gone: { phase: closed }\n            done: {"),
            (REFUND, "pay: {", "leave: { from: paying, to: gone, by: agent }\n            pay: {"),
        ],
        [
            "additive add refund.workflow.states.gone:  → ",
            "additive add refund.workflow.transitions.leave:  → ",
        ],
    ),
    (
        "limit of a state",
        [(REFUND, "limit: 8h", "limit: 6h")],
        ["retimed set refund.workflow.states.paying.limit: 8h → 6h"],
    ),
    (
        "who may move",
        [(REFUND, f"{APPROVE}agent }}", f"{APPROVE}chief }}")],
        [
            "narrows remove refund.workflow.transitions.approve.by.0: agent → ",
            "widens add refund.workflow.transitions.approve.by.0:  → chief",
        ],
    ),
    (
        "needs more",
        [(REFUND, "needs: [reason]", "needs: [reason, photo]")],
        ["tightening add refund.workflow.transitions.pay.needs.1:  → photo"],
    ),
    (
        "sees all",
        [(AGENT, SEE, "see: {}")],
        ["widens set agent.types.refund.see: { teams: $my.teams } → {}"],
    ),
    (
        "sees less",
        [(AGENT, SEE, "see: { teams: $my.teams, phase: new }")],
        [
            "narrows set agent.types.refund.see: { teams: $my.teams } → "
            "{ teams: $my.teams, phase: new }"
        ],
    ),
    (
        "sees others",
        [(AGENT, SEE, "see: { requester: $me }")],
        ["widens set agent.types.refund.see: { teams: $my.teams } → { requester: $me }"],
    ),
    ("the same rows in other words", [(AGENT, SEE, "see: { all: [{ teams: $my.teams }] }")], []),
    (
        "does less",
        [(AGENT, "do: [comment, note]", "do: [comment]")],
        ["narrows set agent.types.refund.do: comment, note → comment"],
    ),
    (
        "reads less",
        [(AGENT, "fields: { amount: read }", "fields: { amount: hidden }")],
        ["narrows set agent.types.refund.fields.amount: read → hidden"],
    ),
    (
        "functions",
        [(AGENT, "functions: [export]", "functions: [export, view_audit]")],
        ["widens add agent.functions.1:  → view_audit"],
    ),
    (
        "inherits nothing",
        [("roles/chief.yaml", ", inherits: agent", "")],
        ["narrows remove chief.inherits.0: agent → "],
    ),
    (
        "portal",
        [("portal.yaml", "do: [comment]", "do: [comment, note]")],
        ["widens set portal.types.refund.do: comment → comment, note"],
    ),
    (
        "cell",
        [(ROUTES, "over 300", "over 200")],
        ["behaviour set refund.table.rows.big.1: over 300 → over 200"],
    ),
    (
        "order of rows",
        [(ROUTES, f"{ROWS[0]}\n            {ROWS[1]}", f"{ROWS[1]}\n            {ROWS[0]}")],
        ["behaviour move refund.table.rows.late: 2 → 1"],
    ),
    ("target", [(SLA, "high, 1h", "high, 2h")], ["retimed set refund.table.rows.high.1: 1h → 2h"]),
    (
        "hours",
        [("calendars/office.yaml", "tue: 09:00-18:00", "tue: 09:00-17:00")],
        ["retimed set office.hours.tue: 09:00-18:00 → 09:00-17:00"],
    ),
    (
        "filter of a view",
        [("views/open.yaml", "phase: [new, active]", "phase: new")],
        ["cosmetic set open.filter: { phase: [new, active] } → { phase: new }"],
    ),
    (
        "measure removed",
        [("reports/volume.yaml", "tickets: { of: count }", "every: { of: count }")],
        ["additive add volume.measures.every:  → ", "breaking remove volume.measures.tickets:  → "],
    ),
    (
        "automation",
        [("automations/urgent.yaml", "more_than: 400", "more_than: 300")],
        [
            "behaviour set urgent.when: { amount: { more_than: 400 } } → "
            "{ amount: { more_than: 300 } }"
        ],
    ),
    (
        "guard rails",
        [("tenant.yaml", "skills:", "publishing: { approval: breaking }\n        skills:")],
        ["widens add tenant.publishing.approval.0:  → breaking"],
    ),
    ("tag", [("tenant.yaml", ", gift: Gift", "")], ["breaking remove tenant.tags.gift:  → "]),
]


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
    types = [c for c in found if c.kind == "TicketType" and c.op != "rename"]
    assert [c.path for c in types] == [
        ("fields", "sum", "label", "en"),
        ("checks", "small", "must"),
        ("checks", "small", "at"),
    ]


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
