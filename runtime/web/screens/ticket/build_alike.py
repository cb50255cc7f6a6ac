"""From proposed pairs to what the ticket's page says of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from runtime.queries.alike import Proposed
from runtime.queries.read_ticket import TicketPage
from runtime.render.catalogues import N_
from runtime.web.requests import Visit
from runtime.web.screens.hints import AlikeMark

REASONS: Final[Mapping[str, str]] = {
    "same_person": N_("same person (%(n)s)"),
    "same_phone": N_("same phone (%(n)s)"),
    "same_record": N_("same record, such as an order (%(n)s)"),
    "like_words": N_("like words (%(n)s)"),
    "answers_somebody_else": N_("answers a mail of it, from another sender (%(n)s)"),
    "answers_without_right": N_("answers a mail of it, without a right to (%(n)s)"),
    "names_its_number": N_("names its number (%(n)s)"),
}


def alike_marks(
    visit: Visit, found: TicketPage, proposed: Sequence[Proposed]
) -> Iterable[AlikeMark]:
    """One mark for each ticket that may be the same."""
    action = visit.links.ticket(found.row.number, "alike")
    for one in proposed:
        model = found.live.desk.types.get(one.row.type_key)
        state = model.states.get(one.row.state_key) if model is not None else None
        yield AlikeMark(
            visit.links.ticket(one.row.number),
            one.row.number,
            one.row.subject,
            state.title.say(visit.locale) if state is not None else "",
            tuple(
                visit.say(REASONS[why], n=points)
                for why, points in one.reasons.items()
                if why in REASONS
            ),
            one.older,
            action if found.rights.edit else "",
        )
