"""Automations of one stratum that write one thing two ways, with the ticket that shows it."""

from __future__ import annotations

import pytest

from specs.problem import Problem
from tests.engine.analyse.linting import CLEAN, codes, compiled, files_of, linted, one

TAGS = {"tenant": CLEAN["tenant.yaml"] + "tags: { hot: Hot }\nflags: { late: Late }\n"}


def two(one_: str, other: str) -> dict[str, bytes]:
    """The clean tenant with two automations."""
    head = "kind: Automation\napplies_to: refund\n"
    return files_of(**TAGS, automations__a=head + one_, automations__b=head + other)


def refused(one_: str, other: str) -> Problem:
    return one(compiled(two(one_, other))[2], "E410")


def test_two_that_set_one_field_differently_are_refused_with_a_ticket() -> None:
    found = refused(
        "starts: created\nwhen: { reason: late }\ndo: [{ set: { remark: x } }]\n",
        "starts: created\nwhen: { amount: { more_than: 500 } }\ndo: [{ set: { remark: y } }]\n",
    )
    assert "starts `a` and `b`" in found.message
    assert "`remark` two ways" in found.message
    assert "reason: late" in found.witness
    assert "amount: 501.00" in found.witness
    assert found.place.file == "automations/b.yaml"


@pytest.mark.parametrize(
    ("mine", "theirs", "word"),
    [
        ("{ tag: hot }", "{ untag: hot }", "`tags`"),
        ("{ flag: late }", "{ unflag: late }", "`flags`"),
        ("{ transfer: desk }", "{ transfer: claims }", "`team`"),
        ("{ assign: lead }", "{ assign: { team: desk } }", "`assignee`"),
    ],
)
def test_what_is_written_two_ways(mine: str, theirs: str, word: str) -> None:
    found = refused(f"starts: created\ndo: [{mine}]\n", f"starts: created\ndo: [{theirs}]\n")
    assert word in found.message


X, Y = "{ set: { remark: x } }", "{ set: { remark: y } }"
LATE = "changed(reason)", "{ reason: { changed_to: late } }"
REGRET = "changed(reason)", "{ reason: { changed_to: regret } }"


def auto(do: str, starts: str = "created", when: str = "{}") -> str:
    """The body of an automation."""
    return f"starts: {starts}\nwhen: {when}\ndo: [{do}]\n"


@pytest.mark.parametrize(
    ("one_", "other"),
    [
        (auto(X), auto(X)),
        (auto(X), auto("{ flag: late }")),
        (auto(X, when="{ reason: late }"), auto(Y, when="{ reason: regret }")),
        (auto(X), auto(Y, "commented")),
        (auto(X, *LATE), auto(Y, *REGRET)),
    ],
)
def test_what_is_no_clash(one_: str, other: str) -> None:
    assert [p.headline for p in linted(two(one_, other)) if p.code.number in ("E410", "W420")] == []


def test_what_became_so_is_so_in_both() -> None:
    other = auto(Y, "changed(reason)", "{ amount: { more_than: 1 } }")
    assert "reason: late" in refused(auto(X, *LATE), other).witness


def test_where_a_text_decides_it_is_possible() -> None:
    found = linted(
        two(
            "starts: created\nwhen: { subject: { matches: 'a[0-9]+b' } }\ndo: [{ flag: late }]\n",
            "starts: created\ndo: [{ unflag: late }]\n",
        )
    )
    assert one(found, "W420").message.startswith("possibly: ")
    assert "E410" not in codes(found)
