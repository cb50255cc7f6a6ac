"""The documentation's entry of a problem code, as `specdesk problem` and SARIF rules show it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_HERE = Path(__file__).resolve()
# A wheel carries the pages beside this file (pyproject.toml); a checkout has them in `docs/`.
_FOLDERS = (_HERE.parent / "pages", _HERE.parents[2] / "docs")
_ENTRY = re.compile(r"^#{2,3} ([EW]\d{3})\b[^\n]*\n+(.*?)(?=^#{1,3} |\Z)", re.M | re.S)
_MARK = re.compile(r"^<!--.*?-->\n", re.M)
LOCALES = ("en", "zh-CN")


def entry(code: str, locale: str = "en") -> str:
    """What the pages say of a code, with its wrong and right examples; "" for an unknown code."""
    parts = [_entries(page, locale).get(code, "") for page in ("problems.md", "lint.md")]
    return "\n\n".join(part for part in parts if part)


@cache
def _entries(page: str, locale: str) -> dict[str, str]:
    for folder in _FOLDERS:
        path = folder / locale / page
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            return {m[1]: _MARK.sub("", m[2]).strip() for m in _ENTRY.finditer(text)}
    return {}
