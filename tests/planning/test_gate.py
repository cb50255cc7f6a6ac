"""The gate of a publish: what is held, who may agree, and a plan that is no longer what it says."""

from __future__ import annotations

from engine.decide.verdict import Move
from engine.facts import Viewer
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.keep_plan import Refused, approve_plan, return_plan, save_plan
from runtime.actions.let_through import Word
from runtime.actions.open_ticket import NewTicket, open_ticket
from runtime.actions.outcome import Done
from runtime.actions.publish_desk import Published, publish_desk
from runtime.actions.publish_plan import publish_plan
from runtime.site.standing import SYSTEM
from runtime.store import desks, notices, people, plans
from tests.planning.shop import SHOP, Shop, shop_files

WIDER = ("roles/agent.yaml", "see: { teams: $my.teams }", "see: {}")
TITLE = ("views/open.yaml", "title: Open", "title: All open")
REGRET = ("types/refund.yaml", "regret: Changed my mind", "")
RETIRE = "{ kind: Moves, steps: { regret: { retire: option, from: refund.reason.regret } } }"
OPERATOR = Viewer(None, "olga")


async def publish(
    shop: Shop,
    viewer: Viewer,
    *edits: tuple[str, str, str],
    word: Word | None = None,
    **more: str,
) -> Published:
    """Publish the shop with edits."""
    files = shop_files(*edits, **more)
    return await publish_desk(shop.site, files, viewer, "a change", word=word or Word())


async def approvals(shop: Shop, number: int) -> list[dict[str, object]]:
    """What the record of a revision says of approvals."""
    async with shop.site.store.unit(SHOP) as unit:
        found = await desks.read_revision(unit, number)
    assert found is not None
    return [dict(one) for one in found.approvals]


async def test_what_needs_nothing_goes_through(shop: Shop) -> None:
    assert (await publish(shop, SYSTEM, TITLE)).revision == 2
    assert await approvals(shop, 2) == []


async def test_a_move_is_asked_for_and_let_through_with_it(shop: Shop) -> None:
    """Without a step of `moves/` nothing is published, whatever the operator says."""
    word = Word(frozenset({"breaking"}))
    done = await publish(shop, OPERATOR, REGRET, word=word)
    assert done.held is not None
    assert [(one.sort, one.thing) for one in done.held.decisions] == [
        ("moves", "refund.reason.regret")
    ]
    assert (await publish(shop, OPERATOR, REGRET, moves__m1=RETIRE)).revision == 2


async def test_the_operator_agrees_by_an_explicit_word(shop: Shop) -> None:
    done = await publish(shop, OPERATOR, WIDER)
    assert (done.revision, done.held and done.held.classes) == (0, ("widens",))
    done = await publish(shop, OPERATOR, WIDER, word=Word(frozenset({"widens"})))
    assert done.revision == 2
    (one,) = await approvals(shop, 2)
    assert (one["by"], one["classes"], one["operator"]) == ("olga", ["widens"], True)


async def test_somebody_else_agrees(shop: Shop) -> None:
    """Ivy asks, Cleo is told and agrees, Ivy is told and publishes just that; both stand in it."""
    ivy, cleo, ben = [await shop.viewer(name) for name in ("Ivy", "Cleo", "Ben")]
    done = await publish(shop, ivy, WIDER, word=Word(asking=True))
    assert done.held is not None
    assert done.held.saved is not None
    id = done.held.saved.id
    own = await approve_plan(shop.site, SHOP, id, ivy)
    assert isinstance(own, Refused)
    assert own.why == "the author can't approve their own plan; Cleo can"
    assert isinstance(await approve_plan(shop.site, SHOP, id, ben), Refused)
    assert not isinstance(await approve_plan(shop.site, SHOP, id, cleo, "fine"), Refused)
    out = await publish_plan(shop.site, SHOP, id, ivy)
    assert isinstance(out, Published)
    assert out.revision == 2
    (one,) = await approvals(shop, 2)
    assert (one["by"], one["says"]) == ("Cleo", "fine")
    async with shop.site.store.unit(SHOP) as unit:
        told = {
            name: await notices.inbox(unit, shop.people[name]) for name in ("Cleo", "Ivy", "Ben")
        }
        saved = await plans.read(unit, id)
    assert [one.subject for one in told["Cleo"]] == [f"Ivy asks for an approval: plan {id}"]
    assert [one.subject for one in told["Ivy"]] == [f"Cleo approved plan {id}"]
    assert told["Ben"] == []
    assert saved is not None
    assert (saved.state, saved.revision_n) == ("published", 2)
    again = await publish_plan(shop.site, SHOP, id, ivy)
    assert again == Refused(f"plan {id} is published as v2")


async def test_the_author_alone(shop: Shop) -> None:
    """When nobody else may publish, the author's own word is enough, and the record says so."""
    async with shop.site.store.unit(SHOP, write=True) as unit:
        await people.set_roles(unit, shop.people["Cleo"], ["chief"])
    ivy = await shop.viewer("Ivy")
    assert (await publish(shop, ivy, WIDER)).revision == 2
    (one,) = await approvals(shop, 2)
    assert (one["by"], one["alone"]) == ("Ivy", True)


async def test_sent_back_with_words(shop: Shop) -> None:
    ivy, cleo = await shop.viewer("Ivy"), await shop.viewer("Cleo")
    done = await publish(shop, ivy, WIDER, word=Word(asking=True))
    assert done.held is not None
    assert done.held.saved is not None
    id = done.held.saved.id
    assert not isinstance(await return_plan(shop.site, SHOP, id, cleo, "too much"), Refused)
    assert isinstance(await publish_plan(shop.site, SHOP, id, ivy), Refused)
    async with shop.site.store.unit(SHOP) as unit:
        (one,) = await notices.inbox(unit, shop.people["Ivy"])
    assert (one.subject, one.body) == (f"Cleo sent plan {id} back", "too much")


async def test_a_plan_whose_base_moved(shop: Shop) -> None:
    files = shop_files(WIDER)
    saved = await save_plan(shop.site, await shop.plan(files), files, OPERATOR, "wider")
    assert (await publish(shop, SYSTEM, TITLE)).revision == 2
    word = Word(frozenset({"widens"}))
    done = await publish_plan(shop.site, SHOP, saved.id, OPERATOR, word=word)
    assert isinstance(done, Published)
    assert done.held is not None
    assert done.held.moved == ("live is v2 now, the plan was made over v1",)


async def test_a_plan_whose_data_moved(shop: Shop) -> None:
    """More tickets hold what goes than the plan says: it is not published, and says so."""
    files = shop_files(REGRET, moves__m1=RETIRE)
    plan = await shop.plan(files)
    was = next(one.all for one in plan.effects if one.about == "holds")
    saved = await save_plan(shop.site, plan, files, OPERATOR, "less")
    ann = await shop.viewer("Ann")
    made = await open_ticket(
        shop.site, SHOP, ann, NewTicket("refund", {"reason": "regret"}, subject="Oh")
    )
    assert isinstance(made, Done)
    done = await publish_plan(shop.site, SHOP, saved.id, OPERATOR)
    assert isinstance(done, Published)
    assert done.held is not None
    (moved,) = done.held.moved
    assert f"{was + 1} tickets hold it" in moved
    assert moved.endswith(f"; it was {was}")


async def test_less_data_refuses_nothing(shop: Shop) -> None:
    """A plan says what may be lost at most: a ticket that moved on meanwhile is no reason."""
    paying = [
        (
            "types/refund.yaml",
            "paying: { title: Paying, phase: active, team: finance, limit: 8h }",
            "",
        ),
        ("types/refund.yaml", "approve: { from: submitted, to: paying, by: agent }", ""),
        (
            "types/refund.yaml",
            "pay: { from: paying, to: done,",
            "pay: { from: submitted, to: done,",
        ),
        ("types/refund.yaml", "from: [submitted, paying]", "from: submitted"),
    ]
    steps = "{ kind: Moves, steps: { a: { map: state, from: refund.paying, to: refund.done } } }"
    files = shop_files(*paying, moves__m1=steps)
    plan = await shop.plan(files)
    held = next(one for one in plan.effects if one.about == "holds")
    word = Word(frozenset(plan.approvals))
    saved = await save_plan(shop.site, plan, files, OPERATOR, "less")
    fay = await shop.viewer("Fay")
    event = Change(Move("reject", comment="no"))
    assert isinstance(await change_ticket(shop.site, SHOP, fay, held.tickets[0], event), Done)
    done = await publish_plan(shop.site, SHOP, saved.id, OPERATOR, word=word)
    assert isinstance(done, Published)
    assert done.revision == 2, done.held


async def test_another_tenant_has_its_own_plans(shop: Shop) -> None:
    files = shop_files(WIDER)
    saved = await save_plan(shop.site, await shop.plan(files), files, OPERATOR, "wider")
    done = await publish_plan(shop.site, "larch", saved.id, OPERATOR)
    assert done == Refused(f"there is no plan {saved.id}")
