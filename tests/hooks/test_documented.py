"""The page about webhooks says what is so: its check of signatures takes ours and no other."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping

from engine.model.channel import TakenModel
from runtime.actions.take_event.reading import text
from runtime.channels.webhook.schedule import WAITS_S
from runtime.channels.webhook.signature import fresh_secret, key_of, signed
from tests.house.tree import ROOT

PAGE = (ROOT / "docs" / "en" / "webhooks.md").read_text()


def _block(language: str, number: int = 0) -> str:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.M | re.S)[number]


def test_the_check_of_the_page_takes_what_we_sign() -> None:
    names: dict[str, Callable[[str, Mapping[str, str], bytes], bool]] = {}
    exec(_block("python"), names)
    is_ours, body = names["is_ours"], b'{"type": "ticket.created"}'
    new, old, now = fresh_secret(), fresh_secret(), int(time.time())
    headers = signed("id", now, body, [key_of(new), key_of(old)])
    assert is_ours(new, headers, body)
    assert is_ours(old, headers, body)
    assert not is_ours(fresh_secret(), headers, body)
    assert not is_ours(new, headers, body + b" ")
    late = signed("id", now - 301, body, [key_of(new)])
    assert not is_ours(new, late, body)


def test_the_waits_of_the_page_are_ours() -> None:
    minutes = [wait // 60 for wait in WAITS_S]
    assert minutes == [1, 5, 30, 120, 360, 720, 1440]
    assert "after 1 minute, 5 and 30\nminutes, 2, 6, 12 and 24 hours" in PAGE


def test_the_call_of_the_page_is_read_as_it_says() -> None:
    call = json.loads(_block("json", 1))
    words = text(TakenModel(path=("transcript",)), call)
    assert words == "caller: The mug is broken.\nagent: I will see to it."
