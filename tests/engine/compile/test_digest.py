"""The digest of a desk: what changes it, and what does not."""

from __future__ import annotations

import pytest

from engine.compile.desk import desk_digest
from specs.load import load_files
from tests.specs.small import SMALL

_TYPE = "types/refund.yaml"
_NOTED = {
    **SMALL,
    "automations/tell.yaml": (
        "kind: Automation\napplies_to: refund\nstarts: { event: moved }\ndo: [{ note: Paid }]\n"
    ),
    _TYPE: SMALL[_TYPE].replace("  reason:", "  note: { type: text }\n  reason:"),
}


def _digest(files: dict[str, str]) -> str:
    specs, problems = load_files({path: text.encode() for path, text in files.items()})
    assert not [one.headline for one in problems if one.is_error]
    return desk_digest(specs)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("automations/tell.yaml", "note: Paid", "note: Paid out"),
        (_TYPE, "note: { type: text }", "note: { type: text, max_length: 9 }"),
        (_TYPE, "min: 0.01", "min: 0.02"),
    ],
    ids=["verb", "field", "limit"],
)
def test_a_change_of_meaning_changes_it(file: str, old: str, new: str) -> None:
    """The verb `note` and a field of that id are no remarks."""
    changed = {**_NOTED, file: _NOTED[file].replace(old, new)}
    assert changed != _NOTED
    assert _digest(changed) != _digest(_NOTED)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (_TYPE, "min: 0.01", "min: 0.01, note: a cent"),
        (_TYPE, "phase: solved", "phase: solved, note: the end"),
        (_TYPE, "kind: TicketType", "kind: TicketType\nnote: of money"),
        ("views/open.yaml", "title:", "# a remark\ntitle:"),
    ],
    ids=["field", "state", "file", "comment"],
)
def test_a_remark_does_not(file: str, old: str, new: str) -> None:
    changed = {**_NOTED, file: _NOTED[file].replace(old, new)}
    assert changed != _NOTED
    assert _digest(changed) == _digest(_NOTED)


def test_the_order_of_what_has_one_is_meaning() -> None:
    """The first row that holds decides; keys of an object have no order."""
    head = "kind: Routing\napplies_to: refund\ntable:\n  inputs: [amount]\n  sets: [priority]\n"
    low, high = "    low: [over 10, low]\n", "    high: [over 20, high]\n"
    first = {**_NOTED, "routing/refund.yaml": f"{head}  rows:\n{low}{high}  otherwise: [normal]\n"}
    other = {**_NOTED, "routing/refund.yaml": f"{head}  rows:\n{high}{low}  otherwise: [normal]\n"}
    assert _digest(first) != _digest(other)
    turned = first["routing/refund.yaml"].replace(
        "  inputs: [amount]\n  sets: [priority]\n", "  sets: [priority]\n  inputs: [amount]\n"
    )
    assert turned != first["routing/refund.yaml"]
    assert _digest({**first, "routing/refund.yaml": turned}) == _digest(first)
