"""`pack`, `new` and `show --resolved`: what they write, what they say, and what they refuse."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from runtime.cli import run
from specs.builtin import PACKS, built_in
from specs.packs.archive import build
from specs.spec_set import tree_digest
from tests.specs.packed import PACK_HEAD
from tests.specs.packed import pack as small_pack

TENANT = """\
kind: Tenant
language: 1
id: elm
title: { zh-CN: 榆树, en: Elm }
# what we speak
locales: [zh-CN, en]
time_zone: Asia/Shanghai
calendar: office_hours
"""
AGENT = """\
kind: Role
title: 客服
types: { refund: { see: { teams: $my.teams }, edit: { team: $my.teams }, do: [comment] } }
"""
Run = Callable[..., tuple[int, str, str]]


def pack(**changes: str) -> dict[str, bytes]:
    """The small pack with a role that may do what its type asks of it."""
    return small_pack(**{"roles__agent": AGENT, **changes})


@pytest.fixture
def desk(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command: exit code, stdout, stderr."""

    def command(*args: object) -> tuple[int, str, str]:
        code = run([str(arg) for arg in args])
        out, err = capsys.readouterr()
        return code, out, err

    return command


@pytest.fixture
def tenant(tmp_path: Path) -> Path:
    folder = tmp_path / "elm"
    folder.mkdir()
    (folder / "tenant.yaml").write_text(TENANT, "utf-8")
    return folder


def written(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("name", built_in())
def test_a_pack_that_comes_along_is_sound(desk: Run, name: str) -> None:
    """It loads, has nothing to lint, and its tests pass."""
    assert desk("pack", "check", PACKS / name) == (0, "ok\n", desk_says(name))


def desk_says(name: str) -> object:
    class Says:
        def __eq__(self, other: object) -> bool:
            return isinstance(other, str) and other.endswith("cases pass\n")

        def __hash__(self) -> int:
            return 0

    return Says()


@pytest.mark.parametrize("name", built_in())
def test_a_new_tenant_can_be_published_at_once(desk: Run, tmp_path: Path, name: str) -> None:
    """It validates, lints clean and passes its tests."""
    folder = tmp_path / "fresh"
    code, out, _ = desk("new", folder, "--from", name, "--id", "my_shop", "--title", "小店")
    assert code == 0, out
    assert "specdesk publish" in out
    assert desk("validate", folder)[:2] == (0, "ok\n")
    assert desk("lint", folder)[:2] == (0, "ok\n")
    assert desk("test", folder)[0] == 0
    assert "id: my_shop" in (folder / "tenant.yaml").read_text("utf-8")


def test_new_refuses_what_would_not_do(desk: Run, tmp_path: Path) -> None:
    """A folder that holds something, an id that is none, an input that does not fit."""
    (tmp_path / "x").write_text("x")
    made = ("--from", "base", "--id", "my_shop", "--title", "x")
    assert desk("new", tmp_path, *made)[0] == 2
    assert desk("new", tmp_path / "a", "--from", "base", "--id", "My", "--title", "x")[0] == 2
    assert desk("new", tmp_path / "a", "--from", "bse", "--id", "my", "--title", "x")[0] == 2
    code, out, _ = desk("new", tmp_path / "a", *made, "--input", "first_reply=soon")
    assert code == 1
    assert "input `first_reply`: `soon` is no duration" in out
    assert not (tmp_path / "a").exists()


def test_add_writes_files_name_and_pin(desk: Run, tenant: Path) -> None:
    """Comments of tenant.yaml stay."""
    code, out, _ = desk("pack", "add", "base", tenant, "--input", "service_team.en=Care")
    assert (code, out.split(":")[0]) == (0, "base 1.0.0")
    text = (tenant / "tenant.yaml").read_text("utf-8")
    assert text.startswith(TENANT)
    assert "inputs:\n      service_team: { en: Care }" in text or "service_team" in text
    assert desk("validate", tenant)[:2] == (0, "ok\n")
    code, out, _ = desk("pack", "list", tenant)
    assert out.startswith("base 1.0.0  sha256:")


def test_add_takes_an_archive_of_the_digest_that_is_asked_for(
    desk: Run, tenant: Path, tmp_path: Path
) -> None:
    """Another digest refuses, and nothing is written."""
    archive = tmp_path / "shop.zip"
    (tenant / "tenant.yaml").write_text(TENANT.replace("calendar: office_hours\n", ""), "utf-8")
    archive.write_bytes(build(pack()))
    before = tree(tenant)
    code, _, err = desk("pack", "add", "shop", tenant, "--from", archive, "--digest", "abc")
    assert code == 1
    assert "nothing was taken" in err
    assert tree(tenant) == before
    right = tree_digest(pack())
    code, out, err = desk("pack", "add", "shop", tenant, "--from", archive, "--digest", right)
    assert code == 0, out + err
    assert tree(tenant / "packs" / "shop") == pack()
    assert desk("validate", tenant)[:2] == (0, "ok\n")


@pytest.mark.parametrize(
    "content, says",
    [
        (b"no zip", "is no ZIP archive"),
        (build({"a.yaml": b"x"}), "there is no pack.yaml"),
        (build(pack(pack=PACK_HEAD.replace("id: shop", "id: other"))), "holds the pack `other`"),
        (
            build(pack(pack=PACK_HEAD.replace("language: 1", "language: 2"))),
            "written in language 2",
        ),
        (build(pack(pack="kind: Pack\n")), "not `shop`"),
    ],
    ids=["text", "no_pack", "other", "newer", "empty"],
)
def test_add_writes_nothing_of_what_will_not_do(
    desk: Run, tenant: Path, tmp_path: Path, content: bytes, says: str
) -> None:
    """Whatever is wrong with the archive."""
    archive = tmp_path / "shop.zip"
    archive.write_bytes(content)
    before = tree(tenant)
    code, out, err = desk("pack", "add", "shop", tenant, "--from", archive)
    assert code == 1
    assert says in out + err
    assert tree(tenant) == before


def test_build_gives_the_same_bytes(desk: Run, tmp_path: Path) -> None:
    """From two folders with the same files."""
    first, second = (written(tmp_path / name, pack()) for name in ("a", "b"))
    desk("pack", "build", first, "-o", tmp_path / "a.zip")
    code, out, _ = desk("pack", "build", second, "-o", tmp_path / "b.zip")
    assert code == 0
    assert tree_digest(pack()) in out
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def shop(version: str, **changes: str) -> dict[str, bytes]:
    """The small pack, sound enough for `pack check`."""
    head = changes.pop("pack", PACK_HEAD).replace("1.2.0", version)
    return pack(pack=head, **changes)


def test_check_computes_the_version(desk: Run, tmp_path: Path) -> None:
    """Wording is a patch, what is new a minor, what breaks a major version."""
    old = written(tmp_path / "old", shop("1.2.0"))
    refund = pack()["types/refund.yaml"].decode()
    more = refund.replace("damaged: 商品破损", "damaged: 商品破损, other: 其他")
    cases = {
        "1.2.1": {"teams__finance": "kind: Team\ntitle: 钱\n"},
        "1.3.0": {"types__refund": more},
        "2.0.0": {"types__refund": refund.replace(", late: 物流延迟", "")},
    }
    for least, changes in cases.items():
        new = written(tmp_path / least, shop(least, **changes))
        code, out, err = desk("pack", "check", new, "--against", old)
        assert (code, out.splitlines()[-1]) == (0, "ok"), out + err
        again = written(tmp_path / f"again_{least}", shop("1.2.0", **changes))
        code, out, _ = desk("pack", "check", again, "--against", old)
        assert code == 1
        assert f"at least {least}" in out


def test_check_wants_a_default_for_a_new_input(desk: Run, tmp_path: Path) -> None:
    """For tenants could not upgrade."""
    old = written(tmp_path / "old", shop("1.2.0"))
    head = PACK_HEAD + "  more: { type: text, label: 更多, example: x }\n"
    new = written(tmp_path / "new", shop("3.0.0", pack=head))
    code, out, _ = desk("pack", "check", new, "--against", old)
    assert code == 1
    assert "new input `more` without a default" in out


def used(desk: Run, tenant: Path, tmp_path: Path) -> Path:
    (tenant / "tenant.yaml").write_text(TENANT.replace("calendar: office_hours\n", ""), "utf-8")
    source = written(tmp_path / "shop_old", pack())
    assert desk("pack", "add", "shop", tenant, "--from", source)[0] == 0
    (tenant / "types").mkdir()
    own = "kind: TicketType\nextends: shop:refund\n# ours\nfields:\n  amount: { min: 5 }\n"
    (tenant / "types" / "refund.yaml").write_text(own, "utf-8")
    return tenant


def test_upgrade_asks_and_settles(desk: Run, tenant: Path, tmp_path: Path) -> None:
    """A list first, nothing written; then the folder as it was settled."""
    folder = used(desk, tenant, tmp_path)
    refund = pack()["types/refund.yaml"].decode().replace("min: 0.01", "min: 1")
    new = written(tmp_path / "new", shop("1.3.0", types__refund=refund))
    before = tree(folder)
    code, out, err = desk("pack", "upgrade", "shop", folder, "--to", new)
    assert code == 1
    path = "types/refund.fields.amount.min"
    assert out.splitlines() == [
        path,
        "  old   0.01  (packs/shop/types/refund.yaml:8)",
        "  new   1  (packs/shop/types/refund.yaml:8)",
        "  yours 5  (types/refund.yaml:5)",
        f"  settle it by --take new={path} or --take yours={path}",
        "",
    ]
    assert "nothing was written" in err
    assert tree(folder) == before
    code, out, _ = desk("pack", "upgrade", "shop", folder, "--to", new, "--take", f"yours={path}")
    assert (code, out.splitlines()[-1]) == (0, "shop 1.2.0 → 1.3.0")
    assert tree(folder / "packs" / "shop") == shop("1.3.0", types__refund=refund)
    assert (folder / "types" / "refund.yaml").read_bytes() == before["types/refund.yaml"]
    assert desk("validate", folder)[:2] == (0, "ok\n")
    assert desk("pack", "upgrade", "shop", folder, "--to", new, "--take", "mine=x")[0] == 2
    assert desk("pack", "upgrade", "shop", folder, "--to", new, "--take", "new=x")[0] == 2
    assert desk("pack", "upgrade", "base", folder)[0] == 2


def test_upgrade_writes_nothing_that_would_not_load(
    desk: Run, tenant: Path, tmp_path: Path
) -> None:
    """The problems are told as `validate` would."""
    folder = used(desk, tenant, tmp_path)
    (folder / "views").mkdir()
    view = "kind: View\ntitle: x\nfilter: { reason: late }\ncolumns: [number]\n"
    (folder / "views" / "late.yaml").write_text(view, "utf-8")
    refund = pack()["types/refund.yaml"].decode().replace(", late: 物流延迟", "")
    new = written(tmp_path / "new", shop("2.0.0", types__refund=refund))
    before = tree(folder)
    code, out, err = desk("pack", "upgrade", "shop", folder, "--to", new)
    assert code == 1
    assert "views/late.yaml:3" in out
    assert "nothing was written" in err
    assert tree(folder) == before


def test_eject_keeps_comments_and_meaning(desk: Run, tenant: Path, tmp_path: Path) -> None:
    """Those of the pack's file; the overlay is gone."""
    folder = used(desk, tenant, tmp_path)
    code, out, _ = desk("pack", "eject", "types/refund", folder)
    assert (code, out) == (0, "types/refund.yaml: the tenant's own now\n")
    text = (folder / "types" / "refund.yaml").read_text("utf-8")
    assert "extends" not in text
    assert "amount:   { type: money, min: 5, max: 500 }" in text
    assert desk("validate", folder)[:2] == (0, "ok\n")
    assert desk("pack", "eject", "types/refund", folder)[0] == 1
    assert desk("pack", "eject", "types/refnd", folder)[0] == 2


def test_show_says_who_said_it(desk: Run, tenant: Path, tmp_path: Path) -> None:
    """The last word first, with the pack's version, file and line."""
    folder = used(desk, tenant, tmp_path)
    code, out, _ = desk("show", "types/refund", folder, "--resolved", "--why", "fields.amount.min")
    assert (code, out.splitlines()) == (
        0,
        [
            "types/refund.fields.amount.min: 5",
            "  → this folder      types/refund.yaml:5  5",
            "    shop 1.2.0       packs/shop/types/refund.yaml:8  0.01",
        ],
    )
    _, out, _ = desk("show", "types/refund", folder, "--resolved", "--why", "fields.amount.max")
    assert out.splitlines()[1:] == [
        "  → shop 1.2.0       packs/shop/types/refund.yaml:8  500",
        "      input most: its default",
    ]
    code, out, _ = desk("show", "types/refund", folder, "--resolved", "--format", "json")
    assert json.loads(out)["fields"]["amount"]["min"] == "5"
    code, _, err = desk("show", "types/refund", folder, "--resolved", "--why", "fields.amont")
    assert code == 1
    assert "did you mean `amount`?" in err
    assert desk("show", "types/refnd", folder, "--resolved")[0] == 1
