"""A plan: changes with their consequences and what a publish of them needs, as one frozen value."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import rfc8785

from engine.change.body import body_of, change_of
from engine.change.change import CLASSES, Change, Class
from engine.change.effects import LOSES, Effect, effect_body, effect_of, say_effect
from engine.change.wanted import Need
from specs.problem import Place


@dataclass(frozen=True, slots=True)
class Dead:
    """A lint finding that the change brings: a row that never decides, a state nobody can leave."""

    code: str
    message: str
    place: Place


@dataclass(frozen=True, slots=True)
class Plan:
    """What publishing some files over revision `base_n` would do; 0: nothing is published yet.

    `before_desk` and `after_desk` are digests of meaning; `tree` is that of the files.
    """

    tenant: str
    base_n: int
    tree: str
    before_desk: str
    after_desk: str
    changes: tuple[Change, ...]
    effects: tuple[Effect, ...]
    needs: tuple[Need, ...]
    findings: tuple[Dead, ...]
    took_ms: int = 0

    @property
    def digest(self) -> str:
        """sha256 over base, changes and consequences: equal means that it says the same."""
        said: dict[str, Any] = {
            "base": self.base_n,
            "tree": self.tree,
            "changes": [body_of(one) for one in self.changes],
            "effects": [_counted(one) for one in self.effects],
        }
        return hashlib.sha256(rfc8785.dumps(said)).hexdigest()

    def by_class(self) -> dict[Class, int]:
        """How many changes each class has; those without any are left out."""
        counts = Counter(one.klass for one in self.changes)
        return {klass: counts[klass] for klass in CLASSES if counts[klass]}

    def by_op(self) -> dict[str, int]:
        """How many things are added, changed (set, moved, renamed) and removed."""
        ops = Counter(one.op for one in self.changes)
        return {
            "add": ops["add"],
            "set": ops["set"] + ops["move"] + ops["rename"],
            "remove": ops["remove"],
        }

    def of(self, change: int) -> tuple[Effect, ...]:
        """The consequences of one change."""
        return tuple(one for one in self.effects if one.change == change)

    @property
    def decisions(self) -> tuple[Need, ...]:
        """What the author has to write before it can be published."""
        return tuple(one for one in self.needs if one.is_decision)

    @property
    def approvals(self) -> tuple[str, ...]:
        """The classes of change that somebody has to agree to."""
        return tuple(one.thing for one in self.needs if one.sort == "approval")

    @property
    def exit_code(self) -> int:
        """0 no change, 3 changes, 4 changes that need an approval or a decision."""
        return (4 if self.needs else 3) if self.changes else 0


def _counted(effect: Effect) -> dict[str, Any]:
    return {
        "change": effect.change, "about": effect.about, "open": effect.open, "all": effect.all,
        "people": effect.people, "args": dict(effect.args),
    }  # fmt: skip


def moved_under(then: Plan, now: Plan) -> list[str]:
    """What tickets would lose now that the plan did not know of, as sentences; [] is fine.

    Less than was known refuses nothing: nobody is worse off than was agreed to.
    """
    known = {one.key: one for one in then.effects}
    found = []
    for one in now.effects:
        was = known.get(one.key)
        if one.about in LOSES and one.all > (was.all if was is not None else 0):
            title = now.changes[one.change].title()
            found.append(f"{title}: {say_effect(one)}; it was {was.all if was else 0}")
    return found


# ---------------------------------------------------------------- plain values


def plan_body(plan: Plan, locale: str = "en") -> dict[str, Any]:
    """A plan for tools and for the store; `--format json` and the browser get the same."""
    return {
        "tenant": plan.tenant,
        "base": plan.base_n,
        "tree": plan.tree,
        "desk": {"before": plan.before_desk, "after": plan.after_desk},
        "digest": plan.digest,
        "took_ms": plan.took_ms,
        "counts": {"by_op": plan.by_op(), "by_class": plan.by_class()},
        "changes": [
            {**body_of(one, locale), "effects": [effect_body(e, locale) for e in plan.of(number)]}
            for number, one in enumerate(plan.changes)
        ],
        "effects": [effect_body(one, locale) for one in plan.of(-1)],
        "needs": [need_body(one) for one in plan.needs],
        "findings": [
            {"code": one.code, "message": one.message, "place": _place(one.place)}
            for one in plan.findings
        ],
    }


def plan_of(body: Mapping[str, Any]) -> Plan:
    """The plan that a body was made of."""
    inner: Iterable[Any] = (e for one in body["changes"] for e in one["effects"])
    return Plan(
        tenant=body["tenant"],
        base_n=body["base"],
        tree=body["tree"],
        before_desk=body["desk"]["before"],
        after_desk=body["desk"]["after"],
        changes=tuple(change_of(one) for one in body["changes"]),
        effects=tuple(effect_of(one) for one in (*inner, *body["effects"])),
        needs=tuple(_need(one) for one in body["needs"]),
        findings=tuple(
            Dead(one["code"], one["message"], _read(one["place"])) for one in body["findings"]
        ),
        took_ms=body["took_ms"],
    )


def need_body(need: Need) -> dict[str, Any]:
    """A need for tools."""
    return {
        "need": need.sort,
        "changes": list(need.changes),
        "thing": need.thing,
        "kind": need.kind,
        "verbs": list(need.verbs),
        "place": _place(need.place) if need.place else None,
    }


def _need(body: Mapping[str, Any]) -> Need:
    return Need(
        body["need"],
        tuple(body["changes"]),
        body["thing"],
        body["kind"],
        tuple(body["verbs"]),
        _read(body["place"]) if body["place"] else None,
    )


def _place(place: Place) -> dict[str, Any]:
    return {"file": place.file, "line": place.line, "column": place.col}


def _read(body: Mapping[str, Any]) -> Place:
    return Place(body["file"], body["line"], body["column"], body["line"], body["column"])
