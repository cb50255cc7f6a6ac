"""Demo people are away counted from now, so that a demo looks alike on any day."""

from __future__ import annotations

from pathlib import Path

import pytest

from runtime.cli.demo_content import DemoAbsence, read_content
from runtime.render import picture_jail

SHOP = Path(__file__).parents[2] / "examples" / "tenants" / "ecommerce"
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


def test_the_pictures_of_people_are_there_and_can_be_shown() -> None:
    files = {
        path.relative_to(SHOP).as_posix(): path.read_bytes()
        for path in (SHOP / "demo").rglob("*.*")
    }
    named = [p.picture for p in read_content("ecommerce", files).people.values() if p.picture]
    assert len(set(named)) == len(named) > 1, "nobody looks like another"
    for name in named:
        assert picture_jail.small(files[name]).startswith(b"\x89PNG")
