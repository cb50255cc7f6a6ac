"""A shop's pilot: another state and field, a shorter promise, a second team for urgent tickets."""

from __future__ import annotations

import textwrap
from pathlib import Path

from runtime.actions.let_through import ANYTHING
from runtime.actions.open_ticket import NewTicket, open_ticket
from runtime.actions.outcome import Done
from runtime.actions.piloting.begin import Ended, Trying, start_pilot
from runtime.actions.publish_desk import publish_desk
from runtime.site.standing import SYSTEM
from runtime.store import people
from tests.workers.shop import SHOP, SPECS, Shop, files

SECOND = """
    kind: Team
    title: { zh-CN: 二组, en: Second }
"""
ROUTING = """
    kind: Routing
    applies_to: repair
    table:
      hit: first
      inputs: [room]
      sets: [team]
      rows:
        annex: [has annex, second]
      otherwise: [first]
"""
# Live and pilot both know the second team; live sends it nothing but the annex.
LIVE = {"teams__second": SECOND, "routing__repair": ROUTING}

_FLOOR = "  floor: { type: choice, label: Floor, options: { top: Top, low: Low } }\n"
_CHECKED = "    checked: { title: { zh-CN: 已查, en: Checked }, phase: active }\n"
_CHECK = "    check: { title: Check, from: fresh, to: checked, by: agent }\n"
TYPE = (
    textwrap.dedent(SPECS["types/repair.yaml"])
    .replace("  inner:  {", f"{_FLOOR}  inner:  {{")
    .replace("    waiting: {", f"{_CHECKED}    waiting: {{")
    .replace("    ask: {", f"{_CHECK}    ask: {{")
    .replace("from: [fresh, waiting], to: fixed", "from: [fresh, waiting, checked], to: fixed")
)
PILOT = {
    **LIVE,
    "types__repair": TYPE,
    "sla__repair": textwrap.dedent(SPECS["sla/repair.yaml"]).replace("[4h]", "[1h]"),
    "portal": textwrap.dedent(SPECS["portal.yaml"]).replace(
        "inner: hidden", "inner: hidden, floor: edit"
    ),
}


def live_files(**changes: str) -> dict[str, bytes]:
    """What is live in these tests."""
    return files(**{**LIVE, **changes})


def pilot_files(**changes: str) -> dict[str, bytes]:
    """What is tried beside it."""
    return files(**{**PILOT, **changes})


async def publish_live(shop: Shop, **changes: str) -> int:
    """Publish the live specs of these tests; gives the revision."""
    done = await publish_desk(shop.site, live_files(**changes), SYSTEM, "live", word=ANYTHING)
    assert done.revision, done.problems
    return done.revision


async def begin(shop: Shop, **more: object) -> Ended:
    """Begin a pilot with half of the requesters, unless told otherwise."""
    wanted: dict[str, object] = {"share": 50, "files": pilot_files(), **more}
    return await start_pilot(shop.site, SHOP, SYSTEM, Trying("try it", **wanted))  # type: ignore[arg-type]


async def add_people(shop: Shop, count: int) -> list[str]:
    """More customers; gives their ids."""
    async with shop.store.unit(SHOP, write=True) as unit:
        return [
            await people.add_person(unit, f"C{n}", email=f"c{n}@example.com", values={})
            for n in range(count)
        ]


async def asks(shop: Shop, person: str, **values: object) -> str:
    """A customer asks for a repair on the portal; gives the number."""
    new = NewTicket("repair", {"room": "B2", **values}, subject="Lamp", description="dark")
    done = await open_ticket(shop.site, SHOP, await shop.viewer(person), new)
    assert isinstance(done, Done), done
    return done.number


def folder_of(path: Path, content: dict[str, bytes]) -> Path:
    """A folder with these files, for the command line."""
    for name, text in content.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(text)
    return path
