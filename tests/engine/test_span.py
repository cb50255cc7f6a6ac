"""Durations: the spec's text, people's words."""

from __future__ import annotations

import pytest

from engine.span import HOUR_US, MINUTE_US, SECOND_US, Span, humanise


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("15m", Span(seconds=900)),
        ("1d 4h", Span(days=1, seconds=4 * 3600)),
        ("1w 2d 4h 30m", Span(1, 2, 4 * 3600 + 1800)),
        ("24h plain", Span(seconds=86_400, plain=True)),
        ("0m", Span()),
        ("  2d   1h ", Span(days=2, seconds=3600)),
    ],
)
def test_parse(text: str, span: Span) -> None:
    assert Span.parse(text) == span
    assert Span.parse(span.text()) == span


@pytest.mark.parametrize(
    "text",
    ["", "plain", "4", "h", "4 h", "-4h", "4h 1d", "1h 1h", "1.5h", "4H", "4h30m", "10s", "٣h",
     "600w", "9999999d", "99999999h", "plain 4h"],
)  # fmt: skip
def test_refused(text: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        Span.parse(text)


def test_show_speaks_both_languages() -> None:
    span = Span.parse("1w 2d 1h 42m")
    assert span.show("zh-CN") == "1 周 2 天 1 小时 42 分"
    assert span.show("en") == "1w 2d 1h 42m"
    assert Span.parse("24h plain").show("zh-CN") == "24 小时（自然时间）"
    assert Span.parse("24h plain").show("en-GB") == "24h (clock time)"
    assert Span().show("zh-TW") == "0 分"


def test_canonical_text_folds_minutes_into_hours() -> None:
    assert Span.parse("90m").text() == "1h 30m"


@pytest.mark.parametrize(
    ("us", "zh", "en"),
    [
        (102 * MINUTE_US, "1 小时 42 分", "1h 42m"),
        (-102 * MINUTE_US, "1 小时 42 分", "1h 42m"),
        (59 * SECOND_US, "不到 1 分", "under 1m"),
        (0, "不到 1 分", "under 1m"),
        (30 * HOUR_US, "30 小时", "30h"),
        (48 * HOUR_US + MINUTE_US, "2 天", "2d"),
        (76 * HOUR_US, "3 天 4 小时", "3d 4h"),
    ],
)
def test_humanise(us: int, zh: str, en: str) -> None:
    assert humanise(us, "zh-CN") == zh
    assert humanise(us, "en") == en
