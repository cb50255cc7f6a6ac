"""Packs in use: what of them is part of the tenant, inputs, pins, versions, and what is told."""

from __future__ import annotations

import pytest

from specs.load import load_files
from specs.packs.lock import LOCK
from specs.packs.versions import fits
from specs.problem import Code
from specs.source import plain
from tests.specs.packed import PACK_HEAD, TENANT, pack, pinned, using
from tests.specs.small import only


def test_all_specs_of_a_pack_are_part_of_the_tenant() -> None:
    """With the words of its tenant.yaml, and each with the file it stands in."""
    specs, problems = load_files(using(pack()))
    assert problems == []
    refund = specs.of("TicketType")["refund"]
    assert refund.file == "packs/shop/types/refund.yaml"
    assert refund.key_place("workflow").file == "packs/shop/types/refund.yaml"
    assert list(specs.of("Team")) == ["after_sales", "finance"]
    assert specs.tenant is not None
    assert specs.tenant.id == "elm"
    assert list(specs.tenant.flags or ()) == ["high_risk"]
    assert specs.packs["shop"].version == "1.2.0"
    assert [one.pack for one in specs.chains["TicketType", "refund"]] == ["shop"]


def test_a_pack_is_read_by_itself_with_its_defaults() -> None:
    """Its makers validate the very folder."""
    specs, problems = load_files(pack())
    assert problems == []
    node = plain(specs.of("TicketType")["refund"].node)
    assert node["workflow"]["states"]["submitted"]["limit"] == "24h plain"
    assert node["fields"]["amount"]["max"] == "500"


def test_inputs_of_the_tenant_stand_where_the_pack_uses_them() -> None:
    """Whole values of any sort, each read by its position."""
    tenant = TENANT.replace(
        "{ version: 1.2.0 }",
        "{ version: 1.2.0, inputs: { patience: 8h, name: { zh-CN: 客服, en: Care } } }",
    )
    specs, problems = load_files(using(pack(), tenant))
    assert problems == []
    node = plain(specs.of("TicketType")["refund"].node)
    assert node["workflow"]["states"]["submitted"]["limit"] == "8h"
    assert plain(specs.of("Team")["after_sales"].node)["title"] == {"zh-CN": "客服", "en": "Care"}


@pytest.mark.parametrize(
    "inputs, message",
    [
        ("{ patience: soon }", "input `patience`: `soon` is no duration"),
        ("{ most: 0 }", "input `most`: 0 is too little"),
        ("{ patiense: 8h }", "the pack `shop` has no input `patiense`"),
    ],
)
def test_an_input_that_does_not_fit_is_told_at_the_tenant(inputs: str, message: str) -> None:
    """With the place in tenant.yaml, not where the pack uses it."""
    tenant = TENANT.replace("1.2.0 }", f"1.2.0, inputs: {inputs} }}")
    _, problems = load_files(using(pack(), tenant))
    told = [one for one in problems if one.code is Code.PACK_INPUT]
    assert message in only(told).message
    assert only(told).place.file == "tenant.yaml"


def test_an_input_without_default_has_to_be_given() -> None:
    """The cure says how."""
    head = PACK_HEAD.replace("default: 500, min: 1", "example: 500")
    _, problems = load_files(using(pack(pack=head)))
    told = only([one for one in problems if one.code is Code.PACK_INPUT])
    assert (told.message, told.cure) == (
        "the pack `shop` needs the input `most`",
        "write `inputs: { most: … }` below the pack",
    )


def test_a_spec_of_the_tenant_stands_before_the_packs() -> None:
    """Whole, in its own file, as after `eject`."""
    own = "kind: Team\ntitle: 我们的财务\n"
    specs, problems = load_files(using(pack(), teams__finance=own))
    assert problems == []
    assert specs.of("Team")["finance"].file == "teams/finance.yaml"
    assert ("Team", "finance") not in specs.chains


def test_a_tenant_may_leave_out_or_choose() -> None:
    """By folder or by name; a name that is none is told."""
    without = TENANT.replace("1.2.0 }", "1.2.0, without: [views, sla/refund] }")
    specs, problems = load_files(using(pack(), without))
    assert problems == []
    assert not specs.of("View")
    assert not specs.of("SlaPolicy")
    assert specs.of("Routing")
    chosen = TENANT.replace("1.2.0 }", "1.2.0, use: [teams, view] }")
    specs, problems = load_files(using(pack(), chosen))
    assert only(problems).code is Code.UNKNOWN_PACK_PATH
    assert "did you mean `views" in only(problems).cure
    assert list(specs.of("Team")) == ["after_sales", "finance"]
    assert not specs.of("TicketType")


def test_texts_are_in_languages_the_tenant_speaks() -> None:
    """Others are left out, and a bare text is in the first language of the pack."""
    tenant = TENANT.replace("[zh-CN, en]", "[en, zh-CN]")
    specs, problems = load_files(using(pack(), tenant))
    assert problems == []
    assert plain(specs.of("Team")["finance"].node)["title"] == {"zh-CN": "财务"}
    specs, problems = load_files(using(pack(), TENANT.replace("[zh-CN, en]", "[en]")))
    assert problems == []
    node = plain(specs.of("TicketType")["refund"].node)
    assert node["title"] == {"en": "Refund"}
    assert node["form"]["what"]["title"] == "哪件？"


def test_files_of_a_pack_are_found_in_it() -> None:
    """The table of its source stands below packs/."""
    specs, problems = load_files(using(pack()))
    assert problems == []
    assert plain(specs.of("Source")["orders"].node)["file"] == "packs/shop/demo/orders.csv"


def test_a_file_changed_by_hand_is_told() -> None:
    """The lock pins the digest of the files."""
    files = using(pack())
    files["packs/shop/teams/finance.yaml"] += b"# mine\n"
    _, problems = load_files(files)
    told = only(problems)
    assert told.code is Code.PACK_CHANGED
    assert told.cure == "take them back and say the change in an overlay, or eject the spec"


def test_pins_and_versions_have_to_fit() -> None:
    """No pin, another version, a lock that is no lock."""
    files = using(pack())
    unpinned = {path: text for path, text in files.items() if path != LOCK}
    assert only(load_files(unpinned)[1]).code is Code.PACK_CHANGED
    other = using(pack(), TENANT.replace("1.2.0", "1.3.0"))
    assert only(load_files(other)[1]).code is Code.PACK_VERSION
    assert only(load_files({**files, LOCK: b"packs: ["})[1]).code is Code.BAD_LOCK


def test_a_pack_that_is_not_there_is_one_problem() -> None:
    """What it would have brought is not told as missing."""
    files = {"tenant.yaml": TENANT.encode()}
    files["routing/refund.yaml"] = (
        b"kind: Routing\napplies_to: refund\nrules: {}\notherwise: { team: x }\n"
    )
    files["teams/ours.yaml"] = b"kind: Team\ntitle: x\ndefault: true\n"
    told = only(load_files(files)[1])
    assert (told.code, told.cure) == (Code.PACK_MISSING, "run `specdesk pack add shop`")


def test_a_folder_that_nobody_names_is_left_out() -> None:
    """As a warning, for it may be there on purpose."""
    files = using(pack(), TENANT.split("packs:")[0])
    specs, problems = load_files(files)
    assert only(problems).code is Code.PACK_UNUSED
    assert not specs.of("TicketType")


def test_a_newer_language_is_told() -> None:
    """Before what it would mean is guessed at."""
    head = PACK_HEAD.replace("language: 1", "language: 2")
    _, problems = load_files(using(pack(pack=head)))
    assert only(problems).code is Code.NEWER_LANGUAGE


def test_a_pack_needs_others_in_versions_that_fit() -> None:
    """Missing and too old are told at the pack."""
    head = PACK_HEAD + "requires: { base: ^1.0.0 }\n"
    told = only(load_files(using(pack(pack=head)))[1])
    assert (told.code, told.cure) == (Code.PACK_NEEDS, "run `specdesk pack add base`")
    tenant = TENANT + "  base: { version: 0.9.0 }\n"
    files = using(pack(pack=head), tenant)
    base = PACK_HEAD.replace("id: shop", "id: base").replace("1.2.0", "0.9.0")
    files["packs/base/pack.yaml"] = base.encode()
    assert "needs `base` ^1.0.0; here is 0.9.0" in only(load_files(pinned(files))[1]).message


def test_two_packs_that_bring_the_same_are_told() -> None:
    """Until one of them is left out, or the tenant has its own."""
    tenant = TENANT + "  base: { version: 1.2.0 }\n"
    files = using(pack(), tenant)
    files["packs/base/pack.yaml"] = PACK_HEAD.replace("id: shop", "id: base").encode()
    files["packs/base/teams/finance.yaml"] = b"kind: Team\ntitle: other\n"
    told = only(load_files(pinned(files))[1])
    assert told.code is Code.PACKS_CLASH
    assert told.cure == "leave one out with `without: [teams/finance]`"
    files["tenant.yaml"] = tenant.replace(
        "1.2.0 }\n  base", "1.2.0, without: teams/finance }\n  base"
    ).encode()
    specs, problems = load_files(pinned(files))
    assert problems == []
    assert specs.of("Team")["finance"].file.startswith("packs/base/")


def test_portals_of_several_packs_are_one() -> None:
    """What each says over what they share; other kinds would clash."""
    base = PACK_HEAD.replace("id: shop", "id: base")
    offers = "kind: Portal\nextends: base:portal\n"
    offers += "types: { refund: { title: 退, place: { before: x } } }\n"
    tenant = TENANT + "  base: { version: 1.2.0 }\n  more: { version: 1.2.0 }\n"
    files = using(pack(portal=offers), tenant)
    files["packs/base/pack.yaml"] = base.encode()
    files["packs/base/portal.yaml"] = b"kind: Portal\ntitle: Help\ntypes: { x: {} }\n"
    files["packs/base/types/x.yaml"] = pack()["types/refund.yaml"]
    files["packs/more/pack.yaml"] = base.replace("id: base", "id: more").encode()
    files["packs/more/portal.yaml"] = offers.replace("refund", "y").encode()
    files["packs/more/types/y.yaml"] = pack()["types/refund.yaml"]
    specs, problems = load_files(pinned(files))
    assert problems == []
    node = plain(specs.of("Portal")["portal"].node)
    assert list(node["types"]) == ["refund", "y", "x"]
    assert node["title"] == "Help"


@pytest.mark.parametrize(
    "version, wanted, holds",
    [
        ("1.2.0", "^1.0.0", True),
        ("2.0.0", "^1.0.0", False),
        ("0.3.0", "^0.2.0", False),
        ("0.2.9", "^0.2.1", True),
        ("1.2.9", "~1.2.3", True),
        ("1.3.0", "~1.2.3", False),
        ("1.10.0", ">=1.9.0 <2.0.0", True),
        ("1.2.0", "1.2.0", True),
        ("1.2.1", "=1.2.0", False),
        ("1.2.1", ">1.2.1", False),
        ("1.2.1", "<=1.2.1", True),
    ],
)
def test_ranges_of_versions(version: str, wanted: str, holds: bool) -> None:
    """Numbers, not text; `^` keeps the first number that is not 0."""
    assert fits(version, wanted) is holds
