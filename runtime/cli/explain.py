"""`specdesk explain TICKET`: every decision about a ticket, with its reasons, from the journal."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from engine.decide.candidates import say_assignment, say_rule
from engine.decide.explain import Explanation, Tested, TriedRow
from engine.decide.say import Speaker, say_test, say_value
from engine.instant import from_us
from engine.model.desk import Desk
from engine.predicate import Path
from runtime.cli.opening import StoreOption, opened, settings_of
from runtime.queries.explain_ticket import Decided, ExplainedTicket, explain_ticket
from runtime.render.catalogues import LOCALES, N_
from runtime.render.environment import Renderer, renderer
from runtime.settings import Settings

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
    "fell_due": N_("a deadline passed"),
    "covered": N_("handed the ticket on, as its assignee is away"),
    "rebalanced": N_("handed the ticket on, to share out the load"),
}
DIFFICULTIES: Mapping[str, str] = {"easy": N_("easy"), "normal": N_("usual"), "hard": N_("hard")}


def explain(
    ticket: Annotated[str, typer.Argument(help="The ticket: T/RF-20461, or RF-20461.")],
    tenant: Annotated[
        str, typer.Option("--tenant", help="The tenant, where it is not in TICKET.")
    ] = "",
    locale: Annotated[str, typer.Option("--locale", help="zh-CN or en.")] = "en",
    store: StoreOption = "",
) -> None:
    """Say every decision about a ticket: the rule, its line, the values read, why others failed."""
    if locale not in LOCALES:
        print(f"specdesk: --locale: want {' or '.join(LOCALES)}, got `{locale}`", file=sys.stderr)
        raise typer.Exit(2)
    named, _, number = ticket.rpartition("/")
    if named and tenant and named != tenant:
        print(f"specdesk: `{ticket}` is not a ticket of `{tenant}`", file=sys.stderr)
        raise typer.Exit(2)
    raise typer.Exit(asyncio.run(_explain(settings_of(store), named or tenant, number, locale)))


async def _explain(settings: Settings, tenant: str, number: str, locale: str) -> int:
    async with opened(settings) as site:
        known = site.desks.tenants()
        if not tenant and len(known) == 1:
            tenant = known[0]
        if not tenant:
            print(f"specdesk: which tenant? `--tenant` {', '.join(known)}", file=sys.stderr)
            return 2
        found = await explain_ticket(site, tenant, number)
        if found is None:
            print(f"specdesk: there is no ticket {tenant}/{number}", file=sys.stderr)
            return 1
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        for line in lines_of(found, locale):
            print(line)
        return 0


def lines_of(found: ExplainedTicket, locale: str) -> Iterator[str]:
    """The whole explanation as lines of plain text."""
    type_model = found.desk.types.get(found.type_key)
    title = type_model.title.say(locale) if type_model is not None else found.type_key
    yield f"{found.tenant}/{found.number}  {title}"
    teller = renderer()
    for decided in found.decided:
        yield ""
        yield from _Told(teller, locale, found, decided).lines()


def _several(value: Any) -> tuple[Any, ...]:
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


@dataclass(frozen=True, slots=True)
class _Told:
    """One event in one language."""

    teller: Renderer
    locale: str
    found: ExplainedTicket
    decided: Decided

    @property
    def desk(self) -> Desk:
        return self.decided.desk

    @property
    def speaker(self) -> Speaker:
        return Speaker.of(self.desk, self.locale, self.found.type_key)

    def say(self, message: str, **values: object) -> str:
        return self.teller.say(self.locale, message, **values)

    def lines(self) -> Iterator[str]:
        event = self.decided.event
        actor = self.found.people.get(event.actor_id or "")
        verb = self.say(VERBS.get(event.verb, "changed the ticket"))
        who = actor.name if actor is not None else "Specdesk"
        yield f"{self.at(event.at_us)}  {who} {verb}  (v{event.revision})"
        if not self.decided.certain:
            said = self.say("This revision is not there any more; the specs of today stand in.")
            yield f"  {said}"
        for each in self.decided.explanations:
            yield from self.one(each)
        for step in self.decided.steps:
            sides = " → ".join(self.named(step.name, side) for side in (step.before, step.after))
            yield f"  {self.topic(step.name)}: {sides}"
            yield f"    {self.say('by')} {step.rule}  {step.place}".rstrip()

    def at(self, at_us: int) -> str:
        return f"{from_us(at_us, self.desk.tenant.zone):%Y-%m-%d %H:%M:%S}"

    def one(self, each: Explanation) -> Iterator[str]:
        """A decision: what, by which rule, from which values, and the rows before it."""
        yield f"  {self.topic(each.topic)}: {self.outcome(each)}"
        if each.rule == "default":
            yield f"    {self.say('no rule decides; this is the default')}"
        else:
            place = each.place.rpartition(":")[0] if each.place.count(":") == 2 else each.place
            yield f"    {self.say('by')} {each.rule}  {place}"
        yield from self.members(each.said)
        read = {t.test.path: t.value for row in each.rows for t in row.tested}
        if read:
            said = "; ".join(
                f"{self.speaker.label(p)} = {self.value(p, v)}" for p, v in read.items()
            )
            yield f"    {self.say('read')}: {said}"
        for row in each.rows:
            if row.failed is not None:
                yield f"    {self.loser(row, row.failed)}"

    def loser(self, row: TriedRow, failed: Tested) -> str:
        sentence = say_test(failed.test, self.speaker)
        if self.sealed(failed.test.path):
            return self.say("not %(row)s  %(place)s: a sealed field", row=row.id, place=row.place)
        value = self.value(failed.test.path, failed.value)
        return self.say(
            "not %(row)s  %(place)s: %(test)s; it was %(value)s",
            row=row.id, place=row.place, test=sentence, value=value,
        )  # fmt: skip

    def topic(self, topic: str) -> str:
        root, _, clock = topic.partition(".")
        if root in ("skills", "difficulty"):
            return self.say("Skills") if root == "skills" else self.say("Difficulty")
        return self.speaker.label(Path(topic, topic, "datetime" if clock else root))

    def outcome(self, each: Explanation) -> str:
        value = each.outcome
        if each.topic.startswith("due."):
            at = self.at(value) if isinstance(value, int) else "–"
            target = each.said.get("target")
            return f"{at} ({target})" if target else at
        if each.topic == "skills":
            known, several = self.desk.tenant.skills, _several(value)
            titles = (known[v].say(self.locale) if v in known else v for v in map(str, several))
            return ", ".join(titles)
        if each.topic == "difficulty":
            return self.say(DIFFICULTIES[str(value)])
        return self.named(each.topic, value)

    def named(self, name: str, value: Any) -> str:
        """A value of a built-in name as people call it."""
        if name == "assignee":
            person = self.found.people.get(str(value or ""))
            return person.name if person is not None else self.say("nobody")
        kind = "boolean" if name.startswith("breached.") else name
        path = Path(name, name, kind)
        return ", ".join(self.speaker.value(path, one) for one in _several(value)) or "–"

    def members(self, said: Mapping[str, Any]) -> Iterator[str]:
        """Who could have got the ticket, with their load."""
        if "members" not in said:
            return
        rule = say_rule(said, self.speaker)
        if rule:
            yield f"    {self.say('the team assigns')}: {rule}"
        yield f"    {say_assignment(said, self.speaker)}"

    def value(self, path: Path, value: Any) -> str:
        if self.sealed(path):
            return MASKED
        return say_value(path, value, self.speaker) or "–"

    def sealed(self, path: Path) -> bool:
        """Whether the store keeps the value encrypted; then no terminal or log gets it."""
        speaker = self.speaker
        found = [speaker.fields.get(name) for name in (path.name, path.name.partition(".")[0])]
        return any(item is not None and item.sensitive for item in found)
