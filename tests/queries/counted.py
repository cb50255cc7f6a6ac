"""A tenant with reports, tickets of many kinds over some months, and figures counted by hand."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from engine.decide import access
from engine.decide.verdict import Move
from engine.evaluate import holds
from engine.facts import Ask, Facts, Viewer
from engine.instant import from_us
from engine.model.desk import Desk, ReportModel
from engine.predicate import TRUE, Path
from runtime.actions.change_ticket import Change, change_ticket
from runtime.actions.let_through import ANYTHING
from runtime.actions.open_ticket import NewTicket, open_ticket
from runtime.actions.outcome import Done
from runtime.actions.publish_desk import publish_desk
from runtime.queries.list_tickets import Wanted, list_tickets
from runtime.site.standing import SYSTEM, ask_of
from tests.web.spruce import LARCH, SPRUCE, Spruce, specs

DAY_US = 86_400_000_000

_TEXT = """
# by_reason
types: [refund]
by: { reason: { of: reason } }
measures:
  n: { of: count }
  money: { of: sum, value: amount }
  least: { of: min, value: amount }
  most: { of: max, value: amount }
# by_day
period: { of: created_at, last: 30d }
by: { day: { of: created_at, step: day } }
measures: { n: { of: count } }
chart: line
# by_week
by: { week: { of: created_at, step: week }, team: { of: team } }
measures: { n: { of: count } }
# by_month
period: { of: created_at, last: 90d }
by: { month: { of: created_at, step: month } }
measures: { n: { of: count }, half: { of: median, value: amount } }
chart: bar
# handling
types: [refund]
by: { team: { of: home_team } }
measures:
  mean: { of: average, value: { from: created_at, to: solved_at } }
  middle: { of: median, value: { from: created_at, to: solved_at } }
  late: { of: share, when: { breached.solved: true } }
# late
period: { of: created_at, last: 30d }
measures: { late: { of: share, when: { breached.solved: true } } }
chart: number
# open_now
filter: { phase: [new, active] }
by: { team: { of: team }, state: { of: state } }
measures: { n: { of: count } }
chart: bar
# by_level
by: { level: { of: customer.level } }
measures: { n: { of: count } }
chart: bar
# by_risk
types: [refund]
by: { risk: { of: risk } }
measures: { n: { of: count } }
chart: bar
# only_risky
types: [refund]
filter: { risk: zqriskopt }
measures: { n: { of: count } }
chart: number
# risk_share
measures: { n: { of: share, when: { risk: zqriskopt } } }
chart: number
# by_iban
by: { iban: { of: iban } }
measures: { n: { of: count } }
chart: bar
# by_pin
by: { pin: { of: customer.pin } }
measures: { n: { of: count } }
chart: bar
# by_fee
types: [refund]
by: { fee: { of: fee } }
measures: { n: { of: count } }
chart: bar
# nobodys
measures: { n: { of: count } }
chart: number
"""
REPORTS = {
    name: body.strip() for name, _, body in (part.partition("\n") for part in _TEXT.split("# ")[1:])
}
"""The body of each report by id."""
SEALED = ("by_iban", "by_pin")
HIDDEN = ("by_risk", "only_risky", "risk_share")
OPEN = tuple(name for name in REPORTS if name not in (*SEALED, *HIDDEN, "nobodys"))


def with_reports(tenant: str = SPRUCE) -> dict[str, bytes]:
    """The tenant's files with all these reports, a dashboard of each half, roles that name them."""
    files = specs(tenant)
    # The other tenant has the same fields under options of its own.
    risky = re.search(rb"(\w+riskopt)", files["types/refund.yaml"])
    assert risky is not None
    for name, body in REPORTS.items():
        text = f"kind: Report\ntitle: Title {name}\n{body}\n".encode()
        files[f"reports/{name}.yaml"] = text.replace(b"zqriskopt", risky[1])
    for board, names in (("open", OPEN), ("secret", (*HIDDEN, *SEALED, "nobodys"))):
        tiles = "".join(f"  t{n}: {{ report: {name}, width: 6 }}\n" for n, name in enumerate(names))
        files[f"dashboards/{board}.yaml"] = (
            f"kind: Dashboard\ntitle: Board {board}\ntiles:\n{tiles}".encode()
        )
    named = ", ".join(["open", "secret", *(name for name in REPORTS if name != "nobodys")])
    for role in ("agent", "admin", "finance"):
        text = re.sub(rb"\nreports: .*", b"", files[f"roles/{role}.yaml"])
        files[f"roles/{role}.yaml"] = text + f"reports: [{named}]\n".encode()
    return files


async def fill(spruce: Spruce, count: int = 70) -> None:
    """Publish the reports in both tenants and make tickets in the first, over 100 days."""
    for tenant in (SPRUCE, LARCH):
        done = await publish_desk(
            spruce.site, with_reports(tenant), SYSTEM, "reports", word=ANYTHING
        )
        assert done.revision == 2, [problem.headline for problem in done.problems]
    clock: Any = spruce.site.clock
    end, chance = clock.now_us(), random.Random(11)
    ivy, cleo = await spruce.viewer("ivy"), await spruce.viewer("cleo")
    for number in range(count):
        clock.set(
            end - int((count - number) * 100 * DAY_US / count) - chance.randrange(DAY_US // 3)
        )
        await _ticket(spruce, chance, number, ivy, cleo)
    clock.set(end)
    values = {"amount": "1", "reason": "late", "grade": "low"}
    wanted = NewTicket("refund", values, "Larch", requester=spruce.ids["dan"])
    opened = await open_ticket(spruce.site, LARCH, await spruce.viewer("dora"), wanted)
    assert isinstance(opened, Done), opened


async def _ticket(
    spruce: Spruce, chance: random.Random, number: int, ivy: Viewer, cleo: Viewer
) -> None:
    clock: Any = spruce.site.clock
    who = chance.choice(("ann", "abe", "ben"))
    values: dict[str, object] = {
        "amount": str(chance.choice((5, 12.5, 80, 99.99))),
        "reason": chance.choice(("damaged", "late")),
        "grade": "low",
        "fee": chance.choice(("", "a", "b")),
        "risk": chance.choice(("", "fine", "zqriskopt")),
        "iban": chance.choice(("", "zqibanword")),
    }
    kind = "memo" if number % 9 == 0 else "refund"
    if kind == "memo":
        values = {}
    made = await open_ticket(
        spruce.site, SPRUCE, ivy, NewTicket(kind, values, f"No {number}", requester=spruce.ids[who])
    )
    assert isinstance(made, Done), made
    if kind == "refund" and number % 3 == 0:
        clock.advance(chance.randrange(1, 30) * 3_600_000_000 + 1)
        change = Change(Move("close", note="done"))
        closed = await change_ticket(spruce.site, SPRUCE, cleo, made.number, change)
        assert isinstance(closed, Done), closed


# -- by hand --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hand:
    """Every ticket of the tenant with the rights a viewer has on it."""

    desk: Desk
    ask: Ask
    tickets: tuple[Facts, ...]

    def seen(self) -> list[Facts]:
        """The tickets that the viewer sees."""
        return [f for f in self.tickets if access.rights(self.desk, f, self.ask).see]


async def by_hand(spruce: Spruce, who: str) -> Hand:
    """Read everything as the system does, to count it in Python."""
    live = spruce.site.desks.get(SPRUCE)
    assert live is not None
    listed = await list_tickets(spruce.site, SPRUCE, SYSTEM, Wanted(limit=1000))
    ask = ask_of(live.desk, await spruce.viewer(who), spruce.site.clock.now_us())
    return Hand(live.desk, ask, tuple(line.facts for line in listed.lines))


def expected(hand: Hand, report: ReportModel) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Groups and figures of a report, counted the long way."""
    zone = hand.desk.tenant.zone
    rows = [f for f in hand.seen() if holds(report.filter, f, hand.ask)]
    rows = [f for f in rows if not report.types or f.text("type") in report.types]
    if report.period_last is not None:
        today = from_us(hand.ask.now_us, zone).date()
        first = today - timedelta(days=report.period_last.days - 1)
        rows = [f for f in rows if first <= _day(f, report.period_of, zone) <= today]
    groups: dict[tuple[Any, ...], list[Facts]] = {} if report.by else {(): []}
    for facts in rows:
        key = tuple(_key(facts, d.of, d.step, zone) for d in report.by)
        groups.setdefault(key, []).append(facts)
    return {
        key: tuple(_figure(hand, measure, several) for measure in report.measures)
        for key, several in groups.items()
    }


def _day(facts: Facts, path: Path | None, zone: str) -> date:
    assert path is not None
    value = facts.get(path.name)
    assert isinstance(value, int)
    return from_us(value, zone).date()


def _key(facts: Facts, path: Path, step: str, zone: str) -> Any:
    value = facts.get(path.name)
    if not step:
        return value if value != "" else None
    day = _day(facts, path, zone)
    begins: dict[str, Callable[[], date]] = {
        "day": lambda: day,
        "week": lambda: day - timedelta(days=day.weekday()),
        "month": lambda: day.replace(day=1),
    }
    return begins[step]().isoformat()


def _figure(hand: Hand, measure: Any, rows: list[Facts]) -> Any:
    held = [f for f in rows if measure.when == TRUE or holds(measure.when, f, hand.ask)]
    if measure.of == "count":
        return len(held)
    if measure.of == "share":
        return Decimal(len(held)) / len(rows) if rows else None
    values = sorted(_values(measure, held))
    if not values:
        return None
    middle = len(values) // 2
    half = values[middle] if len(values) % 2 else Decimal(values[middle - 1] + values[middle]) / 2
    return {
        "sum": sum(values),
        "average": Decimal(sum(values)) / len(values),
        "median": Decimal(half),
        "min": values[0],
        "max": values[-1],
    }[measure.of]


def _values(measure: Any, rows: Iterable[Facts]) -> Iterable[int]:
    for facts in rows:
        if measure.span is not None:
            start, end = (facts.get(path.name) for path in measure.span)
            if isinstance(start, int) and isinstance(end, int):
                yield end - start
        else:
            value = facts.get(measure.value.name)
            if isinstance(value, int):
                yield value
