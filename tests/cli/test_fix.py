"""`--fix`: what has a certain cure is mended by the smallest splice, all else is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from specs.fixing import applied, cured
from specs.load import load_files
from specs.problem import Fix, Place
from tests.cli.running import specdesk
from tests.engine.analyse.linting import CLEAN, files_of


def _written(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


SPOILT = {
    "types/refund.yaml": (
        CLEAN["types/refund.yaml"]
        .replace("type: money, label: Paid", "type: mony, labl: Paid")
        .replace("to: done, by", 'to: "don", by')
        .replace("title: Refund\n", 'title: " Refund"   # said so\n')
    ),
    "teams/claims.yaml": "\ufefftitle: Claims   # 💬\r\n# the kind\r\nkind: Team\r\n",
    "routing/refund.yaml": CLEAN["routing/refund.yaml"].replace("[damaged, any", "[damagd, any"),
    "roles/agent.yaml": CLEAN["roles/agent.yaml"].replace("kind: Role", "kind: Roel"),
}


def test_certain_cures_are_applied_and_told(tmp_path: Path) -> None:
    spoilt = {**files_of(), **{name: text.encode() for name, text in SPOILT.items()}}
    _written(tmp_path, spoilt)
    done = specdesk(tmp_path, "validate", "--fix")
    assert (done.returncode, done.stdout) == (0, "ok\n"), done.stderr
    assert "types/refund.yaml:6:19: mended: `mony` is now `money`  [E209]" in done.stderr
    assert 'mended: `"don"` is now `"done"`  [E218]' in done.stderr
    assert "`damagd` is now `damaged`  [E203]" in done.stderr
    for name, text in SPOILT.items():
        mended = (tmp_path / name).read_bytes().decode()
        wanted = (
            "\ufeff# the kind\r\nkind: Team\r\ntitle: Claims   # 💬\r\n"
            if name == "teams/claims.yaml"
            else CLEAN[name]
            .replace("to: done", 'to: "done"')
            .replace("title: Refund\n", "title: Refund   # said so\n")
        )
        assert mended == wanted, text
    again = specdesk(tmp_path, "validate", "--fix")
    assert (again.returncode, again.stdout, again.stderr) == (0, "ok\n", "")


def test_what_is_not_certain_stays(tmp_path: Path) -> None:
    files = files_of(teams__claims="kind: Team\ntitle: Claims\nparent: zzzzzz\ncapacity: many\n")
    _written(tmp_path, files)
    done = specdesk(tmp_path, "validate", "--fix")
    assert done.returncode == 1
    assert (tmp_path / "teams/claims.yaml").read_bytes() == files["teams/claims.yaml"]


def test_cures_that_clash_leave_the_file(tmp_path: Path) -> None:
    files = files_of(teams__claims="kind: Team\ntitle: Claims\ncapasity: 3\ncapacty: 4\n")
    _written(tmp_path, files)
    done = specdesk(tmp_path, "lint", "--fix")
    assert done.returncode == 1
    assert "teams/claims.yaml: left as it is" in done.stderr
    assert (tmp_path / "teams/claims.yaml").read_bytes() == files["teams/claims.yaml"]


def test_of_fixes_that_meet_one_is_applied() -> None:
    fixes = [Fix(Place("x", 1, 1, 1, 4), "one"), Fix(Place("x", 1, 3, 1, 6), "two")]
    after, done = applied(b"abcdef", fixes)
    assert (after, done) == (b"abtwof", [fixes[1]])


def test_a_guess_that_is_far_off_is_no_cure() -> None:
    """`string` looks most like `rating`, and nobody meant that."""
    types = CLEAN["types/refund.yaml"]
    for written, wanted in (
        ("string", None),
        ("datum", None),
        ("texxt", "text"),
        ("tetx", "text"),
        ("txt", "text"),
    ):
        text = types.replace("type: text", f"type: {written}")
        specs, problems = load_files(files_of(types__refund=text))
        (one,) = cured(problems, specs.files)
        assert (one.fix.text if one.fix else None) == wanted


@pytest.mark.parametrize("text", ["kind: Team\ntitle: x\nparent: ''\n", "kind: Team\n\xff: 1\n"])
def test_no_fix_is_made_up(text: str) -> None:
    files = files_of() | {"teams/claims.yaml": text.encode("latin-1")}
    specs, problems = load_files(files)
    assert [one.fix for one in cured(problems, specs.files)] == [None] * len(problems)
    assert problems
