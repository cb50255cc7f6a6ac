"""Every hostile value into every field, by portal, desk and API: text stays text, nothing breaks.

A form that is sent answers 303 or 422 and shows again what was typed; what is stored stands as text
in each page, export and answer that shows it; and the journal's chains hold at the end.
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

import pytest

from runtime.store import check
from tests.api.conftest import Programs
from tests.hostile.values import NUMBERS, TEXTS, TIMES, WORD
from tests.screens.html import faults
from tests.web.spruce import SPRUCE, Browser, Spruce

pytestmark = pytest.mark.asyncio(loop_scope="module")

NEW = "/t/spruce/p/new/every"
HX = {"hx-request": "true"}
FIELDS = (
    "boolean choice date datetime decimal duration email files image integer location long_text"
    " money multi_choice person phone reference rich_text their_team text ticket tree stars url"
).split()
TAKEN = ("long_text", "text")
"""Fields that hold any text."""
LIVE = re.compile(
    r"<script(?![^>]*\bsrc=\"/static/)|\son\w+=(?=[^\"<>]*>)|<img src=x|href=\"javascript"
)


def whole(value: str) -> dict[str, str]:
    """The value in every field of the form."""
    return {"subject": value, "description": value, "lines.0.name": value, "lines.0.count": value,
            **dict.fromkeys(FIELDS, value)}  # fmt: skip


def taken(value: str) -> dict[str, str]:
    """The value in every field that takes text."""
    return {"subject": value, "description": value, "lines.0.name": value,
            **dict.fromkeys(TAKEN, value)}  # fmt: skip


def kept(value: str) -> str:
    """What the door makes of it, without blanks: pages break lines where they like."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFC", value))


def is_text(page: str, value: str, where: str) -> None:
    """The page is well-formed, nothing in it is alive, and the value stands in it as text."""
    assert faults(page) == [], where
    assert not LIVE.search(page), where
    shown = re.sub(r"\s+", "", html.unescape(page))
    assert kept(value)[:300] in shown, where


async def opened(browser: Browser, form: Mapping[str, str]) -> str:
    """Sends the form; gives the number."""
    answer = await browser.post(NEW, form)
    assert answer.status_code == 303, re.findall(r'field__error"[^>]*>.{0,400}', answer.text, re.S)
    return answer.headers["location"].rpartition("/")[2]


STORED = {name: text for name, text in TEXTS.items() if name not in ("blank", "nul", "control")}


@pytest.mark.parametrize("name", STORED)
async def test_text_stays_text_wherever_it_is_shown(
    every: Spruce, programs: Programs, name: str
) -> None:
    ann, ben = await every.browser("ann"), await every.browser("ben")
    value = STORED[name]
    form = taken(value) | {"subject": value[:200]}
    number = await opened(ann, form)
    desk, portal = f"/t/spruce/desk/tickets/{number}", f"/t/spruce/p/tickets/{number}"
    said = await ann.post(f"{portal}/comment", {"body": value})
    assert said.status_code == 303
    page = await ben.open_page(desk)
    note = {"text": value, "visibility": "internal", "_idempotency": page.key}
    assert (await ben.post(f"{desk}/comment", note)).status_code == 303
    for browser, url in (
        (ann, portal), (ann, "/t/spruce/p/tickets"), (ben, desk), (ben, f"{desk}?show=changes"),
        (ben, "/t/spruce/desk/views/all"), (ben, f"{desk}/why"),
    ):  # fmt: skip
        answer = await browser.get(url)
        assert answer.status_code == 200, url
        is_text(answer.text, "" if "why" in url or "changes" in url else value[:200], url)
    read = await (await programs.of("ben")).get(f"/tickets/{number}")
    assert kept(read.json()["subject"]) == kept(value[:200])
    assert kept(read.json()["fields"]["text"]) == kept(value)
    moved = await ben.post(f"{desk}/move/close", {"note": value})
    assert moved.status_code == 303


@pytest.mark.parametrize("name", TEXTS)
async def test_no_field_breaks_whatever_it_is_given(every: Spruce, name: str) -> None:
    """All fields at once: the half-filled form, the sent one, and the search of the portal."""
    ann = await every.browser("ann")
    form = whole(TEXTS[name])
    half = await ann.post(f"{NEW}/check", form, headers=HX)
    sent = await ann.post(NEW, form)
    assert (half.status_code, sent.status_code) == (200, 422)
    for page in (half.text, sent.text):
        assert faults(page) == []
        assert not LIVE.search(page)
    found = await ann.get("/t/spruce/p/", params={"q": TEXTS[name]})
    assert found.status_code == 200
    assert not LIVE.search(found.text)


async def test_no_number_or_date_breaks_a_form(every: Spruce) -> None:
    """In all fields at once, and stored by those that take them, one field after the other."""
    ann = await every.browser("ann")
    others = [name for name in FIELDS if name not in TAKEN]
    for n, value in enumerate((*NUMBERS, *TIMES)):
        form = {"subject": "Lamp", **dict.fromkeys(others, value)}
        half = await ann.post(f"{NEW}/check", form, headers=HX)
        assert half.status_code == 200, value
        for name in (others[n % len(others)], others[-n % len(others)]):
            answer = await ann.post(NEW, {"subject": "Lamp", name: value})
            assert answer.status_code in (303, 422), (name, value)


@pytest.mark.parametrize("name", [*TEXTS, "numbers", "times"])
async def test_no_field_of_the_api_breaks(programs: Programs, name: str) -> None:
    ann = await programs.of("ann")
    values: tuple[str, ...] = {"numbers": NUMBERS, "times": TIMES}.get(name) or (TEXTS[name],)
    for value in values:
        fields = dict.fromkeys(FIELDS, value)
        new = {"type": "every", "subject": value, "description": value, "fields": fields}
        answer = await ann.post("/tickets", json=new)
        assert answer.status_code in (201, 422), answer.text
        json.loads(answer.text)


SHAPES: tuple[Any, ...] = (
    None, True, 1e308, -(2**63), 10**300, [], {}, [[[]]], {"a": {"a": {}}}, ["x"] * 1000,
    {"__proto__": 1}, [None], {"lat": "x", "lng": 1e99},
)  # fmt: skip


async def test_no_shape_of_a_value_breaks_the_api(programs: Programs) -> None:
    """What JSON can hold and a field can't: said per field, each by itself."""
    ann = await programs.of("ann")
    for shape in SHAPES:
        fields = dict.fromkeys((*FIELDS, "lines"), shape)
        answer = await ann.post(
            "/tickets", json={"type": "every", "subject": "x", "fields": fields}
        )
        assert answer.status_code in (201, 400, 422), (shape, answer.text[:300])
    deep: Any = []
    for _ in range(500):
        deep = [deep]
    answer = await ann.post(
        "/tickets", json={"type": "every", "subject": "x", "fields": {"text": deep}}
    )
    assert answer.status_code in (400, 422)


RAW = {
    "lone surrogate": b'{"type": "every", "subject": "a\\ud800b", "fields": {"text": "\\udfff"}}',
    "a pair": b'{"type": "every", "subject": "\\ud83d\\ude00", "fields": {}}',
    "nul": b'{"type": "every", "subject": "a\\u0000b", "fields": {"text": "\\u0000"}}',
    "no utf-8": b'{"type": "every", "subject": "\xff\xfe", "fields": {}}',
    "nan": b'{"type": "every", "subject": "x", "fields": {"decimal": NaN, "money": Infinity}}',
    "twice": b'{"type": "every", "subject": "x", "subject": "y", "fields": {}}',
    "deep": b'{"type": "every", "subject": ' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    "cut": b'{"type": "every", "subject": "x',
    "long number": b'{"type": "every", "subject": "x", "fields": {"integer": '
    + b"9" * 9000
    + b"}}",
}


@pytest.mark.parametrize("name", RAW)
async def test_no_body_breaks_the_api(programs: Programs, name: str) -> None:
    ann = await programs.of("ann")
    head = {"content-type": "application/json"}
    answer = await ann.post("/tickets", content=RAW[name], headers=head)
    assert answer.status_code in (201, 400, 422), answer.text[:300]
    answer.text.encode("utf-8")


FORMS = {
    "surrogate": b"subject=%ED%A0%80&text=%ED%BF%BF",
    "nul": b"subject=a%00b&text=%00",
    "no utf-8": b"subject=%FF%FE&text=%C3",
    "half escape": b"subject=%&text=%4",
    "no name": b"=&=&&&===",
    "names": b"subject=x&" + b"&".join(b"%d=1" % n for n in range(900)),
    "same name": b"subject=x&" + b"&".join([b"text=a"] * 900),
    "rows": b"subject=x&" + b"&".join(b"lines.%d.name=a" % n for n in range(900)),
}


@pytest.mark.parametrize("name", FORMS)
async def test_no_body_breaks_a_form(every: Spruce, name: str) -> None:
    ann = await every.browser("ann")
    head = {"content-type": "application/x-www-form-urlencoded", "x-csrf-token": ann.csrf}
    for url in (NEW, f"{NEW}/check"):
        answer = await ann.http.post(url, content=FORMS[name], headers=head)
        assert answer.status_code in (200, 303, 400, 413, 422), answer.text[:300]


EDITED = ("text", "integer", "money", "date", "datetime", "duration", "email", "url")


async def test_edits_on_the_desk_take_or_refuse_each_value(every: Spruce) -> None:
    ann, ben = await every.browser("ann"), await every.browser("ben")
    number = await opened(ann, {"subject": "Lamp"})
    url = f"/t/spruce/desk/tickets/{number}"
    for n, value in enumerate((*TEXTS.values(), *NUMBERS, *TIMES)):
        name = EDITED[n % len(EDITED)]
        answer = await ben.post(f"{url}/edit", {"field": name, name: value})
        assert answer.status_code in (303, 422), (name, value[:40])
        assert not LIVE.search(answer.text), (name, value[:40])
    page = await ben.get(url)
    assert page.status_code == 200
    assert faults(page.text) == []


NAMES = (
    "q",
    "sort",
    "field.text",
    "field.integer",
    "created_at.from",
    "due.from",
    "after",
    "group",
)


async def test_filters_sorts_and_searches_take_or_leave_each_value(every: Spruce) -> None:
    ben = await every.browser("ben")
    for n, value in enumerate((*TEXTS.values(), *NUMBERS, *TIMES)):
        one = NAMES[n % len(NAMES)]
        for asked in ({one: value[:500]}, dict.fromkeys(NAMES, value[:500])):
            answer = await ben.get("/t/spruce/desk/views/all", params=asked)
            assert answer.status_code in (200, 303, 400, 404, 422), asked
            assert not LIVE.search(answer.text), asked


async def test_exports_hold_text_and_no_formulas(every: Spruce) -> None:
    ivy, ann = await every.browser("ivy"), await every.browser("ann")
    for value in ("=1+1", "+1", "-1", "@x", "\t=1+1", TEXTS["script"], WORD):
        await opened(ann, {"subject": value[:200], "text": value})
    answer = await ivy.get("/t/spruce/desk/views/all/export", params={"format": "csv"})
    assert answer.status_code == 200, answer.text[:300]
    cells = re.findall(r'(?:^|,|\n)"?([=+@\t-][^",\n]*)', answer.text)
    assert [cell for cell in cells if not re.fullmatch(r"-?[\d.]+", cell)] == []


FAR = (
    {"date": "0001-01-01", "datetime": "0001-01-03T00:00"},
    {"date": "9999-12-31", "datetime": "9999-12-30T23:59"},
    {"integer": "9007199254740991", "decimal": "9007199254740.991", "money": "90071992547409.91"},
    {"integer": "-9007199254740991", "decimal": "-9007199254740.991"},
)
SHOWN = (
    "", "?layout=gantt", "?layout=calendar&pick=field.date", "?layout=calendar&pick=field.datetime",
    "?sort=field.date", "?group=field.date", "?field.date.from=9999-12-31",
    "?field.datetime.to=9999-12-31", "?cols=number,date,datetime,integer,decimal,money",
    "/export?format=csv", "/export?format=xlsx", "/export?format=jsonl",
)  # fmt: skip


async def test_the_ends_of_time_and_number_are_stored_and_shown(
    every: Spruce, programs: Programs
) -> None:
    ann, ivy = await every.browser("ann"), await every.browser("ivy")
    for form in FAR:
        number = await opened(ann, {"subject": "Far", **form})
        for browser, where in ((ann, "p"), (ivy, "desk")):
            answer = await browser.get(f"/t/spruce/{where}/tickets/{number}")
            assert answer.status_code == 200, form
        read = await (await programs.of("ivy")).get(f"/tickets/{number}")
        assert read.status_code == 200
    for rest in SHOWN:
        answer = await ivy.get(f"/t/spruce/desk/views/all{rest}")
        assert answer.status_code in (200, 422), rest


async def test_the_journal_holds_after_all_of_it(every: Spruce) -> None:
    async with every.site.store.unit(SPRUCE) as unit:
        assert [fault async for fault in check.check_tenant(unit)] == []
