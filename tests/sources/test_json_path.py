"""Places in replies: exactly the singular queries of RFC 9535, in as many steps as they have."""

from __future__ import annotations

import pytest

from runtime.strict_json import at_path
from specs.json_path import JsonPathError, parse_json_path

REPLY = {"a": {"b c": [10, {"d'e": 1}, None]}, "订": "x", "n": 0, "☃": {"": 2}}


@pytest.mark.parametrize(
    "path, found",
    [
        ("$", (True, REPLY)),
        ("$.a['b c'][0]", (True, 10)),
        ('$["a"]["b c"][-1]', (True, None)),
        (r"$.a['b c'][1]['d\'e']", (True, 1)),
        (r"$.a['b c'][1]['d\u0027e']", (True, 1)),
        ("$.订", (True, "x")),
        ("$.☃['']", (True, 2)),
        ("$.a[ 'b c' ][ 1 ]", (True, {"d'e": 1})),
        ("$.a['b c'][3]", (False, None)),
        ("$.a['b c'][-4]", (False, None)),
        ("$.a.b", (False, None)),
        ("$.n.b", (False, None)),
        ("$.订[0]", (False, None)),
        ("$.a[0]", (False, None)),
    ],
)
def test_what_stands_there(path: str, found: tuple[bool, object]) -> None:
    """A step that does not fit finds nothing, and says so beside a null that is there."""
    assert at_path(parse_json_path(path), REPLY) == found


@pytest.mark.parametrize(
    "text, at",
    [
        ("a.b", 0),
        ("", 0),
        ("$..a", 1),
        ("$.*", 2),
        ("$[*]", 1),
        ("$[?(@.a)]", 1),
        ("$[1:2]", 1),
        ("$['a','b']", 1),
        ("$[01]", 1),
        ("$[-0]", 1),
        ("$.a b", 3),
        ("$.", 2),
        ("$.1a", 2),
        ("$['a", 1),
        ("$" + ".a" * 33, 67),
    ],
)
def test_what_is_no_place(text: str, at: int) -> None:
    """Whatever names several values, or nothing, is refused at its character."""
    with pytest.raises(JsonPathError) as wrong:
        parse_json_path(text)
    assert wrong.value.at == at
