"""What one recipient is told: the notification's texts and names within their rights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from engine.decide import access
from engine.decide.access import Rights
from engine.decide.clock import state_of
from engine.decide.pending import request_of
from engine.facts import Facts
from engine.model.desk import Desk, NotificationModel
from engine.model.sla import STATE_LIMIT
from engine.values.registry import show
from runtime.render import words
from runtime.render.catalogues import interface_locale
from runtime.site.facts import read_facts
from runtime.site.handles import Site
from runtime.site.links import Links, origin
from runtime.site.standing import ask_of, viewer_of
from runtime.store import door_keys, files, journal, people, tickets
from runtime.store.jobs import Job
from runtime.store.people import Standing
from runtime.store.rows import Event, Person
from runtime.store.tickets import TicketRow
from runtime.store.unit import Unit
from runtime.workers.sender import Sender, sender_of

MASK = "•••"


@dataclass(frozen=True, slots=True)
class Told:
    """All that is needed to render and deliver one notice. `path` is the ticket's address here.

    `files`: of the event, by name with their addresses. `answers_mail`: the recipient wrote the
    mail that this answers. `by_link`: its address opens the ticket by itself, for that has no
    account.
    """

    recipient: Person
    locale: str
    templates: tuple[str, str]
    values: Mapping[str, str]
    ticket_id: str
    path: str
    event_id: str
    sender: Sender
    title: str
    desk: Desk
    accent: str = ""
    files: tuple[tuple[str, str], ...] = ()
    answers_mail: bool = False
    urgent: bool = False
    repeat_us: int = 0
    by_link: bool = False


@dataclass(frozen=True, slots=True)
class Nothing:
    """Why nobody is told anything."""

    why: str


async def compose(site: Site, job: Job) -> Told | Nothing:
    """Read everything in one moment of the store; what the recipient may not see is not in it."""
    async with site.store.unit(job.tenant_id) as unit:
        standing = await people.standing(unit, str(job.body["recipient"]))
        row = await tickets.read(unit, str(job.body["ticket"]))
        live = await site.desks.of(unit, row) if row is not None else None
        if standing is None or row is None or live is None or row.type_key not in live.desk.types:
            return Nothing("off: the recipient or the ticket is gone")
        notification = live.desk.notifications.get(str(job.body["notification"]))
        if notification is None:
            return Nothing("off: the notification is gone")
        facts = await read_facts(unit, live.desk, row)
        ask = ask_of(live.desk, viewer_of(live.desk, standing), unit.now_us())
        rights = access.rights(live.desk, facts, ask)
        if not rights.see:
            return Nothing("off: the recipient may not see the ticket")
        telling = _Telling(site, live.desk, row, facts, rights, standing, ask.now_us)
        return await telling.told(unit, notification, job)


@dataclass(frozen=True, slots=True)
class _Telling:
    site: Site
    desk: Desk
    row: TicketRow
    facts: Facts
    rights: Rights
    standing: Standing
    now_us: int

    @property
    def person(self) -> Person:
        return self.standing.person

    @property
    def asked(self) -> str:
        """The locale the recipient reads, as the tenant's words are looked up."""
        return self.person.locale or self.desk.tenant.locales[0]

    @property
    def locale(self) -> str:
        """The same as one of the interface's locales."""
        return interface_locale(self.asked)

    async def told(self, unit: Unit, notification: NotificationModel, job: Job) -> Told:
        event = await journal.one(unit, self.row.id, str(job.body["event"]))
        path, by_link = self._path(), job.kind == "mail" and self._comes_by_link()
        if by_link:
            secret = door_keys.link_of(unit.keys, unit.tenant_id, job.key)
            path = Links(self.desk.tenant.id).portal("k", secret)
        values = self._ticket() | self._clock(str(job.body.get("clock", "")))
        values |= await self._fields(unit)
        values |= {
            "recipient.name": self.person.name,
            "actor.name": await self._actor(unit, event),
            "comment": self._comment(event),
            "approval.step": self._step(event),
            **await self._visit(unit, event),
            "link": origin(self.site.settings) + path,
            "tenant.title": self.desk.tenant.title.say(self.asked),
        }
        templates = (notification.subject.say(self.asked), notification.body.say(self.asked))
        return Told(
            recipient=self.person,
            locale=self.asked,
            templates=templates,
            values=values,
            ticket_id=self.row.id,
            path=path,
            event_id=event.id if event else "",
            sender=sender_of(self.desk, self.row, self.asked),
            title=self.desk.tenant.title.say(self.asked),
            desk=self.desk,
            accent=self.desk.portal.accent,
            files=await self._files(unit, event),
            answers_mail=self._answers_mail(event),
            urgent=notification.urgent,
            repeat_us=notification.repeat_us,
            by_link=by_link,
        )

    def _comes_by_link(self) -> bool:
        """Whether it goes to somebody who asked for the ticket and has no account to sign in to."""
        asked_for_it = self.person.id in (self.row.requester_id, self.row.customer_id)
        customer = self.person.kind == "customer" and self.person.account_id is None
        return self.desk.portal.guests and customer and asked_for_it

    async def _files(self, unit: Unit, event: Event | None) -> tuple[tuple[str, str], ...]:
        """What was sent with the words: a person outside is told of what is public alone."""
        if (
            event is None
            or event.verb == "created"
            or (not self._is_staff and event.verb == "noted")
        ):
            return ()
        links, home = Links(self.desk.tenant.id), origin(self.site.settings)
        return tuple(
            (file.name, home + links.files(file.token))
            for file in await files.of_ticket(unit, self.row.id)
            if file.event_id == event.id
            and file.field_key is None
            and (self._is_staff or file.visibility == "public")
        )

    @property
    def _is_staff(self) -> bool:
        return self.person.kind == "staff"

    def _answers_mail(self, event: Event | None) -> bool:
        by_mail = event is not None and bool((event.body or {}).get("arrival"))
        return event is not None and by_mail and event.actor_id == self.person.id

    def _step(self, event: Event | None) -> str:
        """The transition that an approval is about: the event's, else the one that waits."""
        request = request_of(self.facts)
        known = str((event.body or {}).get("transition", "")) if event else ""
        transition = known or (request.transition if request else "")
        model = self.desk.types[self.row.type_key].transitions.get(transition)
        return model.title.say(self.asked) if model else transition

    def _path(self) -> str:
        """Staff open the desk; whoever asked for the ticket opens the portal."""
        links = Links(self.desk.tenant.id)
        asked_for_it = self.person.id in (self.row.requester_id, self.row.customer_id)
        works_on_it = self.person.id == self.row.assignee_id
        if self.person.kind == "staff" and (works_on_it or not asked_for_it):
            return links.ticket(self.row.number)
        return links.portal_ticket(self.row.number)

    def _ticket(self) -> dict[str, str]:
        row, desk, kind = self.row, self.desk, self.desk.types[self.row.type_key]
        state, team = state_of(desk, self.facts), desk.teams.get(row.team_key or "")
        return {
            "ticket.number": row.number,
            "ticket.subject": row.subject,
            "ticket.state": state.title.say(self.asked) if state else "",
            "ticket.priority": desk.tenant.priorities[row.priority].say(self.asked),
            "ticket.team": team.title.say(self.asked) if team else "",
            "ticket.type": kind.title.say(self.asked),
        }

    def _clock(self, key: str) -> dict[str, str]:
        policy, state = self.desk.policies.get(self.row.type_key), state_of(self.desk, self.facts)
        title = ""
        if key == STATE_LIMIT and state is not None:
            title = state.title.say(self.asked)
        elif policy is not None and key in policy.clocks:
            title = policy.clocks[key].title.say(self.asked)
        due = self.facts.get(f"due.{key}") if key else None
        return {
            "clock.title": title,
            "clock.due": self._moment(due) if isinstance(due, int) else "",
        }

    async def _visit(self, unit: Unit, event: Event | None) -> dict[str, str]:
        """The visit that an event is about: from when to when, where, and who comes."""
        visit = (event.body or {}).get("visit") if event else None
        if not isinstance(visit, Mapping):
            return {"visit.time": "", "visit.place": "", "visit.person": ""}
        person = await people.person_by_id(unit, str(visit.get("person", "")))
        starts, ends = (
            datetime.fromtimestamp(int(visit[n]) / 1e6, UTC) for n in ("starts", "ends")
        )
        now = datetime.fromtimestamp(self.now_us / 1e6, UTC)
        time = words.period(starts, ends, self.locale, now, self.desk.tenant.zone)
        return {
            "visit.time": time,
            "visit.place": str(visit.get("place", "")),
            "visit.person": person.name if person else "",
        }

    def _moment(self, at_us: int) -> str:
        at, now = (datetime.fromtimestamp(us / 1e6, UTC) for us in (at_us, self.now_us))
        return words.written(at, self.locale, now, self.desk.tenant.zone)

    async def _fields(self, unit: Unit) -> dict[str, str]:
        fields = self.desk.types[self.row.type_key].fields.values()
        names = await self._names(unit)
        found: dict[str, str] = {}
        for item in fields:
            value, right = self.facts.get(item.key), self.rights.fields.get(item.key, "hidden")
            text = show(item, value, self.asked, self.desk.tenant.zone, names)
            if right == "masked" and text:
                text = MASK
            found[f"ticket.fields.{item.id}"] = "" if right == "hidden" else text
        return found

    async def _names(self, unit: Unit) -> dict[str, str]:
        """What the ids in fields are called: people, teams, records, files."""
        names = {key: team.title.say(self.asked) for key, team in self.desk.teams.items()}
        names |= {ref.key: ref.title or ref.key for ref in self.facts.refs.values()}
        types = self.desk.types[self.row.type_key].fields.values()
        persons = [self.facts.text(item.key) for item in types if item.type == "person"]
        known = await people.persons_by_id(unit, filter(None, persons))
        names |= {person.id: person.name for person in known.values()}
        if any(item.type in ("files", "image") for item in types):
            names |= {file.id: file.name for file in await files.of_ticket(unit, self.row.id)}
        return names

    async def _actor(self, unit: Unit, event: Event | None) -> str:
        """Who caused it; what the system does is done by the tenant, in a customer's eyes."""
        actor_id = event.actor_id if event else None
        actor = await people.person_by_id(unit, actor_id) if actor_id else None
        return actor.name if actor else self.desk.tenant.title.say(self.asked)

    def _comment(self, event: Event | None) -> str:
        """The words of the event, but never a note's to somebody outside."""
        body = event.body if event and event.body else {}
        if event is None or (event.verb == "noted" and self.person.kind != "staff"):
            return ""
        text = body.get("text") if event.verb != "created" else ""
        return str(body.get("why") or body.get("comment") or text or "")
