"""Guesses what the columns of a file are, by their names and by what stands in them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from engine.compile.imports import BUILT_IN
from engine.decide.say import BUILT_IN_LABELS
from engine.model.desk import Desk
from engine.model.field import FieldModel
from engine.model.text import Words
from engine.model.ticket_type import TypeModel
from engine.normal import fold
from engine.values.datetime import parse_instant
from runtime.actions.importing.opening import TAKEN

NO_CELL: Final = frozenset({"files", "image", "lines", "heading", "ticket", "formula"})
_KEYS: Final = frozenset(
    fold(word)
    for word in (
        "id",
        "key",
        "no",
        "nr",
        "number",
        "ticket",
        "编号",
        "单号",
        "序号",
        "工单号",
        "键",
    )
)
_OTHER_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "subject": ("title", "summary", "betreff", "sujet", "主题"),
    "description": ("details", "text", "body", "content", "内容", "说明", "详情"),
    "requester": ("email", "e-mail", "mail", "from", "reporter", "邮箱", "客户", "申请人"),
    "created_at": ("opened", "date", "created on", "日期", "创建时间"),
    "state": ("status", "stage"),
    "assignee": ("owner", "agent", "经办人"),
}  # fmt: skip
_MAIL: Final = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+")
_SHARE: Final = 0.6
FORMATS: Final = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%d.%m.%Y %H:%M",
    "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "%d-%m-%Y %H:%M", "%Y/%m/%d", "%d.%m.%Y", "%d/%m/%Y",
    "%m/%d/%Y", "%d-%m-%Y", "%Y年%m月%d日",
)  # fmt: skip
"""Ways in which times are written, besides ISO 8601."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a column may go. `options`: the closed list it has, id → its names in all locales."""

    id: str
    names: tuple[str, ...]
    options: Mapping[str, tuple[str, ...]]


def targets(desk: Desk, model: TypeModel, *, opens: bool) -> tuple[Target, ...]:
    """What of a ticket a column can fill: built-in facts, then the fields in their order."""
    built_in = sorted(BUILT_IN & TAKEN) if opens else sorted(BUILT_IN)
    if opens and model.subject.template:
        built_in.remove("subject")
    found = [Target(name, _names_of(name), _listed(desk, model, name)) for name in built_in]
    for key in model.order:
        item = model.fields[key]
        if item.type not in NO_CELL and item.formula is None and not item.filled_by:
            found.append(Target(item.id, (item.id, *_said(item.label)), options_of(item)))
    return tuple(found)


def guessed(
    found: Sequence[Target],
    type_id: str,
    header: Sequence[str],
    values: Mapping[str, list[str]],
    alone: Collection[str] = (),
) -> dict[str, Any]:
    """A mapping to begin with: each target once, what is not recognised left out.

    `alone`: the columns whose values may well be all different, one of which is the key.
    """
    keys = [name for name in header if fold(name) in _KEYS]
    key = next(iter([*keys, *(name for name in header if name in alone), header[0]]))
    free = {target.id: target for target in found}
    goes: dict[str, Target] = {}
    for way in (_same_name, _like_name, _same_values):
        for name in header:
            match = None
            if name not in goes:
                match = next((t for t in free.values() if way(t, name, values.get(name, []))), None)
            if match is not None:
                goes[name] = free.pop(match.id)
    goes = {name: goes[name] for name in header if name in goes}
    spec = mapping_of(type_id, key, {n: (t.id, "") for n, t in goes.items()}, header)
    for name, target in goes.items():
        words = known_words(target, values.get(name, []))
        if words:
            spec["columns"][name]["values"] = words
    form = time_format(v for n in goes for v in values.get(n, []))
    return {**spec, "time": {"format": form}} if form else spec


def mapping_of(
    type_id: str, key: str, goes: Mapping[str, tuple[str, str]], header: Sequence[str]
) -> dict[str, Any]:
    """An Import spec of what was pointed at: target and `missing` by column."""
    columns: dict[str, Any] = {}
    for name, (to, missing) in goes.items():
        default = "create_value" if to in ("requester", "customer", "assignee") else "refuse"
        columns[name] = {"to": to, "missing": missing or default}
    left = [name for name in header if name not in columns and name != key]
    spec = {"kind": "Import", "type": type_id, "key": key, "columns": columns}
    return {**spec, "ignore": left} if left else spec


def known_words(target: Target, values: Iterable[str]) -> dict[str, str]:
    """What of a column's words a closed list has under another name: word → id."""
    by_name = {fold(name): id for id, names in target.options.items() for name in names}
    return {
        word: by_name[fold(word)]
        for word in values
        if word not in target.options and fold(word) in by_name
    }


def time_format(values: Iterable[str]) -> str:
    """The way of writing that reads most of what looks like a time; "" for ISO 8601 or none."""
    likely = [v for v in values if re.match(r"\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}", v)]
    if not likely or sum(parse_instant(v, "UTC") is not None for v in likely) > len(likely) / 2:
        return ""
    count, form = max((sum(_reads(v, form) for v in likely), form) for form in FORMATS)
    return form if count > len(likely) / 2 else ""


def _reads(text: str, form: str) -> bool:
    try:
        datetime.strptime(text, form)  # noqa: DTZ007 — only whether it can be read
    except ValueError:
        return False
    return True


def _same_name(target: Target, name: str, _values: Sequence[str]) -> bool:
    return fold(name) in {fold(one) for one in target.names}


def _like_name(target: Target, name: str, _values: Sequence[str]) -> bool:
    mine = fold(name).replace("_", " ")
    return any(
        (_tells(one) and one in mine) or (_tells(mine) and mine in one)
        for one in (fold(n).replace("_", " ") for n in target.names)
    )


def _tells(name: str) -> bool:
    """Whether a part of a name is enough to know it by; two characters are, of Chinese."""
    return len(name) > (3 if name.isascii() else 1)


def _same_values(target: Target, _name: str, values: Sequence[str]) -> bool:
    if not values:
        return False
    if target.id == "requester":
        return sum(bool(_MAIL.fullmatch(v)) for v in values) >= _SHARE * len(values)
    known = {fold(n) for names in target.options.values() for n in names}
    return bool(known) and sum(fold(v) in known for v in values) >= _SHARE * len(values)


def _names_of(name: str) -> tuple[str, ...]:
    return (name, *BUILT_IN_LABELS.get(name, ()), *_OTHER_NAMES.get(name, ()))


def _said(words: Words) -> tuple[str, ...]:
    return tuple(text for text in words.by_locale.values() if text)


def options_of(item: FieldModel) -> Mapping[str, tuple[str, ...]]:
    """The closed list of a field, id → its names in all locales."""
    if item.type not in ("choice", "tree", "multi_choice"):
        return {}
    return {one.id: (one.id, *_said(one.title)) for one in item.options.values()}


def _listed(desk: Desk, model: TypeModel, name: str) -> Mapping[str, tuple[str, ...]]:
    if name == "state":
        return {one.id: (one.id, *_said(one.title)) for one in model.states.values()}
    if name == "team":
        return {one.id: (one.id, *_said(one.title)) for one in desk.teams.values()}
    if name == "priority":
        return {word: (word, *_said(title)) for word, title in desk.tenant.priorities.items()}
    return {}
