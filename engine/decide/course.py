"""The course of one decision: facts as they become, and all that is gathered on the way."""

from __future__ import annotations

from collections.abc import Mapping

from engine.apply import Step, apply
from engine.decide.assign import Chosen, Want, assign, cover, substitute
from engine.decide.verdict import Due, Effect, Reason, Refusal, Saying, Verdict
from engine.facts import Ask, Facts, Value
from engine.model.desk import Desk
from engine.model.rights import Who
from engine.model.roster import Roster
from engine.model.ticket_type import ANSWERED, OPEN_PHASES, TypeModel

WANTED_SKILLS, DIFFICULTY = "wanted.skills", "wanted.difficulty"
"""What routing said of a ticket that later assignments want to know; kept in its memory."""


class Course:
    """Collects steps, effects and reasons while a cascade runs; lives inside one `decide` call.

    `aloud`: which words the requester reads as an answer, the event's own as 0, a rule's counted
    from 1. `since`: the facts that deadlines take for those before the event, where not the real.
    """

    def __init__(self, desk: Desk, facts: Facts, ask: Ask, roster: Roster) -> None:
        self.desk, self.facts, self.ask, self.roster = desk, facts, ask, roster
        self.refusals: list[Refusal] = []
        self.steps: dict[str, Step] = {}
        self.effects: list[Effect] = []
        self.reasons: list[Reason] = []
        self.events: list[str] = []
        self.words: list[Saying] = []
        self.quoting = 0
        self.aloud: list[int] = []
        self.since: Facts | None = None
        self.dues: tuple[Due, ...] = ()
        self.taken: set[str] = set()
        self.answered = False
        self.clock = ""

    @property
    def type(self) -> TypeModel:
        """The ticket's type."""
        return self.desk.types[self.facts.text("type")]

    @property
    def zone(self) -> str:
        """The zone in which a wall clock without one is read."""
        return self.desk.tenant.zone

    def refuse(self, *refusals: Refusal) -> None:
        """Nothing will be written; every reason is kept so that one look shows all."""
        self.refusals += refusals

    def set(self, name: str, value: Value, rule: str) -> None:
        """Change one name, keeping the first `before` of this decision."""
        before = self.facts.get(name)
        if before == value:
            return
        first = self.steps[name].before if name in self.steps else before
        self.steps[name] = step = Step(name, first, value, rule)
        self.facts = apply(self.facts, step)

    def take_over(self, after: Facts, rule: str) -> None:
        """Adopt facts that a form has settled, as steps."""
        for name, value in after.values.items():
            self.set(name, value, rule)
        self.facts = Facts(self.facts.values, after.refs, self.facts.clocks)

    def emit(self, event: str) -> None:
        """Note that something happened; deadlines and journal read the words."""
        self.events.append(event)

    # -- teams and people ----------------------------------------------------------------------

    def to_team(self, team: str, rule: str, *, by_hand: bool = False) -> None:
        """Give the ticket to a team and let it assign (decisions.md 1)."""
        state = self.type.states.get(self.facts.text("state"))
        self.set("team", team, rule)
        if by_hand and not (state and state.team):
            self.set("home_team", team, rule)
        self._belongs(team, rule)
        self.set("assignee", None, rule)
        self.emit("transferred")
        self.assign_in(team)

    def _belongs(self, team: str, rule: str) -> None:
        teams = self.facts.names("teams")
        if team not in teams:
            self.set("teams", (*teams, team), rule)

    def assign_in(self, team: str) -> None:
        """Let a team's assignment choose; the last assignee there comes first on a return."""
        if self.facts.text("phase") not in OPEN_PHASES:
            return
        keep = self.facts.text(f"last_assignee.{team}")
        want = wanted(self.facts)
        self.give(
            assign(self.desk, team, self.roster, want.skills, keep, difficulty=want.difficulty)
        )

    def cover(self) -> None:
        """Hand a ticket whose assignee is away to who stands in, or to whom the team chooses."""
        away, team = self.facts.text("assignee"), self.facts.text("team")
        found = cover(self.desk, team, self.roster, away, wanted(self.facts))
        if not found[0]:
            self.set("assignee", None, "absence")
        self.give(found)

    def is_away(self) -> bool:
        """Whether an open ticket is held by somebody who is out of office."""
        holder = self.roster.anywhere(self.facts.text("assignee"))
        return self.facts.text("phase") in OPEN_PHASES and holder is not None and holder.absent

    def give(self, found: Chosen) -> None:
        """Carry out what an assignment chose, with its reason."""
        person, final, reason = found
        if final != self.facts.text("team"):
            self.set("team", final, "overflow")
            self._belongs(final, "overflow")
        if reason is not None:
            self.reasons.append(reason)
        if not person:
            return
        self.set("assignee", person, reason.rule if reason else "assign")
        self.set(f"last_assignee.{final}", person, "assign")
        self.emit("assigned")
        if person != self.ask.viewer.person_id:
            self.notify_type("assigned")

    # -- effects -------------------------------------------------------------------------------

    def notify(self, notification: str, to: Who | None, rule: str) -> None:
        """Ask for one notice; its own `to` holds unless the action gives one."""
        args: dict[str, object] = {"notification": notification, "clock": self.clock}
        if self.quoting:
            args["word"] = self.quoting
        target = to or self.desk.notifications[notification].to
        key = f"notify:{notification}:{rule}:{len(self.effects)}"
        self.effects.append(Effect("notify", args, target, key))

    def notify_type(self, word: str) -> None:
        """The notices that the type itself sends: `created`, `replied`, `commented`, `assigned`."""
        for name in self.type.notify.get(word, ()):
            self.notify(name, None, f"types/{self.type.id}.notify.{word}")
        if word == "replied":
            self.leave_by_mail()

    def leave_by_mail(self) -> None:
        """An answer leaves by the way the ticket came, also where no notice of the type says so."""
        requester = self.facts.text("requester")
        if self.facts.text("channel") != "mail" or not requester:
            return
        for effect in self.effects:
            if effect.kind != "notify" or effect.args.get("word", 0) != self.quoting:
                continue
            notification = self.desk.notifications[str(effect.args["notification"])]
            who = effect.to or notification.to
            told = "requester" in who.relations or requester in who.people
            if told and "mail" in notification.channels:
                return
        self.notify(ANSWERED, None, "answered")

    def toggle(self, listed: str, name: str, rule: str, *, on: bool) -> None:
        """Put a name on a list of the ticket (tags, flags), or take it off."""
        present = self.facts.names(listed)
        kept = tuple(n for n in present if n != name)
        self.set(listed, (*kept, name) if on else kept, rule)

    def say(self, text: str, *, internal: bool, rule: str) -> None:
        """Put words on the ticket that a rule says, as an entry of their own in its history."""
        self.words.append(Saying(text, internal, rule))
        self.emit("noted" if internal else "commented")

    def at_work(self, found: tuple[str, ...]) -> str:
        """The first who is not away; else who stands in for the first; else the first."""
        here = [p for p in found if not ((m := self.roster.anywhere(p)) and m.absent)]
        if here or not found:
            return here[0] if here else ""
        stand_in = substitute(self.roster, found[0], self.facts.text("team"))
        return stand_in.person_id if stand_in is not None else found[0]

    def effect(self, kind: str, args: Mapping[str, object], rule: str) -> None:
        """Ask for something to be done after the commit, once."""
        self.effects.append(Effect(kind, args, None, f"{kind}:{rule}:{len(self.effects)}"))

    def verdict(self) -> Verdict:
        """What came of it."""
        return Verdict(
            facts=self.facts,
            refusals=tuple(self.refusals),
            steps=tuple(s for s in self.steps.values() if s.before != s.after),
            effects=tuple(self.effects),
            dues=self.dues,
            reasons=tuple(self.reasons),
            events=tuple(self.events),
            words=tuple(self.words),
        )


def wanted(facts: Facts) -> Want:
    """What routing said a ticket wants of its assignee."""
    skills = frozenset(facts.names(WANTED_SKILLS))
    return Want(skills, facts.text(DIFFICULTY) or "normal")
