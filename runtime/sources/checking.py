"""The one check of a tenant's files: specs, their meaning, their tests, the tables sources read.

It opens no store, so that the command line, a publish and the studio's drafts all say the same.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.change.keys import KeysAfter, keys_after
from engine.compile.desk import compile_desk
from engine.model.desk import Desk
from engine.trial.compile import compile_tests
from runtime.sources.table import Table, TableError, read_table
from specs.fixing import cured
from specs.problem import Code, Place, Problem, has_errors, ordered
from specs.spec_set import SpecSet


def checked(
    specs: SpecSet, problems: list[Problem], keys: KeysAfter | None = None
) -> tuple[Desk | None, list[Problem]]:
    """The desk of loaded specs, None when an error stands in the way, and all problems in order.

    `problems` are those of loading, `keys` the stored keys on top of what is live; without them the
    folder is judged by itself, as if nothing were published yet. Tables are read, and tests
    understood but not run, once the specs that they name are sound.
    """
    after = keys if keys is not None else keys_after(specs, {})
    desk, more = compile_desk(specs, after.keys)
    found = [*problems, *after.problems, *more]
    if desk is not None and not has_errors(found):
        _, faults = tables_of(desk, specs.files)
        _, wrong = compile_tests(specs, desk)
        found += [*(_of_fault(fault) for fault in faults), *wrong]
    return (None if has_errors(found) else desk), cured(ordered(found), specs.files)


def tables_of(desk: Desk, files: Mapping[str, bytes]) -> tuple[dict[str, Table], list[str]]:
    """The tables of a desk's sources, and what is wrong with those that can't be read.

    Of a source that asks another system it is the table of its fixtures, if it names one.
    """
    found: dict[str, Table] = {}
    faults: list[str] = []
    for name, model in desk.sources.items():
        content = files.get(model.file or model.fixtures)
        if content is None:
            continue
        try:
            found[name] = read_table(model, content, desk.tenant.locales[0], desk.tenant.zone)
        except TableError as wrong:
            faults.append(str(wrong))
    return found, faults


def _of_fault(text: str) -> Problem:
    """A table's fault as a problem at its file and line."""
    head, _, said = text.partition(": ")
    file, _, line = head.partition(":")
    at = int(line) if line.isdigit() else 1
    return Problem(Code.MISSING_FILE, said or text, Place(file, at, 1, at, 1), cure="mend the file")
