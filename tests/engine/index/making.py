"""Random conditions, tickets and questions, with all that conditions may meet and some that not."""

from __future__ import annotations

from random import Random
from typing import Any

from engine.evaluate import LIST_KINDS, TEXT_KINDS
from engine.facts import Ask, Facts, Value, Viewer
from engine.normal import fold
from engine.predicate import FALSE, TRUE, All, AnyOf, Not, Op, Operand, Path, Predicate, Var
from engine.predicate import Test as Leaf

NOW_US = 1_772_413_200_000_000
DAY_US = 86_400_000_000
TEXTS = (
    "refund",
    "退款",
    "退款 100%",
    "ＲＥＦＵＮＤ late",
    "Straße",
    "STRASSE",
    "a_b",
    "é",
    "é",
    "İ",
)
PARTS = (*(fold(text)[:3] for text in TEXTS), "款", "100%", "fund", "s", " ")
WORDS = ("damaged", "late", "破损", "yes", "1", "unknown")
TAGS = ("vip", "易碎", "fragile", "damaged")
TEAMS = ("claims", "finance", "after_sales")
NUMBERS = (-100, -1, 0, 1, 2, 5, 1999, 2000, 123456, 2**53 - 1)
DAYS = ("2026-02-27", "2026-03-01", "2026-03-02", "2026-03-03", "2027-01-01")
MOMENTS = (*(NOW_US + days * DAY_US for days in (-40, -1, 0, 1, 9)), NOW_US - 1)
BLANK = (None, "", " ", "\u3000\n", (), {})
ODD = (
    True,
    False,
    1,
    0,
    1.0,
    2**70,
    "1",
    "yes",
    ("yes",),
    ({"pieces": 2}, {"pieces": 0}),
    {"x": 1},
)

PATHS: tuple[Path, ...] = (
    Path("subject", "subject", "text"),
    Path("description", "description", "long_text"),
    Path("order_no.product", "order_no.product", "text"),
    Path("amount", "amount", "money", 2),
    Path("pieces", "pieces", "integer"),
    Path("spent", "spent", "duration"),
    Path("signed_on", "signed_on", "date"),
    Path("called_at", "called_at", "datetime"),
    Path("reason", "reason", "choice"),
    Path("area", "area", "tree"),
    Path("team", "team", "team"),
    Path("assignee", "assignee", "person"),
    Path("urgent_case", "urgent_case", "boolean"),
    Path("tags", "tags", "tags"),
    Path("teams", "teams", "teams"),
    Path("photo", "photo", "files"),
    Path("parts", "parts", "lines"),
    Path("parts.pieces", "parts.pieces", "integer", 0, "parts"),
    Path("parts.name", "parts.name", "text", 0, "parts"),
)
_BEFORE = {"reason": "late", "tags": ("vip",), "pieces": 1}
ASKS = (
    Ask(NOW_US, Viewer("ann", teams=frozenset(TEAMS[:2])), "2026-03-02"),
    Ask(NOW_US, Viewer("ben"), "2026-03-02", _BEFORE),
    Ask(NOW_US, Viewer(None)),
)


def some_rules(chance: Random, most: int) -> list[Predicate]:
    """Up to `most` conditions over few or many of the fields."""
    paths = chance.sample(PATHS, chance.choice((1, 2, 4, len(PATHS))))
    return [_tree(chance, paths, 0) for _ in range(chance.randrange(1, most + 1))]


def some_facts(chance: Random) -> Facts:
    """A ticket that lacks some fields, has others blank, and a few of a wrong type."""
    values: dict[str, Value] = {}
    for path in PATHS:
        luck = chance.random()
        if path.inside or luck < 0.15:
            continue
        # The evaluator can't tell what changed in a list of records; no event changes one so.
        records = ODD if path.name not in _BEFORE else ODD[:-2]
        odd = BLANK if luck < 0.3 else records if luck < 0.4 else None
        values[path.name] = chance.choice(odd) if odd else _value(chance, path.kind)  # type: ignore[assignment]
    return Facts(values)


def some_ask(chance: Random) -> Ask:
    """Somebody's question."""
    return chance.choice(ASKS)


def _tree(chance: Random, paths: list[Path], depth: int) -> Predicate:
    luck = chance.random()
    if depth > 3 or luck < 0.35:
        return _test(chance, chance.choice(paths))
    if luck < 0.37:
        return chance.choice((TRUE, FALSE))
    if luck < 0.5:
        return Not(_tree(chance, paths, depth + 1))
    items = tuple(_tree(chance, paths, depth + 1) for _ in range(chance.choice((1, 2, 3, 3, 5))))
    return All(items) if luck < 0.8 else AnyOf(items)


def _test(chance: Random, path: Path) -> Leaf:
    luck = chance.random()
    if luck < 0.1:
        return Leaf(path, Op.IS_EMPTY, chance.random() < 0.5)
    if luck < 0.16:
        return Leaf(path, Op.CHANGED, chance.random() < 0.7)
    if luck < 0.2:
        return Leaf(path, chance.choice((Op.CHANGED_TO, Op.CHANGED_FROM)), _operand(chance, path))
    if luck < 0.24:
        return Leaf(
            path, chance.choice((Op.IS, Op.NONE_OF, Op.AT_LEAST)), chance.choice(("1", 1, True))
        )
    return _TESTS.get(path.kind, _of_text)(chance, path)


def _of_text(chance: Random, path: Path) -> Leaf:
    op = chance.choice(
        (
            Op.IS,
            Op.IS_NOT,
            Op.CONTAINS,
            Op.CONTAINS_ANY,
            Op.CONTAINS_ALL,
            Op.STARTS_WITH,
            Op.MATCHES,
        )
    )
    if op is Op.MATCHES:
        return Leaf(path, op, chance.choice(("^re", "[退文]", "a.b", "(?i)STR")))
    if op is Op.IS or op is Op.IS_NOT:
        return Leaf(path, op, chance.choice(TEXTS))
    one = op is Op.CONTAINS or chance.random() < 0.3
    return Leaf(path, op, chance.choice(PARTS) if one else _several(chance, PARTS))


def _of_number(chance: Random, path: Path) -> Leaf:
    op = chance.choice((Op.IS, Op.AT_LEAST, Op.MORE_THAN, Op.AT_MOST, Op.LESS_THAN, Op.BETWEEN))
    one, other = chance.choice(NUMBERS), chance.choice(NUMBERS)
    return Leaf(path, op, (one, other) if op is Op.BETWEEN else one)


def _of_time(chance: Random, path: Path) -> Leaf:
    op = chance.choice((Op.BEFORE, Op.AFTER, Op.BETWEEN, Op.WITHIN_LAST, Op.WITHIN_NEXT))
    if op is Op.WITHIN_LAST or op is Op.WITHIN_NEXT:
        return Leaf(path, op, chance.choice((0, 1, 3, 30)) * DAY_US)
    points: list[Any] = list(DAYS if path.kind == "date" else MOMENTS)
    points.append(Var("today", "" if path.kind == "date" else "Asia/Shanghai"))
    one, other = chance.choice(points), chance.choice(points)
    return Leaf(path, op, (one, other) if op is Op.BETWEEN else one)


def _of_choice(chance: Random, path: Path) -> Leaf:
    op = chance.choice((Op.IS, Op.IS_NOT, Op.ONE_OF, Op.NONE_OF, Op.UNDER))
    return Leaf(path, op, _operand(chance, path))


def _of_list(chance: Random, path: Path) -> Leaf:
    if path.kind in ("files", "lines"):
        return Leaf(path, Op.COUNT, (chance.randrange(3), chance.choice((-1, 0, 1, 2))))
    op = chance.choice((Op.CONTAINS, Op.CONTAINS_ANY, Op.CONTAINS_ALL))
    if path.kind == "teams" and chance.random() < 0.3:
        return Leaf(path, op, Var("my.teams"))
    known = TEAMS if path.kind == "teams" else TAGS
    one = op is Op.CONTAINS or chance.random() < 0.2
    return Leaf(path, op, chance.choice(known) if one else _several(chance, known))


_TESTS: dict[str, Any] = {
    **dict.fromkeys(TEXT_KINDS, _of_text),
    **dict.fromkeys(LIST_KINDS, _of_list),
    **dict.fromkeys(("money", "integer", "duration"), _of_number),
    **dict.fromkeys(("date", "datetime"), _of_time),
    **dict.fromkeys(("choice", "tree", "team", "person", "boolean"), _of_choice),
}


def _operand(chance: Random, path: Path) -> Operand:
    if path.kind == "person":
        return chance.choice((Var("me"), "ann", ("ben", Var("me"))))
    if path.kind == "team" and chance.random() < 0.3:
        return chance.choice((Var("my.teams"), ("finance", Var("my.teams"))))
    known = _known(path.kind)
    return chance.choice(known) if chance.random() < 0.5 else _several(chance, known)  # type: ignore[no-any-return]


def _known(kind: str) -> tuple[Any, ...]:
    if kind == "boolean":
        return (True, False)
    if kind in ("money", "integer", "duration"):
        return NUMBERS
    if kind in ("date", "datetime"):
        return DAYS if kind == "date" else MOMENTS
    if kind in TEXT_KINDS:
        return TEXTS
    return {"team": TEAMS, "teams": TEAMS, "tags": TAGS, "person": ("ann", "ben")}.get(kind, WORDS)


def _value(chance: Random, kind: str) -> Value:
    if kind in ("files", "tags", "teams"):
        return _several(chance, _known(kind))
    if kind == "lines":
        return tuple(
            {"pieces": chance.choice(NUMBERS), "name": chance.choice(TEXTS)}
            for _ in range(chance.randrange(3))
        )
    if kind in TEXT_KINDS:
        return " ".join(chance.sample(TEXTS, chance.randrange(1, 4)))
    found: Value = chance.choice(_known(kind))
    return found + chance.randrange(3) if type(found) is int else found


def _several(chance: Random, known: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(chance.sample(known, chance.randrange(0, min(4, len(known)) + 1)))
