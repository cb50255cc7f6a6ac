"""Overlays: what a spec says over the one it extends, and what can't be said."""

from __future__ import annotations

from typing import Any

import pytest

from specs.load import load_files
from specs.problem import Code, Problem
from specs.source import plain
from specs.spec_set import SpecSet
from tests.specs.packed import PACK_HEAD, overlaid, pack, using
from tests.specs.small import only, small


def said(found: tuple[SpecSet, list[Problem]], kind: str = "TicketType", id: str = "refund") -> Any:
    """What a spec says in the end; there is nothing wrong with it."""
    specs, problems = found
    assert problems == []
    return plain(specs.of(kind)[id].node)


def test_an_overlay_of_nothing_is_the_pack() -> None:
    """The very same, but for the file it is told at."""
    whole = said(load_files(using(pack())))
    assert said(overlaid("")) == whole


def test_values_are_merged_deep_and_keep_their_places() -> None:
    """A key that both have is merged, what is new stands behind."""
    specs, problems = overlaid("""\
fields:
  reason: { label: 为什么, options: { late: 太晚, other: 其他 } }
  bank: { type: text }
workflow: { states: { submitted: { limit: 8h } } }
""")
    node = said((specs, problems))
    assert list(node["fields"]) == ["order_no", "paid", "amount", "reason", "bank"]
    assert node["fields"]["reason"]["options"] == {
        "damaged": "商品破损", "late": "太晚", "other": "其他",
    }  # fmt: skip
    assert node["workflow"]["states"]["submitted"] == {"phase": "new", "limit": "8h"}
    file = specs.of("TicketType")["refund"]
    assert file.file == "types/refund.yaml"
    assert str(file.place("fields", "reason", "label")) == "types/refund.yaml:4:20"
    assert file.place("fields", "amount").file == "packs/shop/types/refund.yaml"
    assert [one.pack for one in specs.chains["TicketType", "refund"]] == ["shop", ""]


def test_a_short_form_meets_a_long_one() -> None:
    """Either side may be short."""
    node = said(overlaid("fields: { reason: { options: { late: { hue: 3 } } } }\n"))
    assert node["fields"]["reason"]["options"]["late"] == {"title": "物流延迟", "hue": "3"}


def test_languages_are_merged_and_a_bare_text_replaces() -> None:
    """A map changes the languages it names."""
    assert said(overlaid("title: { en: Money back }\n"))["title"] == {
        "zh-CN": "退款", "en": "Money back",
    }  # fmt: skip
    assert said(overlaid("title: 退钱\n"))["title"] == "退钱"


def test_lists_are_replaced_or_added_to() -> None:
    """`add` and `drop` work on what is inherited."""
    assert said(overlaid("form: { what: { fields: [reason] } }\n"))["form"]["what"]["fields"] == [
        "reason"
    ]
    node = said(
        overlaid("form: { what: { fields: { add: [amount, reason], drop: [order_no] } } }\n")
    )
    assert node["form"]["what"]["fields"] == ["reason", "amount"]
    pay = "workflow: { transitions: { pay: { by: { add: [{ lead_of: finance }] } } } }\n"
    node = said(overlaid(pay))
    assert node["workflow"]["transitions"]["pay"]["by"] == ["agent", {"lead_of": "finance"}]


def test_new_rows_stand_before_the_inherited() -> None:
    """For the first that matches decides; `place` says otherwise."""
    rows = """\
kind: Routing
extends: shop:refund
table:
  rows:
    mine: [late, any, finance]
    more: [any, vip, finance]
    last: { cells: [any, any, finance], place: { after: claims } }
"""
    found = load_files(using(pack(), routing__refund=rows))
    node = said(found, "Routing")
    assert list(node["table"]["rows"]) == ["mine", "more", "claims", "last"]
    assert node["table"]["rows"]["last"] == ["any", "any", "finance"]


def test_what_is_new_or_inherited_may_be_placed() -> None:
    """Behind or before another of the same map."""
    node = said(
        overlaid("""\
fields:
  bank: { type: text, place: { after: amount } }
  reason: { place: { before: order_no } }
""")
    )
    assert list(node["fields"]) == ["reason", "order_no", "paid", "amount", "bank"]
    assert node["fields"]["bank"] == {"type": "text"}


def test_what_is_removed_is_gone() -> None:
    """Only `remove` takes away, one path or several."""
    node = said(
        overlaid("""\
remove: [form, workflow.transitions.pay.needs, fields.reason.options.late]
""")
    )
    assert "form" not in node
    assert "remove" not in node
    assert list(node["fields"]["reason"]["options"]) == ["damaged"]
    assert "needs" not in node["workflow"]["transitions"]["pay"]


def test_another_type_needs_a_whole_definition() -> None:
    """Half a number and half a text is nothing."""
    _, problems = overlaid("fields: { reason: { type: text } }\n")
    assert only(problems).code is Code.TYPE_CHANGED
    assert only(problems).place.file == "types/refund.yaml"
    node = said(overlaid("fields: { reason: { type: text, replace: true } }\n"))
    assert node["fields"]["reason"] == {"type": "text"}
    assert list(node["fields"])[-1] == "reason"


@pytest.mark.parametrize(
    "text, message, cure",
    [
        (
            "fields: { reson: { label: x } }\n",
            "`shop:refund` has no `fields.reson`; a new one also needs `type`",
            "did you mean `reason`?",
        ),
        (
            "workflow: { states: { submited: { limit: 8h } } }\n",
            "`shop:refund` has no `workflow.states.submited`; a new one also needs `phase`",
            "did you mean `submitted`?",
        ),
        (
            "remove: [fields.reasons]\n",
            "`shop:refund` has no `fields.reasons` that could be removed",
            "did you mean `fields.reason`?",
        ),
        (
            "workflow: { states: { check: { phase: new, place: { after: submitd } } } }\n",
            "there is no `submitd` that `check` could stand beside",
            "did you mean `submitted`?",
        ),
    ],
)
def test_a_path_to_nothing_is_an_error(text: str, message: str, cure: str) -> None:
    """With the guess that a typing mistake deserves."""
    told = overlaid(text)[1][0]
    assert (told.code, told.message, told.cure) == (Code.OVERLAY_PATH, message, cure)
    assert told.place.file == "types/refund.yaml"


def test_words_of_overlays_need_something_to_work_on() -> None:
    """`add` to a list that is not there, `remove` without `extends`."""
    _, problems = overlaid(
        "include: { add: [contact] }\n",
        fieldsets__contact="kind: FieldSet\nfields: { tel: { type: phone } }\n",
    )
    assert only(problems).code is Code.OVERLAY_WORD
    teams = "kind: Team\ntitle: 财务\nremove: [title]\n"
    assert only(load_files(small(teams__finance=teams))[1]).code is Code.OVERLAY_WORD


def test_a_tenant_may_extend_its_own() -> None:
    """Under another id, whatever the order of the files."""
    files = small(types__again="kind: TicketType\nextends: refund\nprefix: AG\ntitle: 再退\n")
    node = said(load_files(files), id="again")
    assert (node["prefix"], node["workflow"]["start"]) == ("AG", "submitted")


@pytest.mark.parametrize(
    "extends, code, cure",
    [
        ("shop:refnd", Code.UNKNOWN_PARENT, "did you mean `shop:refund`?"),
        ("shp:refund", Code.UNKNOWN_PARENT, "did you mean `shop`?"),
        ("refund", Code.REFERENCE_LOOP, "write one of them whole"),
    ],
)
def test_a_parent_that_is_none(extends: str, code: Code, cure: str) -> None:
    """Unknown, or the spec itself."""
    text = f"kind: TicketType\nextends: {extends}\n"
    told = only(load_files(using(pack(), types__refund=text))[1])
    assert (told.code, told.cure) == (code, cure)


def test_what_an_overlay_breaks_in_the_pack_says_so() -> None:
    """The place is the pack's; the cure is the tenant's."""
    _, problems = overlaid("remove: [fields.amount]\n")
    assert {one.place.file.rpartition("/")[0] for one in problems} >= {"packs/shop/types"}
    assert all("said by the pack `shop`" in one.cure for one in problems)


def test_sealed_paths_stand() -> None:
    """However the change is written; and a spec of one's own can't leave the seal out."""
    head = PACK_HEAD + "sealed: [types/refund.workflow.transitions.pay]\n"
    sealed = pack(pack=head)
    for text in (
        "workflow: { transitions: { pay: { needs: [reason] } } }\n",
        "remove: [workflow.transitions.pay.notify]\n",
        "workflow: { transitions: { pay: { replace: true, from: submitted, to: refunded, "
        "by: agent } } }\n",
    ):
        files = using(sealed, types__refund=f"kind: TicketType\nextends: shop:refund\n{text}")
        assert [one.code for one in load_files(files)[1]] == [Code.SEALED]
    own = (
        pack()["types/refund.yaml"]
        .decode()
        .replace("$input.patience", "8h")
        .replace("$input.most", "9")
    )
    told = only(load_files(using(sealed, types__refund=own))[1])
    assert (told.code, told.cure) == (Code.SEALED, "build upon it with `extends: shop:refund`")
    fine = using(sealed, types__refund="kind: TicketType\nextends: shop:refund\ntitle: 退\n")
    assert load_files(fine)[1] == []


@pytest.mark.parametrize(
    "path, text, narrower",
    [
        ("fields.amount.max", "fields: { amount: { max: 100 } }\n", True),
        ("fields.amount.max", "fields: { amount: { max: 900 } }\n", False),
        ("fields.amount", "remove: [fields.amount.max]\n", False),
        ("fields.amount", "fields: { amount: { required: true, min: 1 } }\n", True),
        ("fields.amount", "fields: { amount: { label: 多少 } }\n", False),
        ("fields.reason.options", "remove: [fields.reason.options.late]\n", True),
        ("fields.reason.options", "fields: { reason: { options: { other: 其他 } } }\n", False),
        (
            "workflow.states.submitted",
            "workflow: { states: { submitted: { limit: 8h plain } } }\n",
            True,
        ),
        (
            "workflow.states.submitted",
            "workflow: { states: { submitted: { limit: 2d } } }\n",
            False,
        ),
        (
            "workflow.transitions.pay",
            "workflow: { transitions: { pay: { needs: { add: [reason] } } } }\n",
            False,
        ),
    ],
)
def test_some_paths_only_get_narrower(path: str, text: str, narrower: bool) -> None:
    """Options fewer, limits lower; what can't be told is refused."""
    head = PACK_HEAD + f"restrict_only: types/refund.{path}\n"
    files = using(pack(pack=head), types__refund=f"kind: TicketType\nextends: shop:refund\n{text}")
    codes = [one.code for one in load_files(files)[1]]
    assert codes == ([] if narrower else [Code.NOT_NARROWER])


@pytest.mark.parametrize(
    "text, narrower",
    [
        ("types: { refund: { do: [] } }\n", True),
        ("types: { refund: { do: [comment, note] } }\n", False),
        ("types: { refund: { see: { teams: $my.teams, phase: new } } }\n", True),
        ("types: { refund: { see: {} } }\n", False),
        ("types: { refund: { edit: {} } }\n", False),
        ("types: { refund: { fields: { amount: masked } } }\n", True),
        ("types: { refund: { fields: { amount: edit } } }\n", False),
        ("types: { refund: { fields: { reason: hidden } } }\n", True),
        ("types: { refund: { fields: { reason: read } } }\n", False),
        ("types: { refund: { create: true } }\n", False),
        ("remove: [types.refund.fields]\n", False),
        ("remove: [types.refund.see]\n", True),
        ("functions: [export]\n", False),
    ],
)
def test_rights_only_get_fewer(text: str, narrower: bool) -> None:
    """Rows by more conditions, verbs and fields by less."""
    head = PACK_HEAD + "restrict_only: [roles/agent]\n"
    role = f"kind: Role\nextends: shop:agent\n{text}"
    codes = [one.code for one in load_files(using(pack(pack=head), roles__agent=role))[1]]
    assert codes == ([] if narrower else [Code.NOT_NARROWER])
