"""Conditions as sentences in Chinese and English, for explanations and for reading a spec aloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from engine.decide.notes import LATE, OWN_WORDS
from engine.expression import NUMBER_KINDS
from engine.model.desk import Desk
from engine.model.field import FieldModel
from engine.model.text import NO_WORDS, Words
from engine.model.ticket_type import TypeModel
from engine.normal import is_empty
from engine.predicate import All, AnyOf, Not, Op, Path, Predicate, Test, Var
from engine.values.base import Reader
from engine.values.duration import show_seconds
from engine.values.number import grouped
from engine.values.registry import TYPES
from engine.values.tree import way_to
from specs.problem import Place

# op → (Chinese, English); {0} and {1} are values, {all} and {or} lists of them.
_SAID: Final[Mapping[Op, tuple[str, str]]] = {
    Op.IS: ("是 {0}", "is {0}"),
    Op.IS_NOT: ("不是 {0}", "is not {0}"),
    Op.ONE_OF: ("是 {or}", "is {or}"),
    Op.NONE_OF: ("不是 {or}", "is not {or}"),
    Op.AT_LEAST: ("不小于 {0}", "is at least {0}"),
    Op.MORE_THAN: ("大于 {0}", "is more than {0}"),
    Op.AT_MOST: ("不大于 {0}", "is at most {0}"),
    Op.LESS_THAN: ("小于 {0}", "is less than {0}"),
    Op.BETWEEN: ("在 {0} 到 {1} 之间", "is between {0} and {1}"),
    Op.BEFORE: ("早于 {0}", "is before {0}"),
    Op.AFTER: ("晚于 {0}", "is after {0}"),
    Op.WITHIN_LAST: ("在最近 {0} 内", "is within the last {0}"),
    Op.WITHIN_NEXT: ("在未来 {0} 内", "is within the next {0}"),
    Op.CONTAINS: ("包含 {0}", "contains {0}"),
    Op.CONTAINS_ANY: ("包含 {or}", "contains {or}"),
    Op.CONTAINS_ALL: ("同时包含 {all}", "contains {all}"),
    Op.STARTS_WITH: ("以 {0} 开头", "starts with {0}"),
    Op.MATCHES: ("符合格式 {0}", "matches {0}"),
    Op.UNDER: ("属于 {0}", "is under {0}"),
    Op.CHANGED_TO: ("变为 {or}", "changed to {or}"),
    Op.CHANGED_FROM: ("原为 {or}", "changed from {or}"),
}
_FLAGS: Final = {
    (Op.IS_EMPTY, True): ("为空", "is empty"),
    (Op.IS_EMPTY, False): ("不为空", "is filled in"),
    (Op.CHANGED, True): ("有变化", "changed"),
    (Op.CHANGED, False): ("没有变化", "did not change"),
}
_COUNTS: Final = {
    "is": ("的数量是 {0}", "has {0}"),
    "low": ("的数量不少于 {0}", "has at least {0}"),
    "high": ("的数量不多于 {1}", "has at most {1}"),
    "both": ("的数量在 {0} 到 {1} 之间", "has {0} to {1}"),
}
_VARIABLES: Final = {
    "me": ("我本人", "me"),
    "my.teams": ("我所在的团队", "one of my teams"),
    "my.colleagues": ("我所在单位的人", "somebody of my organisation"),
    "now": ("现在", "now"),
    "today": ("今天", "today"),
}
BUILT_IN_LABELS: Final[Mapping[str, tuple[str, str]]] = {
    "number": ("编号", "number"),
    "type": ("类型", "type"),
    "subject": ("标题", "subject"),
    "description": ("描述", "description"),
    "state": ("状态", "state"),
    "phase": ("阶段", "phase"),
    "priority": ("优先级", "priority"),
    "channel": ("渠道", "channel"),
    "tags": ("标签", "tags"),
    "flags": ("标记", "flags"),
    "requester": ("提交人", "requester"),
    "customer": ("客户", "customer"),
    "team": ("负责团队", "team"),
    "home_team": ("归属团队", "home team"),
    "teams": ("经手团队", "teams"),
    "assignee": ("处理人", "assignee"),
    "watchers": ("关注人", "watchers"),
    "parent": ("上级工单", "parent"),
    "children": ("下级工单", "children"),
    "created_at": ("提交时间", "created"),
    "updated_at": ("更新时间", "updated"),
    "solved_at": ("解决时间", "solved"),
    "closed_at": ("关闭时间", "closed"),
    "state_since": ("进入当前状态的时间", "in this state since"),
    "rating": ("评分", "rating"),
    "reopened": ("重新打开次数", "times reopened"),
    "visit_at": ("上门时间", "visit"),
    "time_spent": ("工时", "time spent"),
    "version": ("版本", "version"),
    "due": ("到期时间", "due"),
    "breached": ("已超时", "breached"),
    "breach_reason": ("超时原因", "reason for missing it"),
}
_PHASES: Final = {
    "new": ("新建", "new"),
    "active": ("处理中", "active"),
    "waiting": ("等待中", "waiting"),
    "solved": ("已解决", "solved"),
    "closed": ("已关闭", "closed"),
}
_PRIORITIES: Final = {
    "urgent": ("紧急", "urgent"),
    "high": ("高", "high"),
    "normal": ("普通", "normal"),
    "low": ("低", "low"),
}


@dataclass(frozen=True, slots=True)
class Speaker:
    """What a sentence needs to know: the reader's language, and what paths and keys are called.

    `fields`: the field behind a dotted name; `keys`: kind → key → what people call it.
    """

    locale: str = "en"
    zone: str = "UTC"
    fields: Mapping[str, FieldModel] = field(default_factory=dict)
    clocks: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    spelled: bool = False
    """Say paths and keys as a spec does, for logs and explanations that no one translates."""

    @classmethod
    def of(cls, desk: Desk, locale: str, type_key: str = "") -> Speaker:
        """For readers of one locale; of one type, else of all types together."""
        types = _types(desk, type_key)
        clocks = {
            key: clock.title.say(locale) or clock.id
            for policy in desk.policies.values()
            for key, clock in policy.clocks.items()
        }
        fields = fields_named(desk, type_key)
        return cls(locale, desk.tenant.zone, fields, clocks, _keys(desk, types, locale))

    @property
    def index(self) -> int:
        return 0 if Reader(self.locale).is_chinese else 1

    def label(self, path: Path) -> str:
        """What people call a path: `订单号 › 实付` or `order number › paid`."""
        if self.spelled:
            return path.spelled
        root, _, rest = path.name.partition(".")
        pair = BUILT_IN_LABELS.get(root)
        first = self.fields.get(root)
        said = pair[self.index] if pair else self._label_of(first, root)
        if not rest:
            return said
        if root in ("due", "breached", "breach_reason"):
            clock = self.clocks.get(rest, rest)
            return f"{clock} {said}" if self.index == 0 else f"{said} ({clock})"
        return f"{said} › {self._label_of(self.fields.get(path.name), rest)}"

    def _label_of(self, item: FieldModel | None, name: str) -> str:
        return (item.label.say(self.locale) or item.id) if item else name

    def value(self, path: Path, value: object) -> str:
        """One operand as people read it; numbers without their currency."""
        if isinstance(value, Var):
            return f"${value.name}" if self.spelled else _VARIABLES[value.name][self.index]
        text = str(value)
        if path.kind in NUMBER_KINDS and isinstance(value, int):
            return grouped(value, path.scale)
        known = self.keys.get(LATE if path.name.startswith(LATE) else path.kind, {})
        if text in known:
            return known[text]
        item = self.fields.get(path.name)
        plain = TYPES.get(path.kind)
        if path.kind in ("boolean", "date", "datetime", "duration") and plain is not None:
            if isinstance(value, (bool, int, str)):
                return plain.show(value, item or _NOTHING, Reader(self.locale, self.zone))
        option = item.options.get(text) if item else None
        if option is not None:
            return option.title.say(self.locale) or option.id
        if path.kind not in _QUOTED or self.spelled:
            return text
        return f"「{text}」" if self.locale.startswith("zh") else f"“{text}”"


def _types(desk: Desk, type_key: str) -> list[TypeModel]:
    return [desk.types[type_key]] if type_key in desk.types else list(desk.types.values())


def fields_named(desk: Desk, type_key: str = "") -> dict[str, FieldModel]:
    """The field behind each dotted name of one type, else of all types together."""
    fields = {f"{group}.{key}": item for group in ("customer", "requester")
              for key, item in desk.people.get(group, {}).items()}  # fmt: skip
    fields |= {f"assignee.{k}": item for k, item in desk.people.get("staff", {}).items()}
    for model in _types(desk, type_key):
        for key, item in model.fields.items():
            fields[key] = item
            fields |= {f"{key}.{k}": column for k, column in item.columns.items()}
            if item.source in desk.sources:
                outputs = desk.sources[item.source].outputs.values()
                fields |= {f"{key}.{one.key}": one for one in outputs}
    return fields


_NOTHING: Final = FieldModel("", "", "text", NO_WORDS, Place("", 1, 1, 1, 1))
_QUOTED: Final = frozenset({"text", "long_text", "rich_text"})
PLAIN: Final = Speaker(spelled=True)


def plain_test(test: Test) -> str:
    """A test in English with the spec's own words: `customer.level is vip`."""
    return say_test(test, PLAIN)


def say_test(test: Test, speaker: Speaker) -> str:
    """One test as a sentence: `金额 大于 5,000.00` or `amount is more than 5,000.00`."""
    return f"{speaker.label(test.path)} {say_claim(test, speaker)}"


def say_claim(test: Test, speaker: Speaker) -> str:
    """What a test wants, without what it is about: `大于 5,000.00`, `is more than 5,000.00`."""
    index = speaker.index
    if test.op in (Op.IS_EMPTY, Op.CHANGED):
        return _FLAGS[test.op, bool(test.operand)][index]
    if test.op is Op.COUNT:
        return _count(test)[index].format(*_pair(test))
    if test.op in (Op.WITHIN_LAST, Op.WITHIN_NEXT):
        span = test.operand if isinstance(test.operand, int) else 0
        values = [show_seconds(span // 1_000_000, Reader(speaker.locale))]
    elif test.op is Op.UNDER:
        values = [speaker.value(test.path, _top(test, speaker))]
    else:
        several = test.operand if isinstance(test.operand, tuple) else (test.operand,)
        values = [speaker.value(test.path, one) for one in several]
    said = _SAID[test.op][index]
    joined = {
        "or": ("、", " or ")[index].join(values) if index else _chinese_or(values),
        "all": ("、", " and ")[index].join(values),
    }
    return said.format(*(values or [""]), **joined)


def _chinese_or(values: list[str]) -> str:
    return " 或 ".join(("、".join(values[:-1]), values[-1])) if len(values) > 1 else values[0]


def _top(test: Test, speaker: Speaker) -> object:
    """The node that `under` was written with: of its nodes the one nearest the root."""
    nodes = test.operand if isinstance(test.operand, tuple) else (test.operand,)
    item = speaker.fields.get(test.path.name)
    return min(nodes, key=lambda node: len(way_to(str(node), item))) if item else nodes[0]


def _pair(test: Test) -> tuple[int, int]:
    ends = test.operand
    if isinstance(ends, tuple) and len(ends) == 2:
        low, high = ends
        if isinstance(low, int) and isinstance(high, int):
            return low, high
    return 0, -1


def _count(test: Test) -> tuple[str, str]:
    low, high = _pair(test)
    if low == high:
        return _COUNTS["is"]
    if high == -1:
        return _COUNTS["low"]
    return _COUNTS["both"] if low else _COUNTS["high"]


def say(pred: Predicate, speaker: Speaker) -> str:
    """A whole condition as one sentence; "" when it asks nothing."""
    if isinstance(pred, Test):
        return say_test(pred, speaker)
    index = speaker.index
    if isinstance(pred, Not):
        inner = say(pred.item, speaker) or ("总是", "always")[index]
        return (f"并非（{inner}）", f"not ({inner})")[index]
    if not pred.items:
        return "" if isinstance(pred, All) else ("从不", "never")[index]
    word = ((" 且 ", " and ") if isinstance(pred, All) else (" 或 ", " or "))[index]
    return word.join(_inside(item, pred, speaker) for item in pred.items)


def _inside(item: Predicate, outer: All | AnyOf, speaker: Speaker) -> str:
    said = say(item, speaker) or ("总是", "always")[speaker.index]
    mixed = isinstance(item, (All, AnyOf)) and len(item.items) > 1
    if not mixed or type(item) is type(outer):
        return said
    return (f"（{said}）", f"({said})")[speaker.index]


def say_value(path: Path, value: object, speaker: Speaker) -> str:
    """A value that a decision read, for people; "" when it was empty."""
    if is_empty(value):
        return ""
    if isinstance(value, tuple):
        comma = ("、", ", ")[speaker.index]
        return comma.join(speaker.value(path, one) for one in value if one is not None)
    return speaker.value(path, value)


def say_reason(reasons: Mapping[str, Words], given: str, locale: str) -> str:
    """The reason for a missed promise, as its policy calls it."""
    if given == OWN_WORDS:
        return _IN_WORDS[0 if Reader(locale).is_chinese else 1]
    title = reasons.get(given)
    return (title.say(locale) if title else "") or given


_IN_WORDS: Final = ("见说明", "told in words")


def _reasons(desk: Desk, types: list[TypeModel], locale: str) -> dict[str, str]:
    policies = [desk.policies[model.key] for model in types if model.key in desk.policies]
    return {
        name: say_reason(policy.breach_reasons, name, locale)
        for policy in policies
        for name in (*policy.breach_reasons, OWN_WORDS)
    }


def _keys(desk: Desk, types: list[TypeModel], locale: str) -> dict[str, Mapping[str, str]]:
    index = 0 if Reader(locale).is_chinese else 1
    states: dict[str, str] = {}
    for model in types:
        states |= {key: one.title.say(locale) or one.id for key, one in model.states.items()}
    teams = {key: one.title.say(locale) or one.id for key, one in desk.teams.items()}
    titled = {word: one.say(locale) for word, one in desk.tenant.priorities.items() if one}
    return {
        "state": states,
        "team": teams,
        "teams": teams,
        "type": {key: one.title.say(locale) or one.id for key, one in desk.types.items()},
        "phase": {word: pair[index] for word, pair in _PHASES.items()},
        "priority": {word: pair[index] for word, pair in _PRIORITIES.items()} | titled,
        "tags": {key: one.title.say(locale) or one.id for key, one in desk.tenant.tags.items()},
        "flags": {key: one.title.say(locale) or one.id for key, one in desk.tenant.flags.items()},
        LATE: _reasons(desk, types, locale),
        "skill": {key: one.say(locale) or key for key, one in desk.tenant.skills.items()},
    }
