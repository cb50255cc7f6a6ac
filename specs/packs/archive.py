"""A pack as one file: the same files give the same bytes, and a file from outside is distrusted.

The archive is a ZIP without compression, names in order, one fixed time and mode. Reading one takes
nothing on trust: names, kinds of entries, counts and sizes are checked before and while reading.
"""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Mapping as MappingOf
from pathlib import PurePosixPath
from typing import Final

from specs.packs.lock import LOCK
from specs.problem import Code, Place, Problem, problem
from specs.source import MAX_BYTES

MAX_ENTRIES: Final = 2_000
MAX_FILE: Final = 8 * MAX_BYTES
MAX_TOTAL: Final = 32 * MAX_BYTES
MAX_RATIO: Final = 100
"""A text that becomes more than so many times as large was made to do harm."""
_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = (stat.S_IFREG | 0o644) << 16
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class _Refused(Exception):
    """The archive is not taken; the text says why."""


def files_of_pack(files: MappingOf[str, bytes]) -> dict[str, bytes]:
    """The files of a folder that belong to the pack: not packs it uses itself, nor their pins."""
    return {
        name: content
        for name, content in files.items()
        if name != LOCK and not name.startswith("packs/")
    }


def build(files: MappingOf[str, bytes]) -> bytes:
    """The archive of a pack's files."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(files_of_pack(files)):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.create_system = 3
            entry.external_attr = _MODE
            archive.writestr(entry, files[name])
    return whole.getvalue()


def unpack(content: bytes, name: str) -> tuple[dict[str, bytes], list[Problem]]:
    """The files in an archive; none, with the reason, when it can't be taken as a pack."""
    try:
        return _taken(content), []
    except _Refused as why:
        cure = "take it from its makers again, or build it with `specdesk pack build`"
        place = Place(name, 1, 1, 1, 2)
        return {}, [problem(Code.UNSAFE_ARCHIVE, f"{why}; nothing was taken", place, cure=cure)]


def _taken(content: bytes) -> dict[str, bytes]:
    if len(content) > MAX_TOTAL + MAX_BYTES:
        raise _Refused(f"the archive has {len(content):,} bytes; at most {MAX_TOTAL:,} are read")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _entries(archive)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OSError) as wrong:
        raise _Refused(f"this is no ZIP archive that can be read ({wrong})") from None
    except RuntimeError:
        raise _Refused("the archive is encrypted") from None


def _entries(archive: zipfile.ZipFile) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise _Refused(f"it holds {len(entries):,} entries; at most {MAX_ENTRIES:,} are read")
    found: dict[str, bytes] = {}
    seen: dict[str, str] = {}
    total = 0
    for entry in entries:
        _check_sort(entry)
        _check_name(entry.filename)
        if entry.is_dir():
            continue
        low = entry.filename.casefold()
        if low in seen:
            raise _Refused(f"`{entry.filename}` and `{seen[low]}` are one name on some systems")
        seen[low] = entry.filename
        total += entry.file_size
        if total > MAX_TOTAL:
            raise _Refused(f"it becomes more than {MAX_TOTAL:,} bytes")
        found[entry.filename] = _read(archive, entry)
    _check_tree(seen)
    if "pack.yaml" not in found:
        raise _Refused("there is no pack.yaml at its top, so this is no pack")
    return found


def _check_sort(entry: zipfile.ZipInfo) -> None:
    mode = entry.external_attr >> 16
    sort = stat.S_IFMT(mode)
    if sort == stat.S_IFLNK:
        raise _Refused(f"`{entry.filename}` is a link")
    if sort not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _Refused(f"`{entry.filename}` is no regular file")
    if entry.flag_bits & 1:
        raise _Refused(f"`{entry.filename}` is encrypted")
    if entry.compress_type not in _METHODS:
        raise _Refused(f"`{entry.filename}` is packed in a way that is not read")


def _check_name(name: str) -> None:
    path = PurePosixPath(name)
    parts = name.removesuffix("/").split("/")
    if path.is_absolute() or ".." in parts or "\\" in name or ":" in name:
        raise _Refused(f"`{name}` leads out of the pack's folder")
    if not name.isprintable() or any(not part or part == "." for part in parts):
        raise _Refused(f"`{name!r}` is no name of a file")
    if any(part.startswith(".") for part in parts):
        raise _Refused(f"`{name}` is hidden and so no part of a pack")
    if parts[0] == "packs" or name == LOCK:
        raise _Refused(f"`{name}` is of a tenant's folder and so no part of a pack")


def _check_tree(names: MappingOf[str, str]) -> None:
    for low, name in names.items():
        for above in PurePosixPath(low).parents:
            if str(above) in names:
                raise _Refused(f"`{names[str(above)]}` is a file and the folder of `{name}`")


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The bytes of an entry; what its head says about their number is not trusted."""
    if entry.file_size > MAX_FILE:
        raise _Refused(f"`{entry.filename}` has {entry.file_size:,} bytes; at most {MAX_FILE:,}")
    if entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
        raise _Refused(f"`{entry.filename}` becomes over {MAX_RATIO} times as large as it is")
    with archive.open(entry) as stream:
        content = stream.read(entry.file_size + 1)
    if len(content) != entry.file_size:
        raise _Refused(f"`{entry.filename}` is larger than the archive says")
    return content
