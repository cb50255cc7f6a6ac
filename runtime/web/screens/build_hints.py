"""From suggestions to what the desk shows: words for the value, and links to the evidence."""

from __future__ import annotations

from collections.abc import Sequence

from engine.suggest.vote import Past, Suggestion
from runtime.web.requests import Visit
from runtime.web.screens.hints import Evidence, Hint, TypeHint


def hints(visit: Visit, number: str, found: Sequence[Suggestion]) -> tuple[Hint, ...]:
    """What is suggested for a ticket of the desk."""
    return tuple(
        Hint(
            id=f"{visit.desk.tenant}/{number}/{one.topic}/{one.value}",
            topic=one.topic,
            value=one.value,
            label=_label(visit, one),
            agree=one.agree,
            of=one.of,
            action=visit.links.ticket(number, "take"),
            tickets=_evidence(visit, one.past),
        )
        for one in found
        if one.topic != "type"
    )


def type_hint(visit: Visit, here: str, found: Suggestion | None) -> TypeHint | None:
    """Another type than the one `here` (its key) that most tickets with like words have."""
    if found is None or found.value == here:
        return None
    model = visit.desk.desk.types[found.value]
    return TypeHint(
        label=model.title.say(visit.locale),
        agree=found.agree,
        of=found.of,
        action=visit.links.desk("new", model.id, "check"),
        tickets=_evidence(visit, found.past),
    )


def _label(visit: Visit, found: Suggestion) -> str:
    desk = visit.desk.desk
    match found.topic:
        case "priority":
            return desk.tenant.priorities[found.value].say(visit.locale)
        case "team":
            return desk.teams[found.value].title.say(visit.locale)
        case _:
            return desk.tenant.tags[found.value].title.say(visit.locale)


def _evidence(visit: Visit, past: Sequence[Past]) -> tuple[Evidence, ...]:
    return tuple(Evidence(visit.links.ticket(p.number), p.number, p.subject) for p in past)
