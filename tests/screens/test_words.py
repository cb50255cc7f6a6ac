"""Times, durations and money in the words of the design language."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from runtime.render import words

NOW = datetime(2026, 11, 22, 2, 24, tzinfo=UTC)  # 10:24 in Shanghai
ZONE = "Asia/Shanghai"


@pytest.mark.parametrize(
    ("back", "zh", "en"),
    [
        (timedelta(0), "今天 10:24", "Today 10:24"),
        (timedelta(hours=11), "昨天 23:24", "Yesterday 23:24"),
        (timedelta(hours=-14), "明天 00:24", "Tomorrow 00:24"),
        (timedelta(days=3), "11-19 10:24", "19 Nov 10:24"),
        (timedelta(days=365), "2025-11-22 10:24", "22 Nov 2025 10:24"),
    ],
)
def test_moments(back: timedelta, zh: str, en: str) -> None:
    assert words.moment(NOW - back, "zh-CN", NOW, ZONE) == zh
    assert words.moment(NOW - back, "en", NOW, ZONE) == en


@pytest.mark.parametrize(
    ("span", "zh", "en"),
    [
        (timedelta(hours=1, minutes=42), "1 小时 42 分", "1h 42m left"),
        (timedelta(minutes=-35), "超时 35 分", "35m over"),
        (timedelta(days=3, hours=2, minutes=9), "3 天 2 小时", "3d 2h left"),
        (timedelta(seconds=20), "0 分", "0m left"),
    ],
)
def test_time_left(span: timedelta, zh: str, en: str) -> None:
    assert words.left(span, "zh-CN") == zh
    assert words.left(span, "en") == en


def test_prose_money_and_sizes() -> None:
    assert words.written(NOW, "zh-CN", NOW, ZONE) == "11 月 22 日 10:24"
    assert words.written(NOW, "en", NOW, ZONE) == "22 Nov 10:24"
    assert words.money(Decimal("4299"), "zh-CN", "CNY") == "¥4,299.00"
    assert words.file_size(217088) == "212 KB"
    assert words.ago(NOW - timedelta(minutes=18), "zh-CN", NOW, ZONE) == "18 分钟前"
    assert words.ago(NOW - timedelta(hours=30), "en", NOW, ZONE) == "Yesterday 04:24"


def test_a_phone_and_a_mail_address_are_reached_by_a_touch() -> None:
    said = words.reachable("每日 9:00–21:00，400-800-1234 或 help@shop.example，2026 年 <b>")
    assert said == (
        '每日 9:00–21:00，<a class="nowrap" href="tel:4008001234">400-800-1234</a> 或 '
        '<a class="nowrap" href="mailto:help@shop.example">help@shop.example</a>，2026 年 &lt;b&gt;'
    )
    assert words.reachable("order 12-34, 9:00-21:00") == "order 12-34, 9:00-21:00"
