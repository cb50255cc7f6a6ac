"""A new ticket made out of others: what its form begins with, and what the form carries along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from engine.decide import access
from engine.facts import Value
from engine.model.field import FieldModel
from engine.model.ticket_type import TypeModel
from engine.values.registry import is_empty, to_text
from runtime.actions.open_beside import How, Out
from runtime.queries.read_ticket import TicketPage, read_ticket
from runtime.queries.talk_data import chosen_words
from runtime.render.catalogues import N_
from runtime.web.requests import Form, NotHere, Visit
from runtime.web.screens.build_form import Answers
from runtime.web.screens.desk.pages import MadeOf

LEADS: Final[Mapping[How, str]] = {
    "part": N_("A sub-ticket of %(number)s"),
    "copy": N_("A copy of %(number)s"),
    "split": N_("Split off from %(number)s"),
    "batch": N_("A batch ticket that takes in %(number)s"),
}
_NEVER: Final = ("files", "image", "heading", "lines")
_MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Made:
    """How, out of which tickets as the viewer sees them, and of which entries."""

    out: Out
    first: TicketPage

    def of_screen(self, found: Visit) -> MadeOf:
        """What the form says of it and sends back."""
        words = found.say(LEADS[self.out.how], number=", ".join(self.out.numbers[:10]))
        return MadeOf(
            words, found.links.ticket(self.first.row.number), self.out.how, self.out.numbers,
            tuple(map(str, self.out.entries)), self.out.then,
        )  # fmt: skip


async def made_asked(found: Visit, form: Form | None = None) -> Made | None:
    """What the address, or the form, says that the ticket is made out of; None: out of nothing.

    Raises:
        NotHere: out of a ticket that the viewer does not see.
    """
    params = found.request.query_params
    how = form.one("_how") if form else found.query("how")
    if how not in LEADS:
        return None
    numbers = form.many("_from") if form else tuple(params.getall("from", []))
    entries = form.many("_entry") if form else tuple(params.getall("entry", []))
    then = form.one("_then") if form else found.query("then")
    numbers = tuple(dict.fromkeys(one[:64] for one in numbers if one))[
        : _MOST if how == "batch" else 1
    ]
    if not numbers:
        raise NotHere
    first = await read_ticket(found.site, found.desk.tenant, found.viewer, numbers[0])
    if first is None:
        raise NotHere
    chosen = tuple(int(one) for one in entries[:_MOST] if one.isascii() and one.isdigit())
    kept: Any = then if then in ("solved", "closed") else ""
    return Made(Out(cast(How, how), numbers, chosen, kept), first)


def carried(found: Visit, made: Made, model: TypeModel) -> Answers:
    """What the new form begins with: the fields that both have and the viewer may read and write,
    and words."""
    row, facts = made.first.row, made.first.facts
    rights = access.rights_to_open(found.desk.desk, found.viewer, model.key)
    mine = made.first.live.desk.types[row.type_key].fields
    by_id = {item.id: item for item in mine.values() if made.first.rights.reads(item.key)}
    zone = found.desk.desk.tenant.zone
    values: dict[str, object] = {}
    for key, item in model.fields.items():
        known = by_id.get(item.id)
        if known is None or known.type != item.type or not rights.writes(key):
            continue
        value = facts.get(known.key)
        if _goes_over(item, value):
            values[key] = _typed(item, value, zone)
    answers = Answers(values=values, subject=row.subject, description=row.description)
    if made.out.how == "split":
        return replace(answers, description=chosen_words(made.first, made.out.entries))
    return replace(answers, description="") if made.out.how == "part" else answers


def _goes_over(item: FieldModel, value: Value) -> bool:
    if is_empty(value) or item.type in _NEVER or item.sensitive or not item.is_input:
        return False
    several = value if isinstance(value, tuple) else (value,)
    return not item.options or all(str(one) in item.options for one in several)


def _typed(item: FieldModel, value: Value, zone: str) -> object:
    """A stored value as a form sends it."""
    if isinstance(value, tuple):
        return [str(one) for one in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    return to_text(item, value, zone) if isinstance(value, int) else value
