"""What comes in at the door becomes one exact value, is said to people, and survives an export."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.facts import Value
from engine.model.field import FieldModel, Limits
from engine.model.text import Words
from engine.values.messages import SENTENCES
from engine.values.registry import (
    TYPES,
    ValueProblem,
    check,
    fold,
    is_empty,
    normalise,
    say_problem,
    show,
    to_text,
)
from specs import field_types
from tests.engine.language import FIELDS, NOW_US, a_field, options

SHANGHAI = "Asia/Shanghai"
SCALED = {"money": 2, "decimal": 3}
CAPITALS = Words({"en": "Capitals"})
KNOWN = options("glass", "steel", "wood")


def of(type_: str) -> FieldModel:
    """A field of a type, with options and digits where the type has them."""
    known = KNOWN if type_ in ("choice", "multi_choice", "tree") else None
    return a_field("x", type_, scale=SCALED.get(type_, 0), known=known)


@pytest.mark.parametrize(
    ("type_", "raw", "value"),
    [
        ("text", "  a\r\nb ", "a b"),
        ("text", "e\u0301", "é"),
        ("text", "", None),
        ("text", None, None),
        ("text", " \u3000 ", None),
        ("text", 5, "5"),
        ("long_text", "a\r\nb\rc\n", "a\nb\nc"),
        ("integer", "1,234", 1234),
        ("integer", "１２", 12),
        ("integer", "-3", -3),
        ("integer", "5.0", 5),
        ("money", "12.3", 1230),
        ("money", "¥ 5,000.00", 500_000),
        ("money", "-0.01", -1),
        ("money", 7, 700),
        ("money", "", None),
        ("decimal", "1.234", 1234),
        ("boolean", "on", True),
        ("boolean", "否", False),
        ("boolean", True, True),
        ("boolean", "", None),
        ("date", "2026-3-2", "2026-03-02"),
        ("date", "2026年3月2日", "2026-03-02"),
        ("datetime", "2026-03-02T09:00", NOW_US),
        ("datetime", "2026-03-02 09:00:00", NOW_US),
        ("datetime", "2026-03-02T01:00:00Z", NOW_US),
        ("datetime", "2026-03-02T02:00:00.000001+01:00", NOW_US + 1),
        ("duration", "1d 4h", 100_800),
        ("duration", "90m", 5_400),
        ("choice", "glass", "k_glass"),
        ("choice", "k_glass", "k_glass"),
        ("multi_choice", ["wood", "glass", "wood"], ("k_glass", "k_wood")),
        ("multi_choice", "wood", ("k_wood",)),
        ("multi_choice", [], None),
        ("multi_choice", ["", ""], None),
        ("tree", "wood", "k_wood"),
        ("email", " Ann@Example.COM ", "Ann@example.com"),
        ("phone", "+86 (138) 0000-0001", "+8613800000001"),
        ("phone", "13800000001", "13800000001"),
        ("url", "https://example.com/a?b#c", "https://example.com/a?b#c"),
        ("person", "p1", "p1"),
        ("team", "", None),
        ("reference", "A-1", "A-1"),
        ("ticket", "t1", "t1"),
        ("files", ["a", "b", "a"], ("a", "b")),
        ("image", "a", ("a",)),
        ("rating", "4", 4),
        ("location", "31.23， 121.470", "31.230000,121.470000"),
        ("heading", None, None),
    ],
)  # fmt: skip
def test_normalised(type_: str, raw: object, value: Value) -> None:
    found = normalise(of(type_), raw, SHANGHAI)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("type_", "raw", "code"),
    [
        ("text", "a\x00", "bad_characters"),
        ("text", "\ud800", "bad_characters"),
        ("text", ["a"], "not_text"),
        ("text", 1.5, "not_text"),
        ("money", 1.5, "not_number"),
        ("money", True, "not_number"),
        ("money", "12,34", "not_number"),
        ("money", "1e3", "not_number"),
        ("money", "NaN", "not_number"),
        ("money", "0.001", "too_many_decimals"),
        ("money", "9" * 20, "too_large"),
        ("money", "9" * 50, "not_number"),
        ("integer", "1.5", "not_integer"),
        ("integer", "x", "not_integer"),
        ("boolean", "maybe", "not_boolean"),
        ("date", "2026-02-30", "not_date"),
        ("date", "2026-03-02x", "not_date"),
        ("datetime", "2026-03-02", "not_datetime"),
        ("datetime", "2026-03-02T25:00", "not_datetime"),
        ("duration", "4h 1d", "not_duration"),
        ("duration", "soon", "not_duration"),
        ("choice", "paper", "unknown_option"),
        ("multi_choice", ["glass", "paper"], "unknown_option"),
        ("email", "ann", "not_email"),
        ("email", "ann@example", "not_email"),
        ("email", "a@b..com", "not_email"),
        ("phone", "call me", "not_phone"),
        ("phone", "12", "not_phone"),
        ("url", "javascript:alert(1)", "not_url"),
        ("url", "http://user@host", "not_url"),
        ("location", "91,0", "not_location"),
        ("location", "here", "not_location"),
        ("lines", "x", "not_rows"),
        ("heading", "x", "not_input"),
        ("files", [["a"]], "not_text"),
    ],
)
def test_refused_and_said_in_both_languages(type_: str, raw: object, code: str) -> None:
    found = normalise(of(type_), raw, SHANGHAI)
    assert isinstance(found, ValueProblem)
    assert found.code == code
    for locale in ("zh-CN", "en"):
        said = say_problem(found, locale)
        assert said
        assert "{" not in said


def test_every_sentence_has_the_same_arguments_in_both_languages() -> None:
    for code, (chinese, english) in SENTENCES.items():
        named = {part.split("}")[0] for part in chinese.split("{")[1:]}
        assert named == {part.split("}")[0] for part in english.split("{")[1:]}, code


def test_the_list_of_types_is_the_list_of_the_language() -> None:
    assert set(TYPES) == _type_files()


def _type_files() -> set[str]:
    names = {path.name.removesuffix(".py") for path in resources.files(field_types).iterdir()}
    return {name for name in names if name not in ("__init__", "common", "options", "__pycache__")}


@pytest.mark.parametrize(
    ("type_", "value", "chinese", "english"),
    [
        ("money", 123_456_789, "¥1,234,567.89", "¥1,234,567.89"),
        ("money", -5, "-¥0.05", "-¥0.05"),
        ("decimal", 1500, "1.500", "1.500"),
        ("integer", 1234, "1,234", "1,234"),
        ("boolean", True, "是", "Yes"),
        ("date", "2026-03-02", "2026-03-02", "2 Mar 2026"),
        ("datetime", NOW_US, "2026-03-02 09:00", "2 Mar 2026, 09:00"),
        ("duration", 100_800, "1 天 4 小时", "1d 4h"),
        ("choice", "k_glass", "glass", "glass"),
        ("choice", "gone", "gone", "gone"),
        ("multi_choice", ("k_glass", "k_wood"), "glass、wood", "glass, wood"),
        ("person", "p1", "林安", "林安"),
        ("files", ("f1", "p1"), "f1、林安", "f1, 林安"),
        ("rating", 4, "4 / 5", "4 / 5"),
        ("text", "p1", "p1", "p1"),
        ("money", None, "", ""),
    ],
)
def test_shown(type_: str, value: Value, chinese: str, english: str) -> None:
    names = {"p1": "林安"}
    assert show(of(type_), value, "zh-CN", SHANGHAI, names) == chinese
    assert show(of(type_), value, "en", SHANGHAI, names) == english


def test_a_node_of_a_tree_is_shown_with_its_way() -> None:
    assert show(FIELDS["area"], "k_oven", "en") == "home / kitchen / oven"


@pytest.mark.parametrize(
    ("type_", "value", "text"),
    [
        ("money", 1230, "12.30"),
        ("money", -5, "-0.05"),
        ("boolean", False, "false"),
        ("datetime", NOW_US, "2026-03-02T09:00:00+08:00"),
        ("date", "2026-03-02", "2026-03-02"),
        ("duration", 90, "1m 30s"),
        ("choice", "k_glass", "glass"),
        ("multi_choice", ("k_glass", "k_wood"), "glass; wood"),
        ("integer", 0, "0"),
        ("text", None, ""),
    ],
)
def test_exported(type_: str, value: Value, text: str) -> None:
    assert to_text(of(type_), value, SHANGHAI) == text


SINGLE = {
    "money": st.integers(-(2**53) + 1, 2**53 - 1),
    "decimal": st.integers(-(2**53) + 1, 2**53 - 1),
    "integer": st.integers(-(2**53) + 1, 2**53 - 1),
    "boolean": st.booleans(),
    "datetime": st.integers(-(10**15), 4 * 10**15),
    "duration": st.integers(0, 10**9),
    "date": st.dates().map(lambda day: day.isoformat()),
    "choice": st.sampled_from(sorted(KNOWN)),
}


@given(st.sampled_from(sorted(SINGLE)).flatmap(lambda t: st.tuples(st.just(t), SINGLE[t])))
def test_what_is_exported_comes_back(pair: tuple[str, Value]) -> None:
    type_, value = pair
    assert normalise(of(type_), to_text(of(type_), value, SHANGHAI), SHANGHAI) == value


@given(st.text(max_size=30))
def test_normalising_twice_changes_nothing(raw: str) -> None:
    for type_ in ("text", "long_text"):
        once = normalise(of(type_), raw)
        if not isinstance(once, ValueProblem):
            assert normalise(of(type_), once) == once
            assert once is None or unicodedata.is_normalized("NFC", str(once))
            assert not is_empty(once) or once is None


@given(st.text(max_size=30))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("type_", "limits", "value", "code"),
    [
        ("money", Limits(low=1, high=500), 0, "at_least"),
        ("money", Limits(low=1, high=500), 501, "at_most"),
        ("money", Limits(low=1, high=500), 500, None),
        ("text", Limits(max_length=3), "abcd", "too_long"),
        ("text", Limits(pattern="[A-Z]+"), "ABc", "pattern"),
        ("text", Limits(pattern="[A-Z]+", pattern_say=CAPITALS), "a", "pattern_say"),
        ("text", Limits(pattern="[A-Z]+"), "ABC", None),
        ("files", Limits(max_count=1), ("a", "b"), "too_many"),
        ("multi_choice", Limits(min_count=2), ("k_glass",), "too_few"),
        ("date", Limits(low_date="2026-03-02"), "2026-03-01", "not_before"),
        ("date", Limits(high_date="2026-03-02"), "2026-03-03", "not_after"),
        ("datetime", Limits(low=5), 4, "not_before"),
        ("duration", Limits(high=60), 61, "at_most"),
        ("money", Limits(low=1), None, None),
    ],
)
def test_limits(type_: str, limits: Limits, value: Value, code: str | None) -> None:
    found = check(replace(of(type_), limits=limits), value)
    assert (found.code if found else None) == code
    if found:
        assert "{" not in say_problem(found, "zh-CN") + say_problem(found, "en")


def test_rows() -> None:
    parts = FIELDS["parts"]
    raw = [{"count": "2", "price": "1.50", "name": ""}, {"count": "", "price": ""}]
    assert normalise(parts, raw) == ({"count": 2, "price": 150},)
    wrong = normalise(parts, [{"count": "2"}, {"count": "x"}])
    assert isinstance(wrong, ValueProblem)
    assert say_problem(wrong, "en") == "Row 2, count: Enter a whole number"
    assert say_problem(wrong, "zh-CN") == "第 2 行 count：请填写整数"
    assert isinstance(normalise(parts, [{"colour": "red"}]), ValueProblem)
    assert to_text(parts, ({"count": 2, "price": 150},)) == "count=2, price=1.50"
    assert show(parts, ({"count": 2, "price": 150}, {"count": 1}), "en") == "2 ¥1.50; 1"
