"""`specdesk test`: what it answers, in every format, and its exit codes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from xml.etree import ElementTree

import pytest

from runtime.cli import run
from tests.cli.running import EXAMPLES

Answer = tuple[int, str, str]
HEAD = """\
kind: SpecTest
about: refund
now: 2026-03-02T09:00:00+08:00
people: { ben: { roles: [agent], teams: [claims] } }
"""
GOOD = HEAD + dedent("""\
    cases:
      vip:
        ticket: { reason: damaged, amount: 80, customer.level: vip }
        expect: { team: vip_desk }
    matrix:
      photo: { each: { reason: [damaged, regret] }, expect: { field.photo.visible: [true, false] } }
""")
BAD = HEAD + dedent("""\
    cases:
      vip:
        ticket: { reason: damaged, amount: 80 }
        expect: { team: vip_desk }
      asks:
        ticket: { reason: damaged, amount: 80 }
        steps:
          ask: { as: ben, do: ask }
          day: { wait: 1d, expect: { notified: [sla_soon] } }
""")


@pytest.fixture
def tenant(tmp_path: Path) -> Path:
    """The shop without tests of its own."""
    place = tmp_path / "shop"
    shutil.copytree(
        EXAMPLES / "ecommerce", place, ignore=shutil.ignore_patterns(".specdesk", "tests")
    )
    (place / "tests").mkdir()
    return place


@pytest.fixture
def answer(tenant: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """Runs the command on the shop with this text as `tests/refund.yaml`."""

    def call(text: str, *more: str) -> Answer:
        (tenant / "tests" / "refund.yaml").write_text(text, "utf-8")
        code = run(["test", str(tenant), *more])
        told = capsys.readouterr()
        return code, told.out, told.err

    return call


def test_all_well(answer: Callable[..., Answer]) -> None:
    assert answer(GOOD) == (0, "tests/refund.yaml: 3 passed\n3 of 3 cases passed\n", "")


def test_a_wrong_expectation_shows_expected_actual_and_why(answer: Callable[..., Answer]) -> None:
    """The whole text: each line names the place in the test and the place that decided."""
    code, out, err = answer(BAD)
    assert (code, err) == (1, "")
    assert out == dedent("""\
        tests/refund.yaml: 0 passed, 2 failed
          FAILED refund.vip  (tests/refund.yaml:6)
            team: expected vip_desk, actual claims  (tests/refund.yaml:8)
              because: decided by routing/refund.claims (routing/refund.yaml:10)
              because: row vip (routing/refund.yaml:9) did not hold: it asks whether customer.level is vip or svip; it is normal
          FAILED refund.asks  (tests/refund.yaml:9)
            after step ask, step ask: expected step ask by ben goes through, actual refused  (tests/refund.yaml:12)
              because: required (comment)
        0 of 2 cases passed
    """)  # noqa: E501


def test_junit_has_a_suite_a_file_and_a_failure_a_case(answer: Callable[..., Answer]) -> None:
    """The elements and attributes that build servers read, and counts that add up."""
    code, out, _ = answer(BAD, "--format", "junit")
    root = ElementTree.fromstring(out)
    assert code == 1
    assert root.tag == "testsuites"
    (suite,) = root
    assert (suite.tag, suite.get("name")) == ("testsuite", "tests/refund.yaml")
    for one in (root, suite):
        assert [one.get(word) for word in ("tests", "failures", "errors", "skipped")] == [
            "2",
            "2",
            "0",
            "0",
        ]
    for case in suite:
        assert case.tag == "testcase"
        assert {"name", "classname", "file", "line"} <= set(case.keys())
        assert [child.tag for child in case] == ["failure"]
    failure = suite[0][0]
    assert failure.get("message") == "team: expected vip_desk, actual claims"
    assert "routing/refund.yaml:9" in (failure.text or "")


def test_json_holds_everything(answer: Callable[..., Answer]) -> None:
    code, out, _ = answer(BAD, "--format", "json", "--coverage", "--mutate", "--mutants", "5")
    told = json.loads(out)
    assert code == 1
    assert [case["passed"] for case in told["cases"]] == [False, False]
    (miss,) = told["cases"][0]["misses"]
    assert (miss["expected"], miss["actual"]) == ("vip_desk", "claims")
    assert miss["place"].startswith("tests/refund.yaml:8:")
    assert told["coverage"]["total"] == len(told["coverage"]["items"])
    assert told["mutation"] | {"alive": []} == {
        "percent": 0,
        "tried": 5,
        "possible": told["mutation"]["possible"],
        "killed": 0,
        "alive": [],
    }


def test_a_test_that_is_wrong_itself_is_shown(answer: Callable[..., Answer]) -> None:
    code, out, err = answer(GOOD.replace("team: vip_desk", "teem: vip_desk"))
    assert code == 1
    assert "tests/refund.yaml:8:15: a test can't look at `teem`; did you mean `team`?" in err
    assert "1 problem in the tests" in out


def test_only_runs_what_is_named(answer: Callable[..., Answer]) -> None:
    """A file, a case, or all cases of a matrix."""
    assert answer(GOOD, "--only", "refund.vip")[1].endswith("1 of 1 cases passed\n")
    assert answer(GOOD, "--only", "refund.photo")[1].endswith("2 of 2 cases passed\n")
    assert answer(GOOD, "--only", "refund")[1].endswith("3 of 3 cases passed\n")
    code, _, err = answer(GOOD, "--only", "nothing")
    assert (code, "there is no test `nothing`; tests are refund" in err) == (2, True)


def test_coverage_names_what_no_test_reached(answer: Callable[..., Answer]) -> None:
    code, out, _ = answer(GOOD, "--coverage")
    assert code == 0
    assert "3   15   20 %  routing rows" in out
    assert "routing/refund.yaml:8  routing rows: routing/refund.big" in out
    assert "routing/refund.yaml:9  routing rows: routing/refund.vip" not in out
    code, out, _ = answer(GOOD, "--min-coverage", "90")
    assert (code, "wanted are 90 %" in out) == (1, True)
    assert answer(GOOD, "--min-coverage", "1")[0] == 0


def test_mutants_that_live_are_named(answer: Callable[..., Answer]) -> None:
    """The row that is tested is guarded, the row that is not is told with its place."""
    code, out, _ = answer(GOOD, "--mutate", "--mutants", "100000")
    assert code == 0
    assert "not noticed: routing/refund.small taken out  (routing/refund.yaml:11)" in out
    assert "routing/refund.vip taken out" not in out
    assert "were not tried" not in out


def test_what_is_recorded_passes_and_reaches_every_row_and_transition(
    tenant: Path, answer: Callable[..., Answer], capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = answer(GOOD, "--record", str(tenant / "tests" / "now.yaml"))
    assert code == 0
    assert len(out.splitlines()) == 5
    code, out, _ = answer(GOOD, "--coverage")
    assert code == 0
    assert "15   15  100 %  routing rows" in out
    assert "32   32  100 %  transitions" in out
    assert run(["validate", str(tenant)]) == 0
    assert capsys.readouterr().out == "ok\n"


PROMISES = """\
promises:
  ends:          { always: { can_reach: { phase: [solved, closed] }, from: any_state } }
  never_much:    { never:  { do: approve, when: { amount: { more_than: 20000 } } } }
  vip_first:     { always: { set: { team: vip_desk }, when: { customer.level: vip } } }
"""


def test_a_broken_promise_is_printed_as_a_case_that_fails(answer: Callable[..., Answer]) -> None:
    """What is proved is said; what is broken comes with a ticket, ready to paste into the test."""
    code, out, _ = answer(HEAD + PROMISES)
    assert code == 1
    assert "promise refund.ends: proved  (tests/refund.yaml:6)" in out
    assert "promise refund.never_much: BROKEN  (tests/refund.yaml:7)" in out
    assert "promise refund.vip_first: BROKEN  (tests/refund.yaml:8)" in out
    assert out.endswith("0 of 0 cases passed; 1 promise proved; 2 promises broken\n")
    shown = [line for line in out.splitlines() if line.startswith("      ")]
    cases = "cases:\n" + "".join(f"  {line[6:]}\n" for line in shown)
    code, out, err = answer(HEAD + cases)
    assert (code, err) == (1, "")
    assert out.splitlines()[0] == "tests/refund.yaml: 0 passed, 2 failed"
    assert "can.approve: expected false, actual true" in out
    assert "team: expected vip_desk, actual fraud_desk" in out
    code, out, _ = answer(HEAD + PROMISES, "--only", "refund.ends", "--format", "junit")
    assert code == 0
    assert ElementTree.fromstring(out)[0].get("name") == "promises"


def test_wrong_use_is_2(answer: Callable[..., Answer], tmp_path: Path) -> None:
    assert answer(GOOD, "--format", "html")[0] == 2
    assert answer(GOOD, "--tenant", "nobody", "--store", f"sqlite:///{tmp_path}/s.db")[0] == 2
    assert run(["test", str(tmp_path / "nowhere")]) == 1
