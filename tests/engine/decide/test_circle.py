"""Who is asked for an approval, and what their answers count for."""

from __future__ import annotations

from engine.decide.verdict import Approve, Refuse
from tests.engine.decide.mill import ASKED, BEN, GUO, HAN, IDA, SAM, TWO, asked, lead, team, ticket


def test_somebody_absent_and_their_substitute_are_one_answer() -> None:
    """Else one seat would grant what two people have to agree to."""
    away = lead("guo", absent=True, substitute="sam")
    assert "no_approver" in ticket(TWO, team(away)).codes(ASKED, BEN)
    one = asked(TWO, team(away, lead("han")))
    one.do(Approve(), SAM)
    assert one.do(Approve(), GUO).facts.get("state") == "need"
    assert one.do(Approve(), HAN).facts.get("state") == "bought"


def test_of_somebody_absent_and_their_substitute_their_own_answer_counts() -> None:
    one = asked(TWO, team(lead("guo", absent=True, substitute="sam"), lead("han"), lead("ida")))
    one.do(Approve(), SAM)
    one.do(Refuse("No"), GUO)
    assert one.do(Approve(), HAN).facts.get("state") == "need"
    assert one.do(Approve(), IDA).facts.get("state") == "bought"
