"""`specdesk test [DIR]`: the spec tests of a tenant, with coverage, mutants and recording."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from engine.analyse.promises import prove
from engine.compile.desk import compile_desk
from engine.model.desk import Desk
from engine.model.promise import Promise
from engine.trial.compile import compile_tests
from engine.trial.coverage import cover
from engine.trial.mutate import mutate
from engine.trial.plan import Plan
from engine.trial.record import record
from engine.trial.run import run
from runtime.cli.checking import source_of
from runtime.cli.formats.finding import Checked, Heading
from runtime.cli.formats.writing import DocsOption, Format, FormatOption, write, write_findings
from runtime.cli.opening import StoreOption, opened, settings_of
from runtime.cli.trial_findings import findings_of
from runtime.cli.trial_report import Proved, Report, as_json, as_junit, as_text
from runtime.settings import Settings
from runtime.store import desks
from specs.load import load, load_files
from specs.problem import Problem, has_errors, ordered, render
from specs.spec_set import SpecSet

# What these say of cases that hold as well; the other formats tell what is wrong.
_WHOLE = {"text": as_text, "json": as_json, "junit": as_junit}
MUTANTS = 500
"""How many changes `--mutate` tries where no number is given."""


def run_tests(
    folder: Annotated[
        Path, typer.Argument(help="A tenant's folder; the current one when none is named.")
    ] = Path("."),
    only: Annotated[
        str, typer.Option("--only", help="A test file, or one case: refund.vip_beats_claims.")
    ] = "",
    format: FormatOption = "text",
    docs: DocsOption = "",
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Say which rows and transitions were reached.")
    ] = False,
    min_coverage: Annotated[
        int, typer.Option("--min-coverage", min=0, max=100, help="Fail below so many percent.")
    ] = 0,
    mutate_: Annotated[
        bool, typer.Option("--mutate", help="Say which wrong changes no test notices.")
    ] = False,
    mutants: Annotated[
        int, typer.Option("--mutants", min=1, help="How many changes to try at most.")
    ] = MUTANTS,
    record_: Annotated[
        Path | None,
        typer.Option("--record", help="Write tests of what the specs do today to this file."),
    ] = None,
    tenant: Annotated[
        str, typer.Option("--tenant", help="Test what is published of this tenant instead.")
    ] = "",
    store: StoreOption = "",
) -> None:
    """Run the spec tests of a tenant; 0 when all hold, 1 when one fails or can't be run."""
    began = time.perf_counter()
    specs, problems = _specs(folder, tenant, store)
    desk, more = compile_desk(specs)
    problems = ordered([*problems, *more])
    if desk is None or has_errors(problems):
        _tell(specs, problems)
        if format != "text":
            print(write(format, Heading("test", docs), [Checked(folder, specs.files, problems)]))
        raise typer.Exit(1)
    if record_ is not None:
        raise typer.Exit(_record(specs, desk, record_))
    plan, wrong = compile_tests(specs, desk)
    _tell(specs, wrong)
    plan, promises = _chosen(desk, plan, only)
    results = tuple(run(desk, plan.cases))
    found = cover(desk, results) if coverage or min_coverage else None
    score = mutate(desk, [r.case for r in results if r.passed], mutants) if mutate_ else None
    short: tuple[str, ...] = ()
    if found is not None and found.percent < min_coverage:
        short = (f"coverage is {found.percent} %, wanted are {min_coverage} %",)
    report = Report(
        results,
        tuple(_proved(desk, one) for one in promises),
        sum(1 for one in wrong if one.is_error),
        found,
        score,
        time.perf_counter() - began,
        short,
    )
    print(_written(report, format, docs, folder, specs, wrong))
    raise typer.Exit(0 if report.passed else 1)


def _written(
    report: Report, format: Format, docs: str, folder: Path, specs: SpecSet, wrong: list[Problem]
) -> str:
    if format in _WHOLE:
        return _WHOLE[format](report)
    return write_findings(
        format, Heading("test", docs), findings_of(report, folder, specs.files, wrong)
    )


def _wrong_use(message: str) -> None:
    print(f"specdesk: {message}", file=sys.stderr)
    raise typer.Exit(2)


def _tell(specs: SpecSet, problems: list[Problem]) -> None:
    for one in problems:
        print(render(one, source_of(specs.files, one)), end="\n\n", file=sys.stderr)


def _chosen(desk: Desk, plan: Plan, only: str) -> tuple[Plan, tuple[Promise, ...]]:
    """All tests, or those of one file, one case, one matrix, one promise."""
    if not only:
        return plan, desk.promises
    cases = tuple(one for one in plan.cases if _named(one.test, one.name, only))
    promises = tuple(one for one in desk.promises if _named(*_name_of(one), only))
    if not cases and not promises:
        names = dict.fromkeys((*(c.test for c in plan.cases), *map(_test_of, desk.promises)))
        _wrong_use(f"--only: there is no test `{only}`; tests are {', '.join(names) or 'none'}")
    return Plan(cases), promises


def _name_of(promise: Promise) -> tuple[str, str]:
    """The file of a promise, and how it is called: `refund.always_ends`."""
    return _test_of(promise), promise.id.removeprefix("tests/")


def _test_of(promise: Promise) -> str:
    return promise.id.removeprefix("tests/").partition(".")[0]


def _proved(desk: Desk, promise: Promise) -> Proved:
    found = prove(desk, promise)
    return Proved(_name_of(promise)[1], promise.place, found.says, found.reason, found.case)


def _named(test: str, name: str, only: str) -> bool:
    return only in (test, name) or name.startswith(f"{only}[")


# ---------------------------------------------------------------- where the specs come from


def _specs(folder: Path, tenant: str, store: str) -> tuple[SpecSet, list[Problem]]:
    if not tenant:
        return load(folder)
    return load_files(asyncio.run(_published(settings_of(store), tenant)))


async def _published(settings: Settings, tenant: str) -> Mapping[str, bytes]:
    """The files of a tenant's live revision."""
    async with opened(settings) as site:
        live = site.desks.get(tenant)
        if live is None:
            known = ", ".join(site.desks.tenants()) or "none"
            _wrong_use(f"--tenant: nothing is published of `{tenant}`; tenants are {known}")
            return {}
        async with site.store.unit(tenant) as unit:
            revision = await desks.read_revision(unit, live.revision)
            return await desks.read_files(unit, revision.files) if revision is not None else {}


# ---------------------------------------------------------------- recording


def _record(specs: SpecSet, desk: Desk, file: Path) -> int:
    """Write tests of every type: to the file itself, or one file a type beside it."""
    several = len(desk.types) > 1
    for model in desk.types.values():
        path = file.with_name(f"{file.stem}_{model.id}.yaml") if several else file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(record(specs, desk, model), encoding="utf-8")
        print(path)
    return 0
