"""Whom a letter comes from and where its answers go: the team, the channel, or the tenant."""

from __future__ import annotations

from dataclasses import dataclass

from engine.model.channel import ChannelModel
from engine.model.desk import Desk, TeamModel
from runtime.channels.mail.token import make_token, tagged
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Sender:
    """`address` "": the tenant's or the relay's. `answers`: an address that we take mail at, or
    ""."""

    name: str
    address: str
    answers: str

    def reply_to(self, unit: Unit, ticket_id: str, person_id: str, *, plain: bool) -> str:
        """Where this person's answers go: with a token that proves whose they are, where the
        address has room for one and its server keeps apart what follows a `+`."""
        if not self.answers or plain:
            return self.answers
        token = make_token(unit.keys, unit.tenant_id, ticket_id, person_id)
        return tagged(self.answers, token) or self.answers


def sender_of(desk: Desk, row: TicketRow, locale: str) -> Sender:
    """The sender of a letter about a ticket."""
    team = _team(desk, row.team_key or "")
    channel = _channel(desk, row.type_key)
    taken = {
        one.lower()
        for known in desk.channels.values()
        if known.receive == "mail"
        for one in known.addresses
    }
    first = channel.addresses[0] if channel is not None else ""
    address = team.mail if team is not None else ""
    name = team.mail_name.say(locale) if team is not None else ""
    answers = address if address.lower() in taken else first
    return Sender(name or desk.tenant.title.say(locale), address or first, answers)


def _team(desk: Desk, key: str) -> TeamModel | None:
    """The team, or the nearest above it, that has an address of its own."""
    team = desk.teams.get(key)
    seen: set[str] = set()
    while team is not None and not team.mail and team.key not in seen:
        seen.add(team.key)
        team = desk.teams.get(team.parent)
    return team if team is not None and team.mail else None


def _channel(desk: Desk, type_key: str) -> ChannelModel | None:
    """The channel for mail whose tickets are of this type; else the first, which takes answers to
    any ticket."""
    known = [one for one in desk.channels.values() if one.receive == "mail" and one.addresses]
    for one in known:
        if type_key in (one.type, *(rule.type for rule in one.rules)):
            return one
    return known[0] if known else None
