"""Uploads that lie, that are empty or too large, and names that want to lead elsewhere."""

from __future__ import annotations

import io
import re
import zipfile

import pytest

from tests.web.asking import PNG
from tests.web.conftest import one_database
from tests.web.spruce import Spruce

pytestmark = pytest.mark.asyncio(loop_scope="module")
# Files lie beside the store: one database is enough.
store_url = one_database

NEW = "/t/spruce/p/new/refund"
GOOD = {"subject": "Lamp", "amount": "10", "reason": "damaged"}


def archive() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as packed:
        packed.writestr("a.txt", "a")
    return made.getvalue()


HTML, SVG = (
    b"<!DOCTYPE html><script>alert(1)</script>",
    b"<svg xmlns='http://www.w3.org/2000/svg'/>",
)
EXE = b"MZ\x90\x00" + b"\x00" * 200
LYING = (
    ("photo.png", HTML),
    ("photo.png", SVG),
    ("photo.jpg", EXE),
    ("photo.png", archive()),
    ("photo.png", b"text"),
    ("paper.pdf", HTML),
    ("photo.svg", HTML),
    ("clip.mp4", PNG),
    ("photo.PNG", b"\x00\x01"),
)


@pytest.mark.parametrize(("name", "content"), LYING, ids=range(len(LYING)))
async def test_a_file_of_a_lying_type_is_refused(spruce: Spruce, name: str, content: bytes) -> None:
    ann = await spruce.browser("ann")
    answer = await ann.post("/t/spruce/files", files={"files": (name, content, "image/png")})
    assert answer.status_code == 422, answer.text
    assert name in answer.json()["detail"]


async def test_empty_too_large_and_no_file_are_said(spruce: Spruce) -> None:
    ann = await spruce.browser("ann")
    empty = await ann.post("/t/spruce/files", files={"files": ("a.png", b"")})
    assert (empty.status_code, "empty" in empty.text) == (422, True)
    large = await ann.post("/t/spruce/files", files={"files": ("a.png", PNG + b"\0" * (21 << 20))})
    assert (large.status_code, "20" in large.text) == (422, True)
    assert (await ann.post("/t/spruce/files", {"a": "b"})).status_code == 422


async def test_a_refused_file_leaves_the_form_as_it_was_typed(spruce: Spruce) -> None:
    ann = await spruce.browser("ann")
    form = {**GOOD, "subject": "Typed with care"}
    answer = await ann.post(NEW, form, files={"photo": ("dent.png", HTML)})
    assert answer.status_code == 422
    assert "Typed with care" in answer.text
    assert "dent.png" in answer.text
    # A picture is wanted: a text that is honest about itself is refused by the field.
    answer = await ann.post(NEW, form, files={"photo": ("notes.txt", b"just text")})
    assert answer.status_code == 422
    assert "Typed with care" in answer.text


NAMES = (
    "../../etc/passwd.png",
    "..\\..\\boot.png",
    "/abs/path.png",
    "a\r\nset-cookie: b=c.png",
    "\u202egnp.exe.png",
    "a\u0000b.png",
    "." * 300 + ".png",
    "名" * 300 + ".png",
    '"><script>.png',
    "...",
)


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
async def test_a_file_name_leads_nowhere(spruce: Spruce, name: str) -> None:
    ann = await spruce.browser("ann")
    answer = await ann.post("/t/spruce/files", files={"files": (name, PNG)})
    assert answer.status_code == 201, answer.text
    kept = answer.json()["name"]
    assert not re.search(r"[/\\\x00-\x1f\u202e]", kept), kept
    assert len(kept) <= 150
    got = await ann.get(f"/t/spruce/files/{answer.json()['token']}")
    assert got.content == PNG
    assert "set-cookie" not in got.headers
    assert got.headers["content-security-policy"] == "default-src 'none'; sandbox"
    page = await ann.post(f"{NEW}/check", {**GOOD, "photo": answer.json()["token"]})
    assert "<script>.png" not in page.text


async def test_bytes_where_text_should_stand_are_the_senders_fault(spruce: Spruce) -> None:
    ann = await spruce.browser("ann")
    body = b'--line\r\ncontent-disposition: form-data; name="a"\r\n\r\n\x89\xff\r\n--line--\r\n'
    for content in (body, body[:40], b"--line", b"", b"--other--"):
        answer = await ann.http.post(
            "/t/spruce/files",
            content=content,
            headers={
                "content-type": "multipart/form-data; boundary=line",
                "x-csrf-token": ann.csrf,
            },
        )
        assert answer.status_code in (400, 422), content
    plain = {"content-type": "application/x-www-form-urlencoded", "x-csrf-token": ann.csrf}
    answer = await ann.http.post(NEW, content=b"subject=%ff%fe&amount=\xff", headers=plain)
    assert answer.status_code in (400, 422)


async def test_only_pictures_open_in_the_browser(spruce: Spruce) -> None:
    ann = await spruce.browser("ann")
    for name, content in (
        ("a.html", HTML),
        ("a.svg", SVG),
        ("a.xml", b"<?xml version='1.0'?><a/>"),
        ("a.txt", HTML),
    ):
        sent = await ann.post("/t/spruce/files", files={"files": (name, content)})
        if sent.status_code == 422:
            continue
        got = await ann.get(f"/t/spruce/files/{sent.json()['token']}")
        assert got.headers["content-type"] == "application/octet-stream"
        assert got.headers["content-disposition"].startswith("attachment")


async def test_a_refused_reply_keeps_its_files(spruce: Spruce) -> None:
    ann = await spruce.browser("ann")
    number = await ann.submit()
    held = await ann.post("/t/spruce/files", files={"files": ("dent.png", PNG)})
    token = held.json()["token"]
    url, lying = f"/t/spruce/p/tickets/{number}/comment", {"files": ("photo.png", HTML)}
    answer = await ann.post(url, {"body": "", "files": token}, files=lying)
    assert answer.status_code == 422
    assert f'name="files" value="{token}"' in answer.text
