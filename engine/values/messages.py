"""What is said to a person whose value is refused, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SENTENCES: Final[Mapping[str, tuple[str, str]]] = {
    "bad_characters": ("含有无法保存的字符", "Holds characters that can not be kept"),
    "not_text": ("请填写文字", "Enter text"),
    "not_integer": ("请填写整数", "Enter a whole number"),
    "not_number": ("请填写数字，例如 12.30", "Enter a number, such as 12.30"),
    "too_many_decimals": ("最多 {places} 位小数", "Use at most {places} decimal places"),
    "too_large": ("数字太大", "The number is too large"),
    "not_boolean": ("请选择是或否", "Choose yes or no"),
    "not_date": ("请填写日期，例如 2026-03-02", "Enter a date, such as 2026-03-02"),
    "not_datetime": (
        "请填写日期和时间，例如 2026-03-02 09:30",
        "Enter a date and time, such as 2026-03-02 09:30",
    ),
    "not_duration": (
        "请填写时长，例如 30m、4h 或 1d 4h",
        "Enter a length of time, such as 30m, 4h or 1d 4h",
    ),
    "unknown_option": ("没有「{value}」这个选项", "There is no option “{value}”"),
    "not_email": ("邮箱地址不完整", "Enter a whole email address"),
    "not_phone": ("请填写电话号码，只用数字、空格和 + - ( )",
                  "Enter a phone number: digits, spaces and + - ( )"),
    "not_url": ("请填写以 http:// 或 https:// 开头的网址",
                "Enter a web address that begins with http:// or https://"),
    "not_location": ("请填写纬度和经度，例如 31.23, 121.47",
                     "Enter latitude and longitude, such as 31.23, 121.47"),
    "missing": ("请填写", "This is needed"),
    "not_rows": ("请按行填写", "Enter rows"),
    "not_input": ("此项不能填写", "This can not be filled in"),
    "row": ("第 {row} 行 {column}：{why}", "Row {row}, {column}: {why}"),
    "at_least": ("不能小于 {limit}", "Enter at least {limit}"),
    "at_most": ("不能大于 {limit}", "Enter at most {limit}"),
    "not_before": ("不能早于 {limit}", "Not before {limit}"),
    "not_after": ("不能晚于 {limit}", "Not after {limit}"),
    "too_long": ("最多 {limit} 个字", "Use at most {limit} characters"),
    "pattern": ("格式不对", "Does not have the right form"),
    "pattern_say": ("{say}", "{say}"),
    "too_few": ("至少选 {limit} 个", "Give at least {limit}"),
    "too_many": ("最多 {limit} 个", "Give at most {limit}"),
}  # fmt: skip


def sentence(code: str, args: Mapping[str, object], locale: str) -> str:
    """The finished sentence for a ValueProblem's code and args; arguments may be `Words`."""
    pair = SENTENCES[code]
    chinese = locale.partition("-")[0].lower() == "zh"
    text = pair[0] if chinese else pair[1]
    for name, value in args.items():
        said = value.say(locale) if hasattr(value, "say") else str(value)
        text = text.replace("{" + name + "}", said)
    return text
