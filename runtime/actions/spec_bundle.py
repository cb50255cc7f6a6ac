"""A tenant's files as a program sends them: a zip, or a map of paths to texts; both bounded."""

from __future__ import annotations

import base64
import binascii
import io
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

MOST_FILES: Final = 3_000
MOST_BYTES: Final = 32 << 20
"""Bytes of all files together, unpacked."""
ONE_FILE: Final = 8 << 20


class BundleError(ValueError):
    """The bundle can't be taken; `code` says why, `about` names the file or the limit."""

    def __init__(self, code: str, about: str = "") -> None:
        super().__init__(code)
        self.code, self.about = code, about


def from_zip(raw: bytes) -> dict[str, bytes]:
    """The files of a zip by path; a folder around all of them is left out, hidden ones too.

    Raises:
        BundleError: no zip, too many or too large, or a path that leads out.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as bundle:
            return _shallow(_unpacked(bundle))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as wrong:
        raise BundleError("no_zip", str(wrong)[:100]) from None


def _unpacked(bundle: zipfile.ZipFile) -> dict[str, bytes]:
    entries = [one for one in bundle.infolist() if not one.is_dir()]
    if len(entries) > MOST_FILES:
        raise BundleError("too_many_files", str(MOST_FILES))
    files: dict[str, bytes] = {}
    left = MOST_BYTES
    for entry in entries:
        if _hidden(entry.filename):
            continue
        name = _path(entry.filename)
        # What an entry says of its size may be a lie, so it is read no further than its limit.
        with bundle.open(entry) as stream:
            content = stream.read(min(ONE_FILE, left) + 1)
        left -= len(content)
        if len(content) > ONE_FILE or left < 0:
            raise BundleError("too_large", name)
        files[name] = content
    return files


def from_map(texts: Mapping[str, object]) -> dict[str, bytes]:
    """The files of a map: path → text, or `{"base64": …}` for what is no text.

    Raises:
        BundleError: too many or too large, a path that leads out, or a value that is neither.
    """
    if len(texts) > MOST_FILES:
        raise BundleError("too_many_files", str(MOST_FILES))
    files = {_path(name): _content(name, text) for name, text in texts.items() if not _hidden(name)}
    if sum(map(len, files.values())) > MOST_BYTES:
        raise BundleError("too_large", str(MOST_BYTES))
    return files


def _content(name: str, text: object) -> bytes:
    try:
        if isinstance(text, str):
            return text.encode()
        if isinstance(text, Mapping) and set(text) == {"base64"}:
            return base64.b64decode(str(text["base64"]), validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError):
        pass
    raise BundleError("no_text", name)


def _path(name: str) -> str:
    path = PurePosixPath(name)
    bad = path.is_absolute() or ".." in path.parts or "\\" in name or "\x00" in name or ":" in name
    if bad or not path.parts or len(name) > 300:
        raise BundleError("bad_path", name[:100])
    return path.as_posix()


def _hidden(name: str) -> bool:
    return any(
        part.startswith(".") and part not in (".", "..") for part in PurePosixPath(name).parts
    )


def _shallow(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files without the one folder that holds them all, as `zip -r` of a folder makes it."""
    if "tenant.yaml" in files or not files:
        return files
    tops = {name.partition("/")[0] for name in files}
    top = next(iter(tops))
    if len(tops) > 1 or f"{top}/tenant.yaml" not in files:
        return files
    return {name.removeprefix(f"{top}/"): content for name, content in files.items()}
