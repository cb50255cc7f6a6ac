"""What is recorded is a valid test that holds, and notices when the specs change."""

from __future__ import annotations

import pytest

from engine.compile.desk import compile_desk
from engine.trial.compile import compile_tests
from engine.trial.record import record
from engine.trial.run import run
from specs.load import load_files
from tests.engine.trial.stage import desk, shop


@pytest.mark.parametrize("name", ["refund", "complaint"])
def test_a_recording_holds_and_is_the_same_each_time(name: str) -> None:
    specs, _ = load_files(shop())
    text = record(specs, desk(), desk().types[name])
    assert text == record(specs, desk(), desk().types[name])
    found, problems = load_files({**shop(), "tests/recorded.yaml": text.encode()})
    plan, wrong = compile_tests(found, desk())
    assert [*problems, *wrong] == []
    results = list(run(desk(), plan.cases))
    assert [one.case.name for one in results if not one.passed] == []
    moves = {f"recorded.move_{move}" for move in desk().types[name].transitions}
    assert moves <= {one.case.name for one in results}


def test_a_recording_notices_a_change() -> None:
    """The desk that VIPs go to is another one, so the recorded case fails and says why."""
    specs, _ = load_files(shop())
    text = record(specs, desk(), desk().types["refund"])
    routing = shop()["routing/refund.yaml"].replace(b"vip_desk,   high", b"claims,     high")
    changed = {**shop(), "routing/refund.yaml": routing, "tests/recorded.yaml": text.encode()}
    found, _ = load_files(changed)
    other, problems = compile_desk(found)
    assert other is not None, problems
    results = run(other, compile_tests(found, other)[0].cases)
    (failed,) = [one for one in results if not one.passed]
    assert failed.case.name == "recorded.routing_refund_vip"
    assert [(miss.expected, miss.actual) for miss in failed.misses] == [("vip_desk", "claims")]
