"""Canary words in every place that somebody may not look into, and who may meet each of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.decide.verdict import Comment, Edit, Event, Move
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.open_ticket import NewTicket, open_ticket
from runtime.actions.outcome import Done
from runtime.store import files, tickets
from tests.web.asking import PNG
from tests.web.spruce import CAST, LARCH, Spruce

FIRST = "ben cleo ivy"
"""Who works on tickets of the first team; fay has none of them."""

MAY: Mapping[str, str] = {
    "zqnoteword": FIRST,
    "zqnotefile": FIRST,
    "zqnotebytes": FIRST,
    "zqmovenote": FIRST,
    "zqscanname": FIRST,
    "zqscanbytes": FIRST,
    "zqibanword": "ann ivy",
    "zqibannew": "ann ivy",
    "zqfeebefore": FIRST,
    "zqfeeword": FIRST,
    "zqgradeopt": "ben bob cleo fay ivy",
    "zqgradetitle": "ben bob cleo fay ivy",
    "zqriskopt": "cleo ivy",
    "zqrisktitle": "cleo ivy",
    "zqrisknote": FIRST,
    "zqcostrecord": "ben bob cleo fay ivy",
    "zqcardword": "",
    "zqcardtwo": "",
    "zqpinword": "",
    "zqotherorder": "abe ben bob cleo fay ivy",
    "zqmemosubject": "ivy",
    "zqmemobody": "ivy",
    "zqadminviewtitle": "ivy",
    "zqinnerboard": "ivy",
    "zqsecondtext": "ann bob cleo ivy",
    "zqabetext": "abe " + FIRST,
    "zqannphone": "ben bob cleo fay ivy",
    "zqabephone": "ben bob cleo fay ivy",
    "zqprivate": "ann " + FIRST,
}
"""Canary → who may meet it. What is Spruce's nobody of Larch may meet, and the other way round."""

ELSEWHERE = (
    "zlnoteword",
    "zlnotefile",
    "zlnotebytes",
    "zlibanword",
    "zlfeeword",
    "zlgradeopt",
    "zlgradetitle",
    "zlriskopt",
    "zlrisktitle",
    "zlcostrecord",
    "zlcardword",
    "zlotherorder",
    "zladminviewtitle",
    "zlinnerboard",
    "zllarchteam",
    "zldoraname",
    "zldanname",
    "zldanphone",
    "zldoraphone",
    "zlprivate",
    "dan@example.com",
    "dora@example.com",
    "zlpinword",
)
OURS = (
    *MAY,
    "ann@example.com",
    "abe@example.com",
    "ben@example.com",
    "cleo@example.com",
    "lindenhall",
)


def forbidden(who: str) -> frozenset[str]:
    """The words that this one must never meet."""
    if who in ("dora", "dan"):
        return frozenset(OURS)
    theirs = {word for word, may in MAY.items() if who not in may.split()}
    return frozenset((*theirs, *ELSEWHERE))


@dataclass(frozen=True, slots=True)
class Planted:
    """Numbers and file tokens of everything that was planted."""

    numbers: tuple[str, ...]
    tokens: tuple[str, ...]
    first: str


async def plant(spruce: Spruce) -> Planted:
    """Fill both tenants with tickets that hold the canaries."""
    garden = _Garden(spruce)
    first = await garden.open(
        "ann", "Lindenhall lamp", "zqprivate", iban="44 zqibanword", order_no="1001"
    )
    await garden.work(first)
    await garden.open("abe", "Abe's", "zqabetext", order_no="1002")
    await garden.open("ann", "Second", "zqsecondtext", reason="late")
    closed = await garden.open("ann", "To be closed", "plain")
    await garden.do("ben", closed, Move("close", {}, "", "zqmovenote"))
    memo = NewTicket("memo", {"body": "zqmemobody"}, subject="zqmemosubject", channel="desk")
    done = await open_ticket(spruce.site, "spruce", await spruce.viewer("ivy"), memo)
    assert isinstance(done, Done), done
    # More than a page of tickets on which the risk is hidden from the agent who sees them.
    risky = {"amount": "1", "reason": "late", "risk": "zqriskopt", "grade": "low"}
    for count in range(53):
        new = NewTicket("refund", risky, subject=f"Bulk {count}", requester=spruce.ids["ann"])
        assert isinstance(
            await open_ticket(spruce.site, "spruce", await spruce.viewer("ivy"), new), Done
        )
    there = await garden.open("dan", "zlprivate", "zlprivate", iban="zlibanword", order_no="1001")
    garden.owner = {"ben": "dora", "ivy": "dora"}
    await garden.work(there, "zl")
    return Planted(await _numbers(spruce), await _tokens(spruce), first)


@dataclass(slots=True)
class _Garden:
    """Plants as the people would: through actions, within their rights."""

    spruce: Spruce
    owner: dict[str, str] | None = None

    async def open(self, who: str, subject: str, text: str, **values: str) -> str:
        form = {"amount": "10", "reason": "damaged", **values}
        new = NewTicket("refund", form, subject=subject, description=text)
        viewer = await self.spruce.viewer(who)
        done = await open_ticket(self.spruce.site, CAST[who].tenant, viewer, new)
        assert isinstance(done, Done), done
        return done.number

    async def do(self, who: str, number: str, event: Event, **named: str) -> None:
        who = (self.owner or {}).get(who, who)
        held = {place: (await self.upload(who, name),) for place, name in named.items()}
        change = Change(event, files=held)
        viewer = await self.spruce.viewer(who)
        done = await change_ticket(self.spruce.site, CAST[who].tenant, viewer, number, change)
        assert isinstance(done, Done), (event, done)

    async def upload(self, who: str, name: str) -> str:
        browser = await self.spruce.browser(who)
        content = (
            PNG
            + name.removesuffix(".png").replace("file", "bytes").replace("name", "bytes").encode()
        )
        sent = await browser.post(f"/t/{CAST[who].tenant}/files", files={"files": (name, content)})
        assert sent.status_code == 201, sent.text
        token: str = sent.json()["token"]
        return token

    async def work(self, number: str, sort: str = "zq") -> None:
        """Notes, hidden and masked fields, each changed once so that history has both sides."""
        await self.do(
            "ben", number, Comment(f"{sort}noteword", internal=True), comment=f"{sort}notefile.png"
        )
        for fee in ("feebefore", "feeword"):
            await self.do("ben", number, Edit({"fee": sort + fee, "grade": f"{sort}gradeopt"}))
        await self.do("ben", number, Edit({"cost_no": "9001"}), scan=f"{sort}scanname.png")
        await self.do("ivy", number, Edit({"risk": f"{sort}riskopt"}))
        await self.do(
            "ivy", number, Edit({"risk_note": f"{sort}risknote", "iban": f"{sort}ibannew"})
        )
        await self.do("ben", number, Comment("An answer for all to read"))
        requester = "ann" if sort == "zq" else "dan"
        await self.do(requester, number, Comment("And mine"))


async def _numbers(spruce: Spruce) -> tuple[str, ...]:
    found = []
    for prefix in ("RF", "ME"):
        async with spruce.site.store.unit("spruce") as unit:
            for count in range(1, 8):
                row = await tickets.by_number(unit, f"{prefix}-{count}")
                found += [row.number] if row else []
    return tuple(found)


async def _tokens(spruce: Spruce) -> tuple[str, ...]:
    found: list[str] = []
    for tenant in ("spruce", LARCH):
        async with spruce.site.store.unit(tenant) as unit:
            for count in range(1, 4):
                row = await tickets.by_number(unit, f"RF-{count}")
                if row is not None:
                    found += [file.token for file in await files.of_ticket(unit, row.id)]
    return tuple(found)
