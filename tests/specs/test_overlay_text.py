"""An edit of what is inherited becomes the overlay that says just the difference."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest

from specs.load import load_files
from specs.packs.overlay import overlay_text, starter
from specs.source import plain
from specs.splice import CannotEdit
from specs.writing import Verbatim
from tests.specs.packed import pack, using

HEAD = "kind: TicketType\nextends: shop:refund\n"


def edited(own: str, edit: Any) -> tuple[str, Any, Any]:
    """The overlay's text after an edit of the whole spec, what was wanted, and what came out."""
    files = using(pack())
    if own:
        files["types/refund.yaml"] = own.encode()
    specs, problems = load_files(files)
    assert problems == []
    file, chain = specs.of("TicketType")["refund"], specs.chains["TicketType", "refund"]
    wanted = copy.deepcopy(plain(file.node))
    edit(wanted)
    text = overlay_text(file, chain, own or starter(file, chain), wanted)
    again, _ = load_files({**files, "types/refund.yaml": text.encode()})
    return text, wanted, plain(again.of("TicketType")["refund"].node)


def test_nothing_changed_is_an_empty_overlay() -> None:
    text, wanted, came = edited("", lambda spec: None)
    assert text == HEAD
    assert came == wanted


def test_only_what_changed_is_said() -> None:
    def edit(spec: Any) -> None:
        spec["fields"]["amount"]["min"] = "5"
        spec["fields"]["reason"]["options"]["late"] = "太晚"
        del spec["workflow"]["transitions"]["pay"]["needs"]

    text, wanted, came = edited("", edit)
    assert came == wanted
    assert text == (
        HEAD + "remove: [workflow.transitions.pay.needs]\nfields:\n  amount: { min: 5 }\n"
        "  reason:\n    options: { late: 太晚 }\n"
    )


def test_what_stood_in_the_overlay_stays_with_its_comments() -> None:
    own = HEAD + "# ours\nform:\n  what:\n    fields: { add: [amount] }  # money too\n"
    text, wanted, came = edited(own, lambda spec: spec.update(prefix="ZZ"))
    assert came == wanted
    assert text == own + "prefix: ZZ\n"


def test_back_to_the_packs_value_is_nothing_said() -> None:
    own = HEAD + "prefix: ZZ\nremove: [form]\n"

    def edit(spec: Any) -> None:
        spec["prefix"] = "RF"
        spec["form"] = {"what": {"title": "哪件？", "fields": ["order_no", "reason"]}}

    text, wanted, came = edited(own, edit)
    assert text == HEAD
    assert came == wanted


def test_order_and_newcomers_are_placed() -> None:
    def edit(spec: Any) -> None:
        fields = spec["fields"]
        spec["fields"] = {
            "reason": fields["reason"],
            "tel": {"type": "phone"},
            **{key: value for key, value in fields.items() if key != "reason"},
        }

    text, wanted, came = edited("", edit)
    assert list(came["fields"]) == list(wanted["fields"])
    assert came == wanted
    assert "place:" in text


def test_another_type_replaces() -> None:
    text, _, came = edited("", lambda s: s["fields"].update(reason={"type": "text"}))
    assert came["fields"]["reason"] == {"type": "text"}
    assert "replace: true" in text


def test_a_piece_typed_as_text_keeps_its_comment() -> None:
    piece = Verbatim("{ amount: { more_than: 5 } }", {"amount": {"more_than": "5"}})

    def edit(spec: Any) -> None:
        spec["workflow"]["transitions"]["pay"]["when"] = piece

    text, _, came = edited("", edit)
    assert came["workflow"]["transitions"]["pay"]["when"] == piece.value
    assert "when: { amount: { more_than: 5 } }" in text


def _random_edit(chance: random.Random) -> Any:
    """Some values changed, taken away or added, wherever the spec has some."""

    def edit(spec: Any) -> None:
        for _ in range(chance.randint(1, 4)):
            what = chance.randrange(6)
            fields, states = spec["fields"], spec["workflow"]["states"]
            if what == 0:
                fields[chance.choice(list(fields))]["label"] = f"标签 {chance.randrange(9)}"
            elif what == 1:
                fields.pop(chance.choice(list(fields)[1:]), None) if len(fields) > 2 else None
            elif what == 2:
                fields[f"extra_{chance.randrange(4)}"] = {"type": "text", "label": "x"}
            elif what == 3:
                states["submitted"]["limit"] = f"{chance.randint(1, 9)}h"
            elif what == 4:
                spec["title"] = chance.choice(["退", {"zh-CN": "退", "en": "Back"}])
            else:
                names = list(fields)
                chance.shuffle(names)
                spec["fields"] = {name: fields[name] for name in names}

    return edit


@pytest.mark.parametrize("seed", range(60))
def test_random_edits_come_out_as_wanted(seed: int) -> None:
    """Or are refused; one after the other over the overlay that the first one made."""
    chance = random.Random(seed)
    own = ""
    for _ in range(3):
        try:
            text, wanted, came = edited_loose(own, _random_edit(chance))
        except CannotEdit:
            continue
        assert came == wanted
        assert list(came["fields"]) == list(wanted["fields"])
        own = text


def edited_loose(own: str, edit: Any) -> tuple[str, Any, Any]:
    """Like `edited`, for specs in which references may break by the edit."""
    files = using(pack())
    if own:
        files["types/refund.yaml"] = own.encode()
    specs, _ = load_files(files)
    file, chain = specs.of("TicketType")["refund"], specs.chains["TicketType", "refund"]
    wanted = copy.deepcopy(plain(file.node))
    edit(wanted)
    text = overlay_text(file, chain, own or starter(file, chain), wanted)
    again, _ = load_files({**files, "types/refund.yaml": text.encode()})
    return text, wanted, plain(again.of("TicketType")["refund"].node)
