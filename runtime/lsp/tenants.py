"""Tenant folders as an editor has them: files on disk under the texts that are open, and judged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from engine.analyse.lint import lint
from engine.instant import from_us
from engine.model.desk import Desk
from runtime.clock import SystemClock
from runtime.sources.checking import checked
from specs.catalog import FILES, FOLDERS, KINDS
from specs.load import load_files, read_folder
from specs.problem import Problem, ordered
from specs.spec_set import SpecFile, SpecSet
from specs.symbols.index import Index

HEAD = "tenant.yaml"


@dataclass(frozen=True)
class Snapshot:
    """A folder at one moment: its files, specs and problems.

    `specs` also hold what a broken file said when it could last be read, so that completion and
    definitions go on while one types; `desk` is None while an error stands in the way.
    """

    root: Path
    files: Mapping[str, bytes]
    specs: SpecSet
    desk: Desk | None
    problems: tuple[Problem, ...]

    @cached_property
    def index(self) -> Index:
        """Its symbols, found when first asked for."""
        return Index(self.specs)

    @property
    def broken(self) -> set[str]:
        """The files that can't be read now."""
        return {KINDS[kind].file_of(id) for kind, id in self.specs.broken if kind in KINDS}

    def spec_file(self, path: str) -> SpecFile | None:
        """The spec in a file, None where none is or ever was read."""
        for kind in self.specs.objects.values():
            for file in kind.values():
                if file.file == path:
                    return file
        return None


@dataclass
class Tenant:
    """One folder: what is open over its files, and what was last read of each."""

    root: Path
    open: dict[str, bytes] = field(default_factory=dict)
    last: dict[tuple[str, str], SpecFile] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)
    """The files that have problems on the screen."""

    def judge(self) -> Snapshot:
        """Read and check everything: as `validate` and, where there is no error, `lint` do."""
        files, unread = read_folder(self.root)
        files = {**files, **self.open}
        specs, problems = load_files(files, [one.place.file for one in unread])
        desk, told = checked(specs, problems)
        found = [*unread, *told]
        if desk is not None:
            year = from_us(SystemClock().now_us(), desk.tenant.zone).year
            found += lint(specs, desk, year)
        return Snapshot(self.root, files, self._whole(specs), desk, tuple(ordered(found)))

    def _whole(self, specs: SpecSet) -> SpecSet:
        for kind, some in specs.objects.items():
            for id, file in some.items():
                self.last[kind, id] = file
        gone = [key for key in self.last if not specs.exists(*key)]
        for key in gone:
            del self.last[key]
        old = {key: self.last[key] for key in specs.broken if key in self.last}
        objects = {
            kind: {**specs.of(kind), **{id: one for (of, id), one in old.items() if of == kind}}
            for kind in {*specs.objects, *(kind for kind, _ in old)}
        }
        return replace(specs, objects=objects)


def root_of(path: Path, workspace: Iterable[Path]) -> Path | None:
    """The tenant's folder that a file lies in: the nearest with tenant.yaml, else a workspace
    folder that has one."""
    for folder in path.parents:
        if (folder / HEAD).is_file():
            return folder
    return next((one for one in workspace if one in path.parents and (one / HEAD).exists()), None)


def kind_of(path: str) -> str:
    """The kind that a file of a tenant is by its place, "" where none is."""
    if path in FILES:
        return FILES[path].word
    folder, slash, _ = path.partition("/")
    return FOLDERS[folder].word if slash and folder in FOLDERS else ""
