"""House rules: what a tenant asks of its own specs; raised and silenced findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import re2

from specs.catalog import KINDS
from specs.kinds.house_rules import FINDINGS, OF_TYPES, HouseRule, HouseRules
from specs.kinds.ticket_type import State, TicketType, Transition
from specs.problem import Code, Problem, did_you_mean, problem
from specs.shape import Step, slots
from specs.spec_set import SpecFile, SpecSet

_INSIDE: Mapping[str, tuple[str, ...]] = {
    "Field": ("fields",),
    "State": ("workflow", "states"),
    "Transition": ("workflow", "transitions"),
}
_ABOUT: Mapping[str, tuple[str, str]] = {
    "sla": ("SlaPolicy", "applies_to"),
    "routing": ("Routing", "applies_to"),
    "view": ("View", "types"),
    "test": ("SpecTest", "about"),
    "promise": ("SpecTest", "about"),
    "portal": ("Portal", "types"),
}


@dataclass(frozen=True, slots=True)
class _Thing:
    """What a rule is asked of: a file, or an entry of one."""

    id: str
    file: SpecFile
    path: tuple[Step, ...]


def check_house(specs: SpecSet) -> list[Problem]:
    """Rules that ask for keys which what they are about can't have, and codes that don't exist."""
    found: list[Problem] = []
    for file, rules in _files(specs):
        for name, rule in (rules.rules or {}).items():
            found += _unknown(file, name, rule)
        found += _unknown_codes(file, rules)
    return found


def _unknown_codes(file: SpecFile, rules: HouseRules) -> Iterator[Problem]:
    named = [(code, file.place("raise", n)) for n, code in enumerate(rules.raise_ or ())]
    named += [(code, file.key_place("silence", code)) for code in rules.silence or ()]
    for code, place in named:
        if code not in FINDINGS:
            cure = did_you_mean(code, FINDINGS)
            yield problem(Code.WRONG_WORD, f"there is no finding `{code}`", place, cure=cure)


def _files(specs: SpecSet) -> Iterator[tuple[SpecFile, HouseRules]]:
    for file in specs.of("HouseRules").values():
        if isinstance(file.spec, HouseRules):
            yield file, file.spec


def _unknown(file: SpecFile, name: str, rule: HouseRule) -> Iterator[Problem]:
    known = _keys_of(rule.every)
    if known is None:
        return
    for number, word in enumerate(rule.must_have or ()):
        if word not in known:
            place = file.place("rules", name, "must_have", number)
            message = f"`{word}` is nothing that a {rule.every} can have"
            yield problem(Code.WRONG_WORD, message, place, cure=did_you_mean(word, known))


def _keys_of(every: str) -> list[str] | None:
    """What can be asked of a thing; None of fields, whose keys follow from their type."""
    if every == "Field":
        return None
    inner = {"State": State, "Transition": Transition}
    model = inner.get(every) or KINDS[every].model
    return [*slots(model), *(OF_TYPES if every == "TicketType" else ())]


def judge(specs: SpecSet, findings: Iterable[Problem]) -> list[Problem]:
    """The findings as the house takes them, and what breaks its own rules."""
    own = [
        found
        for file, rules in _files(specs)
        for name, rule in (rules.rules or {}).items()
        for found in _broken(specs, file, name, rule)
    ]
    kept = [*findings, *own]
    for file, rules in _files(specs):
        kept = _silenced(file, rules, kept)
    raised = {code for _, rules in _files(specs) for code in rules.raise_ or ()}
    return [replace(p, severity="error") if p.code.number in raised else p for p in kept]


# --- rules ----------------------------------------------------------------------------------------


def _broken(specs: SpecSet, file: SpecFile, name: str, rule: HouseRule) -> Iterator[Problem]:
    for thing in _things(specs, rule.every):
        if thing.id in (rule.except_ or ()):
            continue
        lacking = [w for w in rule.must_have or () if not _has(specs, rule.every, thing, w)]
        if lacking:
            words = ", ".join(f"`{word}`" for word in lacking)
            yield _told(specs, file, name, rule, thing, f"has no {words}")
        if rule.named is not None and not re2.fullmatch(rule.named, thing.id):
            yield _told(specs, file, name, rule, thing, f"is not named like `{rule.named}`")


def _told(
    specs: SpecSet, file: SpecFile, name: str, rule: HouseRule, thing: _Thing, what: str
) -> Problem:
    noun = rule.every if rule.every != "TicketType" else "ticket type"
    of = f" of {thing.file.id}" if thing.path else ""
    message = f"the {noun.lower()} `{thing.id}`{of} {what}, as `{name}` wants it"
    place = thing.file.key_place(*thing.path) if thing.path else thing.file.key_place("kind")
    related = ((f"`{name}` stands in", file.key_place("rules", name)),)
    said = _said(specs, rule.say)
    found = problem(Code.HOUSE_RULE, message, place, cure=said, related=related)
    return replace(found, severity="error") if rule.severity == "error" else found


def _said(specs: SpecSet, text: Any) -> str:
    if isinstance(text, dict):
        first = specs.tenant.locales[0] if specs.tenant else ""
        return str(text.get("en") or text.get(first) or next(iter(text.values()), ""))
    return text or ""


def _things(specs: SpecSet, every: str) -> Iterator[_Thing]:
    inside = _INSIDE.get(every)
    if inside is None:
        for id_, file in specs.of(every).items():
            yield _Thing(id_, file, ())
        return
    kinds = ("TicketType", "FieldSet") if every == "Field" else ("TicketType",)
    for kind in kinds:
        for file in specs.of(kind).values():
            held: Any = file.spec
            for step in inside:
                held = getattr(held, step, None)
            for id_ in held or ():
                yield _Thing(id_, file, (*inside, id_))


def _has(specs: SpecSet, every: str, thing: _Thing, word: str) -> bool:
    if thing.file.node_at(*thing.path, word) is not None:
        return True
    if every != "TicketType" or word not in _ABOUT or not isinstance(thing.file.spec, TicketType):
        return False
    kind, key = _ABOUT[word]
    return any(
        _is_about(getattr(one.spec, key, None), thing.id)
        and (word != "promise" or bool(getattr(one.spec, "promises", None)))
        for one in specs.of(kind).values()
    )


def _is_about(named: Any, type_id: str) -> bool:
    if isinstance(named, str):
        return named == type_id
    # A view that names no types is about all of them.
    return named is None or type_id in named or "all_types" in named


# --- findings -------------------------------------------------------------------------------------


def _silenced(file: SpecFile, rules: HouseRules, found: list[Problem]) -> list[Problem]:
    kept = list(found)
    for code, targets in (rules.silence or {}).items():
        for target in targets:
            hit = [p for p in kept if p.code.number == code and _is_meant(p, target)]
            if not hit:
                place = file.key_place("silence", code, target)
                message = f"nothing is found under {code} at `{target}` any more"
                cure = "remove the silence"
                kept.append(problem(Code.SILENCE_UNUSED, message, place, cure=cure))
            kept = [p for p in kept if p not in hit]
    return kept


def _is_meant(found: Problem, target: str) -> bool:
    """`routing/refund` is the file, `routing/refund.vip` what its message names there."""
    if target == "all":
        return True
    file, _, word = target.partition(".")
    stem = found.place.file.rpartition(".")[0]
    return stem == file and (not word or f"`{word}`" in found.message)
