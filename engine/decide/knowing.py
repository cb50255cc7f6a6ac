"""Two records of people were one person, or were not: the ticket names the right one."""

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
        if course.facts.get(name) == event.was and _meant(event, name):
            course.set(name, event.now, "people")
    for name in _LISTS:
        known = course.facts.names(name)
        if event.was in known and _meant(event, name):
            before = event.before.get(name)
            both = isinstance(before, (list, tuple)) and event.was in before
            now = (event.was, event.now) if both else (event.now,)
            kept = (new for one in known for new in (now if one == event.was else (one,)))
            course.set(name, tuple(dict.fromkeys(kept)), "people")
    course.emit("told_apart" if event.before else "known_again")


def _meant(event: SamePerson, name: str) -> bool:
    return not event.before or name in event.before
