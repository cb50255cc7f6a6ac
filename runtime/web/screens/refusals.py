"""Refusals as sentences in the visitor's language: what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from engine.decide.say import Speaker, say_test
from engine.decide.verdict import Refusal
from engine.model.text import Words
from engine.predicate import Test
from engine.values.registry import ValueProblem, say_problem
from runtime.actions.note_beside import Clash
from runtime.actions.outcome import Outcome, Refused
from runtime.render.catalogues import N_
from runtime.site.desks import Live

SAID: Mapping[str, str] = {
    "required": N_("%(field)s is needed"),
    "unknown_field": N_("This form has no field %(field)s"),
    "not_yours_to_write": N_("%(field)s is not yours to fill in"),
    "unknown_record": N_("No record %(value)s was found under %(field)s"),
    "source_away": N_("%(field)s can't be checked now: the system gives no answer"),
    "unknown_type": N_("This kind of request is not offered to you"),
    "unknown_requester": N_("Choose for whom the ticket is"),
    "unknown_transition": N_("There is no such step"),
    "not_from_here": N_(
        "%(transition)s is not possible in the state %(state)s; somebody may have moved the ticket"
    ),
    "not_by_you": N_("This step is for %(by)s"),
    "guard": N_("Not possible now: it wants %(test)s"),
    "guard_hidden": N_("Not possible now because of a field you may not see"),
    "need_not_yours": N_("%(field)s is still missing, and not yours to fill in"),
    "not_yours_to_edit": N_("You may read this ticket but not change it"),
    "not_yours_to_comment": N_("You may not reply to this ticket"),
    "not_yours_to_note": N_("You may not write notes on this ticket"),
    "visit_length": N_("A visit takes from 5 minutes to 24 hours"),
    "visit_past": N_("This time has passed; choose a later one"),
    "visit_far": N_("A visit is planned at most two years ahead"),
    "time_amount": N_("Write how long it took, from 1 minute to 24 hours: 1h 20m, 90m, 1:30"),
    "time_day": N_("Choose a day of the last year, at the latest today"),
    "time_of_another": N_("Only who booked the time takes it back"),
    "not_late": N_("No reason is wanted here: nothing was missed"),
    "mention_sees_nothing": N_(
        "%(name)s may not see this ticket. Take the @ away, or hand the ticket to their team"
    ),
    "not_yours_to_assign": N_("You may not assign this ticket"),
    "not_yours_to_transfer": N_("You may not hand this ticket over"),
    "not_yours_to_bulk": N_("You may not change many of these tickets at once"),
    "undo_words": N_("Its words were sent; they can't be taken back"),
    "undo_sealed": N_("A protected value was changed; change it back on the ticket"),
    "undo_records": N_("It points to another record; change it back on the ticket"),
    "undo_since": N_("Something has happened to it since"),
    "changed_meanwhile": N_("Somebody changed it at the same moment"),
    "broken": N_("Something went wrong on our side; nothing was changed"),
    "not_yours_to_link": N_("You may not link this ticket to another"),
    "not_yours_to_merge": N_("You may not merge this ticket"),
    "not_open_to_merge": N_("Only an open ticket can be merged; reopen this one first"),
    "merge_pending": N_(
        "Something waits for approval here; withdraw the request before you merge the ticket"
    ),
    "merged_away": N_(
        "This ticket was merged into another; go on there, or undo the merge before you change it"
    ),
    "unknown_other": N_("There is no ticket “%(number)s” for you to see; check the number"),
    "joined_with_itself": N_("A ticket can't be joined with itself; choose another"),
    "other_merged": N_("%(number)s was itself merged into %(into)s; choose that one"),
    "other_done": N_("%(number)s is done; reopen it first, or choose an open ticket"),
    "merge_in_circle": N_(
        "%(number)s is a part of this ticket or was merged into it; take it out first"
    ),
    "part_in_circle": N_("This ticket is itself a part of %(number)s; take it out there first"),
    "part_already": N_("This ticket is a part of %(number)s already"),
    "not_a_part": N_("%(number)s is no part of this ticket any more"),
    "not_yours_to_link_to": N_("You may not link tickets to %(number)s"),
    "not_merged": N_("This ticket is not merged any more; load the page anew"),
    "merged_before_undo": N_("This merge is too old to be undone; open a new ticket instead"),
    "not_yours_to_split": N_("You may not make a ticket of what was said here"),
    "nothing_to_split": N_("Choose at least one message"),
    "not_yours_to_watch": N_("You may not choose who watches this ticket"),
    "unknown_watcher": N_("Only somebody who works here can watch a ticket"),
    "unknown_person": N_("There is nobody “%(text)s” for you to choose; check the address"),
    "person_not_among": N_("“%(text)s” is not among those who can be chosen here"),
    "ticket_of_other_type": N_("“%(text)s” is a ticket of a type that can't be chosen here"),
    "team_not_among": N_("“%(text)s” is no team that can be chosen here"),
    "unknown_ticket": N_("There is no ticket “%(text)s” for you to see; check the number"),
    "too_many_to_merge": N_("At most %(most)s tickets are merged at once; choose fewer"),
    "not_yours_to_rate": N_("Only who asked can rate this ticket, once it is done"),
    "mark_out_of_scale": N_("Choose a mark from 1 to %(most)s"),
    "words_with_low_mark": N_("Please say in a few words what was wrong"),
    "unknown_macro": N_("There is no such macro here"),
    "macro_not_yours": N_("The macro %(macro)s is for others"),
    "macro_not_now": N_("The macro %(macro)s does not fit this ticket as it is now"),
    "pending": N_("Not possible while “%(transition)s” waits for approval"),
    "no_approver": N_(
        "Nobody can approve this: %(needed)s would have to agree, and there are %(there)s besides"
        " you"
    ),
    "nothing_asked": N_("Nothing waits for approval here any more; somebody may have been faster"),
    "other_request": N_("The request was renewed meanwhile; look at it again before you answer"),
    "asker_never_approves": N_("You asked for this yourself, so somebody else has to approve it"),
    "not_yours_to_approve": N_("You are not, or no longer, among those who approve this"),
    "answered_before": N_("You have answered this request already"),
    "not_yours_to_withdraw": N_("Only who asked for it can withdraw the request"),
    "unknown_team": N_("There is no such team"),
    "unknown_label": N_("There is no “%(label)s” to choose any more"),
    "not_in_team": N_("This person is not in %(team)s"),
    "ends_before_start": N_("The last day lies before the first"),
    "ends_in_the_past": N_("The last day has passed"),
    "own_substitute": N_("Nobody stands in for themselves"),
    "unknown_substitute": N_("Choose somebody who works here"),
    "holder_changed": N_("Somebody else has this ticket by now, or it is done"),
    "not_away": N_("Its assignee is not away"),
    "no_room": N_("%(name)s is away or has no room"),
    "sent_twice": N_("This form was sent before with other answers; load it anew"),
    "value_length": N_("The value is longer than %(most)s characters"),
    "setting_name": N_("A name is small letters, digits and _, a letter first"),
    "article_review": N_("Only somebody who reviews articles can do this, and never their author"),
    "article_state": N_("The article is in another state by now; look at it again"),
    "article_slug": N_("An address is small letters, digits and -, a letter or digit first"),
    "article_slug_taken": N_("Another article has the address “%(slug)s”"),
    "control_character": N_("The value holds a character that can't be seen"),
    "file_gone": N_("A file is no longer there; choose it again"),
    "too_many_files": N_("At most %(most)s files go with one form; leave some out"),
    "file_type": N_("%(name)s is of the type %(type)s; %(accept)s is wanted"),
    "file_size": N_("%(name)s is larger than %(most)s"),
}

FIELD_NAMES = {
    "subject": N_("Subject"),
    "description": N_("Description"),
    "comment": N_("A reply"),
    "note": N_("A note"),
    "reason": N_("A reason"),
}


class Speaks(Protocol):
    """A visit of a person, or a call of a program: a desk and a language to say things in."""

    @property
    def desk(self) -> Live: ...
    @property
    def locale(self) -> str: ...
    def say(self, message: str, **values: object) -> str: ...


def say_refusal(visit: Speaks, refusal: Refusal, type_key: str = "") -> str:
    """The sentence of one refusal."""
    wrong = refusal.args.get("wrong")
    if isinstance(wrong, ValueProblem):
        return say_problem(wrong, visit.locale)
    if refusal.code == "check":
        return _word(visit, refusal.args["say"])
    args = {name: _word(visit, value) for name, value in refusal.args.items()}
    failed = refusal.args.get("failed")
    if isinstance(failed, Test):
        args["test"] = say_test(failed, Speaker.of(visit.desk.desk, visit.locale, type_key))
    return visit.say(SAID[refusal.code], **args)


def say_kept(visit: Speaks, kept: Mapping[str, Any]) -> str:
    """The sentence of a refusal that was kept (`runtime.site.refused`)."""
    locale = visit.locale
    if kept.get("whole"):
        return str(kept["whole"].get(locale, ""))
    args = {name: words.get(locale, "") for name, words in kept.get("args", {}).items()}
    args |= {n: visit.say(FIELD_NAMES[text]) for n, text in args.items() if text in FIELD_NAMES}
    return visit.say(SAID[kept["code"]], **args)


def _word(visit: Speaks, value: object) -> str:
    if isinstance(value, Words):
        return value.say(visit.locale)
    text = str(value)
    return visit.say(FIELD_NAMES[text]) if text in FIELD_NAMES else text


def by_place(visit: Speaks, refusals: tuple[Refusal, ...], type_key: str = "") -> dict[str, str]:
    """The first sentence for each field; those of no field together under ""."""
    found: dict[str, str] = {}
    for refusal in refusals:
        found.setdefault(refusal.at, say_refusal(visit, refusal, type_key))
    return found


def first_said(visit: Speaks, outcome: Outcome) -> str:
    """The first sentence of a refusal, "" of any other outcome."""
    refusals = outcome.refusals if isinstance(outcome, Refused) else ()
    return next(iter(by_place(visit, refusals).values()), "")


def say_clash(visit: Speaks, clash: Clash) -> str:
    """Why somebody can't go on a visit: where else they are then, or that they are away."""
    others = ", ".join(one or visit.say("another ticket") for one in clash.numbers)
    told = {"name": clash.name, "others": others}
    busy = visit.say("%(name)s has another visit then: %(others)s", **told) if others else ""
    away = visit.say("%(name)s is away then", name=clash.name) if clash.away else ""
    return "; ".join(filter(None, (busy, away)))
