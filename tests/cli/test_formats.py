"""What build servers read: SARIF, JUnit, annotations, Code Quality, comments, data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from runtime.cli.formats.finding import Checked, Heading
from runtime.cli.formats.markdown import LIMIT
from runtime.cli.formats.region import Regions
from runtime.cli.formats.writing import Format, write
from specs.problem import Code, Fix, Place, Problem, problem
from tests.cli.running import specdesk
from tests.cli.sarif import LOG
from tests.engine.analyse.linting import files_of, replaced, rows
from tests.house.tree import ROOT

STRANGE = "title: 💬 退款 | 100%, a:b\nkey: <b>wrng</b>\n"
AT = Place("types/re fund.yaml", 2, 6, 2, 17)


def _one(**more: Any) -> Problem:
    return problem(Code.UNKNOWN_KEY, "unknown `wrng`: 100%, a|b\n@all <b> #1", AT, **more)


def _checked(folder: Path, *problems: Problem) -> Checked:
    return Checked(folder, {AT.file: STRANGE.encode()}, problems or (_one(),))


def told(format: Format, checked: Checked, docs: str = "") -> str:
    return write(format, Heading("validate", docs), [checked])


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a tenant's folder in it."""
    monkeypatch.chdir(tmp_path)
    return Path("tenants/shop")


def _written(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_columns_are_utf_16_and_lines_those_of_editors() -> None:
    text = "a: 💬x\nb: \u2028c\r\nd: 退e\n"
    regions = Regions(Path(), {"x.yaml": text.encode()})
    for line, col, wanted in ((1, 5, (1, 6)), (3, 1, (2, 5)), (4, 5, (3, 5)), (9, 2, (9, 2))):
        found = regions.of(Place("x.yaml", line, col, line, col))
        assert (found.line, found.col) == wanted


def test_paths_begin_at_the_current_folder(tmp_path: Path, here: Path) -> None:
    assert Regions(here, {}).of(AT).path == "tenants/shop/types/re fund.yaml"
    outside = Regions(Path("../away"), {}).of(AT)
    assert outside.path == (tmp_path.parent / "away" / AT.file).as_posix()
    assert not outside.is_relative


# ---------------------------------------------------------------- SARIF


def test_sarif_keeps_the_rules_of_its_schema(here: Path) -> None:
    checker = Draft202012Validator(LOG, format_checker=Draft202012Validator.FORMAT_CHECKER)
    place = Place(AT.file, 1, 8, 1, 9)
    full = _one(cure="did you mean `b`?", related=(("declared in", place),), fix=Fix(AT, "b"))
    for docs in ("", "https://docs.example.com/en/"):
        log = json.loads(told("sarif", _checked(here, full, _one(witness="x: 1")), docs))
        assert list(checker.iter_errors(log)) == []
    run = log["runs"][0]
    (rule,) = run["tool"]["driver"]["rules"]
    assert (rule["id"], rule["name"]) == ("E201", "UnknownKey")
    assert rule["helpUri"] == "https://docs.example.com/en/problems.md#e201"
    first = run["results"][0]
    where = first["locations"][0]["physicalLocation"]["artifactLocation"]
    assert where == {"uri": "tenants/shop/types/re%20fund.yaml", "uriBaseId": "%SRCROOT%"}
    assert unquote(where["uri"]) == f"tenants/shop/{AT.file}"
    region = first["relatedLocations"][0]["physicalLocation"]["region"]
    assert (region["startColumn"], region["endColumn"]) == (8, 10), "💬 is two code units"
    change = first["fixes"][0]["artifactChanges"][0]["replacements"][0]
    assert change["insertedContent"] == {"text": "b"}
    assert change["deletedRegion"] == first["locations"][0]["physicalLocation"]["region"]


def test_a_finding_is_known_again_when_it_has_moved(here: Path) -> None:
    lower = Problem(Code.UNKNOWN_KEY, _one().message, Place(AT.file, 1, 1, 1, 2))
    logs = [json.loads(told("sarif", _checked(here, one))) for one in (_one(), lower)]
    prints = [log["runs"][0]["results"][0]["partialFingerprints"] for log in logs]
    assert prints[0] == prints[1]


# ---------------------------------------------------------------- the others


def test_json_has_its_documented_shape(here: Path) -> None:
    schema = json.loads((ROOT / "schemas" / "problems.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    checker = Draft202012Validator(schema)
    place = Place(AT.file, 1, 8, 1, 9)
    full = _one(related=(("declared in", place),), fix=Fix(AT, "b"), witness="x: 1")
    for problems in ((full, _one()), (_one(),)):
        data = json.loads(told("json", _checked(here, *problems)))
        assert list(checker.iter_errors(data)) == []
        assert data["errors"] == len(problems)
    (found,) = json.loads(told("json", _checked(here, full)))["problems"]
    assert found["fix"]["text"] == "b"
    del found["fix"]
    assert list(checker.iter_errors({**data, "problems": [found]})) != []


def test_github_lines_are_escaped(here: Path) -> None:
    line, total = told("github", _checked(here)).split("\n")
    head, _, text = line.removeprefix("::error ").partition("::")
    assert head == (
        "file=tenants/shop/types/re fund.yaml,line=2,endLine=2,col=6,endColumn=17,"
        "title=E201 the object has no such key"
    )
    assert text == "unknown `wrng`: 100%25, a|b%0A@all <b> #1"
    assert total == "specdesk validate: 1 error, 0 warnings"
    odd = problem(Code.UNKNOWN_KEY, "x", Place("a,b:c%.yaml", 1, 1, 2, 2))
    line = told("github", _checked(here, odd)).split("\n")[0]
    assert line.startswith("::error file=tenants/shop/a%2Cb%3Ac%25.yaml,line=1,endLine=2,title=")


def test_junit_counts_files_and_findings(here: Path) -> None:
    late = Problem(Code.ROW_DEAD, "never\x07 decides", AT, "warning", witness="late: {}")
    checked = Checked(
        here, {AT.file: STRANGE.encode(), "a.yaml": b"", "a.csv": b""}, [_one(), late]
    )
    root = ElementTree.fromstring(told("junit", checked).encode())
    (suite,) = root
    assert (root.tag, suite.tag) == ("testsuites", "testsuite")
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("3", "1", "0")
    assert [case.get("file") for case in suite] == [
        "tenants/shop/a.yaml",
        *["tenants/shop/types/re fund.yaml"] * 2,
    ]
    failure = suite[1].find("failure")
    assert failure is not None
    assert failure.get("type") == "E201"
    assert suite[2].find("failure") is None
    assert "late: {}" in (suite[2].findtext("system-out") or "")


def test_gitlab_issues_have_a_fingerprint_each(here: Path) -> None:
    issues = json.loads(told("gitlab", _checked(here, _one(), _one())))
    assert len({one["fingerprint"] for one in issues}) == 2
    assert issues[0]["location"] == {
        "path": "tenants/shop/types/re fund.yaml",
        "lines": {"begin": 2, "end": 2},
    }
    assert {one["severity"] for one in issues} == {"major"}


def test_a_comment_is_a_table_that_calls_nobody(here: Path) -> None:
    text = told("markdown", _checked(here, _one(witness="a: ```b```")), "https://d.example.com")
    row = next(line for line in text.splitlines() if "wrng" in line)
    assert "[E201](https://d.example.com/problems.md#e201)" in row
    assert "unknown `wrng`: 100%, a\\|b<br>@\u2060all &lt;b&gt; #\u20601" in row
    assert row.count("|") - row.count("\\|") == 4
    assert "````yaml\na: ```b```\n````" in text
    assert told("markdown", Checked(here, {}, [])) == "### specdesk validate: ok"


def test_a_comment_fits_into_a_comment(here: Path) -> None:
    text = told("markdown", _checked(here, *[_one()] * 2000))
    assert len(text) <= LIMIT + 100
    left = 2000 - text.count("❌")
    assert text.endswith(f"… and {left} more.")
    assert left > 0


# ---------------------------------------------------------------- the commands


@pytest.mark.parametrize("format", ["json", "sarif", "junit", "github", "gitlab", "markdown"])
def test_exit_codes_are_those_of_text(format: str, tmp_path: Path) -> None:
    _written(tmp_path / "good", files_of())
    _written(tmp_path / "bad", replaced("types/refund.yaml", ("to: done", "to: nowhere")))
    for command in ("validate", "lint"):
        good = specdesk(tmp_path, command, "--format", format, "good")
        assert (good.returncode, good.stderr) == (0, "")
        both = specdesk(tmp_path, command, "--format", format, "good", "bad")
        assert both.returncode == 1
        assert "bad/types/refund.yaml" in both.stdout or format == "json"
        assert "E218" in both.stdout
    assert specdesk(tmp_path, "validate", "--format", "nonsense", "good").returncode == 2


_TEST = b"""\
kind: SpecTest
about: refund
now: 2026-03-02T09:00:00+08:00
cases:
  wrong:
    ticket: { amount: 5, reason: late }
    expect: { team: claims }
"""


@pytest.mark.parametrize("format", ["sarif", "github", "gitlab", "markdown"])
def test_a_failing_spec_test_is_a_finding(format: str, tmp_path: Path) -> None:
    _written(tmp_path / "shop", {**files_of(), "tests/refund.yaml": _TEST})
    done = specdesk(tmp_path, "test", "--format", format, "shop")
    assert done.returncode == 1, done.stderr
    assert "shop/tests/refund.yaml" in done.stdout
    assert "expected claims, actual desk" in done.stdout
    right = _TEST.replace(b"team: claims", b"team: desk")
    _written(tmp_path / "shop", {"tests/refund.yaml": right})
    done = specdesk(tmp_path, "test", "--format", format, "shop")
    assert (done.returncode, "refund.yaml" in done.stdout) == (0, False)


def test_broken_specs_are_told_where_a_build_server_looks(tmp_path: Path) -> None:
    bad = replaced("types/refund.yaml", ("to: done", "to: nowhere"))
    _written(tmp_path / "shop", bad)
    done = specdesk(tmp_path, "test", "--format", "junit", "shop")
    assert done.returncode == 1
    root = ElementTree.fromstring(done.stdout.encode())
    assert "E218" in {told.get("type") for told in root.iter("failure")}


def test_warnings_are_annotations_of_their_own_sort(tmp_path: Path) -> None:
    _written(tmp_path, rows("wide: [any, any, claims]", "late: [late, any, desk]"))
    done = specdesk(tmp_path, "lint", "--format", "github")
    assert done.returncode == 0
    assert done.stdout.startswith("::warning file=routing/refund.yaml,line=9,")
