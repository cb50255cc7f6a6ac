"""A change of files as a workspace edit, and the cures of problems as quick fixes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from lsprotocol.types import (
    CreateFile,
    DeleteFile,
    OptionalVersionedTextDocumentIdentifier,
    RenameFile,
    TextDocumentEdit,
    TextEdit,
    WorkspaceEdit,
)
from pygls.uris import from_fs_path

from runtime.lsp.lines import Lines
from specs.problem import Fix, Problem
from specs.rename import Change, Splice, spliced

Operation = TextDocumentEdit | CreateFile | RenameFile | DeleteFile
LinesOf = Callable[[bytes], Lines]
_MEANT = re.compile(r"did you mean `([^`]+)`\?\Z")


def uri_of(root: Path, path: str) -> str:
    """The address of a tenant's file, as the editor names it."""
    return from_fs_path(str(root / path)) or ""


def edit_of(
    root: Path, before: Mapping[str, bytes], change: Change, lines: LinesOf
) -> WorkspaceEdit:
    """A change: first the texts where they are, then the files that move, then the moves file."""
    steps: list[Operation] = []
    words = spliced(before, change.splices)
    old_of = {new: old for old, new in change.moved.items()}
    for path, content in sorted(change.files.items()):
        old = old_of.get(path, path)
        if old not in before:
            steps.append(CreateFile(uri_of(root, path)))
            start = lines(b"").between(0, 0)
            steps.append(_texts(root, path, [TextEdit(start, content.decode())]))
        elif before[old] != content:
            own = [one for one in change.splices if one.place.file == old]
            made = lines(before[old])
            whole = words[old] == content
            edits = [_splice(made, one) for one in own] if whole else [_between(made, content)]
            steps.append(_texts(root, old, edits))
    steps += [
        RenameFile(uri_of(root, old), uri_of(root, new))
        for old, new in change.moved.items()
        if old != new
    ]
    return WorkspaceEdit(document_changes=steps)


def _texts(root: Path, path: str, edits: list[TextEdit]) -> TextDocumentEdit:
    name = OptionalVersionedTextDocumentIdentifier(uri_of(root, path))
    return TextDocumentEdit(name, list(edits))


def _splice(lines: Lines, one: Splice) -> TextEdit:
    return TextEdit(lines.range(one.place), one.text)


def _between(lines: Lines, content: bytes) -> TextEdit:
    """The one stretch in which two texts differ."""
    old, new = lines.text, content.decode().removeprefix("\ufeff")
    first = 0
    while first < min(len(old), len(new)) and old[first] == new[first]:
        first += 1
    last = 0
    while last < min(len(old), len(new)) - first and old[-1 - last] == new[-1 - last]:
        last += 1
    return TextEdit(lines.between(first, len(old) - last), new[first : len(new) - last])


def cure_of(problem: Problem) -> tuple[str, Fix] | None:
    """A cure that can be applied, with its title: the problem's own, or the guess it offers."""
    if problem.fix is not None:
        is_word = re.fullmatch(r"[\w.]+", problem.fix.text) is not None
        title = f"replace by `{problem.fix.text}`" if is_word else problem.cure
        return title or "mend it", problem.fix
    meant = _MEANT.search(problem.cure)
    place = problem.place
    if meant is None or place.line != place.end_line:
        return None
    return f"replace by `{meant[1]}`", Fix(place, meant[1])


def fits(problem: Problem, fix: Fix, lines: Lines) -> bool:
    """Whether a guess would stand in the place of the very word that was mistyped."""
    if problem.fix is not None:
        return True
    return re.fullmatch(r"[\w.]+", lines.read.cut(fix.place)) is not None
