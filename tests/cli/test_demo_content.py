"""Demo people are away counted from now, so that a demo looks alike on any day."""

from __future__ import annotations

import pytest

from runtime.cli.demo_content import DemoAbsence, read_content

DAY = 86_400_000_000
PERSON = "people:\n  ben: {{ name: Ben, email: ben@example.com, absent: {absent} }}\n"


@pytest.mark.parametrize(
    ("absent", "wanted"),
    [
        ("{ from: -1d, until: 4d, substitute: hana }", DemoAbsence(-DAY, 4 * DAY, "hana")),
        ("{ from: 2d }", DemoAbsence(2 * DAY, None, "")),
    ],
)
def test_an_absence_is_counted_from_now(absent: str, wanted: DemoAbsence) -> None:
    files = {"demo/people.yaml": PERSON.format(absent=absent).encode()}
    assert read_content("shop", files).people["ben"].absent == wanted


def test_most_people_are_there() -> None:
    files = {"demo/people.yaml": b"people:\n  ben: { name: Ben, email: ben@example.com }\n"}
    assert read_content("shop", files).people["ben"].absent is None
