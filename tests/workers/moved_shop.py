"""The shop with more to move: a state, options, a team and a field of another type."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import true

from engine.decide.verdict import Assign, Move
from engine.evaluate import holds
from engine.facts import Facts
from engine.predicate import Op, Path, Test
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.let_through import ANYTHING
from runtime.actions.outcome import Done
from runtime.actions.publish_desk import Published, publish_desk
from runtime.clock import SECOND_US, FixedClock
from runtime.site.facts import read_facts
from runtime.site.standing import SYSTEM, ask_of
from runtime.store import journal, lists, moves, tickets
from runtime.store.lower import lower
from runtime.store.people import Membership, set_memberships
from runtime.workers.handling import Bench
from tests.workers.doing import drain
from tests.workers.shop import SHOP, SPECS, Shop, files

TYPE = SPECS["types/repair.yaml"].replace(
    "          room:   { type: text, label: Room }\n",
    """          room:   { type: text, label: Room }
          reason: { type: choice, label: Reason, options: { broken: Broken, dirty: Dirty } }
          parts:
            type: multi_choice
            label: Parts
            options: { bulb: Bulb, cable: Cable, led: Led }
          size:   { type: text, label: Size }
          helper: { type: team, label: Helper }
""",
).replace(
    "            fixed:   { title: Fixed, phase: solved }\n",
    """            parked:  { title: Parked, phase: active, limit: 5h }
            fixed:   { title: Fixed, phase: solved }
""",
).replace(
    "            fix: {",
    "            park: { title: Park, from: fresh, to: parked, by: agent }\n            fix: {",
).replace("from: [fresh, waiting]", "from: [fresh, waiting, parked]")  # fmt: skip
SECOND = "kind: Team\ntitle: Second\nassignment: manual\n"
AGENT = SPECS["roles/agent.yaml"].replace("{ team: $my.teams }", "{ teams: $my.teams }")
BEFORE = {"types__repair": TYPE, "teams__second": SECOND, "roles__agent": AGENT}

MOVES = """
    kind: Moves
    steps:
      park:  { map: state, from: repair.parked, to: waiting }
      clean: { map: option, from: repair.reason.dirty, to: broken }
      lamp:  { map: option, from: repair.parts.bulb, to: led }
      desk:  { map: team, from: second, to: first }
      size:  { convert: field, from: repair.size }
"""
MOVED_TYPE = (
    TYPE.replace("            parked:  { title: Parked, phase: active, limit: 5h }\n", "")
    .replace("            park: { title: Park, from: fresh, to: parked, by: agent }\n", "")
    .replace("from: [fresh, waiting, parked]", "from: [fresh, waiting]")
    .replace(", dirty: Dirty", "")
    .replace("bulb: Bulb, ", "")
    .replace("size:   { type: text", "size:   { type: integer")
)
AFTER = {"types__repair": MOVED_TYPE, "roles__agent": AGENT, "moves__m1": MOVES}


@dataclass(frozen=True, slots=True)
class Numbers:
    """The tickets of `filled`, by what they hold."""

    parked: str
    dirty: str
    bulbs: str
    second: str
    sized: str
    odd: str
    plain: str

    @property
    def all(self) -> tuple[str, ...]:
        """Every one of them."""
        return tuple(getattr(self, name) for name in self.__slots__)


async def publish(shop: Shop, message: str = "next", **changes: str) -> Published:
    """Publish the shop with these files changed; it has to go."""
    done = await publish_desk(shop.site, files(**changes), SYSTEM, message, word=ANYTHING)
    assert done.revision, (done.problems, done.refused)
    return done


async def filled(shop: Shop) -> Numbers:
    """The shop under BEFORE with a ticket for each thing that will move."""
    await publish(shop, "before", **BEFORE)
    async with shop.store.unit(SHOP, write=True) as unit:
        place = [Membership(person_id=shop.ben, team_key=team) for team in ("first", "second")]
        await set_memberships(unit, shop.ben, place)
    numbers = Numbers(
        await shop.open("parked"),
        await shop.open("dirty", reason="dirty"),
        await shop.open("bulbs", parts=["bulb", "cable"]),
        await shop.open("second", helper="second"),
        await shop.open("sized", size="12"),
        await shop.open("odd", size="twelve"),
        await shop.open("plain", reason="broken"),
    )
    ben = await shop.viewer(shop.ben)
    assert isinstance(
        await change_ticket(shop.site, SHOP, ben, numbers.parked, Change(Move("park"))), Done
    )
    assert isinstance(
        await change_ticket(
            shop.site, SHOP, ben, numbers.second, Change(Assign("", team="second"))
        ),
        Done,
    )
    return numbers


async def walk(shop: Shop, bench: Bench, clock: FixedClock) -> None:
    """Let workers do all data moves; one waits for the other."""
    for _ in range(100):
        clock.advance(3 * SECOND_US)
        await drain(bench, "data_move")
        async with shop.store.unit(SHOP) as unit:
            if not await moves.runs(unit, running=True):
                return
    raise AssertionError("the moves never end")


async def facts(shop: Shop, number: str) -> Facts:
    """A ticket as decisions read it now."""
    live = shop.site.desks.get(SHOP)
    assert live is not None
    async with shop.store.unit(SHOP) as unit:
        return await read_facts(unit, live.desk, await shop.row(number))


async def chained(shop: Shop, number: str) -> None:
    """The ticket's chain verifies to its head."""
    row = await shop.row(number)
    async with shop.store.unit(SHOP) as unit:
        assert await journal.verify(unit, row.id, row.head) == []


async def found(shop: Shop, name: str, kind: str, op: Op, operand: object) -> set[str]:
    """The subjects that a condition finds by SQL, after it was held equal to the evaluator."""
    live = shop.site.desks.get(SHOP)
    assert live is not None
    test = Test(Path(name, name, kind), op, operand)  # type: ignore[arg-type]
    async with shop.store.unit(SHOP) as unit:
        ask = ask_of(live.desk, SYSTEM, unit.now_us())
        chosen = set(await lists.ids(unit, lower(test, ask)))
        rows = {row.id: row for row in await tickets.read_many(unit, true())}
        for id, row in rows.items():
            known = await read_facts(unit, live.desk, row)
            assert holds(test, known, ask) is (id in chosen), (row.subject, test)
    return {rows[id].subject for id in chosen}
