"""`specdesk pack check`: a pack as its users will meet it, and the version it has to have."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from engine.analyse.lint import lint as findings
from engine.analyse.promises import prove
from engine.change.body import body_of
from engine.change.change import Change
from engine.change.diff import Side, differences
from engine.instant import from_us
from engine.model.desk import Desk
from engine.trial.compile import compile_tests
from engine.trial.run import run
from runtime.cli.pack_files import Files, folder_files, pack_from, refuse, standing_alone, told
from runtime.cli.plan_report import at, said
from runtime.clock import SystemClock
from runtime.sources.checking import checked
from specs.kinds.pack import Pack
from specs.load import load_files
from specs.packs.bump import LEVELS, Bump, bump_of, of_pack
from specs.packs.versions import number
from specs.problem import Problem, has_errors, ordered
from specs.spec_set import SpecSet


def check_pack(folder: Path, against: Path | None) -> int:
    """Say all that is wrong with a pack; the exit code."""
    files = standing_alone(folder_files(folder))
    if "pack.yaml" not in files:
        refuse(f"{folder} has no pack.yaml and so is no pack")
    specs, desk, problems = _looked_at(files)
    told(problems, files)
    if desk is None or has_errors(problems):
        print("specdesk: the pack has errors", file=sys.stderr)
        return 1
    failed = _tests(specs, desk)
    wrong = _version(files, Side(specs, desk), against) if against is not None else []
    for line in (*failed, *wrong):
        print(line)
    if failed or wrong:
        return 1
    print("ok")
    return 0


def _looked_at(files: Files) -> tuple[SpecSet, Desk | None, list[Problem]]:
    specs, problems = load_files(files)
    desk, found = checked(specs, problems)
    if desk is None:
        return specs, None, found
    year = from_us(SystemClock().now_us(), desk.tenant.zone).year
    return specs, desk, ordered([*found, *findings(specs, desk, year)])


def _tests(specs: SpecSet, desk: Desk) -> list[str]:
    """A line for each case that fails and each promise that does not hold."""
    plan, _ = compile_tests(specs, desk)
    results = list(run(desk, plan.cases))
    lines = [f"test {one.case.test}.{one.case.name} fails" for one in results if not one.passed]
    for promise in desk.promises:
        found = prove(desk, promise)
        if found.says == "broken":
            lines.append(f"{promise.id} is broken: {found.reason}")
    if not lines:
        print(f"{len(results)} cases pass", file=sys.stderr)
    return lines


def _version(files: Files, after: Side, against: Path) -> list[str]:
    """What stands against the version that the pack says it has, after the one before."""
    old = standing_alone(pack_from("", against))
    specs, desk, problems = _looked_at(old)
    if desk is None:
        told([one for one in problems if one.is_error], old)
        refuse(f"{against} has errors, so nothing can be compared with it", 1)
    was, now = _pack(specs), _pack(after.specs)
    found = [*of_pack(was, now), *_of_specs(differences(Side(specs, desk), after))]
    level = bump_of(found)
    _say(found, level, was.version)
    wrong = [one.said for one in found if one.level == "refused"]
    least = LEVELS[level](number(was.version))
    if number(now.version) < least:
        wanted = ".".join(map(str, least))
        wrong.append(
            f"the version is {now.version}; after {was.version} this is {level}: at least {wanted}"
        )
    return wrong


def _pack(specs: SpecSet) -> Pack:
    spec = specs.of("Pack")["pack"].spec
    assert isinstance(spec, Pack)
    return spec


_CLASSES: Mapping[str, str] = {
    "cosmetic": "patch",
    "breaking": "major",
    "convert": "major",
    "tightening": "major",
}


def _of_specs(changes: tuple[Change, ...]) -> list[Bump]:
    """What a change of the pack's own specs asks for; tests and house rules ask for nothing."""
    return [
        Bump(_CLASSES.get(one.klass, "minor"), said(body_of(one)) + at(body_of(one)))
        for one in changes
        if one.kind not in ("Pack", "Tenant", "SpecTest", "HouseRules", "Moves")
    ]


def _say(found: list[Bump], level: str, was: str) -> None:
    for one in found:
        print(f"{one.level:7} {one.said}", file=sys.stderr)
    print(f"after {was}: {level}", file=sys.stderr)
