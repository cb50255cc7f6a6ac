"""Counts of a plan by SQL on both databases, against a slow look at every ticket."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import true

from engine.change.diff import Side
from engine.change.effects import Effect
from engine.change.plan import Plan
from engine.decide.access import rights
from engine.decide.deadline import retimed
from engine.facts import Ask, Facts
from runtime.site.facts import read_facts
from runtime.site.standing import SYSTEM, ask_of
from runtime.store import tickets
from runtime.store.lists import ids
from tests.planning.shop import SHOP, Shop, shop_files, shop_side

REFUND = "types/refund.yaml"
OPEN = ("new", "active", "waiting")
PARTS = (
    "parts:\n            type: tree\n            options: "
    "{ door: { title: Door, children: { hinge: Hinge } } }"
)
Found = list[tuple[str, Facts]]


async def every(shop: Shop, desk_of: Side) -> Found:
    """Each ticket of the shop: its number and all that is known of it."""
    found: Found = []
    async with shop.site.store.unit(SHOP) as unit:
        for id in await ids(unit, true()):
            row = await tickets.read(unit, id)
            assert row is not None
            found.append((row.number, await read_facts(unit, desk_of.desk, row)))
    return found


def counted(found: Found, holds: Callable[[Facts], bool]) -> tuple[int, int]:
    """How many tickets there are of a sort, and how many of them are open."""
    mine = [facts for _, facts in found if holds(facts)]
    return len(mine), sum(1 for facts in mine if facts.text("phase") in OPEN)


def effect(plan: Plan, about: str, where: str = "") -> Effect:
    """The one effect of this sort, of the change whose path ends so."""
    (one,) = (
        each
        for each in plan.effects
        if each.about == about
        and (not where or where in ".".join(map(str, plan.changes[each.change].path)))
    )
    return one


async def test_what_goes_is_counted(shop: Shop) -> None:
    """An option, a state, a node with all below it, a field, a tag: all and open."""
    live = shop_side(shop_files())
    found = await every(shop, live)
    edits = (
        (REFUND, "regret: Changed my mind", ""),
        (REFUND, "door: { title: Door, children: { hinge: Hinge } }", "window: Window"),
        (REFUND, "iban: { type: text, label: IBAN, sensitive: true }", ""),
        ("portal.yaml", ", fields: { iban: edit }", ""),
        ("tenant.yaml", ", gift: Gift", ""),
    )
    plan = await shop.plan(shop_files(*edits))
    for where, holds in (
        ("regret", lambda f: f.text("reason") == "regret"),
        ("options.door", lambda f: f.text("parts") in ("door", "hinge")),
        ("fields.iban", lambda f: bool(f.text("iban"))),
        ("tags.gift", lambda f: "gift" in f.names("tags")),
    ):
        one = effect(plan, "holds", where)
        assert (one.all, one.open) == counted(found, holds), where
        assert len(one.tickets) == min(5, max(one.open, 1)) or not one.all
    numbers = {number for number, facts in found if facts.text("reason") == "regret"}
    assert set(effect(plan, "holds", "regret").tickets) <= numbers
    needed = {(one.sort, one.thing) for one in plan.needs}
    assert needed >= {("moves", "refund.reason.regret"), ("moves", "refund.iban")}


async def test_a_state_that_goes(shop: Shop) -> None:
    found = await every(shop, shop_side(shop_files()))
    edits = (
        (REFUND, "paying: { title: Paying, phase: active, team: finance, limit: 8h }", ""),
        (REFUND, "approve: { from: submitted, to: paying, by: agent }", ""),
        (REFUND, "pay: { from: paying, to: done,", "pay: { from: submitted, to: done,"),
        (REFUND, "from: [submitted, paying]", "from: submitted"),
    )
    plan = await shop.plan(shop_files(*edits))
    one = effect(plan, "holds", "states.paying")
    assert (one.all, one.open) == counted(found, lambda f: f.text("state") == "paying")
    assert one.open > 0
    assert plan.exit_code == 4


async def test_what_gets_stricter(shop: Shop) -> None:
    """Open tickets that lack what is required, are beyond a limit, or lack what a move needs."""
    found = await every(shop, shop_side(shop_files()))
    edits = (
        (REFUND, "label: Amount,", "label: Amount, required: true,"),
        (REFUND, "max: 500", "max: 300"),
        (REFUND, "label: Photo,", "label: Photo, required: true,"),
        (REFUND, "pay: { from: paying, to: done, by: agent, needs: [reason]",
         "pay: { from: paying, to: done, by: agent, needs: [reason, parts]"),
    )  # fmt: skip
    plan = await shop.plan(shop_files(*edits))
    is_open = lambda f: f.text("phase") in OPEN  # noqa: E731
    lacks = sum(is_open(f) and f.get("amount") is None for _, f in found)
    assert effect(plan, "empty", "amount.required").open == lacks
    over = sum(is_open(f) and isinstance(v := f.get("amount"), int) and v > 30000 for _, f in found)
    assert effect(plan, "beyond", "amount.max").open == over > 0
    shown = sum(is_open(f) and f.text("reason") == "damaged" for _, f in found)
    assert effect(plan, "empty", "photo.required").open == shown
    asked = sum(f.text("state") == "paying" and not f.text("parts") for _, f in found)
    assert effect(plan, "empty", "pay.needs").open == asked


async def test_values_that_do_not_convert(shop: Shop) -> None:
    """Texts that are no numbers stay behind; all of them are told."""
    plan = await shop.plan(
        shop_files(
            (REFUND, PARTS, "parts: { type: text }"),
        )
    )  # fmt: skip
    found = await every(shop, shop_side(shop_files()))
    one = effect(plan, "converted", "parts.type")
    assert one.args["values"] == counted(found, lambda f: bool(f.text("parts")))[0]
    worse = await shop.plan(
        shop_files(
            (REFUND, "amount: { type: money, label: Amount, currency: CNY, min: 1, max: 500 }",
             "amount: { type: integer, label: Amount, max: 100 }"),
        )
    )  # fmt: skip
    lost = effect(worse, "unconverted", "amount.type")
    high = lambda f: isinstance(v := f.get("amount"), int) and (v > 10000 or v % 100)  # noqa: E731
    assert lost.all == counted(found, high)[0]
    assert ("moves", "refund.amount") in {(one.sort, one.thing) for one in worse.needs}


async def test_who_gains_and_who_loses(shop: Shop) -> None:
    """People × tickets by roles, compared with rights asked of every ticket for everybody."""
    files = shop_files(
        ("roles/agent.yaml", "see: { teams: $my.teams }", "see: { phase: [new, active] }"),
        ("roles/agent.yaml", "do: [comment, note]", "do: [comment]"),
    )
    plan = await shop.plan(files)
    old, new = shop_side(shop_files()), shop_side(files)
    found = await every(shop, old)
    pairs: dict[tuple[str, bool], tuple[set[str], set[str], set[str]]] = {}
    for name in ("Ben", "Fay", "Cleo"):
        viewer = await shop.viewer(name)
        for number, facts in found:
            ask = Ask(shop.clock.now_us(), viewer)
            was, becomes = rights(old.desk, facts, ask), rights(new.desk, facts, ask)
            moved = [("see", becomes.see)] if was.see != becomes.see else []
            if was.see and becomes.see:
                moved += [(verb, False) for verb in was.do - becomes.do]
            for right in moved:
                who, all_, open_ = pairs.setdefault(right, (set(), set(), set()))
                who.add(name)
                all_.add(number)
                open_ |= {number} if facts.text("phase") in OPEN else set()
    told = {
        (one.args["right"], one.about == "gain"): (one.people, one.all, one.open)
        for one in plan.effects
        if one.about in ("gain", "lose") and one.args["right"] in ("see", "note")
    }
    assert told == {right: tuple(map(len, sets)) for right, sets in pairs.items()}
    assert ("see", True) in told
    assert ("see", False) in told


async def test_clocks_that_move(shop: Shop) -> None:
    """Each open ticket's clock timed again: moved, newly late; for new tickets only, none."""
    edits = (
        "sla/refund.yaml",
        "otherwise: [4h] }",
        "otherwise: [1h] }\n        when_changed: open_tickets",
    )
    plan = await shop.plan(shop_files(edits))
    old, new = shop_side(shop_files()), shop_side(shop_files(edits))
    moved = late = 0
    for _, facts in await every(shop, old):
        clock = facts.clocks.get("reply")
        if facts.text("phase") not in OPEN or clock is None or clock.met_us is not None:
            continue
        after = retimed(old.desk, new.desk, facts, ask_of(old.desk, SYSTEM, shop.clock.now_us()))
        becomes = after.clocks["reply"]
        moved += becomes.due_us != clock.due_us
        was_late = clock.breached_us is not None or (clock.due_us or 0) <= shop.clock.now_us()
        late += becomes.breached_us is not None and not was_late
    one = effect(plan, "moved")
    assert (one.open, one.args["late"]) == (moved, late)
    assert moved > 0
    spared = (edits[0], edits[1], edits[2].replace("open_tickets", "new_tickets"))
    other = await shop.plan(shop_files(spared))
    assert [one.about for one in other.effects] == ["new_only"]
    silent = await shop.plan(shop_files((edits[0], edits[1], "otherwise: [1h] }")))
    assert [(one.sort, one.thing) for one in silent.decisions] == [("when_changed", "refund")]
    assert effect(silent, "moved").open == moved


async def test_nothing_changed_needs_nothing(shop: Shop) -> None:
    plan = await shop.plan(shop_files())
    assert (plan.changes, plan.effects, plan.needs, plan.exit_code) == ((), (), (), 0)
