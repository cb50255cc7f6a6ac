"""A change of meaning is a change of as little text: comments and untouched lines stay."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specs.edit import become, fragment, insert, move, remove, set_value
from specs.layout import Layout
from specs.source import plain, read
from specs.writing import Verbatim, bare

EXAMPLES = Path(__file__).parents[2] / "examples" / "tenants"

SPEC = """\
# The refund form.
kind: TicketType   # stands first
title: 退款        # shown on the card

fields:
  # what was bought
  order_no: { type: reference, source: orders }   # looked up
  amount:
    type: money     # in yuan
    max: 50000

  reason:   # the options stand in order
    type: choice
    options:
      damaged: 商品破损
      # rarely
      regret: 不想要了  # no fee
# the desk
default_team: after_sales
include: [contact, address]  # shared
steps:
  - one   # first
  - two
"""


def said(text: str) -> Any:
    node, problems = read(text, "spec")
    assert node is not None, problems
    assert not problems
    return plain(node)


def changed(before: str, after: str) -> list[str]:
    """The lines of the new text that did not stand in the old one."""
    old = before.splitlines()
    return [line for line in after.splitlines() if line not in old]


def comments(text: str) -> list[str]:
    node, _ = read(text, "spec")
    assert node is not None
    return [text[one.start : one.end].strip() for one in Layout(text, node).comments()]


def test_the_comment_beside_a_changed_value_stays() -> None:
    after = set_value(SPEC, ("title",), "退货")
    assert changed(SPEC, after) == ["title: 退货        # shown on the card"]


def test_only_the_changed_value_of_a_bracket_changes() -> None:
    after = set_value(SPEC, ("fields", "order_no", "source"), "parcels")
    assert changed(SPEC, after) == [
        "  order_no: { type: reference, source: parcels }   # looked up"
    ]


def test_a_new_entry_stands_behind_the_one_named() -> None:
    after = insert(SPEC, ("fields", "iban"), {"type": "text", "sensitive": "true"}, after="amount")
    assert "    max: 50000\n  iban: { type: text, sensitive: true }\n\n  reason:" in after
    assert list(said(after)["fields"]) == ["order_no", "amount", "iban", "reason"]


def test_a_removed_entry_takes_only_its_own_lines() -> None:
    after = remove(SPEC, ("fields", "amount"))
    assert after == SPEC.replace("  amount:\n    type: money     # in yuan\n    max: 50000\n", "")


def test_a_moved_entry_takes_the_comment_above_it() -> None:
    after = move(SPEC, ("fields", "reason", "options", "regret"), -1)
    assert (
        "    options:\n      # rarely\n      regret: 不想要了  # no fee\n      damaged: 商品破损\n"
    ) in after


def test_words_of_lists_come_and_go_one_by_one() -> None:
    wanted = said(SPEC)
    wanted["include"] = ["contact", "phone", "address"]
    wanted["steps"] = ["one", "three", "two"]
    after = become(SPEC, wanted)
    assert "include: [contact, phone, address]  # shared" in after
    assert "  - one   # first\n  - three\n  - two\n" in after


def test_several_lines_become_a_block_and_keep_the_comment() -> None:
    after = set_value(SPEC, ("title",), "退款\n整单或部分")
    assert "title: |-  # shown on the card\n  退款\n  整单或部分\n" in after
    back = set_value(after, ("title",), "退款")
    assert "title: 退款  # shown on the card\n\nfields:" in back


@pytest.mark.parametrize(
    "text",
    ["no", "true", "010", "a: b", "a #b", "# x", "- x", "", " x ", "{x}", "it's", 'say "x"', "\\",
     "💬", "a\tb", "x\n", "\n\nx", "  x\ny", "a\n\nb\n", "null", "~", "@x", "%x", "?", "x:", "\x07",
     "[x", "*x", "&x", "!x", "---", "a, b", "17:30", "\u2028", "'x'"],
)  # fmt: skip
def test_any_text_comes_back_as_it_was(text: str) -> None:
    for path in (("title",), ("fields", "order_no", "source"), ("include", 0), ("steps", 1)):
        after = set_value(SPEC, path, text)
        here = said(after)
        for step in path:
            here = here[step]
        assert here == text
        assert comments(after) == comments(SPEC)


def test_raw_pieces_stand_as_they_were_typed() -> None:
    typed = "reason: damaged   # only then\namount: { more_than: 10 }"
    value = {"reason": "damaged", "amount": {"more_than": "10"}}
    wanted = said(SPEC)
    wanted["fields"]["amount"]["show_when"] = Verbatim(typed, value)
    after = become(SPEC, wanted)
    assert fragment(after, ("fields", "amount", "show_when")) == typed
    again = said(after)
    again["fields"]["amount"]["show_when"] = Verbatim("{ reason: late }", {"reason": "late"})
    assert fragment(become(after, again), ("fields", "amount", "show_when")) == "{ reason: late }"


def test_windows_line_ends_stay() -> None:
    windows = SPEC.replace("\n", "\r\n")
    after = insert(
        windows, ("fields", "note"), {"type": "text", "options": {"a": {"b": {"c": "d"}}}}
    )
    assert "\n" not in after.replace("\r\n", "")


def test_what_does_not_change_is_the_same_bytes() -> None:
    for path in sorted(EXAMPLES.glob("*/*/*.yaml")):
        text = path.read_text(encoding="utf-8")
        assert become(text, said(text)) == text


# ---------------------------------------------------------------- any text, any change

KEYS = st.sampled_from("alpha beta gamma delta eta theta kappa".split())
WORDS = st.sampled_from(
    ["x", "a b", "退款", "it's", "a: b", "# no", "", "10", "- y", "[z", "last one"]
)


@dataclass
class Writer:
    """Writes a value in a mixed style with a numbered comment wherever one may stand."""

    draw: st.DrawFn
    rows: list[str] = field(default_factory=list)
    count: int = 0

    def comment(self) -> str:
        self.count += 1
        return f"# c{self.count}"

    def chance(self) -> bool:
        return self.draw(st.booleans())

    def map(self, value: dict[str, Any], indent: int) -> None:
        for key, item in value.items():
            if self.chance():
                self.rows.append(" " * indent + self.comment())
            head = " " * indent + key + ":"
            tail = f"   {self.comment()}" if self.chance() else ""
            if isinstance(item, dict) and item and self.chance():
                self.rows.append(head + tail)
                self.map(item, indent + 2)
            elif isinstance(item, list) and item and self.chance():
                self.rows.append(head + tail)
                for each in item:
                    end = f" {self.comment()}" if self.chance() else ""
                    self.rows.append(f"{' ' * (indent + 2)}- {_quoted(each)}{end}")
            else:
                self.rows.append(f"{head} {_flow(item)}{tail}")
            if self.chance():
                self.rows.append("")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key}: {_flow(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return _quoted(value)


VALUES: st.SearchStrategy[Any] = st.recursive(
    WORDS,
    lambda inner: st.one_of(st.dictionaries(KEYS, inner, max_size=4), st.lists(WORDS, max_size=4)),
    max_leaves=8,
)
MAPS = st.dictionaries(KEYS, VALUES, min_size=1, max_size=5)


@st.composite
def texts(draw: st.DrawFn) -> str:
    writer = Writer(draw)
    writer.map(draw(MAPS), 0)
    return "\n".join(writer.rows) + draw(st.sampled_from(["\n", "", "\n\n# end\n"]))


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path]
    if isinstance(value, dict):
        found += [one for key, item in value.items() for one in _paths(item, (*path, key))]
    return found


@given(texts(), st.data())
def test_setting_inserting_and_moving_lose_no_comment(text: str, data: st.DataObject) -> None:
    whole = said(text)
    path = data.draw(st.sampled_from(_paths(whole)[1:]))
    new: Any = None
    sort = data.draw(st.sampled_from(["set", "insert", "move"]))
    if sort == "set":
        new = data.draw(VALUES)
        after = set_value(text, path, new)
    elif sort == "insert":
        after = insert(text, (*path[:-1], "newcomer"), data.draw(VALUES), after=str(path[-1]))
    else:
        after = move(text, path, data.draw(st.sampled_from([-1, 1])))
    before = comments(text)
    # Entries that a new map or list no longer has take the comments beside them along.
    loses = sort == "set" and isinstance(_at(whole, path), type(new)) and not isinstance(new, str)
    assert sorted(comments(after)) == sorted(before) or loses
    assert set(said(after)) >= set(whole)


@given(texts(), st.data())
def test_removing_loses_only_what_stood_inside(text: str, data: st.DataObject) -> None:
    whole = said(text)
    path = data.draw(st.sampled_from(_paths(whole)[1:]))
    if len(path) == 1 and len(whole) == 1:
        return
    after = remove(text, path)
    node, _ = read(text, "spec")
    assert node is not None
    layout = Layout(text, node)
    parent = layout.at(path[:-1])
    here = next(one for one in layout.entries(parent) if one.key == path[-1])
    start, end = layout.line_start(here.start), layout.line_end(here.end)
    outside = [
        text[one.start : one.end].strip()
        for one in layout.comments()
        if not start <= one.start < end or layout.is_flow(parent)
    ]
    assert [one for one in comments(after) if one in outside] == outside


def test_comments_of_a_block_that_goes_keep_their_order() -> None:
    """That beside the key goes above it, with those that stood below."""
    text = "alpha:   # c1\n  # c2\n  beta: 1\ngamma: 2\n"
    assert remove(text, ("alpha", "beta")) == "# c1\n# c2\nalpha: {}\ngamma: 2\n"


@given(texts(), MAPS)
def test_any_text_can_come_to_say_anything(text: str, wanted: dict[str, Any]) -> None:
    assert said(become(text, copy.deepcopy(wanted))) == bare(wanted)


def _at(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        value = value[step]
    return value
