"""What most like tickets have is suggested with its evidence, and nothing where they differ."""

from __future__ import annotations

from engine.suggest.vote import ASKED, FEWEST, TOPICS, Past, suggest


def past(n: int, team: str = "first", priority: str = "normal", *tags: str) -> Past:
    """A past ticket."""
    return Past(f"id{n}", f"RF-{n}", "Lamp", "refund", priority, team, tags)


def test_most_agree() -> None:
    """Seven of nine: the value, the counts, and the tickets that are the evidence."""
    like = [past(n, "first" if n < 7 else "second") for n in range(9)]
    (found,) = suggest(like, ["team"])
    assert (found.topic, found.value, found.agree, found.of) == ("team", "first", 7, 9)
    assert [one.number for one in found.past] == [f"RF-{n}" for n in range(7)]
    assert 0.77 < found.confidence < 0.78


def test_nothing_where_unsure() -> None:
    """Too few, or too divided, and nothing is said."""
    assert suggest([past(n) for n in range(FEWEST - 1)], TOPICS) == ()
    divided = [
        past(n, "first" if n % 2 else "second", "high" if n < 5 else "low") for n in range(9)
    ]
    assert suggest(divided, ["team", "priority"]) == ()
    assert suggest([], TOPICS) == ()


def test_two_thirds_are_enough() -> None:
    """Six of nine, four of six and not three of five."""
    assert len(suggest([past(n, "a" if n < 6 else f"t{n}") for n in range(9)], ["team"])) == 1
    assert len(suggest([past(n, "a" if n < 4 else f"t{n}") for n in range(6)], ["team"])) == 1
    assert suggest([past(n, "a" if n < 3 else f"t{n}") for n in range(5)], ["team"]) == ()


def test_only_the_most_alike_have_a_say() -> None:
    """The tenth is not asked."""
    like = [*(past(n, "first") for n in range(ASKED)), *(past(n, "second") for n in range(20))]
    (found,) = suggest(like, ["team"])
    assert (found.value, found.agree, found.of) == ("first", ASKED, ASKED)


def test_each_tag_by_itself() -> None:
    """A ticket may have several tags, and several may be suggested."""
    like = [past(n, "first", "normal", *(["big", "vip"] if n < 6 else ["big"])) for n in range(9)]
    found = suggest(like, TOPICS)
    assert [(one.topic, one.value, one.agree) for one in found] == [
        ("type", "refund", 9),
        ("priority", "normal", 9),
        ("team", "first", 9),
        ("tag", "big", 9),
        ("tag", "vip", 6),
    ]


def test_nobodys_team_is_no_value() -> None:
    """Tickets without a team suggest none."""
    assert suggest([past(n, "") for n in range(9)], ["team"]) == ()
