"""Rows in and out: an import as history and as new tickets, and an export in each form."""

from __future__ import annotations

import resource
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from runtime.actions.import_rows import Order, import_rows
from runtime.actions.let_through import ANYTHING
from runtime.actions.publish_desk import publish_desk
from runtime.actions.put_person import PersonOrder, put_person
from runtime.cli.acting import viewer_at
from runtime.queries.export import FORMATS, Counted, Shape, export
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM
from specs.load import read_folder

EXAMPLES = Path(__file__).parents[2] / "examples" / "tenants"
TENANT = "ecommerce"
_NEW = b"""kind: Import
type: refund
key: key
columns:
  order_no: { to: order_no }
  amount: { to: amount }
  reason: { to: reason }
"""


@dataclass(frozen=True, slots=True)
class Moved:
    """Rows that went in or out, by the wall and by CPU, and the most memory the process had."""

    what: str
    rows: int
    wall_s: float
    cpu_s: float
    memory_mb: int

    def told(self) -> str:
        """One line of the table."""
        rate, alone = self.rows / self.wall_s, self.rows / self.cpu_s
        return (
            f"{self.what:24} {self.rows:9,} rows {self.wall_s:8.1f} s {rate:9,.0f}/s"
            f" {alone:9,.0f} a CPU s, at most {self.memory_mb} MB"
        )


async def measure(site: Site, folder: Path, count: int, tell: Callable[[str], None]) -> None:
    """`count` rows as history, a tenth of it as new tickets, and all of them out again."""
    files, _ = read_folder(EXAMPLES / TENANT)
    files = {**files, "imports/plain.yaml": _NEW}
    done = await publish_desk(site, files, SYSTEM, "bench", word=ANYTHING)
    assert done.revision, done.problems
    await put_person(site, TENANT, PersonOrder("ivy@example.com", "Ivy", "staff", roles=["admin"]))
    viewer = await viewer_at(site, TENANT, "ivy@example.com")
    live = site.desks.get(TENANT)
    assert live is not None
    assert viewer is not None
    old, new = folder / "old.csv", folder / "new.csv"
    old.write_text("".join(_old(count)), encoding="utf-8")
    new.write_text("".join(_new(count // 10)), encoding="utf-8")

    async def history() -> int:
        order = Order(old, live.desk.imports["old_tickets"])
        return (await import_rows(site, live, SYSTEM, order, _quiet)).counts["tickets"]

    async def opened() -> int:
        order = Order(new, live.desk.imports["plain"], opens=True)
        return (await import_rows(site, live, viewer, order, _quiet)).counts["tickets"]

    assert tell_all(tell, await timed("import, history", history)) == count
    assert tell_all(tell, await timed("import, new tickets", opened)) == count // 10
    for form in FORMATS:

        async def out(shape: Shape) -> int:
            counted = Counted()
            view = live.desk.views["all"]
            async for _ in export(site, TENANT, viewer, view, shape, counted):
                pass
            return counted.rows

        shape = Shape(form, "en")
        tell_all(tell, await timed(f"export, {form}", lambda shape=shape: out(shape)))  # type: ignore[misc]


def tell_all(tell: Callable[[str], None], moved: Moved) -> int:
    """Say a line and give its rows."""
    tell(moved.told())
    return moved.rows


async def timed(what: str, work: Callable[[], Awaitable[int]]) -> Moved:
    """Do some work that gives how many rows it moved."""
    wall, cpu = time.perf_counter(), time.process_time()
    rows = await work()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    return Moved(what, rows, time.perf_counter() - wall, time.process_time() - cpu, memory)


def _quiet(_done: int, _of: int) -> None:
    """Nobody looks."""


def _old(count: int) -> list[str]:
    lines = ["legacy_no,opened,status,level,group,handler,buyer,title,content,order_no,amount,"
             "cause,closed,remark\n"]  # fmt: skip
    for n in range(count):
        lines.append(
            f"OLD-{n},2026-08-{n % 28 + 1:02} 09:12,已退款,普通,售后组,ben@example.com,"
            f"buyer{n % 500}@example.com,电饭煲内胆掉漆 {n},用了两次内胆就掉漆了，不敢再用。,"
            f"2026072801127,{n % 900 + 1}.50,延迟,2026-08-{n % 28 + 1:02} 17:05,\n"
        )
    return lines


def _new(count: int) -> list[str]:
    rows = [f"N{n},2026072801127,{n % 300 + 1}.00,late\n" for n in range(count)]
    return ["key,order_no,amount,reason\n", *rows]
