"""Who asks: a person of the tenant as the Viewer that decisions and rights read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from engine.facts import Ask, Value, Viewer
from engine.model.desk import Desk
from runtime.site.stored import frozen
from runtime.store.people import Standing
from runtime.store.rows import Event, Person

SYSTEM = Viewer(person_id=None, name="Specdesk")
"""The worker and the command line: passes every right, and is named in the journal as system."""

_GROUPS = {"customer": "customer", "requester": "requester", "assignee": "staff"}


def viewer_of(desk: Desk, standing: Standing) -> Viewer:
    """The viewer a standing makes under this desk: roles widened by what they inherit."""
    held = [desk.roles[role] for role in standing.roles if role in desk.roles]
    return Viewer(
        person_id=standing.person.id,
        name=standing.person.name,
        roles=frozenset().union(*(role.includes for role in held)),
        teams=frozenset(standing.teams),
        leads=frozenset(standing.leads),
        functions=frozenset().union(*(role.functions for role in held)),
        is_staff=standing.person.kind == "staff",
        locale=standing.person.locale or "",
        colleagues=frozenset(standing.colleagues),
    )


def reports_of(desk: Desk, viewer: Viewer) -> frozenset[str]:
    """The reports and dashboards that the viewer's roles may read."""
    return frozenset().union(*(desk.roles[r].reports for r in viewer.roles if r in desk.roles))


def ask_of(desk: Desk, viewer: Viewer, now_us: int) -> Ask:
    """The circumstances of a question now."""
    today = datetime.fromtimestamp(now_us / 1e6, UTC).astimezone(ZoneInfo(desk.tenant.zone))
    return Ask(now_us=now_us, viewer=viewer, today=today.date().isoformat(), moved=desk.moved)


def asked_then(desk: Desk, event: Event) -> Ask:
    """The circumstances of a recorded decision, as far as conditions may read them."""
    viewer = Viewer(person_id=event.actor_id or "")
    return ask_of(desk, viewer, event.at_us)


def person_values(desk: Desk, word: str, person: Person) -> dict[str, Value]:
    """One person's fields under a relation word, defaults where nothing is known."""
    fields = desk.people.get(_GROUPS[word], {})
    found: dict[str, Value] = {
        f"{word}.{key}": frozen(person.values[key]) if key in person.values else item.default
        for key, item in fields.items()
    }
    found[f"{word}.name"] = person.name
    found[f"{word}.locale"] = person.locale
    found[f"{word}.organisation.name"] = person.organisation_name
    found[f"{word}.organisation.level"] = person.organisation_level
    return found


def own_of(person: Person, own: Mapping[str, str]) -> dict[str, Value]:
    """output → value that a record must have to be this person's own (Source.own)."""
    facts = {"name": person.name, "email": person.email, "phone": person.phone}
    return {
        output: facts[fact] if fact in facts else frozen(person.values.get(fact))
        for output, fact in own.items()
    }
