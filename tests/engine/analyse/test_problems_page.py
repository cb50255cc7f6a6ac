"""docs/en/problems.md is true and whole: each code has an entry, each example is what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.analyse.lint import lint
from engine.change.keys import keys_after
from runtime.cli.pages import entry
from runtime.sources.checking import checked
from specs.load import load, load_files
from specs.problem import Code, Problem
from specs.source import MAX_BYTES, MAX_NODES
from tests.cli.running import specdesk
from tests.engine.analyse.examples import Example, examples_of, tenant
from tests.engine.analyse.linting import CLEAN, files_of
from tests.house.tree import ROOT
from tests.specs.packed import pinned

PAGE = ROOT / "docs" / "en" / "problems.md"
LINT = ROOT / "docs" / "en" / "lint.md"
EXAMPLES = examples_of(PAGE)
_ENTRY = re.compile(r"^### (\w+)$", re.M)

HEAD = "kind: Pack\nid: shop\nversion: 1.0.0\nlanguage: 1\ntitle: Shop\nsummary: Refunds\n"
OVER = "kind: TicketType\nextends: shop:refund\n"


def using(head: str = HEAD, use: str = "{ version: 1.0.0 }", **own: str) -> dict[str, bytes]:
    """A tenant that uses the clean one as a pack."""
    clean = files_of(pack=head)
    files = {f"packs/shop/{path}": content for path, content in clean.items()}
    tenant = clean["tenant.yaml"].decode() + f"packs: {{ shop: {use} }}\n"
    own = {name.replace("__", "/"): text for name, text in own.items()}
    files |= {f"{path}.yaml": text.encode() for path, text in own.items()}
    return pinned({**files, "tenant.yaml": tenant.encode()})


CLASH = {"packs/other/pack.yaml": HEAD.replace("shop", "other").encode(),
         "packs/other/teams/claims.yaml": b"kind: Team\ntitle: Other\n"}  # fmt: skip
BOTH = b"packs: { shop: { version: 1.0.0 }, other: { version: 1.0.0 } }\n"

# What a page can't show, made here: the files of a tenant that bring the code.
MADE = {
    "E103": files_of() | {"teams/claims.yaml": b"kind: Team\ntitle: Caf\xe9\n"},
    "E104": files_of() | {"teams/claims.yaml": b"#" * (MAX_BYTES + 1)},
    "E106": files_of()
    | {"teams/claims.yaml": b"kind: Team\nnote: [" + b"a," * MAX_NODES + b"a]\n"},
    "E504": using(HEAD + "sealed: types/refund.checks\n", types__refund=OVER + "remove: checks\n"),
    "E505": using(
        HEAD + "restrict_only: types/refund.fields.amount.max\n",
        types__refund=OVER + "fields: { amount: { max: 2000 } }\n",
    ),
    "E507": using(use="{ version: 1.1.0 }"),
    "E508": using() | {"packs/shop/teams/claims.yaml": b"kind: Team\ntitle: Mine\n"},
    "E509": using(HEAD + "requires: { base: ^1.0.0 }\n"),
    "E511": pinned({**using(), **CLASH, "tenant.yaml": CLEAN["tenant.yaml"].encode() + BOTH}),
    "E514": using() | {"specdesk.lock.yaml": b"packs: none\n"},
    "E515": using(use="{ version: 1.0.0, without: types/exchange }"),
    "E760": files_of()
    | {
        "knowledge.yaml": b"kind: Knowledge\ncategories: { returns: Returns }\n",
        "knowledge/returns.md": b"# Returns\n\nSend it back within seven days.\n",
    },
    "E215": {name: text for name, text in files_of().items() if name != "tenant.yaml"},
}

STEP = "kind: Moves\nsteps:\n  one: {{ {} }}\n"
TYPE = CLEAN["types/refund.yaml"]
OTHER = TYPE.replace("prefix: RF", "prefix: EX")
RENAMED = TYPE.replace("remark", "said")
AGAIN = RENAMED.replace("  said", "  remark: { type: text, label: R }\n  said")
MOVED = {"moves__m1": STEP.format("rename: field, from: refund.remark, to: said")}
# What takes a published past: the files before and after, of which the later bring the code.
PAST: dict[str, tuple[dict[str, str | None], dict[str, str | None]]] = {
    "E601": (
        {"types__other": OTHER, "types__refund": RENAMED, **MOVED},
        {"types__other": OTHER, "types__refund": AGAIN, **MOVED,
         "views__every": "kind: View\ntitle: All\ncolumns: [number, remark]\n"},
    ),
    "E603": ({}, {"moves__m1": STEP.format("rename: team, from: clams, to: claims")}),
    "E605": ({}, {"moves__m1": STEP.format("rename: team, from: desk, to: claims"),
                  "teams__desk": None, "teams__claims": "kind: Team\ntitle: C\ndefault: true\n",
                  "routing__refund": None}),
    "E606": ({}, {"moves__m1": STEP.format("retire: team, from: claims")}),
    "E607": ({"types__refund": RENAMED, **MOVED}, {"types__refund": RENAMED}),
}  # fmt: skip


@pytest.mark.parametrize("code", PAST)
def test_what_takes_a_past_brings_its_code(code: str) -> None:
    before, changed = PAST[code]
    first = {"types__other": OTHER} if "types__other" in before else {}
    past = keys_after(load_files(files_of(**first))[0], {})
    past = keys_after(load_files(files_of(**before))[0], past.keys, past.done)
    specs, problems = load_files(files_of(**changed))
    told = checked(specs, problems, keys_after(specs, past.keys, past.done))[1]
    assert {one.code.number for one in told if one.is_error} == {code}


def found(files: dict[str, bytes], code: str) -> list[Problem]:
    """What `validate` says, and for a warning also `lint`."""
    specs, problems = load_files(files)
    desk, told = checked(specs, problems)
    return [*told, *(lint(specs, desk, 2026) if desk and code.startswith("W") else ())]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: f"{e.code}-{e.is_wrong}")
def test_an_example_brings_its_code_and_no_other(example: Example) -> None:
    told = found(tenant(example), example.code)
    wanted = {example.code} if example.is_wrong else set()
    assert {one.code.number for one in told} == wanted, [one.headline for one in told]


@pytest.mark.parametrize("code", MADE)
def test_what_a_page_can_not_show_brings_its_code(code: str) -> None:
    assert {one.code.number for one in found(MADE[code], code)} == {code}


def test_a_link_out_of_the_folder_is_not_read(tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    for name, content in files_of().items():
        (shop / name).parent.mkdir(parents=True, exist_ok=True)
        (shop / name).write_bytes(content)
    (tmp_path / "away.yaml").write_text("kind: Team\ntitle: Away\n")
    (shop / "teams" / "away.yaml").symlink_to(tmp_path / "away.yaml")
    assert {one.code.number for one in load(shop)[1]} == {"E114"}


def test_every_code_has_an_entry_with_examples() -> None:
    """A new code without one fails here: add it to problems.md in both languages."""
    codes = [one.number for one in Code]
    for locale in ("en", "zh-CN"):
        page = (ROOT / "docs" / locale / "problems.md").read_text("utf-8")
        assert sorted(_ENTRY.findall(page)) == sorted(codes), locale
    shown = {(one.code, one.is_wrong) for one in [*EXAMPLES, *examples_of(LINT)]}
    bare = [one for one in codes if not {(one, True), (one, False)} <= shown]
    # Archives (E516) are refused before there is a folder: tests/specs/test_archive.py.
    assert sorted(bare) == sorted([*MADE, *PAST, "E114", "E516"])


def test_the_command_shows_an_entry(tmp_path: Path) -> None:
    told = specdesk(tmp_path, "problem", "e203")
    assert told.returncode == 0
    assert "damagd" in told.stdout
    assert "<!--" not in told.stdout
    assert "选项" in specdesk(tmp_path, "problem", "E203", "--locale", "zh-CN").stdout
    wrong = specdesk(tmp_path, "problem", "E20")
    assert (wrong.returncode, "did you mean `E2" in wrong.stderr) == (2, True)
    assert specdesk(tmp_path, "problem").stdout.count("\n") == len(Code)


def test_lint_entries_bring_their_examples_along() -> None:
    for locale in ("en", "zh-CN"):
        assert "```yaml" in entry("W401", locale)
        assert entry("E999", locale) == ""
