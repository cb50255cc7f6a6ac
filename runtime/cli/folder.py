"""A tenant's folder and what it was made from: `.specdesk/base.json`, and files written into it."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from runtime.store.desks import Revision
from specs.load import read_folder
from specs.problem import has_errors, render
from specs.source import Mapping as MappingNode
from specs.source import Scalar, read

_BASE = Path(".specdesk", "base.json")


@dataclass(frozen=True, slots=True)
class Base:
    """The revision that a folder was last pulled from or published as; `files`: path → sha256.

    The tree says whether a store's revision of that number is really the one meant.
    """

    tenant: str
    n: int
    tree: str
    files: Mapping[str, str]


class NoFolder(Exception):
    """The folder can't be used as it is; the text says why and what would help."""


def read_base(folder: Path) -> Base | None:
    """What the folder remembers; None when it remembers nothing that can be read."""
    try:
        kept = json.loads((folder / _BASE).read_text(encoding="utf-8"))
        return Base(str(kept["tenant"]), int(kept["revision"]), kept["tree"], dict(kept["files"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep_base(folder: Path, tenant: str, revision: Revision) -> None:
    """Remember that the folder stands at a revision; a folder that can't be written is told."""
    kept = {
        "tenant": tenant,
        "revision": revision.n,
        "tree": revision.tree,
        "files": dict(revision.files),
    }
    try:
        write_file(folder, str(_BASE), (json.dumps(kept, indent=1) + "\n").encode())
    except OSError as wrong:
        why = wrong.strerror or str(wrong)
        print(f"specdesk: {folder / _BASE} can't be written: {why}", file=sys.stderr)


def files_in(folder: Path) -> dict[str, bytes]:
    """The files of a folder.

    Raises:
        NoFolder: one of them can't be read.
    """
    files, problems = read_folder(folder)
    if has_errors(problems):
        raise NoFolder("\n\n".join(render(one, "") for one in problems))
    return files


def tenant_of(folder: Path, named: str = "") -> str:
    """The tenant: `named`, else the `id:` in the folder's tenant.yaml.

    Raises:
        NoFolder: neither says it.
    """
    if named:
        return named
    try:
        node, _ = read((folder / "tenant.yaml").read_bytes(), "tenant.yaml")
    except OSError:
        raise NoFolder(f"name the tenant by --tenant: {folder} has no tenant.yaml") from None
    id = node.get("id") if isinstance(node, MappingNode) else None
    if not isinstance(id, Scalar) or not id.text:
        raise NoFolder(f"name the tenant by --tenant: {folder}/tenant.yaml says no `id:`")
    return id.text


def sha256(content: bytes) -> str:
    """The digest under which a file is kept."""
    return hashlib.sha256(content).hexdigest()


def write_file(folder: Path, path: str, content: bytes) -> None:
    """Write a file below the folder whole or not at all, never through a link that leads out."""
    target = _inside(folder, path)
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.parent.resolve().is_relative_to(folder.resolve()):
        raise OSError(f"{path} leads out of the folder")
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    fresh.write_bytes(content)
    fresh.replace(target)


def remove_file(folder: Path, path: str) -> None:
    """Take a file away, and the folders that become empty by it."""
    target = _inside(folder, path)
    target.unlink(missing_ok=True)
    for parent in target.relative_to(folder).parents[:-1]:
        if any((folder / parent).iterdir()):
            return
        (folder / parent).rmdir()


def _inside(folder: Path, path: str) -> Path:
    parts = PurePosixPath(path)
    if parts.is_absolute() or ".." in parts.parts or not parts.parts or "\\" in path:
        raise OSError(f"{path!r} is no path inside a folder")
    return folder / parts
