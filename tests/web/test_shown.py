"""What a ticket's page shows of long texts and of pictures, without asking anybody."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from runtime.pictures import Size, measure
from runtime.web.screens.folding import SHOWN_CHARS
from runtime.web.screens.ticket.build_lines import lines
from tests.web.drawing import jpeg, png


def said(found: tuple[tuple[tuple[str, bool], ...], ...]) -> str:
    return "\n".join("".join(text for text, _ in line) for line in found)


def test_a_long_text_is_folded_and_nothing_of_it_is_lost() -> None:
    many = "\n".join(f"line {n}" for n in range(60))
    shown, folded = lines(many)
    assert len(shown) < 20
    assert f"{said(shown)}\n{said(folded)}" == many
    endless = "字" * 10_000
    shown, folded = lines(endless)
    assert len(said(shown)) == SHOWN_CHARS
    assert said(shown) + said(folded) == endless
    assert lines("one\ntwo") == (((("one", False),), (("two", False),)), ())
    assert lines("hi @Ann Lee!", ["Ann Lee"])[0][0] == (
        ("hi ", False), ("@Ann Lee", True), ("!", False),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (png(3, 4), Size(3, 4)),
        (jpeg(4000, 3000), Size(4000, 3000)),
        (b"GIF89a" + struct.pack("<HH", 7, 9) + b"\0" * 20, Size(7, 9)),
        (b"RIFF\0\0\0\0WEBPVP8X" + b"\0" * 8 + b"\x0f\0\0\x1f\0\0\0\0", Size(16, 32)),
        (b"\xff\xd8\xff\xff\xff\xff", None),
        (b"\xff\xd8\xff\xe1\0\0", None),
        (b"nothing", None),
    ],
)
def test_sizes_are_read_from_the_first_bytes(
    content: bytes, size: Size | None, tmp_path: Path
) -> None:
    (tmp_path / "picture").write_bytes(content)
    assert measure(tmp_path / "picture") == size
    assert measure(tmp_path / "none") is None


def test_what_may_be_shown() -> None:
    assert Size(8064, 6048).is_safe
    assert not Size(20_000, 20_000).is_safe
    assert not Size(30_000, 10).is_safe
    assert not Size(0, 10).is_safe
