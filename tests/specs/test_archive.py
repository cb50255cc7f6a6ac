"""Archives of packs: the same bytes for the same files, and nothing taken from a hostile one."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Callable

import pytest

from specs.packs import archive as room
from specs.packs.archive import build, unpack
from specs.problem import Code
from tests.specs.packed import pack
from tests.specs.small import only


def test_the_same_files_are_the_same_bytes() -> None:
    """Whatever their order; and they come back as they were."""
    files = pack()
    backwards = dict(reversed(files.items()))
    assert build(files) == build(backwards)
    assert unpack(build(files), "shop.zip") == (files, [])


def test_packs_that_it_uses_itself_are_no_part_of_it() -> None:
    """Nor their pins: each tenant takes them in by itself."""
    files = {**pack(), "packs/base/pack.yaml": b"x", "specdesk.lock.yaml": b"y"}
    assert build(files) == build(pack())


Spoil = Callable[[zipfile.ZipFile], None]


def made(spoil: Spoil, method: int = zipfile.ZIP_STORED) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", method) as archive:
        archive.writestr("pack.yaml", "kind: Pack\n")
        spoil(archive)
    return whole.getvalue()


def named(name: str) -> Spoil:
    return lambda archive: archive.writestr(zipfile.ZipInfo(name), "x")


def moded(name: str, mode: int) -> Spoil:
    def spoil(archive: zipfile.ZipFile) -> None:
        entry = zipfile.ZipInfo(name)
        entry.create_system = 3
        entry.external_attr = mode << 16
        archive.writestr(entry, "/etc/passwd")

    return spoil


def several(*names: str) -> Spoil:
    def spoil(archive: zipfile.ZipFile) -> None:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), "x")

    return spoil


HOSTILE: dict[str, tuple[Spoil, str]] = {
    "up": (named("../out.yaml"), "leads out of the pack's folder"),
    "up_inside": (named("types/../../out.yaml"), "leads out of the pack's folder"),
    "absolute": (named("/etc/cron.d/x"), "leads out of the pack's folder"),
    "drive": (named("C:/windows/x"), "leads out of the pack's folder"),
    "backslash": (named("types\\..\\x.yaml"), "leads out of the pack's folder"),
    "empty_part": (named("types//x.yaml"), "is no name of a file"),
    "point": (named("types/./x.yaml"), "is no name of a file"),
    "line_break": (named("types/x\n.yaml"), "is no name of a file"),
    "hidden": (named(".git/hooks/post-checkout"), "is hidden"),
    "packs": (named("packs/base/pack.yaml"), "is of a tenant's folder"),
    "lock": (named("specdesk.lock.yaml"), "is of a tenant's folder"),
    "link": (moded("types/x.yaml", stat.S_IFLNK | 0o777), "is a link"),
    "pipe": (moded("types/x.yaml", stat.S_IFIFO | 0o644), "is no regular file"),
    "device": (moded("types/x.yaml", stat.S_IFCHR | 0o644), "is no regular file"),
    "case": (several("types/x.yaml", "Types/X.yaml"), "are one name on some systems"),
    "file_and_folder": (several("types", "types/x.yaml"), "is a file and the folder of"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_entry_refuses_the_whole(name: str) -> None:
    """Nothing of the archive is taken, and the reason is said."""
    spoil, why = HOSTILE[name]
    files, problems = unpack(made(spoil), "bad.zip")
    assert files == {}
    told = only(problems)
    assert told.code is Code.UNSAFE_ARCHIVE
    assert why in told.message


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_refuses() -> None:
    files, problems = unpack(made(several("types/x.yaml", "types/x.yaml")), "bad.zip")
    assert files == {}
    assert "are one name" in only(problems).message


def test_a_bomb_refuses_before_it_goes_off() -> None:
    """By its ratio, whatever the size it has in the archive."""
    bomb = made(lambda a: a.writestr("types/x.yaml", b"0" * 5_000_000), zipfile.ZIP_DEFLATED)
    assert len(bomb) < 10_000
    files, problems = unpack(bomb, "bomb.zip")
    assert files == {}
    assert "over 100 times as large" in only(problems).message


def test_a_size_that_lies_refuses() -> None:
    """The head says 1 byte, the entry holds more."""
    whole = bytearray(made(lambda a: a.writestr("types/x.yaml", "a" * 900)))
    for head, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        start = whole.rfind(head)
        whole[start + at : start + at + 4] = (1).to_bytes(4, "little")
    files, problems = unpack(bytes(whole), "bad.zip")
    assert files == {}
    assert only(problems).code is Code.UNSAFE_ARCHIVE


@pytest.mark.parametrize("limit", ["MAX_ENTRIES", "MAX_FILE", "MAX_TOTAL"])
def test_too_much_refuses(monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    """Too many entries, one too large, all together too large."""
    monkeypatch.setattr(room, limit, 1)
    files, problems = unpack(build(pack()), "shop.zip")
    assert files == {}
    assert only(problems).code is Code.UNSAFE_ARCHIVE


@pytest.mark.parametrize(
    "content",
    [b"", b"no zip", build(pack())[:-40], build({"a.yaml": b"x"})],
    ids=["nothing", "text", "half", "no_pack"],
)
def test_what_is_no_pack_refuses(content: bytes) -> None:
    """Nothing, another file, half of one, an archive without pack.yaml."""
    files, problems = unpack(content, "bad.zip")
    assert files == {}
    assert only(problems).code is Code.UNSAFE_ARCHIVE
