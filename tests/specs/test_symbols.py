"""Symbols: each word of the examples that means an id, found where it stands, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from specs.load import load, load_files
from specs.symbols.index import Index
from specs.symbols.model import Symbol
from tests.specs.small import SMALL, small

TENANTS = sorted(Path("examples/tenants").iterdir())
RULES = """\
kind: Automation
applies_to: refund
starts: { event: [entered(submitted), 'due(solved, 80%)', changed(reason)] }
when: { any: [{ reason: [late, damaged] }, { customer.level: { is_not: vip } }] }
do:
  - set: { reason: late, memo: $ticket.order_no }
  - note: "because of {reason}, 因为{reason}"
  - assign: { lead_of: finance }
  - transfer: finance
  - move: pay
"""
TYPE = SMALL["types/refund.yaml"].replace(
    "form:",
    """\
  memo: { type: text, formula: "reason == 'late' ? order_no : 'late'" }
  side: { type: choice, options: { l: L, r: R }, formula: "reason in ['late'] ? 'l' : \\"r\\"" }
form:""",
)
TOLD = """\
kind: Notification
channels: [mail]
subject: "退款 🎉 {{ ticket.fields.reason }}"
body: |
  {{ ticket.fields.reason }} 是原因
  {% if ticket.fields.reason %}reason{% endif %}
"""
TEST = """\
kind: SpecTest
about: refund
cases:
  late:
    ticket: { reason: late, state: submitted, customer.level: vip }
    expect: { field.reason.visible: true, can.pay: false, reason: late, team: finance,
              decided_by: routing/refund.claims, due.solved: empty }
"""
I18N = "types/refund.fields.reason.label: Why\ntypes/refund:\n  fields.reason.options.late: Late\n"


def index(**more: str) -> Index:
    """The small tenant with everything that can name something."""
    files = small(
        types__refund=TYPE, automations__rules=RULES, notifications__told=TOLD, tests__refund=TEST,
        i18n__en=I18N, **more,
    )  # fmt: skip
    specs, problems = load_files(files)
    assert not [one.headline for one in problems if one.is_error]
    return Index(specs)


def places(found: Index, sort: str, name: str) -> list[str]:
    """Where a symbol is used; what stands there is its id."""
    uses = found.used(Symbol(sort, name))
    for one in uses:
        assert found.texts.of(one.place.file).cut(one.place) == Symbol(sort, name).id
    return sorted(f"{one.place.file}:{one.place.line}" for one in uses)


@pytest.mark.parametrize("folder", TENANTS, ids=lambda folder: folder.name)
def test_every_use_in_the_examples_says_what_it_means(folder: Path) -> None:
    found = Index(load(folder)[0])
    assert len(found.uses) > 500
    for use in found.uses:
        word = found.texts.of(use.place.file).cut(use.place)
        for symbol in use.symbols:
            assert symbol.id == word, (str(use.place), word, symbol)
            if symbol.id != "otherwise":
                assert found.defined(symbol), (str(use.place), symbol)
    for one in found.definitions:
        if one.path:
            assert found.texts.of(one.place.file).cut(one.place) == one.symbol.id


def test_a_field_is_found_in_every_kind_of_place() -> None:
    assert places(index(), "field", "refund.reason") == [
        "automations/rules.yaml:3",  # changed(reason)
        "automations/rules.yaml:4",
        "automations/rules.yaml:6",
        "automations/rules.yaml:7",
        "automations/rules.yaml:7",
        "i18n/en.yaml:1",
        "i18n/en.yaml:3",
        "notifications/told.yaml:3",
        "notifications/told.yaml:5",
        "notifications/told.yaml:6",
        "routing/refund.yaml:4",
        "tests/refund.yaml:5",
        "tests/refund.yaml:6",
        "tests/refund.yaml:6",
        "types/refund.yaml:10",
        "types/refund.yaml:11",
        "types/refund.yaml:13",
        "types/refund.yaml:4",
    ]


def test_options_states_teams_and_clocks_are_found_as_values() -> None:
    found = index()
    assert places(found, "option", "refund.reason.late") == [
        "automations/rules.yaml:4",
        "automations/rules.yaml:6",
        "i18n/en.yaml:3",
        "tests/refund.yaml:5",
        "tests/refund.yaml:6",
        "types/refund.yaml:10",  # not the 'late' that is text
        "types/refund.yaml:11",
    ]
    assert places(found, "option", "refund.side.r") == ["types/refund.yaml:11"]
    assert places(found, "option", "customer.level.vip") == [
        "automations/rules.yaml:4",
        "tests/refund.yaml:5",
    ]
    assert places(found, "team", "finance") == [
        "automations/rules.yaml:8",
        "automations/rules.yaml:9",
        "routing/refund.yaml:7",
        "tests/refund.yaml:6",
    ]
    assert places(found, "state", "refund.submitted") == [
        "automations/rules.yaml:3",
        "tests/refund.yaml:5",
        "types/refund.yaml:15",
        "types/refund.yaml:20",
    ]
    assert places(found, "clock", "solved") == [
        "automations/rules.yaml:3",
        "sla/refund.yaml:4",
        "tests/refund.yaml:7",
        "views/open.yaml:3",
    ]
    assert places(found, "row", "routing/refund.claims") == ["tests/refund.yaml:7"]
    assert places(found, "transition", "refund.pay") == [
        "automations/rules.yaml:10",
        "tests/refund.yaml:6",
    ]


def test_a_word_in_a_spec_over_two_types_means_both() -> None:
    found = index(types__exchange=TYPE.replace("prefix: RF", "prefix: EX"))
    (use,) = [one for one in found.uses if str(one.place) == "views/open.yaml:3:19"]
    assert {one.name for one in use.symbols} == {"exchange.amount", "refund.amount"}
    together = found.together(Symbol("field", "refund.amount"))
    assert {one.name for one in together} == {"exchange.amount", "refund.amount"}
    assert found.together(Symbol("field", "refund.memo")) == (Symbol("field", "refund.memo"),)


def test_what_stands_at_a_place() -> None:
    found = index()
    at = found.at("automations/rules.yaml", 4, 28)
    assert at is not None
    assert at[0] == (Symbol("option", "refund.reason.late"),)
    assert found.at("automations/rules.yaml", 2, 1) is None
    declared = found.at("types/refund.yaml", 9, 5)
    assert declared is not None
    assert declared[0] == (Symbol("field", "refund.reason"),)
