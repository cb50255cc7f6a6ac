"""What a change does to what is there: one count with examples, and its sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from engine.model.text import Words


@dataclass(frozen=True, slots=True)
class Effect:
    """One consequence of the change at number `change` of a plan; -1: of the plan as a whole.

    `about` names the sentence. `open` and `all` count tickets, `people` persons. `tickets` are
    numbers of some of them, `args` the names that the sentence needs.
    """

    change: int
    about: str
    open: int = 0
    all: int = 0
    people: int = 0
    tickets: tuple[str, ...] = ()
    args: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[object, ...]:
        """What it counts, so that two plans can be compared."""
        return (self.change, self.about, *sorted((k, str(v)) for k, v in self.args.items()))


STANDS: Final = frozenset({"holds", "unconverted", "empty", "beyond", "broken"})
"""Counts of stored values, which stay as they are while nobody works: they tell that data moved.
Rights and clocks also change with every ticket and with time."""
LOSES: Final = frozenset({"holds", "unconverted"})
"""What tickets would lose: more of it than the plan says refuses a publish of that plan."""

# about → (English, Chinese)
_SAID: Final[Mapping[str, tuple[str, str]]] = {
    "holds": (
        "{all} tickets hold it, {open} of them open",
        "{all} 张工单正在使用，其中进行中 {open} 张",
    ),
    "unconverted": (
        "{all} of {values} values can't be converted, {open} of them on open tickets",
        "{values} 个值中有 {all} 个无法转换，其中进行中工单 {open} 张",
    ),
    "converted": ("all {values} values can be converted", "{values} 个值都能转换"),
    "empty": (
        "{open} open tickets lack it; it is asked for when they are next edited",
        "{open} 张进行中的工单尚未填写，下次编辑时才会要求",
    ),
    "beyond": (
        "{open} open tickets are beyond it; it is enforced when the field is next touched",
        "{open} 张进行中的工单超出限制，下次修改该字段时才会检查",
    ),
    "broken": (
        "{open} open tickets break it; it is enforced when they are next edited",
        "{open} 张进行中的工单不满足，下次编辑时才会检查",
    ),
    "moved": (
        "{clock}: {open} clocks move, {late} become late, {saved} are saved",
        "{clock}：{open} 个时钟改变，{late} 个变为超时，{saved} 个不再超时",
    ),
    "new_only": (
        "{policy}: holds for new tickets only, open ones keep their due times",
        "{policy}：只对新工单生效，进行中的保持原到期时间",
    ),
    "gain": (
        "{people} people gain {right} on {all} tickets, {open} of them open",
        "{people} 人获得 {right}，涉及 {all} 张工单，其中进行中 {open} 张",
    ),
    "lose": (
        "{people} people lose {right} on {all} tickets, {open} of them open",
        "{people} 人失去 {right}，涉及 {all} 张工单，其中进行中 {open} 张",
    ),
    "holders": ("{people} people hold the role", "{people} 人拥有该角色"),
    "asked": ("{people} people asked for {all} tickets", "涉及 {people} 位申请人的 {all} 张工单"),
    "uncounted": ("not counted: {why}", "未计数：{why}"),
    "used": ("used in {places}", "用于 {places}"),
}


def say_effect(effect: Effect, locale: str = "en") -> str:
    """The consequence as a sentence for a reader of the locale."""
    said = _SAID[effect.about][1 if locale.partition("-")[0] == "zh" else 0]
    counts = {name: f"{getattr(effect, name):,}" for name in ("open", "all", "people")}
    numbers = {name: _said_of(value, locale) for name, value in effect.args.items()}
    return said.format(**counts, **numbers)


def _said_of(value: Any, locale: str) -> str:
    """A number with its thousands, a title in the reader's language."""
    if isinstance(value, Mapping):
        return Words(value).say(locale)
    return f"{value:,}" if isinstance(value, int) else str(value)


def effect_body(effect: Effect, locale: str = "en") -> dict[str, Any]:
    """An effect for tools, with its sentence."""
    return {
        **asdict(effect),
        "tickets": list(effect.tickets),
        "args": dict(effect.args),
        "says": say_effect(effect, locale),
    }


def effect_of(body: Mapping[str, Any]) -> Effect:
    """The effect that a body was made of."""
    names = ("change", "about", "open", "all", "people", "args")
    return Effect(**{name: body[name] for name in names}, tickets=tuple(body["tickets"]))
