"""Upgrades of packs: what one side changed comes or stays, what both changed is asked."""

from __future__ import annotations

from typing import Any

import pytest

from engine.change.upgrade import Upgrade, upgrade
from engine.compile.desk import desk_digest
from specs.load import load_files
from specs.packs.eject import ejected
from specs.packs.used import held_packs
from specs.source import plain, read
from tests.specs.packed import PACK_HEAD, TENANT, pack, using
from tests.specs.small import SMALL

HEAD = PACK_HEAD.replace("1.2.0", "1.3.0")
REFUND = pack()["types/refund.yaml"].decode()


def upgraded(
    own: str = "", new: str = REFUND, takes: dict[str, str] | None = None, **more: str
) -> Upgrade:
    """A tenant with an overlay over `types/refund.yaml`, brought to version 1.3.0."""
    files = {"types__refund": f"kind: TicketType\nextends: shop:refund\n{own}"} if own else {}
    fresh = pack(pack=HEAD, types__refund=new, **more)
    return upgrade(using(pack(), **files), "shop", fresh, takes or {}, {}, {})


def refund(done: Upgrade) -> Any:
    specs, problems = load_files(done.files)
    assert problems == []
    return plain(specs.of("TicketType")["refund"].node)


def test_without_changes_of_its_own_a_tenant_gets_the_pack() -> None:
    """The files are those of the new version, tenant.yaml and the pin name it."""
    new = REFUND.replace("商品破损", "坏了")
    done = upgraded(new=new)
    assert (done.open, done.settled) == ((), ())
    assert held_packs(done.files)["shop"] == pack(pack=HEAD, types__refund=new)
    assert b"shop: { version: 1.3.0 }" in done.files["tenant.yaml"]
    assert load_files(done.files)[1] == []


def test_each_side_keeps_what_it_changed_alone() -> None:
    """The pack's new option beside the tenant's new title."""
    own = "title: 退钱\nfields: { reason: { options: { late: 太晚 } } }\n"
    done = upgraded(own, REFUND.replace("damaged: 商品破损", "damaged: 坏了, other: 其他"))
    assert done.open == ()
    node = refund(done)
    assert node["title"] == "退钱"
    assert node["fields"]["reason"]["options"] == {
        "damaged": "坏了", "other": "其他", "late": "太晚",
    }  # fmt: skip


def test_what_both_changed_is_asked() -> None:
    """With all three values and their places; nothing is guessed."""
    own = "fields:\n  amount: { min: 5 }\n"
    new = REFUND.replace("min: 0.01", "min: 1")
    one = upgraded(own, new).open[0]
    assert one.path == "types/refund.fields.amount.min"
    assert (one.old.text, one.new.text, one.yours.text) == ("0.01", "1", "5")
    assert str(one.yours.place) == "types/refund.yaml:4:18"
    assert one.new.place is not None
    assert one.new.place.file == "packs/shop/types/refund.yaml"
    mine = upgraded(own, new, {one.path: "yours"})
    assert mine.open == ()
    assert refund(mine)["fields"]["amount"]["min"] == "5"
    theirs = upgraded(own, new, {one.path: "new"})
    assert refund(theirs)["fields"]["amount"]["min"] == "1"
    assert theirs.files["types/refund.yaml"] == b"kind: TicketType\nextends: shop:refund\n"


def test_what_both_changed_alike_is_no_conflict() -> None:
    done = upgraded("fields: { amount: { min: 1 } }\n", REFUND.replace("min: 0.01", "min: 1"))
    assert done.open == ()


def test_what_the_pack_took_away_under_a_change() -> None:
    """Taken new, the change goes too; taken yours, the whole part is the tenant's."""
    own = "form: { what: { title: 什么 } }\nroot: x\n".replace("root: x\n", "")
    new = REFUND.split("form:")[0] + "workflow:" + REFUND.split("workflow:")[1]
    one = upgraded(own, new).open[0]
    assert (one.path, one.new.text) == ("types/refund.form.what.title", "gone")
    assert "form" not in refund(upgraded(own, new, {one.path: "new"}))
    mine = refund(upgraded(own, new, {one.path: "yours"}))
    assert mine["form"]["what"] == {"title": "什么", "fields": ["order_no", "reason"]}


def test_what_the_tenant_took_away_and_the_pack_changed() -> None:
    """Taken new, it is no longer removed."""
    own = "remove: [workflow.states.submitted.limit]\n"
    new = REFUND.replace("limit: $input.patience", "limit: 9h")
    one = upgraded(own, new).open[0]
    assert (one.yours.text, one.new.text) == ("gone", "9h")
    assert str(one.yours.place) == "types/refund.yaml:3:9"
    theirs = refund(upgraded(own, new, {one.path: "new"}))
    assert theirs["workflow"]["states"]["submitted"]["limit"] == "9h"
    mine = refund(upgraded(own, new, {one.path: "yours"}))
    assert "limit" not in mine["workflow"]["states"]["submitted"]


def test_a_take_that_settles_nothing_is_named() -> None:
    assert upgraded("title: x\n", takes={"types/refund.tilte": "new"}).unused == (
        "types/refund.tilte",
    )


def test_an_input_that_is_gone_is_asked_for() -> None:
    """The tenant set it, so it has to know."""
    tenant = TENANT.replace("1.2.0 }", "1.2.0, inputs: { patience: 8h } }")
    head = HEAD.replace("  patience: { type: duration, label: 耐心, default: 24h plain }\n", "")
    fresh = pack(pack=head, types__refund=REFUND.replace("$input.patience", "24h plain"))
    one = upgrade(using(pack(), tenant), "shop", fresh, {}, {}, {}).open[0]
    assert (one.path, one.yours.text) == ("tenant.packs.shop.inputs.patience", "8h")
    done = upgrade(using(pack(), tenant), "shop", fresh, {one.path: "new"}, {}, {})
    assert load_files(done.files)[1] == []
    assert b"inputs" not in done.files["tenant.yaml"]


MOVES = """\
kind: Moves
steps: { better_name: { rename: field, from: refund.reason, to: refund.cause } }
"""


def test_moves_of_the_pack_are_replayed() -> None:
    """The overlay speaks of the new name, and the step is the tenant's as well."""
    changed = {"types__refund": REFUND.replace("reason", "cause"), "moves__m20260302_cause": MOVES}
    changed["routing__refund"] = SMALL["routing/refund.yaml"].replace("reason", "cause")
    own = "kind: TicketType\nextends: shop:refund\nfields: { reason: { label: 为什么 } }\n"
    files = using(pack(), types__refund=own)
    done = upgrade(files, "shop", pack(pack=HEAD, **changed), {}, {}, {})
    assert done.open == ()
    assert refund(done)["fields"]["cause"]["label"] == "为什么"
    assert b"cause: { label" in done.files["types/refund.yaml"]
    step, _ = read(done.files["moves/m20260302_cause_shop_1_3_0.yaml"], "")
    assert step is not None
    assert plain(step)["steps"]["better_name"] == {
        "rename": "field", "from": "refund.reason", "to": "refund.cause",
    }  # fmt: skip


def test_moves_name_the_type_as_the_tenant_does() -> None:
    """Under its own id; the pack's own is left out."""
    changed = {"types__refund": REFUND.replace("reason", "cause"), "moves__m20260302_cause": MOVES}
    changed["routing__refund"] = SMALL["routing/refund.yaml"].replace("reason", "cause")
    tenant = TENANT.replace("1.2.0 }", "1.2.0, without: [types, routing, sla, roles, views] }")
    own = "kind: TicketType\nextends: shop:refund\nremove: [workflow.transitions.pay.needs]\n"
    own = own.replace("remove", "title: 退\nremove")
    agent = "kind: Role\ntitle: x\nany_type: { see: {} }\n"
    files = using(pack(), tenant, types__money=own, roles__agent=agent)
    assert load_files(files)[1] == []
    done = upgrade(files, "shop", pack(pack=HEAD, **changed), {}, {}, {})
    text = done.files["moves/m20260302_cause_shop_1_3_0.yaml"].decode()
    assert "from: money.reason, to: money.cause" in text


@pytest.mark.parametrize(
    "own", ["", "title: 退\nremove: [form]\nfields: { tel: { type: phone } }\n"]
)
def test_ejected_the_desk_is_the_same(own: str) -> None:
    """The digest of what is meant does not change when a spec becomes the tenant's own."""
    files = using(pack())
    if own:
        files["types/refund.yaml"] = f"kind: TicketType\nextends: shop:refund\n{own}".encode()
    before, problems = load_files(files)
    assert problems == []
    path, text = ejected(before, before.of("TicketType")["refund"])
    after, problems = load_files({**files, path: text})
    assert problems == []
    assert after.of("TicketType")["refund"].file == "types/refund.yaml"
    assert ("TicketType", "refund") not in after.chains
    assert desk_digest(after) == desk_digest(before)
