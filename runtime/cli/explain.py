"""`specdesk explain TICKET`: every decision about a ticket, with its reasons, from the journal."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from engine.decide.candidates import say_assignment, say_rule
from engine.decide.explain import Explanation, TriedRow
from runtime.cli.opening import StoreOption, opened, settings_of
from runtime.queries.explain_ticket import ExplainedTicket, explain_ticket
from runtime.queries.explained_data import explained_data
from runtime.queries.telling import Telling, without_column
from runtime.render.catalogues import LOCALES
from runtime.render.environment import renderer
from runtime.settings import Settings

FORMATS = ("text", "json")


def explain(
    ticket: Annotated[str, typer.Argument(help="The ticket: T/RF-20461, or RF-20461.")],
    tenant: Annotated[
        str, typer.Option("--tenant", help="The tenant, where it is not in TICKET.")
    ] = "",
    locale: Annotated[str, typer.Option("--locale", help="zh-CN or en.")] = "en",
    form: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    store: StoreOption = "",
) -> None:
    """Say every decision about a ticket: the rule, its line, the values read, why the other rows
    did not win, and the smallest change of values that would have let each of them win."""
    if locale not in LOCALES:
        print(f"specdesk: --locale: want {' or '.join(LOCALES)}, got `{locale}`", file=sys.stderr)
        raise typer.Exit(2)
    if form not in FORMATS:
        print(f"specdesk: --format: want {' or '.join(FORMATS)}, got `{form}`", file=sys.stderr)
        raise typer.Exit(2)
    named, _, number = ticket.rpartition("/")
    if named and tenant and named != tenant:
        print(f"specdesk: `{ticket}` is not a ticket of `{tenant}`", file=sys.stderr)
        raise typer.Exit(2)
    raise typer.Exit(
        asyncio.run(_explain(settings_of(store), named or tenant, number, locale, form))
    )


async def _explain(settings: Settings, tenant: str, number: str, locale: str, form: str) -> int:
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
        if form == "json":
            print(json.dumps(explained_data(found, renderer()), ensure_ascii=False, indent=2))
            return 0
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
        yield from _lines(Telling(teller, locale, found, decided))


def _lines(told: Telling) -> Iterator[str]:
    decided = told.decided
    event = decided.event
    yield f"{told.at(event.at_us)}  {told.who()} {told.verb()}  (v{event.revision})"
    if not decided.certain:
        said = told.say("This revision is not there any more; the specs of today stand in.")
        yield f"  {said}"
    for each in decided.explanations:
        yield from _decision(told, each)
    for step in decided.steps:
        sides = " → ".join(told.named(step.name, side) for side in (step.before, step.after))
        yield f"  {told.topic(step.name)}: {sides}"
        yield f"    {told.say('by')} {step.rule}  {step.place}".rstrip()


def _decision(told: Telling, each: Explanation) -> Iterator[str]:
    """What, by which rule, from which values, and every other row."""
    yield f"  {told.topic(each.topic)}: {told.outcome(each)}"
    if each.rule == "default":
        yield f"    {told.say('no rule decides; this is the default')}"
    else:
        yield f"    {told.say('by')} {each.rule}  {without_column(each.place)}".rstrip()
    yield from _members(told, each.said)
    if each.read:
        said = "; ".join(f"{told.speaker.label(k.path)} = {told.known(k)}" for k in each.read)
        yield f"    {told.say('read')}: {said}"
    for row in (*each.rows, *each.later):
        if not row.won:
            yield from _loser(told, row, each.winner)
    if each.more:
        yield f"    {told.say('more rows: %(count)s', count=each.more)}"


def _loser(told: Telling, row: TriedRow, winner: str) -> Iterator[str]:
    why = told.lost(row, winner)
    yield "    " + told.say("not %(row)s  %(place)s: %(why)s", row=row.id, place=row.place, why=why)
    if row.change is not None:
        yield f"      {told.change(row)}"


def _members(told: Telling, said: Mapping[str, Any]) -> Iterator[str]:
    """Who could have got the ticket, with their load."""
    if "members" not in said:
        return
    rule = say_rule(said, told.speaker)
    if rule:
        yield f"    {told.say('the team assigns')}: {rule}"
    yield f"    {say_assignment(said, told.speaker)}"
