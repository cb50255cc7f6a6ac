"""The survey: when it is asked, who may answer, and what an answer sets."""

from __future__ import annotations

from engine.decide.course import Course
from engine.decide.verdict import Rate, Refusal
from engine.facts import Facts, Viewer
from engine.model.desk import Desk
from engine.model.rights import Who
from engine.model.ticket_type import DONE_PHASES, Survey


def survey_for(desk: Desk, facts: Facts, viewer: Viewer) -> Survey | None:
    """The survey that this person may answer now: its requester, once the ticket is done."""
    model = desk.types.get(facts.text("type"))
    mine = viewer.person_id is not None and viewer.person_id == facts.get("requester")
    done = facts.text("phase") in DONE_PHASES and isinstance(facts.get("solved_at"), int)
    return model.survey if model is not None and mine and done and not facts.get("merged") else None


def rate_ticket(course: Course, event: Rate) -> None:
    """Take the mark; a later answer replaces it, and both stay in the history."""
    survey = survey_for(course.desk, course.facts, course.ask.viewer)
    if survey is None:
        course.refuse(Refusal("not_yours_to_rate"))
        return
    place = str(survey.place)
    if not 1 <= event.mark <= survey.scale:
        args = {"most": survey.scale}
        course.refuse(Refusal("mark_out_of_scale", "rating", args=args, place=place))
    elif event.mark <= survey.low and not event.words.strip():
        course.refuse(Refusal("words_with_low_mark", "rating_words", place=place))
    else:
        course.set("rating", event.mark, "survey")
        course.emit("rated")


def ask_now(course: Course) -> None:
    """The time has come to ask; a mark given before makes it needless."""
    course.set("asked_survey", course.facts.get("solved_at"), "survey")
    survey = course.type.survey
    if survey is not None and survey.notify and not course.facts.get("rating"):
        rule = f"types/{course.type.id}.survey"
        course.notify(survey.notify, Who(("requester",)), rule)
