"""A small shop whose specs are made for workers: short clocks, notices with every name."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path

from engine.facts import Viewer
from runtime.actions.let_through import ANYTHING
from runtime.actions.open_ticket import NewTicket, open_ticket
from runtime.actions.outcome import Done
from runtime.actions.publish_desk import publish_desk
from runtime.clock import Clock
from runtime.settings import Settings
from runtime.site.desks import Desks
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM, viewer_of
from runtime.store import people
from runtime.store.files import FileFolder
from runtime.store.open import Store
from runtime.store.tickets import TicketRow, by_number

SHOP, ELSEWHERE = "shop", "larch"

SPECS = {
    "tenant.yaml": """
        kind: Tenant
        language: 1
        id: shop
        title: { zh-CN: 云杉, en: Spruce }
        locales: [zh-CN, en]
        time_zone: Asia/Shanghai
        currency: CNY
        calendar: office
        flags: { late: Late }
    """,
    "people.yaml": """
        kind: People
        customer: { identity: [email] }
    """,
    "calendars/office.yaml": """
        kind: Calendar
        title: Office
        hours: { weekdays: [09:00-18:00] }
    """,
    "teams/first.yaml": """
        kind: Team
        title: { zh-CN: 一组, en: First }
        default: true
        assignment: least_busy
        capacity: 50
    """,
    "types/repair.yaml": """
        kind: TicketType
        title: { zh-CN: 报修, en: Repair }
        prefix: RP
        reopen_within: 3d
        fields:
          room:   { type: text, label: Room }
          price:  { type: money, label: Price }
          secret: { type: text, label: Secret, sensitive: true }
          inner:  { type: text, label: Inner }
        notify: { created: received, replied: replied }
        workflow:
          start: fresh
          states:
            fresh:   { title: { zh-CN: 新建, en: Fresh }, phase: new, limit: 2h, late: [] }
            waiting: { title: Waiting, phase: waiting }
            fixed:   { title: Fixed, phase: solved }
          transitions:
            ask: { title: Ask, from: fresh, to: waiting, by: agent }
            fix: { title: Fix, from: [fresh, waiting], to: fixed, by: agent }
    """,
    "portal.yaml": """
        kind: Portal
        title: Help
        types:
          repair:
            title: Repair
            do: [comment]
            fields: { room: edit, price: edit, secret: masked, inner: hidden }
    """,
    "roles/agent.yaml": """
        kind: Role
        title: Agent
        types:
          repair:
            see:  { team: $my.teams }
            edit: { team: $my.teams }
            do:   [comment, note, assign, transfer, merge, link, split]
    """,
    "roles/clerk.yaml": """
        kind: Role
        title: Clerk
        types:
          repair:
            see:    { channel: phone }
            create: true
            fields: { secret: edit, inner: edit }
    """,
    "sla/repair.yaml": """
        kind: SlaPolicy
        applies_to: repair
        clocks:
          solved:
            title: { zh-CN: 解决, en: Solving }
            stops: { phase: [solved, closed] }
            pauses: { phase: waiting }
        table:
          hit: first
          inputs: [priority]
          sets:   [solved]
          rows:
            urgent: [urgent, 2h]
          otherwise: [4h]
        warn:
          half: { at: 50%, do: [{ notify: soon, to: assignee }] }
        breach: [{ flag: late }, { notify: breached, to: lead }]
        when_changed: open_tickets
    """,
    "notifications/received.yaml": """
        kind: Notification
        channels: [mail, in_app]
        to: requester
        subject:
          zh-CN: "{{ ticket.number }} 已收到：{{ ticket.subject }}"
          en: "{{ ticket.number }} received: {{ ticket.subject }}"
        body:
          zh-CN: |
            {{ recipient.name }}，您好：{{ ticket.type }} {{ ticket.state }}
            {{ link }}
          en: |
            Hello {{ recipient.name }}, room {{ ticket.fields.room }},
            price {{ ticket.fields.price }}, secret [{{ ticket.fields.secret }}]
            inner [{{ ticket.fields.inner }}]{% if ticket.fields.inner %} LEAK{% endif %}
            {{ ticket.state }}, {{ ticket.priority }}, {{ ticket.team }}: {{ link }}
            {{ tenant.title }}
    """,
    "notifications/replied.yaml": """
        kind: Notification
        channels: [mail]
        to: requester
        subject: { zh-CN: "{{ ticket.number }} 有新回复", en: "Reply to {{ ticket.number }}" }
        body: { zh-CN: "{{ comment }}", en: "{{ actor.name }} wrote: {{ comment }}" }
    """,
    "notifications/soon.yaml": """
        kind: Notification
        channels: [in_app]
        to: assignee
        subject:
          zh-CN: "{{ ticket.number }} {{ clock.title }}快到期"
          en: "{{ ticket.number }}: {{ clock.title }} soon"
        body:
          zh-CN: "{{ clock.due }}"
          en: "due {{ clock.due }}, secret {{ ticket.fields.secret }}"
    """,
    "notifications/breached.yaml": """
        kind: Notification
        channels: [in_app, mail]
        to: lead
        subject:
          zh-CN: "{{ ticket.number }} {{ clock.title }}已超时"
          en: "{{ ticket.number }}: {{ clock.title }} overdue"
        body: { zh-CN: "{{ actor.name }}", en: "by {{ actor.name }}" }
    """,
}  # fmt: skip


def files(**changes: str) -> dict[str, bytes]:
    """The specs as a folder's files; `changes` by path with `__` for `/`, without `.yaml`."""
    whole = dict(SPECS)
    for name, text in changes.items():
        whole[name.replace("__", "/") + ".yaml"] = text
    return {path: textwrap.dedent(text).encode() for path, text in whole.items()}


@dataclass(frozen=True, slots=True)
class Shop:
    """The published shop with its people's ids."""

    site: Site
    ann: str
    ben: str
    cleo: str
    dora: str

    @property
    def store(self) -> Store:
        return self.site.store

    async def viewer(self, person: str) -> Viewer:
        """A person as a decision sees them."""
        async with self.store.unit(SHOP) as unit:
            standing = await people.standing(unit, person)
        live = self.site.desks.get(SHOP)
        assert standing is not None
        assert live is not None
        return viewer_of(live.desk, standing)

    async def open(self, subject: str = "Lamp", **values: object) -> str:
        """Cleo opens a repair for Ann, who may not fill all fields herself; gives its number."""
        new = NewTicket(
            "repair",
            {"room": "B2", **values},
            subject=subject,
            description="dark",
            channel="phone",
            requester=self.ann,
        )
        done = await open_ticket(self.site, SHOP, await self.viewer(self.cleo), new)
        assert isinstance(done, Done), done
        return done.number

    async def row(self, number: str) -> TicketRow:
        """The ticket as stored."""
        async with self.store.unit(SHOP) as unit:
            found = await by_number(unit, number)
        assert found is not None
        return found


def site_of(store: Store, clock: Clock, folder: Path, smtp_url: str | None = None) -> Site:
    """A process's handles over a store."""
    settings = Settings(
        store=str(store.url), files=folder / "files", hosts=("help.example.com",),
        key_file=folder / "keys.json", smtp_url=smtp_url, listen=("127.0.0.1", 8000),
        workers=1, log="info", demo=False,
    )  # fmt: skip
    return Site(store, Desks(store), FileFolder(folder / "files"), clock, settings)


async def make_shop(site: Site, specs: dict[str, bytes] | None = None) -> Shop:
    """Publish the shop (with other `specs`) and another tenant, and let the four in."""
    done = await publish_desk(site, specs or files(), SYSTEM, "first", word=ANYTHING)
    assert done.revision == 1, done.problems
    other = files()
    other["tenant.yaml"] = other["tenant.yaml"].replace(b"id: shop", b"id: larch")
    assert (await publish_desk(site, other, SYSTEM, "first", word=ANYTHING)).revision == 1
    async with site.store.unit(SHOP, write=True) as unit:
        ann = await people.add_person(unit, "Ann", email="ann@example.com", locale="en", values={})
        ben = await people.add_person(
            unit, "Ben", kind="staff", email="ben@example.com", locale="en"
        )
        cleo = await people.add_person(unit, "Cleo", kind="staff", email="cleo@example.com")
        for person, lead in ((ben, False), (cleo, True)):
            await people.set_roles(unit, person, ["agent", "clerk"] if lead else ["agent"])
            place = people.Membership(person_id=person, team_key="first", lead=lead)
            await people.set_memberships(unit, person, [place])
    async with site.store.unit(ELSEWHERE, write=True) as unit:
        dora = await people.add_person(unit, "Dora", kind="staff", email="dora@example.com")
    return Shop(site, ann, ben, cleo, dora)
