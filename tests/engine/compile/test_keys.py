"""Stored keys in a desk: ids are what specs say, everything that is kept goes by key."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.change.keys import keys_after
from engine.compile.desk import compile_desk
from engine.model.desk import Desk
from specs.load import load, load_files
from specs.problem import Code, Place
from tests.specs.small import SMALL, small

TENANTS = sorted(Path("examples/tenants").iterdir())
SPELLED = {
    "id", "spelled", "source", "fallback", "outputs", "title", "skills", "priorities", "includes",
    "roles", "role", "reports", "report", "columns", "values", "by_locale", "sets", "operand",
    # words of other systems: places in their answers, what their calls take
    "paths", "root", "body", "takes", "path",
}  # fmt: skip
"""Parts of a desk that hold words of specs, or what is no id with a key, besides keys."""


def desk_of(folder: Path, prefix: str) -> Desk:
    """A desk where every id is kept under itself with a prefix."""
    specs, _ = load(folder)
    keys = {name: prefix + key for name, key in keys_after(specs, {}).keys.items()}
    desk, problems = compile_desk(specs, keys)
    assert desk is not None, [one.headline for one in problems]
    return desk


def pairs(one: Any, other: Any, at: str = "desk") -> Iterator[tuple[str, str, str]]:
    """Every text of two desks of one shape, side by side."""
    assert type(one) is type(other), at
    if dataclasses.is_dataclass(one) and not isinstance(one, Place):
        for item in dataclasses.fields(one):
            yield from pairs(getattr(one, item.name), getattr(other, item.name), item.name)
    elif isinstance(one, Mapping):
        assert len(one) == len(other), at
        for (key, value), (other_key, other_value) in zip(one.items(), other.items(), strict=True):
            yield from pairs(key, other_key, at)
            yield from pairs(value, other_value, at)
    elif isinstance(one, (tuple, list, frozenset)):
        items = (one, other) if isinstance(one, tuple | list) else (sorted(one), sorted(other))
        for mine, its in zip(*items, strict=True):
            yield from pairs(mine, its, at)
    elif isinstance(one, str):
        yield at, one, other


@pytest.mark.parametrize("folder", TENANTS, ids=lambda folder: folder.name)
def test_keys_stand_wherever_something_is_kept(folder: Path) -> None:
    """Two desks of one tenant under other keys differ in keys alone, and in all of them."""
    plain, keyed = desk_of(folder, ""), desk_of(folder, "q7_")
    kept = {
        *plain.types, *plain.teams,
        *(key for model in plain.types.values() for key in (*model.fields, *model.states)),
    }  # fmt: skip
    for at, one, other in pairs(plain, keyed):
        if one == other:
            assert at in SPELLED or one not in kept - {"staff"} or at in _OTHER, (at, one)
        else:
            assert other.replace("q7_", "") == one, (at, one, other)


_OTHER = {
    # ids of what has no stored key and may be called like something that has one
    "notifications", "sources", "views", "dashboards", "calendars", "imports", "macros",
    "schedules", "transitions", "phase", "look", "shows", "search", "key", "column", "created",
    "ignore", "default_priority", "notify", "args", "rows", "file", "do", "name", "own", "people",
    "meter", "knowledge", "categories", "parent", "synonyms", "channels", "webhooks",
}  # fmt: skip


EXCHANGE = SMALL["types/refund.yaml"].replace("prefix: RF", "prefix: EX")


ROLE = {
    "roles__agent": SMALL["roles/agent.yaml"].replace("amount: read", "amount: edit").replace(
        "do:", "edit: { teams: $my.teams }, do:"
    ) + "any_type: { see: {}, edit: {} }\n"
}  # fmt: skip


def apart(**changes: str) -> list[tuple[str, str]]:
    """The problems, with places, of a desk whose two types keep `reason` under two keys."""
    specs, problems = load_files(small(**{"types__exchange": EXCHANGE, **ROLE, **changes}))
    keys = {**keys_after(specs, {}).keys, "field:exchange.reason": "cause"}
    found = compile_desk(specs, keys)[1]
    assert not [one for one in problems if one.is_error]
    assert {one.code for one in found if one.is_error} <= {Code.FIELDS_APART}
    return [(str(one.place), one.message) for one in found if one.is_error]


def test_two_fields_of_one_id_are_told_where_a_spec_over_both_reads_them() -> None:
    assert apart() == []
    view = SMALL["views/open.yaml"].replace("[number, amount", "[number, reason")
    message = "`reason` of `exchange` and of `refund` are two fields, stored apart"
    assert apart(views__open=view) == [("views/open.yaml:3:19", message)]
    filtered = SMALL["views/open.yaml"] + "filter: { reason: late }\n"
    assert apart(views__open=filtered) == [("views/open.yaml:6:11", message)]
    assert apart(views__open=f"{filtered}types: [refund]\n") == []
    routing = SMALL["routing/refund.yaml"].replace(
        "applies_to: refund", "applies_to: [refund, exchange]"
    )
    assert [place for place, _ in apart(routing__refund=routing)] == ["routing/refund.yaml:4:12"]
    doing = (
        "kind: Automation\napplies_to: all_types\nstarts: { event: changed(reason) }\n"
        "do: [{ set: { reason: late } }, { note: 'because {reason}' }]\n"
    )
    places = [place for place, _ in apart(automations__tell=doing)]
    assert places == [
        "automations/tell.yaml:3:18", "automations/tell.yaml:4:23", "automations/tell.yaml:4:41",
    ]  # fmt: skip


def test_an_option_of_two_keys_can_be_asked_for_and_not_set() -> None:
    doing = (
        "kind: Automation\napplies_to: all_types\nstarts: { event: created }\n"
        "when: { reason: late }\ndo: [{ set: { reason: late } }]\n"
    )
    specs, _ = load_files(small(types__exchange=EXCHANGE, automations__tell=doing, **ROLE))
    keys = {**keys_after(specs, {}).keys, "option:exchange.reason.late": "late_2"}
    _, problems = compile_desk(specs, keys)
    (problem,) = [one for one in problems if one.is_error]
    assert (problem.code, problem.place.line) == (Code.FIELDS_APART, 5)


def test_a_spec_means_ids_even_where_a_key_is_the_same_word() -> None:
    """`late` was renamed to `slow`, and another option is called `late` now."""
    renamed = (
        SMALL["types/refund.yaml"]
        .replace("late: 物流延迟", "slow: 物流延迟, late: 迟到")
        .replace("options: {", "default: late, options: {")
    )
    specs, _ = load_files(small(types__refund=renamed, **ROLE))
    keys = keys_after(specs, {}).keys
    keys |= {"option:refund.reason.slow": "late", "option:refund.reason.late": "late_2"}
    desk, problems = compile_desk(specs, keys)
    assert desk is not None, problems
    assert desk.types["refund"].fields["reason"].default == "late_2"
