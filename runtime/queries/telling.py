"""What was decided about a ticket in one language: labels, values and sentences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from engine.decide.could_be import COUNTED
from engine.decide.explain import Explanation, Known, Tested, TriedRow
from engine.decide.say import Speaker, say_test, say_value
from engine.decide.say_if import say_what_if
from engine.instant import from_us
from engine.model.desk import Desk
from engine.predicate import Path
from runtime.queries.explain_ticket import Decided, ExplainedTicket
from runtime.render.catalogues import N_
from runtime.render.environment import Renderer
from runtime.render.words import listed

MASKED = "••••"
VERBS: Mapping[str, str] = {
    "created": N_("submitted the ticket"),
    "moved": N_("moved the ticket on"),
    "edited": N_("changed the details"),
    "assigned": N_("assigned the ticket"),
    "transferred": N_("handed the ticket over"),
    "commented": N_("replied"),
    "noted": N_("wrote a note"),
    "imported": N_("was imported"),
    "retimed": N_("deadlines were computed anew"),
    "mapped": N_("a change of the specs gave it other values"),
    "converted": N_("a change of the specs turned a value into another type"),
    "returned": N_("the pilot ended; the ticket went back to the live rules"),
    "fell_due": N_("a deadline passed"),
    "linked": N_("linked the ticket"),
    "merged": N_("merged the ticket"),
    "unmerged": N_("undid a merge"),
    "settled": N_("the ticket that handles it was solved"),
    "asked": N_("asked for an approval"),
    "approved": N_("approved"),
    "refused": N_("did not approve"),
    "withdrawn": N_("withdrew a request"),
    "covered": N_("handed the ticket on, as its assignee is away"),
    "rebalanced": N_("handed the ticket on, to share out the load"),
}
FORMULA = "formula"
"""What a reason is about that tells why a formula came out empty; the field's key follows."""
WARNINGS: Mapping[str, str] = {
    "a division by zero gives an empty value": N_("a division by zero gives an empty value"),
    "the result is too large to keep": N_("the result is too large to keep"),
}
DIFFICULTIES: Mapping[str, str] = {"easy": N_("easy"), "normal": N_("usual"), "hard": N_("hard")}


def several(value: Any) -> tuple[Any, ...]:
    """A value as several."""
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def without_column(place: str) -> str:
    """`file:line` of a place that also names a column."""
    return place.rpartition(":")[0] if place.count(":") == 2 else place


@dataclass(frozen=True)
class Telling:
    """One event told in one language."""

    teller: Renderer
    locale: str
    found: ExplainedTicket
    decided: Decided

    @property
    def desk(self) -> Desk:
        """The desk of then."""
        return self.decided.desk

    @cached_property
    def speaker(self) -> Speaker:
        """What paths and keys were called then."""
        return Speaker.of(self.desk, self.locale, self.found.type_key)

    def say(self, message: str, **values: object) -> str:
        """A msgid in this language."""
        return self.teller.say(self.locale, message, **values)

    def who(self) -> str:
        """Who or what made the event."""
        actor = self.found.people.get(self.decided.event.actor_id or "")
        return actor.name if actor is not None else "Specdesk"

    def verb(self) -> str:
        """What they did."""
        return self.say(VERBS.get(self.decided.event.verb, N_("changed the ticket")))

    def at(self, at_us: int) -> str:
        """An instant on the tenant's clock."""
        return f"{from_us(at_us, self.desk.tenant.zone):%Y-%m-%d %H:%M:%S}"

    def topic(self, topic: str) -> str:
        """What was decided, as people call it; a word that is new here as it is."""
        root, _, clock = topic.partition(".")
        if root == FORMULA:
            return self.speaker.label(Path(clock, clock, "text"))
        if root in ("automation", "macro"):
            return self.say("Automation") if root == "automation" else self.say("Macro")
        if root in ("skills", "difficulty"):
            return self.say("Skills") if root == "skills" else self.say("Difficulty")
        return self.speaker.label(Path(topic, topic, "datetime" if clock else root))

    def outcome(self, each: Explanation) -> str:
        """What came of a decision."""
        value = each.outcome
        if each.topic.startswith(f"{FORMULA}."):
            warning = str(each.said.get("warning", ""))
            return self.say(WARNINGS.get(warning, warning))
        if each.topic.startswith("due."):
            at = self.at(value) if isinstance(value, int) else "–"
            target = each.said.get("target")
            return f"{at} ({target})" if target else at
        if each.topic in ("automation", "macro"):
            return self._ran(each)
        if each.topic == "skills":
            known, skills = self.desk.tenant.skills, several(value)
            titles = (known[v].say(self.locale) if v in known else v for v in map(str, skills))
            return listed(titles, self.locale)
        if each.topic == "difficulty":
            return self.say(DIFFICULTIES.get(str(value), str(value)))
        return self.named(each.topic, value)

    def _ran(self, each: Explanation) -> str:
        """Whether an automation or macro did what it is for; its title stands for it."""
        name = each.rule.partition("/")[2]
        found = self.desk.automation(self.found.type_key, name) or self.desk.macros.get(name)
        title = found.title.say(self.locale) if found is not None else name
        if each.outcome is False:
            return self.say("“%(title)s” was started, but its condition did not hold", title=title)
        return self.say("“%(title)s” was done", title=title)

    def named(self, name: str, value: Any) -> str:
        """A value of a name as people call it."""
        if not self.found.reader.sees(self.desk, self.found.type_key, name):
            return MASKED
        if name == "assignee":
            person = self.found.people.get(str(value or ""))
            return person.name if person is not None else self.say("nobody")
        item = self.speaker.fields.get(name)
        kind = "boolean" if name.startswith("breached.") else item.type if item else name
        path = Path(name, name, kind, item.scale if item else 0)
        said = (self.speaker.value(path, one) for one in several(value))
        return listed(said, self.locale) or "–"

    def known(self, each: Known) -> str:
        """A value that was read."""
        return self._value(each.path, each.value) if each.open else MASKED

    def tested(self, each: Tested) -> str:
        """The value that a test read."""
        return self._value(each.test.path, each.value) if each.open else MASKED

    def _value(self, path: Path, value: Any) -> str:
        if path.kind in COUNTED:
            return str(len(several(value)))
        person = self.found.people.get(str(value)) if path.kind == "person" else None
        return person.name if person else say_value(path, value, self.speaker) or "–"

    def lost(self, row: TriedRow, winner: str) -> str:
        """Why a row did not decide."""
        if row.failed is not None and not row.failed.open:
            return self.closed()
        if row.failed is not None:
            test = say_test(row.failed.test, self.speaker)
            return self.say("%(test)s; it was %(value)s", test=test, value=self.tested(row.failed))
        if not row.sets:
            return self.say("it held, and says nothing of this")
        return self.say("it held as well, but “%(row)s” stands before it", row=winner)

    def closed(self) -> str:
        """What stands in the place of a test whose value the reader may not see."""
        if self.found.reader.viewer.is_system:
            return self.say("a sealed field")
        return self.say("a field you may not see")

    def change(self, row: TriedRow) -> str:
        """The smallest change that would have let a row win, "" where nothing is told."""
        return say_what_if(row.change, self.speaker) if row.change is not None else ""
