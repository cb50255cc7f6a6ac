"""A spec of a pack made the tenant's own: whole, in its own file, with the pack's comments."""

from __future__ import annotations

from typing import Any

from specs.catalog import KINDS
from specs.edit import become
from specs.source import plain
from specs.spec_set import SpecFile, SpecSet
from specs.splice import CannotEdit
from specs.writing import lines


def ejected(specs: SpecSet, file: SpecFile) -> tuple[str, bytes]:
    """The path and text of the tenant's own file that says what the spec says now.

    The text is that of the lowest layer, changed to say what came out, so that its comments stay
    where that is possible.
    """
    wanted: dict[str, Any] = plain(file.node)
    lowest = specs.chains[file.kind, file.id][0]
    path = KINDS[file.kind].file_of(file.id)
    text = specs.files[lowest.file].decode("utf-8")
    try:
        return path, become(text, wanted).encode()
    except CannotEdit:
        return path, (lines(wanted, 0, "\n") + "\n").encode()
