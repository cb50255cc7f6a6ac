"""Rules and tickets for the bench of decisions: three conditions over ten fields, in two languages.

The rules are plain data, so that each engine is given them in its own form.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from engine.facts import Ask, Facts, Viewer
from engine.predicate import All, Op, Path, Predicate, Test

ENUMS: dict[str, list[str]] = {
    "status": ["新建", "处理中", "待客户", "已解决", "已关闭", "已重开"],
    "priority": ["P0", "P1", "P2", "P3", "P4"],
    "channel": ["电话", "邮件", "微信", "APP", "网页", "抖音", "天猫", "京东"],
    "category": [f"类目{number:02d}" for number in range(40)],
    "product": [f"SKU-{number:04d}" for number in range(200)],
    "region": [f"区域{number:02d}" for number in range(34)],
}
FIELDS = (*ENUMS, "vip", "amount", "age", "subject")
WORDS = [
    *"退款 投诉 发票 物流 破损 漏发 错发 质量 过期 异味".split(),
    *"色差 尺码 客服 态度 赔偿 换货 补发 延迟 签收 拒收".split(),
    *(f"词{number:03d}" for number in range(180)),
    *(f"word{number:03d}" for number in range(100)),
]
ASK = Ask(1_772_413_200_000_000, Viewer("ann"), "2026-03-02")
_KINDS = {"vip": "boolean", "amount": "money", "age": "integer", "subject": "text"}
_PATHS = {
    name: Path(name, name, _KINDS.get(name, "choice"), 2 if name == "amount" else 0)
    for name in FIELDS
}


@dataclass(frozen=True, slots=True)
class Condition:
    """`how`: `is` a value, `one_of` several, `between` two (both in), `contains` a word."""

    field: str
    how: str
    value: Any


Rule = tuple[Condition, ...]


def some_rules(count: int, seed: int = 11) -> list[Rule]:
    """Rules of which some six in a thousand hold for a ticket."""
    chance = Random(seed)
    return [
        tuple(_condition(chance, name) for name in chance.sample(FIELDS, 3)) for _ in range(count)
    ]


def _condition(chance: Random, name: str) -> Condition:
    if name in ENUMS:
        known = ENUMS[name]
        if chance.random() < 0.5:
            return Condition(name, "is", chance.choice(known))
        return Condition(
            name, "one_of", tuple(chance.sample(known, chance.randrange(2, min(6, len(known)))))
        )
    if name == "vip":
        return Condition(name, "is", chance.random() < 0.5)
    if name == "subject":
        return Condition(name, "contains", chance.choice(WORDS))
    most, wide = (900_000, 300_000) if name == "amount" else (650, 200)
    low = chance.randrange(most)
    return Condition(name, "between", (low, low + chance.randrange(wide // 20, wide)))


def some_tickets(count: int, seed: int = 7) -> list[dict[str, Any]]:
    """Tickets with all ten fields; money in cents."""
    chance = Random(seed)
    return [
        {
            **{name: chance.choice(known) for name, known in ENUMS.items()},
            "vip": chance.random() < 0.1,
            "amount": int(chance.random() ** 2 * 1_000_000),
            "age": chance.randrange(720),
            "subject": " ".join(chance.choice(WORDS) for _ in range(6)),
        }
        for _ in range(count)
    ]


def predicate_of(rule: Rule) -> Predicate:
    """A rule as the product's own condition."""
    return All(tuple(Test(_PATHS[c.field], Op(c.how), c.value) for c in rule))


def facts_of(ticket: dict[str, Any]) -> Facts:
    """A ticket as the product has it."""
    return Facts(ticket)
