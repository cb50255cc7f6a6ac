"""Whole mails, each a file with what it must be understood as beside it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runtime.channels.mail.mime import MOST_BYTES
from runtime.channels.mail.parsed import Mail
from runtime.channels.mail.safe_html import safe_html, with_pictures
from runtime.channels.mail.understand import LONGEST_TEXT, understand
from tests.channels.mail.test_quotes import assert_all_of_it

_VALUE = re.compile(r' (?!src|href)[a-z]+="[^"]*"|((?:src|href)="[^"]*")')
CASES = sorted((Path(__file__).parent / "cases/mails").glob("*.eml"))


def _seen(mail: Mail) -> dict[str, Any]:
    """A mail as the cases speak of it."""
    plain = (
        "subject text text_new text_rest html_safe pictures_removed message_id at_us "
        "auto_submitted precedence list_id return_path auto_reply"
    )
    seen: dict[str, Any] = {name: getattr(mail, name) for name in plain.split()}
    for name in ("problems", "delivered_to", "suppress", "loop", "in_reply_to", "references"):
        seen[name] = list(getattr(mail, name))
    forwarded, report = mail.forwarded, mail.report
    seen |= {
        "sender": [mail.sender.name, mail.sender.address],
        "to": [one.address for one in mail.to],
        "reply_to": [one.address for one in mail.reply_to],
        "cc_name": mail.cc[0].name if mail.cc else "",
        "attachments": len(mail.attachments),
        "files": [[f.name, f.type_said, f.type_found, f.honest] for f in mail.files],
        "inline": [file.name for file in mail.attachments if file.inline],
        "forwarded": forwarded
        and [
            forwarded.sender.name,
            forwarded.sender.address,
            forwarded.subject,
            forwarded.text,
            forwarded.how,
        ],
        "report": report
        and [
            report.message_id,
            [[r.recipient, r.action, r.status, r.for_good] for r in report.recipients],
        ],
        "invitations": [
            [i.method, i.summary, i.start_us, i.end_us, i.organizer] for i in mail.invitations
        ],
    }
    return seen


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_sample(path: Path) -> None:
    wanted = json.loads(path.with_suffix(".json").read_text("utf-8"))
    seen = _seen(understand(path.read_bytes()))
    assert {name: seen[name] for name in wanted} == wanted


def test_line_ends_make_no_difference() -> None:
    for path in CASES:
        raw = path.read_bytes()
        assert understand(raw.replace(b"\n", b"\r\n")).text == understand(raw).text, path.stem


def test_the_digest_knows_the_same_mail_again_and_no_other() -> None:
    path = next(path for path in CASES if path.stem == "rfc2231_names")
    raw = path.read_bytes()
    again = raw.replace(b"m1@example.com", b"other@mx").replace(b"10:00:00", b"11:00:00")
    travelled = b"Received: from a by b; Tue, 1 Dec 2026 12:00:00 +0800\nX-Spam: no\n" + again
    digest = understand(raw).digest
    assert understand(travelled).digest == digest
    for old, new in ((b"see the", b"seen the"), (b"JVBE", b"JVBF"), (b"ann@", b"ben@")):
        assert understand(raw.replace(old, new)).digest != digest


PIECES = (
    b"From: a@b.c\n", b"Subject: =?utf-8?B?5a6J?=\n", b"\n", b"\r\n", b"--b\n", b"--b--\n",
    b"Content-Type: multipart/mixed; boundary=b\n", b"Content-Type: text/html\n",
    b"Content-Type: message/rfc822\n", b"Content-Transfer-Encoding: base64\n",
    b"Content-Type: text/calendar; method=X\n", b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n",
    b"Content-Type: message/delivery-status\n", b"Final-Recipient: x; y\nStatus: 5.0.0\n",
    b"Content-Disposition: attachment; filename*0*=x''%ff\n", b"<p><img src=cid:1><b>x",
    b"Subject: Fwd: x\n", b"> On 1 Dec 2026 a wrote:\n", b"Content-Transfer-Encoding: x-uuencode\n",
    b"Content-Type: text/plain; charset=utf-16\n",
    "发件人: 安 <a@b.c>\n主题: x\n日期: y\n".encode(),
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=40)), max_size=25))
def test_no_mail_makes_it_fail(pieces: list[bytes]) -> None:
    raw = b"".join(pieces)
    mail = understand(raw)
    assert len(mail.text) <= LONGEST_TEXT
    assert sum(len(file.content) for file in mail.attachments) <= len(raw) <= MOST_BYTES
    assert_all_of_it(mail.text, mail.text_new, mail.text_rest)
    assert "\x00" not in mail.text + mail.subject


@settings(max_examples=80, deadline=None)
@given(st.lists(st.one_of(
    st.sampled_from([
        "<img src=x onerror=y>", "<svg onload=x>", "<a href=javascript:x>", "<style>", "</style>",
        '<img src="cid:a" alt="&quot;><script>">', "<form action=x>", "<iframe src=x>", "<math>",
        "<p style='x'>", "<base href=x>", "<meta http-equiv=refresh>", "<object data=x>", "<!--",
        "<table background=x>", "<template>", "<noscript>", "<a href='data:text/html,x'>", "]]>",
    ]), st.text(max_size=20))))  # fmt: skip
def test_cleaned_html_has_nothing_that_acts_or_calls_out(pieces: list[str]) -> None:
    safe, _ = safe_html("".join(pieces))
    said = with_pictures(safe, lambda content_id: "/files/1" if content_id == "a" else None)
    tags = [tag.split(">")[0] for tag in said.split("<")[1:]]
    # Values stand in quotes, where they are words; those that lead somewhere are looked at apart.
    words = " ".join(_VALUE.sub(r"\1", tag) for tag in tags).lower()
    for wrong in ("script", "style", " on", "javascript:", "data:", "form", "iframe", "base",
                  "meta", "svg", "object", "cid:", "template", "background"):  # fmt: skip
        assert wrong not in words
    assert all('src="/files/1"' in tag for tag in tags if tag.startswith("img"))
