"""The index of likeness: who is near, how it is kept, and that equal input makes equal bytes."""

from __future__ import annotations

import random
from array import array

import pytest

from engine.suggest.likeness import Learner, Likeness, unpack
from engine.suggest.traits import Traits

PLAIN = Traits({"refund": ("reason",), "repair": ()}, ("customer.level",))


def learned(*tickets: tuple[str, str, str]) -> Likeness:
    """An index of (id, type, subject), the newest first."""
    learner = Learner()
    for ticket_id, kind, subject in tickets:
        learner.add(ticket_id, kind, PLAIN.of_text(subject, ""))
    return learner.learn()


def near(index: Likeness, subject: str, **more: object) -> list[str]:
    """The ids nearest to a subject."""
    found = index.nearest(PLAIN.of_text(subject, ""), 9, **more)  # type: ignore[arg-type]
    return [one.ticket_id for one in found]


SHOP = (
    ("f", "refund", "冰箱运输破损，申请退款"),
    ("e", "refund", "The fridge arrived damaged"),
    ("d", "repair", "冰箱不制冷"),
    ("c", "repair", "Washing machine leaks"),
    ("b", "refund", "Fridge damaged in transit, money back"),
    ("a", "refund", "Where is my invoice"),
)


def test_near_in_both_scripts() -> None:
    """Who shares rare words is nearest; who shares nothing is not there at all."""
    index = learned(*SHOP)
    assert near(index, "冰箱破损")[:2] == ["f", "d"]
    assert set(near(index, "damaged fridges")) == {"b", "e"}
    assert near(index, "quite another matter") == []
    assert near(index, "") == []


def test_narrowed() -> None:
    """To one type, without one ticket, above a floor."""
    index = learned(*SHOP)
    assert near(index, "冰箱破损", kind="repair") == ["d"]
    assert near(index, "冰箱破损", but="f") == ["d"]
    assert near(index, "冰箱破损", kind="unknown") == []
    scores = index.nearest(PLAIN.of_text("冰箱运输破损，申请退款", ""), 9)
    assert scores[0].likeness == pytest.approx(1.0, abs=0.01)
    assert near(index, "冰箱破损", least=0.999) == []


def test_of_equals_the_newer_first() -> None:
    """The order never depends on anything but the tickets."""
    same = [(name, "refund", "Lamp broken") for name in "edcba"]
    index = learned(*same, ("z", "refund", "Other things"))
    assert near(index, "lamp broken") == list("edcba")
    cut = index.nearest(PLAIN.of_text("lamp broken", ""), 2)
    assert [one.ticket_id for one in cut] == ["e", "d"]


def test_kept_as_bytes() -> None:
    """Equal tickets make equal bytes, and the bytes answer as the index did."""
    index, again = learned(*SHOP), learned(*SHOP)
    assert index.pack() == again.pack()
    back = unpack(index.pack())
    assert near(back, "冰箱破损") == near(index, "冰箱破损")
    assert len(back) == len(SHOP)
    assert back.size == index.size


@pytest.mark.parametrize("content", [b"", b"\x80\x04K\x01.", b"PK\x05\x06" + bytes(18), b"x" * 99])
def test_other_bytes_are_refused(content: bytes) -> None:
    """A pickle or a torn file is no index."""
    with pytest.raises(ValueError, match="no index"):
        unpack(content)


def test_nothing_learned_yet() -> None:
    """An empty index answers nobody."""
    index = learned()
    assert len(index) == 0
    assert near(unpack(index.pack()), "fridge") == []


def test_no_words_are_kept() -> None:
    """The index holds numbers: what was written can't be read from it."""
    content = learned(("a", "refund", "zqcanary"), ("b", "refund", "zqcanary")).pack()
    assert b"zqcanary" not in content


def test_large_indexes_answer_as_small_ones_do() -> None:
    """Leaving out what tells nothing moves no ticket that shares a rare word."""
    chance = random.Random(7)
    said = [f"w{n}x" for n in range(300)]
    tickets = [
        (f"{n:04}", "refund", " ".join(["please", *chance.choices(said, k=6)])) for n in range(900)
    ]
    index = learned(*tickets)
    for ticket_id, _, subject in tickets[::90]:
        assert near(index, subject)[0] == ticket_id
    assert near(index, "please") == []


def test_properties_count() -> None:
    """A field's value and the customer's level make tickets alike, each under its own name."""
    learner = Learner()
    cases = (("gold", "gold", "late"), ("plain", "plain", "late"), ("other", "gold", "broken"))
    for name, level, reason in cases:
        found = PLAIN.of("refund", "Lamp", "", {"reason": reason}, {"customer.level": level})
        learner.add(name, "refund", found)
    index = learner.learn()
    asked = PLAIN.of("refund", "Lamp", "", {"reason": "late"}, {"customer.level": "gold"})
    assert index.nearest(asked, 9)[0].ticket_id == "gold"
    values = {"reason": None, "unknown": "late", "long": "x" * 100}
    assert PLAIN.of("refund", "Lamp", "", values, {}) == PLAIN.of_text("Lamp", "")
    assert isinstance(asked, array)
