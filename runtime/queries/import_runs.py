"""Runs of imports as a page shows them, and the rows they refused as a file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from runtime.queries.export_forms import Head, in_form
from runtime.site.handles import Site
from runtime.store import imports, people
from runtime.store.imports import RowError, Run

OWN: Final = ("_line", "_column", "_reason")
"""As an import passes over them, so that the file can be mended and imported again."""
SHOWN: Final = 50
_PAGE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Seen:
    """A run with the name of who began it and its first refused rows."""

    run: Run
    by: str
    errors: tuple[RowError, ...] = ()


async def list_runs(site: Site, tenant: str) -> list[Seen]:
    """The newest runs, of the desk and of the command line."""
    async with site.store.unit(tenant) as unit:
        found = await imports.runs(unit)
        names = await people.persons_by_id(unit, {r.actor_id for r in found if r.actor_id})
    return [Seen(one, _name(one, names)) for one in found]


async def see_run(site: Site, tenant: str, run_id: str) -> Seen | None:
    """One run that was begun on the desk."""
    async with site.store.unit(tenant) as unit:
        run = await imports.read(unit, run_id)
        if run is None or run.body is None:
            return None
        names = await people.persons_by_id(unit, {run.actor_id} if run.actor_id else set())
        errors = await imports.errors_of(unit, run_id, limit=SHOWN)
    return Seen(run, _name(run, names), tuple(errors))


def _name(run: Run, names: Any) -> str:
    person = names.get(run.actor_id or "")
    return person.name if person else ""


def refused_rows(
    site: Site, tenant: str, run_id: str, columns: Sequence[str]
) -> AsyncIterator[bytes]:
    """The refused rows of a run as a CSV that a spreadsheet opens, with the reason of each."""
    header = [name for name in columns if name not in OWN]
    head = Head((*header, *OWN), (*header, *OWN))
    return in_form("csv", head, _refused(site, tenant, run_id, header), mark=True)


async def _refused(
    site: Site, tenant: str, run_id: str, header: Sequence[str]
) -> AsyncIterator[list[Sequence[Any]]]:
    after = -1
    while True:
        async with site.store.unit(tenant) as unit:
            page = await imports.errors_of(unit, run_id, after=after, limit=_PAGE)
        yield [
            [*(one.row.get(name, "") for name in header), one.line, one.column or "", one.message]
            for one in page
        ]
        if len(page) < _PAGE:
            return
        after = page[-1].line
