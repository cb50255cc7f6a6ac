"""Has whoever wrote told that their mail made no ticket, and what it has to say for one."""

from __future__ import annotations

import hashlib
from typing import Final

from runtime.actions.intake.case import Case
from runtime.actions.intake.sender import find_sender, locale_of
from runtime.actions.outcome import Refused, Undo
from runtime.clock import SECOND_US
from runtime.store import jobs, rates
from runtime.store.accounts import same_address
from runtime.store.jobs import NewJob
from runtime.store.unit import Unit

KIND: Final = "sent_back"
AT_ONCE: Final = 3
EACH_US: Final = 3600 * SECOND_US
"""An address gets three such letters, then one an hour: two machines keep no other busy."""


def lacking(undo: Undo) -> tuple[str, ...]:
    """The keys of the fields that the form wants and the mail does not have."""
    refused = undo.outcome
    found = refused.refusals if isinstance(refused, Refused) else ()
    return tuple(one.at for one in found if one.code == "required" and one.at)


async def send_back(unit: Unit, case: Case, lacks: tuple[str, ...]) -> None:
    """Put the letter on its way; nobody who may not be answered gets one, and nobody many."""
    sender = case.mail.sender
    if case.sifted.quiet or not lacks:
        return
    who = hashlib.sha256(same_address(sender.address).encode()).hexdigest()[:32]
    if not (await rates.draw(unit, f"sent_back:{who}", 1, EACH_US, AT_ONCE)).granted:
        return
    known = await find_sender(unit, sender)
    language = locale_of(case.mail.language, tuple(case.desk.tenant.locales))
    body = {
        "arrival": case.arrival.id,
        "lacks": list(lacks),
        "locale": (known.locale if known else "") or language,
        "answers": case.mail.message_id,
    }
    await jobs.enqueue(unit, [NewJob(KIND, case.arrival.id, unit.now_us(), body)])
