"""The profile over HTTP: choices that are kept, a picture made anew, another password."""

from __future__ import annotations

import struct
import zlib

import pytest

from runtime.choices import choices_of
from runtime.render.pictures import BadPicture, small_square
from runtime.store import people
from tests.web.spruce import PASSWORD, SPRUCE, Spruce

pytestmark = pytest.mark.asyncio(loop_scope="module")
ME, MINE = f"/t/{SPRUCE}/desk/profile", f"/t/{SPRUCE}/p/profile"


@pytest.fixture(scope="module")
def store_url(one_database: str) -> str:
    """One database is enough: what is kept is one JSON value of a person."""
    return one_database


def png(width: int, height: int, *, kind: int = 2, how: int = 4, more: bytes = b"") -> bytes:
    """A picture whose lines are filtered in one way."""

    def chunk(name: bytes, body: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(name + body))
        return struct.pack(">I", len(body)) + name + body + crc

    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[kind]
    line = bytes([how]) + bytes(n % 7 for n in range(width * channels))
    head = struct.pack(">IIBBBBB", width, height, 8, kind, 0, 0, 0)
    colours = chunk(b"PLTE", bytes(range(3 * 8))) if kind == 3 else b""
    body = chunk(b"IDAT", zlib.compress(line * height))
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head)
    return start + colours + more + body + chunk(b"IEND", b"")


@pytest.mark.parametrize(("kind", "how"), [(0, 1), (2, 4), (3, 0), (4, 2), (6, 3)])
async def test_a_picture_is_made_anew_small_and_square(kind: int, how: int) -> None:
    made = await small_square(png(40, 30, kind=kind, how=0 if kind == 3 else how, more=b""))
    assert struct.unpack(">II", made[16:24]) == (96, 96)
    assert made[:8] == b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"GIF89a", "no_picture"),
        (png(40, 30)[:-30], "no_picture"),
        (png(20_000, 1), "too_large"),
        (png(4, 4).replace(b"IDAT", b"IXAT"), "no_picture"),
        (png(2, 2, how=9), "no_picture"),
        (b"x" * (5 << 20), "too_large"),
    ],
)
async def test_what_is_no_picture_of_ours_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(BadPicture) as wrong:
        await small_square(data)
    assert wrong.value.code == code


async def test_choices_are_kept_and_what_is_wrong_stands_beside_it(spruce: Spruce) -> None:
    ben = await spruce.browser("ben")
    form = {
        "name": "Ben  B.", "locale": "en", "theme": "dark", "zone": "Europe/Berlin",
        "digest": "daily", "digest_at": "08:30", "quiet_first": "22:00", "quiet_last": "07:00",
        "mon_first": "09:00", "mon_last": "17:00", "told": "state_late:in_app",
    }  # fmt: skip
    wrong = form | {"name": " ", "zone": "Moon/Base", "quiet_last": "", "tue_first": "9",
                    "digest_at": "soon"}  # fmt: skip
    answer = await ben.post(ME, wrong)
    assert answer.status_code == 422
    for said in ("Choose a time zone of the list", "Write both times like 22:00",
                 "Write both times of a day", "Write a time like 09:00"):  # fmt: skip
        assert said in answer.text
    assert 'value="22:00"' in answer.text
    assert (await ben.post(ME, form)).status_code == 303
    async with spruce.site.store.unit(SPRUCE) as unit:
        person = await people.person_by_id(unit, spruce.ids["ben"])
    assert person is not None
    chosen = choices_of(person.profile)
    assert (chosen.digest, chosen.digest_at, chosen.quiet) == ("daily", 510, (1320, 420))
    assert (chosen.hours, chosen.keys, chosen.zone) == (
        {"mon": (540, 1020)},
        False,
        "Europe/Berlin",
    )
    assert chosen.wants("state_late", "in_app")
    assert not chosen.wants("state_late", "mail")
    page = (await ben.open_page(ME)).text
    assert 'data-theme="dark"' in page
    assert 'data-keys="off"' in page
    back = {"name": "Ben", "theme": "system", "keys": "1"}
    assert (await ben.post(ME, back)).status_code == 303


async def test_a_picture_is_seen_by_colleagues_and_gone_when_taken_back(spruce: Spruce) -> None:
    ann, ben = await spruce.browser("ann"), await spruce.browser("ben")
    answer = await ann.post(f"{MINE}/picture", {}, files={"picture": ("me.png", png(20, 20))})
    assert answer.status_code == 303
    page = (await ann.open_page(MINE)).text
    start = page.index(f"/t/{SPRUCE}/pictures/{spruce.ids['ann']}/")
    url = page[start : page.index('"', start)]
    shown = await ben.get(url)
    assert shown.headers["content-type"] == "image/png"
    assert shown.content[:4] == b"\x89PNG"
    assert (await (await spruce.browser("dora")).get(url)).status_code == 404
    async with spruce.site.store.unit(SPRUCE) as unit:
        person = await people.person_by_id(unit, spruce.ids["ann"])
    assert person is not None
    digest = choices_of(person.profile).picture
    assert await spruce.site.files.read(digest) == shown.content
    assert (await ann.post(f"{MINE}/picture", {"remove": "1"})).status_code == 303
    with pytest.raises(FileNotFoundError):
        await spruce.site.files.read(digest)
    assert (await ben.get(url)).status_code == 404
    refused = await ann.post(f"{MINE}/picture", {}, files={"picture": ("me.png", b"<svg/>")})
    assert refused.status_code == 422
    assert "Choose a PNG" in refused.text


async def test_another_password_wants_the_old_one(spruce: Spruce) -> None:
    ann = await spruce.browser("ann")
    assert "Change the password" in (await ann.open_page(MINE)).text
    wrong = {"old": "not it at all", "new": "another password"}
    assert "This is not your password now" in (await ann.post(f"{MINE}/password", wrong)).text
    short = await ann.post(f"{MINE}/password", {"old": PASSWORD, "new": "short"})
    assert short.status_code == 422
    done = await ann.post(f"{MINE}/password", {"old": PASSWORD, "new": "another password"})
    assert done.status_code == 303
    assert (await ann.get(MINE)).status_code == 200, "this session goes on"
    back = await ann.post(f"{MINE}/password", {"old": "another password", "new": PASSWORD})
    assert back.status_code == 303
