"""Makes the draft of an article out of a ticket that was solved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from engine.facts import Viewer
from engine.reading.blot import blotted
from engine.reading.readers import may_edit
from runtime.actions.articles import LONGEST_TITLE, Written, write_article
from runtime.actions.outcome import Conflict, NotFound, Refused
from runtime.render.articles import LONGEST
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.store.rows import Article, Event, Person
from runtime.store.tickets import TicketRow


class Solved(Protocol):
    """A ticket as its agent was let see it."""

    @property
    def live(self) -> Live: ...
    @property
    def row(self) -> TicketRow: ...
    @property
    def events(self) -> tuple[Event, ...]: ...
    @property
    def people(self) -> Mapping[str, Person]: ...


async def article_of_ticket(
    site: Site, tenant: str, viewer: Viewer, shown: Solved, locale: str, headings: tuple[str, str]
) -> Article | Refused | NotFound | Conflict:
    """A draft from the subject, the question and the public answers of a ticket.

    Names, addresses and numbers of the people in it are left out and marked. `headings`: of the
    question and of the answer.
    """
    live = site.desks.get(tenant)
    if live is None or not may_edit(viewer):
        return NotFound()
    names = _names(shown)
    question, _ = blotted(shown.row.description, names)
    title, _ = blotted(shown.row.subject, names)
    answers = (blotted(text, names)[0] for text in _answers(shown))
    parts = [f"## {headings[0]}", question, f"## {headings[1]}", *answers]
    body = "\n\n".join(part.strip() for part in parts if part.strip())
    known = live.desk.knowledge.categories
    offered = shown.live.desk.types[shown.row.type_key].knowledge
    category = next((one for one in (*offered, *known) if one in known), "")
    new = Written(
        locale=locale if locale in live.desk.tenant.locales else live.desk.tenant.locales[0],
        title=title[:LONGEST_TITLE],
        body=body[:LONGEST],
        category=category,
        ticket_id=shown.row.id,
    )
    return await write_article(site, tenant, viewer, new)


def _answers(shown: Solved) -> Iterable[str]:
    """What staff said to the customer, in order."""
    for event in shown.events:
        author = shown.people.get(event.actor_id or "")
        if author is None or author.kind != "staff" or author.id == shown.row.requester_id:
            continue
        body = event.body or {}
        if event.verb == "commented":
            yield str(body.get("text", ""))
        elif event.verb == "moved" and body.get("comment"):
            yield str(body["comment"])


def _names(shown: Solved) -> list[str]:
    found: list[str] = []
    for person in shown.people.values():
        found += [person.name, person.phone or ""]
    return [name for name in found if name]
