"""Two records of people were one person: the ticket names the one that is kept."""

from __future__ import annotations

from engine.decide.course import Course
from engine.decide.verdict import Refusal, SamePerson

_LISTS = ("watchers", "mentioned")


def know_again(course: Course, event: SamePerson) -> None:
    """Put the kept record wherever the other stood; no rule reacts and nobody is told.

    Only the system does it: who merges people has said so once for all their tickets.
    """
    if not course.ask.viewer.is_system:
        course.refuse(Refusal("not_yours_to_merge"))
        return
    fields = [item.key for item in course.type.fields.values() if item.type == "person"]
    for name in ("requester", "customer", *fields):
        if course.facts.get(name) == event.was:
            course.set(name, event.now, "people")
    for name in _LISTS:
        known = course.facts.names(name)
        if event.was in known:
            kept = (event.now if one == event.was else one for one in known)
            course.set(name, tuple(dict.fromkeys(kept)), "people")
    course.emit("known_again")
