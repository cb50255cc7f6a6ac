"""What somebody answers to a request for approval: alike on the desk and in the portal."""

from __future__ import annotations

from engine.decide.verdict import Approve, Refuse, Withdraw
from runtime.actions.outcome import Outcome, Refused
from runtime.web.requests import AnyRequest, Form, Visit
from runtime.web.screens.build_approval import Answering
from runtime.web.screens.refusals import first_said

Answer = Approve | Refuse | Withdraw
WORDS = ("approve", "refuse", "withdraw")
"""The last parts of the addresses that answers are posted to."""


def answer_of(request: AnyRequest, form: Form) -> tuple[Answer, str]:
    """The answer that was posted, and the word of what is told once it is taken."""
    asked = form.whole("_request") or 0
    match request.url.path.rpartition("/")[2]:
        case "approve":
            return Approve(asked), "approved"
        case "refuse":
            return Refuse(form.one("reason"), asked), "refused"
        case _:
            return Withdraw(form.one("reason"), asked), "withdrawn"


def not_taken(found: Visit, event: Answer, outcome: Outcome) -> tuple[Answering, str]:
    """The box as it was left, and what is told beside it where nothing waits any more."""
    said = first_said(found, outcome)
    refusing = isinstance(event, Refuse)
    words = event.reason if isinstance(event, Refuse) else ""
    refusals = outcome.refusals if isinstance(outcome, Refused) else ()
    gone = any(refusal.code == "nothing_asked" for refusal in refusals)
    return Answering(words, said, refusing), said if gone else ""
