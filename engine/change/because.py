"""Why tickets go elsewhere: what became of the row that decides, as a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.decide.say import Speaker, say
from engine.model.desk import Desk
from engine.model.routing import RoutingModel, Row
from engine.predicate import TRUE, Path, Predicate

_WORDS = {
    "changed": ("规则「{0}」：{1}", "row “{0}”: {1}"),
    "new": ("新规则「{0}」：{1}", "new row “{0}”: {1}"),
    "gone": ("规则「{0}」已删除", "row “{0}” is gone"),
    "other": ("规则「{0}」给出别的结果", "row “{0}” decides otherwise"),
    "moved": ("规则「{0}」→「{1}」", "row “{0}” → “{1}”"),
    "default": ("不再由规则决定", "no row decides any more"),
    "first": ("新的路由", "a routing of its own"),
    "always": ("总是", "always"),
}


@dataclass(frozen=True, slots=True)
class _Named:
    """A row by its address `routing/<id>.<row>`."""

    model: RoutingModel
    row: Row


def because(live: Desk, draft: Desk, type_key: str, was: str, becomes: str, locale: str) -> str:
    """The change of rows that explains why `was` decided under one desk and `becomes` under the
    other; rules as explanations name them."""
    return _Because(live, draft, type_key, locale).say(was, becomes)


class _Because:
    def __init__(self, live: Desk, draft: Desk, type_key: str, locale: str) -> None:
        self.live = {one.id: one for one in live.routings.get(type_key, {}).values()}
        self.draft = {one.id: one for one in draft.routings.get(type_key, {}).values()}
        self.then = Speaker.of(live, locale, type_key)
        self.now = Speaker.of(draft, locale, type_key)

    def say(self, was: str, becomes: str) -> str:
        """The first of these that is so: the row that decides now is new or has changed; the one
        that decided is gone or has changed; one row decides otherwise."""
        winner, loser = _row(self.draft, becomes), _row(self.live, was)
        if winner is not None:
            same = _row(self.live, becomes)
            if same is None:
                what = say(winner.row.when, self.now) or self._word("always")
                return self._word("new", winner.row.id, what)
            if same.row.when != winner.row.when:
                return self._word("changed", winner.row.id, self._turned(same.row, winner.row))
        if loser is not None:
            kept = _row(self.draft, was)
            if kept is None:
                return self._word("gone", loser.row.id)
            if kept.row.when != loser.row.when:
                return self._word("changed", loser.row.id, self._turned(loser.row, kept.row))
        if winner is None:
            return self._word("default")
        if loser is None:
            return self._word("first")
        if winner.row.id == loser.row.id:
            return self._word("other", winner.row.id)
        return self._word("moved", loser.row.id, winner.row.id)

    def _turned(self, before: Row, after: Row) -> str:
        """What a row asked and asks: of a table only the cells that differ."""
        found = list(self._cells(before, after))
        if found:
            return ", ".join(found)
        return self._sides(before.when, after.when)

    def _cells(self, before: Row, after: Row) -> Iterator[str]:
        was, now = dict(before.cells), dict(after.cells)
        paths: dict[Path, None] = dict.fromkeys((*was, *now))
        for path in paths:
            one, other = was.get(path, TRUE), now.get(path, TRUE)
            if one != other:
                yield self._sides(one, other)

    def _sides(self, before: Predicate, after: Predicate) -> str:
        always = self._word("always")
        return f"{say(before, self.then) or always} → {say(after, self.now) or always}"

    def _word(self, word: str, *args: str) -> str:
        return _WORDS[word][self.now.index].format(*args)


def _row(models: dict[str, RoutingModel], rule: str) -> _Named | None:
    kind, _, rest = rule.partition("/")
    name, _, row_id = rest.partition(".")
    model = models.get(name) if kind == "routing" else None
    if model is None:
        return None
    rows = (*model.rows, *((model.otherwise,) if model.otherwise is not None else ()))
    row = next((one for one in rows if one.id == row_id), None)
    return _Named(model, row) if row is not None else None
