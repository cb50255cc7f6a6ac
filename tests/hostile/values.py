"""What people, programs and accidents put into fields: data, of which a new line is a new test."""

from __future__ import annotations

from collections.abc import Mapping

WORD = "W" * 10_000

TEXTS: Mapping[str, str] = {
    "script": "<script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)>",
    "attribute": '"\' autofocus onfocus=alert(1) x="',
    "entity": "&lt;b&gt; &amp;amp; &#x3C;i&#x3E;",
    "template": "{{ 7*7 }} {% for x in y %} ${7*7} %(name)s {0} {name}",
    "link": "javascript:alert(1) [x](javascript:alert(1)) ![x](http://evil.example/x.png)",
    "comment": "--> ]]> </textarea></title></style><!-- <![CDATA[",
    "sheet": '=HYPERLINK("http://evil.example";"x")',
    "sql": "Robert'); DROP TABLE ticket;--",
    "word": WORD,
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈🇨🇳👍🏽 e\u0301 \U0001f9d1\U0001f3ff\u200d\U0001f692",
    "rtl": "שלום عالم ABC 123",
    "bidi": "safe\u202etxt.exe\u2066\u2067abc\u2069\u061c",
    "zero width": "a\u200bb\u200cc\u200dd\ufeffe\u00adf",
    "zalgo": "Z" + "\u0361\u0489" * 200,
    "blank": " \u3000\u2003\t ",
    "control": "a\x01b\x08c\x1bd\x7fe\x9b",
    "nul": "a\x00b",
    "lines": "one\r\ntwo\rthree\n\n\n\nfour\u2028five\u0085six",
    "unicode ends": "\ufffe\uffff\U0010ffff",
}

NUMBERS = (
    "9" * 400, "-" + "9" * 400, "1e400",
    "1e-400", "NaN", "Infinity", "-0", "0x10", "1_000", "１２３",
    "٣", "1,2,3", "9007199254740993", "0." + "0" * 300 + "1", "½", "²",
)  # fmt: skip

TIMES = (
    "0000-00-00", "0001-01-01", "9999-12-31", "10000-01-01", "2026-02-30", "-2026-01-01",
    "2026-13-45T99:99", "9999-12-31T23:59", "0001-01-01T00:00", "2026-03-29T02:30",
    "2026-W10-1", "20260101", "2026-01-01T00:00:00+99:99", "999999999999999d", "PT1H",
)  # fmt: skip
