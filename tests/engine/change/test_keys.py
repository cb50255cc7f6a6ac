"""Stored keys: what a new id gets, what moves do, and what is wrong with a moves file."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from engine.change.keys import DataMove, KeysAfter, keys_after
from specs.load import load_files
from specs.problem import Code, Problem
from specs.spec_set import SpecSet
from tests.specs.small import SMALL, small

TYPE = SMALL["types/refund.yaml"]
CAUSE = TYPE.replace("reason", "cause")


def loaded(**changes: str | None) -> SpecSet:
    """The small tenant changed; what it refers to wrongly is not these tests' business."""
    return load_files(small(**changes))[0]


def moves(*steps: str) -> str:
    """A moves file with these steps, called s1, s2 …"""
    lines = "".join(f"  s{number}: {{ {step} }}\n" for number, step in enumerate(steps, 1))
    return f"kind: Moves\nsteps:\n{lines}"


def after(before: KeysAfter, **changes: str | None) -> KeysAfter:
    return keys_after(loaded(**changes), before.keys, before.done)


def only(found: KeysAfter) -> Problem:
    (one,) = found.problems
    return one


@pytest.fixture
def first() -> KeysAfter:
    return keys_after(loaded(), {})


def test_the_first_publish_names_everything_that_is_kept(first: KeysAfter) -> None:
    assert first.problems == []
    assert first.keys["type:refund"] == "refund"
    assert first.keys["option:refund.reason.late"] == "late"
    assert first.keys["option:customer.level.vip"] == "vip"
    assert first.keys["state:refund.submitted"] == "submitted"
    assert {"clock:solved", "team:finance", "field:customer.level"} <= first.keys.keys()


def test_a_rename_gives_its_key_and_those_of_its_options_to_the_new_id(first: KeysAfter) -> None:
    step = moves("rename: field, from: refund.reason, to: cause")
    found = after(first, types__refund=CAUSE, moves__m1=step)
    assert (found.problems, found.todo) == ([], ())
    assert found.keys["field:refund.cause"] == "reason"
    assert found.keys["option:refund.cause.late"] == "late"
    assert "field:refund.reason" not in found.keys
    assert [(one["file"], one["step"]) for one in found.done] == [("moves/m1.yaml", "s1")]
    again = after(found, types__refund=CAUSE, moves__m1=step)
    assert (again.keys, again.done, again.problems) == (found.keys, found.done, [])


def test_a_renamed_type_takes_fields_options_and_states_along(first: KeysAfter) -> None:
    step = moves("rename: type, from: refund, to: money_back")
    found = after(first, types__refund=None, types__money_back=TYPE, moves__m1=step)
    assert found.problems == []
    assert found.keys["type:money_back"] == "refund"
    assert found.keys["option:money_back.reason.late"] == "late"
    assert found.keys["state:money_back.submitted"] == "submitted"
    assert not [name for name in found.keys if name.split(":")[1].startswith("refund")]


def test_a_new_field_never_gets_the_key_of_a_renamed_one(first: KeysAfter) -> None:
    step = moves("rename: field, from: refund.reason, to: cause")
    found = after(first, types__refund=CAUSE, moves__m1=step)
    back = CAUSE.replace("form:", "  reason: { type: text }\nform:")
    later = after(found, types__refund=back, moves__m1=step)
    assert later.keys["field:refund.reason"] == "reason_2"
    assert later.keys["field:refund.cause"] == "reason"


def test_a_field_that_comes_back_finds_its_values(first: KeysAfter) -> None:
    renamed = after(
        first, types__refund=CAUSE, moves__m1=moves("rename: field, from: refund.reason, to: cause")
    )
    gone = after(
        renamed, types__refund=TYPE.replace("reason", "other"),
        moves__m1=moves("rename: field, from: refund.reason, to: cause"),
    )  # fmt: skip
    assert gone.keys["field:refund.cause"] == "reason"
    assert gone.keys["field:refund.other"] == "other"


def test_a_field_set_and_a_type_do_not_share_a_key_by_chance(first: KeysAfter) -> None:
    """A field of the set was renamed; the type's own field of the old name is another field."""
    shared = "kind: FieldSet\ntitle: Contact\nfields: { phone: { type: phone } }\n"
    with_set = TYPE.replace("kind: TicketType\n", "kind: TicketType\ninclude: [contact]\n")
    before = after(first, types__refund=with_set, fieldsets__contact=shared)
    both = with_set.replace("form:", "  phone: { type: text }\nform:")
    found = after(
        before, types__refund=both, fieldsets__contact=shared.replace("phone:", "mobile:", 1),
        moves__m1=moves("rename: field, from: contact.phone, to: mobile"),
    )  # fmt: skip
    assert found.problems == []
    assert found.keys["field:contact.mobile"] == "phone"
    assert found.keys["field:refund.phone"] == "phone_2"


def test_two_may_change_places_by_way_of_a_third(first: KeysAfter) -> None:
    swap = moves(
        "rename: team, from: finance, to: other",
        "rename: team, from: after_sales, to: finance",
        "rename: team, from: other, to: after_sales",
    )
    found = after(first, moves__m1=swap)
    assert found.problems == []
    assert (found.keys["team:finance"], found.keys["team:after_sales"]) == (
        "after_sales",
        "finance",
    )


def test_what_touches_rows_comes_out_as_keys(first: KeysAfter) -> None:
    renamed = moves("rename: field, from: refund.reason, to: cause")
    before = after(first, types__refund=CAUSE, moves__m1=renamed)
    less = CAUSE.replace(", late: 物流延迟", "")
    found = after(
        before, types__refund=less, moves__m1=renamed,
        moves__m2=moves("map: option, from: refund.cause.late, to: damaged"),
    )  # fmt: skip
    assert found.problems == []
    (todo,) = found.todo
    assert isinstance(todo, DataMove)
    assert (todo.verb, todo.sort, todo.file, todo.step) == ("map", "option", "moves/m2.yaml", "s1")
    assert (todo.types, todo.field, todo.key, todo.to) == (("refund",), "reason", "late", "damaged")
    assert str(todo.place).startswith("moves/m2.yaml:3")


def test_an_option_of_people_and_one_in_rows_say_where_they_are(first: KeysAfter) -> None:
    lines = (
        "  parts: { type: lines, fields: { side: { type: choice, options: { l: L, r: R } } } }\n"
    )
    rows = TYPE.replace("form:", f"{lines}form:")
    before = after(first, types__refund=rows)
    people = SMALL["people.yaml"].replace(", vip: VIP", "")
    found = after(
        before, types__refund=rows.replace(", r: R", ""), people=people,
        moves__m1=moves("retire: option, from: customer.level.vip",
                        "map: option, from: refund.parts.side.r, to: l"),
    )  # fmt: skip
    assert found.problems == []
    of_people, in_rows = found.todo
    assert (of_people.people, of_people.field, of_people.to) == ("customer", "level", "")
    assert (in_rows.field, in_rows.column, in_rows.key) == ("parts", "side", "r")


def test_with_no_past_a_move_is_taken_as_done() -> None:
    step = moves("rename: field, from: refund.reason, to: cause",
                 "retire: option, from: refund.cause.gone")  # fmt: skip
    found = keys_after(loaded(types__refund=CAUSE, moves__m1=step), {})
    assert (found.problems, found.todo, len(found.done)) == ([], (), 2)
    assert found.keys["field:refund.cause"] == "cause"


@pytest.mark.parametrize(
    ("steps", "changes", "code", "said"),
    [
        (["rename: field, map: option, from: refund.reason, to: cause"], {}, Code.MOVE_VERB,
         "does several things"),
        (["from: refund.reason, to: cause"], {}, Code.MOVE_VERB, "does nothing"),
        (["rename: field, from: refund.reason"], {}, Code.MOVE_VERB, "does not say"),
        (["retire: option, from: refund.reason.late, to: damaged"], {}, Code.MOVE_VERB,
         "leads to nothing"),
        (["rename: field, from: reason, to: cause"], {}, Code.BAD_VALUE, "not how a field"),
        (["rename: field, from: refund.reason, to: exchange.cause"], {}, Code.BAD_VALUE,
         "belongs to something else"),
        (["rename: field, from: refund.reasn, to: cause"], {"types__refund": CAUSE},
         Code.MOVE_UNKNOWN, "was ever published"),
        (["rename: field, from: refund.reason, to: cuase"], {"types__refund": CAUSE},
         Code.MOVE_TARGET, "there is no field `refund.cuase`"),
        (["map: option, from: refund.reason.late, to: dmaged"], {}, Code.MOVE_TARGET,
         "no option `refund.reason.dmaged`"),
        (["rename: team, from: finance, to: after_sales"], {"teams__finance": None},
         Code.MOVE_TAKEN, "stored values of its own"),
        (["rename: team, from: finance, to: money"],
         {"teams__money": "kind: Team\ntitle: M\n"}, Code.MOVE_BESIDE, "still declared"),
        (["retire: option, from: refund.reason.late"], {}, Code.MOVE_BESIDE, "still declared"),
        (["rename: team, from: finance, to: money", "rename: team, from: money, to: finance"],
         {}, Code.MOVE_CIRCLE, "finance → money → finance"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_move(
    first: KeysAfter, steps: Sequence[str], changes: dict[str, str | None], code: Code, said: str
) -> None:
    problem = only(after(first, moves__m1=moves(*steps), **changes))
    assert problem.code is code
    assert said in problem.message
    assert problem.place.file == "moves/m1.yaml"


def test_a_guess_is_offered_for_what_was_mistyped(first: KeysAfter) -> None:
    step = moves("rename: field, from: refund.reasn, to: cause")
    problem = only(after(first, types__refund=CAUSE, moves__m1=step))
    assert problem.cure == "did you mean `refund.reason`?"


@pytest.mark.parametrize("text", [
    moves("rename: field, from: refund.reason, to: why"), None, "kind: Moves\nsteps: {}\n",
])  # fmt: skip
def test_a_published_step_is_neither_changed_nor_taken_out(
    first: KeysAfter, text: str | None
) -> None:
    step = moves("rename: field, from: refund.reason, to: cause")
    before = after(first, types__refund=CAUSE, moves__m1=step)
    problem = only(after(before, types__refund=CAUSE, moves__m1=text))
    assert problem.code is Code.MOVE_CHANGED
    assert "`s1`" in problem.message


def test_a_remark_on_a_published_step_changes_nothing(first: KeysAfter) -> None:
    step = moves("rename: field, from: refund.reason, to: cause")
    before = after(first, types__refund=CAUSE, moves__m1=step)
    noted = step.replace("to: cause", "to: cause, note: asked for by the shop")
    assert after(before, types__refund=CAUSE, moves__m1=noted).problems == []


def test_a_broken_file_hides_no_target(first: KeysAfter) -> None:
    """What a file that can't be read declares may well be there."""
    step = moves("rename: field, from: refund.reason, to: cause")
    found = after(first, types__refund="kind: TicketType\ntitle: [\n", moves__m1=step)
    assert found.problems == []


def test_a_large_tenant_is_named_in_no_time() -> None:
    fields = "".join(f"  f{n}: {{ type: text }}\n" for n in range(300))
    text = TYPE.replace("form:", f"{fields}form:")
    many = {f"types__t{n}": text for n in range(60)}
    shared = "kind: FieldSet\ntitle: Many\nfields:\n" + fields.replace("f", "g", 300)
    found = keys_after(loaded(fieldsets__many=shared, **many), {})
    assert found.keys["field:t59.f299"] == "f299"
