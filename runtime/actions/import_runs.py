"""Imports from the desk: a file is taken in, looked through, mapped, tried; a worker writes it.

A run keeps everything in its row, so that it is the same whoever looks and whoever works, and goes
on after a crash where its last batch was written.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import asdict
from pathlib import PurePath
from typing import Any, Final

from engine.facts import Viewer
from engine.model.importing import ImportModel
from runtime.actions.change_people import MANAGE
from runtime.actions.import_rows import Order, Work, go_on, look_through, try_out
from runtime.actions.importing.guess import Target, guessed, targets
from runtime.actions.importing.mapping import compiled
from runtime.actions.importing.persons import (
    CUSTOMERS,
    key_among,
    people_model,
    people_targets,
)
from runtime.actions.importing.reading import open_table
from runtime.actions.importing.sheet_table import SheetTable
from runtime.actions.importing.table import OWN, FileFault, Reading, Table
from runtime.actions.upload_file import UploadRefused
from runtime.file_types import clean_name
from runtime.render.catalogues import SOURCE_LOCALE
from runtime.render.saying import Voice
from runtime.site.desks import Live
from runtime.site.handles import Site
from runtime.site.standing import SYSTEM, viewer_of
from runtime.store import imports, jobs, people
from runtime.store.files import TooLarge
from runtime.store.imports import Run
from runtime.store.jobs import NewJob

KIND: Final = "import"
FUNCTION: Final = "import"
MAX_BYTES: Final = 60 << 20
"""Of an upload; larger files are imported on the command line."""
SAMPLE: Final = 8
WORDS_KEPT: Final = 40
"""Different words of a column that are kept, to be pointed at."""
TRIED: Final = 2_000
"""So many rows are tried; the rest is told when they are imported."""
_LONG: Final = 200


async def take_file(
    site: Site,
    live: Live,
    viewer: Viewer,
    name: str,
    chunks: AsyncIterator[bytes],
    asked: Mapping[str, Any],
) -> Run | UploadRefused:
    """Keep a file and begin a run with it.

    `asked`: `type` by key with `opens` for new tickets, or `people`; `locale` for reasons.
    """
    called = clean_name(name)
    try:
        kept = await site.files.put(chunks, MAX_BYTES)
    except TooLarge:
        return UploadRefused("too_large", called, most=MAX_BYTES)
    if not kept.size:
        return UploadRefused("empty", called)
    body = {**asked, "size": kept.size, "reading": asdict(Reading())}
    async with site.store.unit(live.tenant, write=True) as unit:
        run = await imports.make(
            unit, _id_of(live, called, asked), called, kept.sha256, viewer.person_id,
            state="reading", body=body,
        )  # fmt: skip
        await _enqueue(unit, run.id, "read")
        return run


def _id_of(live: Live, name: str, asked: Mapping[str, Any]) -> str:
    """The id of the mapping: by it a later file of the same kind is known again."""
    stem = re.sub(r"[^a-z0-9]+", "_", PurePath(name).stem.lower()).strip("_")
    of = CUSTOMERS if asked.get("people") else live.desk.types[asked["type"]].id
    made = f"{of}_{stem}".strip("_")[:40].strip("_")
    return made if made[:1].isalpha() else f"m{made}"[:40]


async def _enqueue(unit: Any, run_id: str, step: str) -> None:
    now = unit.now_us()
    body = {"run": run_id, "step": step}
    await jobs.enqueue(unit, [NewJob(KIND, f"{run_id}:{step}:{now}", now, body)])


# -- what a person does ---------------------------------------------------------------------------


async def read_again(site: Site, tenant: str, run_id: str, reading: Reading) -> None:
    """Look through the file anew, read in another way."""
    change = {"reading": asdict(reading), "mapping": None, "fault": "", "trial": None}
    await _to(site, tenant, run_id, ("mapping", "failed"), "reading", "read", change)


async def save_mapping(
    site: Site, live: Live, run_id: str, spec: Mapping[str, Any]
) -> tuple[str, ...]:
    """Keep what was pointed at; gives what is wrong with it."""
    async with site.store.unit(live.tenant) as unit:
        run = await imports.read(unit, run_id)
    if run is None or run.state not in ("mapping", "failed"):
        return ()
    _, faults = await _compiled(site, live, run, spec)
    change = {"mapping": dict(spec), "faults": list(faults), "fault": "", "trial": None}
    await _to(site, live.tenant, run_id, ("mapping", "failed"), "mapping", "", change)
    return faults


async def _compiled(
    site: Site, live: Live, run: Run, spec: Mapping[str, Any]
) -> tuple[ImportModel | None, tuple[str, ...]]:
    """A mapping against the live desk, and what is wrong with it."""
    if _of_people(run):
        model, wrong = people_model(run.import_key, spec, live.desk.tenant.zone)
        return model, (_voice(run).say(wrong),) if wrong else ()
    found = await compiled(site, live, run.import_key, content_of(spec))
    return found.model, found.faults


def _of_people(run: Run) -> bool:
    return bool((run.body or {}).get("people"))


def _voice(run: Run) -> Voice:
    return Voice.of(str((run.body or {}).get("locale") or SOURCE_LOCALE))


def function_of(run: Run) -> str:
    """What somebody has to hold for this run: customers are for who manages people."""
    return MANAGE if _of_people(run) else FUNCTION


def targets_of(live: Live, run: Run) -> tuple[Target, ...]:
    """Where columns of a run's file may go."""
    body = run.body or {}
    if _of_people(run):
        return people_targets(live.desk)
    return targets(live.desk, live.desk.types[body["type"]], opens=bool(body["opens"]))


def content_of(spec: Mapping[str, Any]) -> bytes:
    """A mapping as a file; JSON is YAML."""
    return json.dumps(spec, ensure_ascii=False).encode()


def mapping_in(body: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping of a run with its columns in the file's order, which a database may not keep."""
    spec = dict(body["mapping"])
    columns = {name: spec["columns"][name] for name in body["header"] if name in spec["columns"]}
    first = {name: spec.pop(name) for name in ("kind", "type", "key") if name in spec}
    return {**first, **spec, "columns": columns}


async def ask_to_try(site: Site, tenant: str, run_id: str) -> None:
    """Have the first rows tried."""
    await _to(site, tenant, run_id, ("mapping", "failed"), "trying", "try", {"fault": ""})


async def start(site: Site, tenant: str, run_id: str) -> None:
    """Have the rows written; a paused run goes on."""
    await _to(site, tenant, run_id, ("mapping", "paused", "failed"), "running", "go", {"fault": ""})


async def pause(site: Site, tenant: str, run_id: str) -> None:
    """Let the batch that is being written be the last for now."""
    await _to(site, tenant, run_id, ("running",), "paused", "", {})


async def stop(site: Site, tenant: str, run_id: str) -> None:
    """End a run where it is; what is in stays in."""
    states = ("reading", "mapping", "trying", "running", "paused", "failed")
    await _to(site, tenant, run_id, states, "stopped", "", {})


async def _to(
    site: Site,
    tenant: str,
    run_id: str,
    when: tuple[str, ...],
    state: str,
    step: str,
    change: Mapping[str, Any],
) -> None:
    """Go on to a state from one of others; from all else nothing happens."""
    async with site.store.unit(tenant, write=True) as unit:
        run = await imports.hold(unit, run_id)
        if run is None or run.body is None or run.state not in when:
            return
        ended = {"ended_us": unit.now_us()} if state in imports.OVER else {}
        await imports.change(unit, run_id, state=state, body={**run.body, **change}, **ended)
        if step:
            await _enqueue(unit, run_id, step)


async def read_run(site: Site, tenant: str, run_id: str) -> Run | None:
    """A run that was begun on the desk."""
    async with site.store.unit(tenant) as unit:
        run = await imports.read(unit, run_id)
    return run if run is not None and run.body is not None else None


# -- what a worker does ---------------------------------------------------------------------------


async def do_step(site: Site, live: Live, run_id: str, step: str) -> None:
    """One step of a run; a fault of the file ends it as `failed`, with the reason.

    Raises:
        Busy, Halted: see `go_on`.
    """
    run = await read_run(site, live.tenant, run_id)
    wanted = {"read": "reading", "try": "trying", "go": "running"}[step]
    if run is None or run.state != wanted:
        return
    try:
        await {"read": _read, "try": _try, "go": _go}[step](site, live, run)
    except FileFault as fault:
        change = {"fault": str(fault), "failed_at": step}
        await _to(site, live.tenant, run_id, (wanted,), "failed", "", change)


async def _read(site: Site, live: Live, run: Run) -> None:
    """Look through the file: how it is written, its columns, first rows and words; then guess."""
    assert run.body is not None
    table = open_table(
        site.files.path(run.file_sha256), Reading(**run.body["reading"]), run.file_name
    )
    seen = await asyncio.to_thread(_look, table)
    known = targets_of(live, run)
    type_id = "" if _of_people(run) else live.desk.types[run.body["type"]].id
    header = [name for name in seen["header"] if name not in OWN]
    good = seen["rows"] - seen["faulty"]
    alone = [n for n in header if n in seen["many"] or len(seen["values"].get(n, ())) == good]
    spec = guessed(known, type_id, header, seen["values"], alone)
    if _of_people(run):
        goes = {name: part["to"] for name, part in spec["columns"].items()}
        spec["key"] = key_among(goes, header)
        spec["ignore"] = [name for name in header if name not in {*goes, spec["key"]}]
        spec["columns"] = {
            name: part | ({"missing": "create_value"} if part["to"] == "organisation" else {})
            for name, part in spec["columns"].items()
        }
    seen["mapping"] = spec
    await _to(site, live.tenant, run.id, ("reading",), "mapping", "", {**seen, "faults": []})


def _look(table: Table) -> dict[str, Any]:
    rows, faulty = 0, 0
    sample: list[list[str]] = []
    words: dict[str, dict[str, None]] = {}
    for row in table.rows():
        rows += 1
        faulty += bool(row.fault)
        if row.fault:
            continue
        if len(sample) < SAMPLE:
            sample.append([row.cells[name][:_LONG] for name in table.header])
        for name, cell in row.cells.items():
            known = words.setdefault(name, {})
            if cell.strip() and len(known) <= WORDS_KEPT:
                known[cell.strip()[:_LONG]] = None
    if not rows:
        raise FileFault(table.name, 0, "there are no rows below the header", "choose another file")
    return {
        "header": list(table.header),
        "sample": sample,
        "values": {name: list(known)[:WORDS_KEPT] for name, known in words.items()},
        "many": sorted(name for name, known in words.items() if len(known) > WORDS_KEPT),
        "rows": rows,
        "faulty": faulty,
        "read_as": asdict(table.reading),
        "sheets": list(table.sheets) if isinstance(table, SheetTable) else [],
    }


async def _work(site: Site, live: Live, run: Run) -> Work:
    assert run.body is not None
    model, faults = await _compiled(site, live, run, mapping_in(run.body))
    if model is None or faults:
        raise FileFault(run.file_name, 0, "; ".join(faults), "mend the mapping")
    order = _order(site, run, model)
    file, plan = await look_through(live, order)
    return Work(order, file, plan, run.id)


def _order(site: Site, run: Run, model: ImportModel) -> Order:
    assert run.body is not None
    return Order(
        site.files.path(run.file_sha256),
        model,
        Reading(**run.body["reading"]),
        opens=bool(run.body.get("opens")),
        name=run.file_name,
        people=_of_people(run),
        voice=_voice(run),
    )


async def _try(site: Site, live: Live, run: Run) -> None:
    work = await _work(site, live, run)
    counts, errors = await try_out(site, live, await _viewer(site, live, run), work, TRIED)
    trial = {
        "counts": dict(counts),
        "errors": [asdict(one) | {"row": {}} for one in errors[:100]],
    }
    await _to(site, live.tenant, run.id, ("trying",), "mapping", "", {"trial": trial})


async def _go(site: Site, live: Live, run: Run) -> None:
    work = await _work(site, live, run)
    await go_on(site, live, await _viewer(site, live, run), work, lambda _at, _of: None)


async def _viewer(site: Site, live: Live, run: Run) -> Viewer:
    """Who began the run, with the rights they have now."""
    if run.actor_id is None:
        return SYSTEM
    async with site.store.unit(live.tenant) as unit:
        standing = await people.standing(unit, run.actor_id)
    viewer = viewer_of(live.desk, standing) if standing is not None else None
    if viewer is None or function_of(run) not in viewer.functions:
        why = "who began the import may not import any more"
        raise FileFault(run.file_name, 0, why, "let somebody else begin it anew")
    return viewer
