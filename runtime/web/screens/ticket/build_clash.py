"""Two people changed one field: both sides in the reader's words, and what says mine once more."""

from __future__ import annotations

from collections.abc import Iterable

from engine.model.field import FieldModel
from engine.model.ticket_type import TypeModel
from engine.values.registry import ValueProblem, normalise
from runtime.actions.outcome import Conflict as Clash
from runtime.queries.read_ticket import TicketPage
from runtime.web.pages import moment
from runtime.web.requests import Visit
from runtime.web.screens.build_cells import shown_value
from runtime.web.screens.ticket.build_history import said
from runtime.web.screens.ticket.page import Conflict


def conflict(
    visit: Visit, found: TicketPage, type_model: TypeModel, clash: Clash | None
) -> Conflict | None:
    """Both sides of a clash; None where there is none."""
    if clash is None:
        return None
    key = next(iter(clash.theirs))
    item = type_model.fields[key]
    person = found.people.get(clash.who)
    return Conflict(
        label=item.label.say(visit.locale),
        field=key,
        mine=_mine(visit, found, item, clash.mine[key]) or visit.say("empty"),
        inputs=tuple(_inputs(key, clash.mine[key])),
        theirs=shown_value(visit, found, item) or visit.say("empty"),
        who=person.name if person else visit.say("Specdesk"),
        at=moment(clash.at_us),
        version=clash.version,
        theirs_href=visit.links.ticket(found.row.number),
    )


def _mine(visit: Visit, found: TicketPage, item: FieldModel, raw: object) -> str:
    """What was typed, as it would stand on the page; as it was typed where it is no such value."""
    value = normalise(item, raw, found.live.desk.tenant.zone)
    if isinstance(value, ValueProblem):
        return ", ".join(text for _, text in _inputs(item.key, raw) if text)
    return said(visit, found, item, item.key, value)


def _inputs(key: str, raw: object) -> Iterable[tuple[str, str]]:
    """The inputs of a form that hold a raw value: several choices, rows of lines, or one text."""
    if not isinstance(raw, list | tuple):
        yield key, str(raw)
        return
    for number, one in enumerate(raw):
        if isinstance(one, dict):
            for column, text in one.items():
                yield f"{key}.{number}.{column}", str(text)
        else:
            yield key, str(one)
