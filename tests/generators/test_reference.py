"""The reference of the kinds: whole in both languages, and as committed."""

from __future__ import annotations

import re

import pytest

from specs.catalog import KINDS
from specs.field_types import FIELD_TYPES
from specs.shape import slots
from tests.house.regenerate import PAGES, page_text


@pytest.mark.parametrize("locale", sorted(PAGES))
def test_committed_page_is_what_the_classes_say(locale: str) -> None:
    """`make generated` writes it; a stale page fails here too."""
    assert PAGES[locale].read_text(encoding="utf-8") == page_text(locale)


def test_every_kind_key_and_field_type_is_there() -> None:
    page = page_text("en")
    for kind in KINDS.values():
        part = page.split(f"\n## {kind.word}\n")[1].split("\n## ")[0]
        assert [key for key in slots(kind.model) if key != "note" and f"`{key}`" not in part] == []
    headings = set(re.findall(r"^### (\w+)$", page, re.M))
    assert set(FIELD_TYPES) <= headings


def test_chinese_page_has_no_english_sentence_left() -> None:
    """A new docstring needs its Chinese, in the studio's words or in reference_chinese.py."""
    said = re.sub(r"`[^`]*`|<!--.*?-->|\[[^\]]*\]\([^)]*\)", "", page_text("zh-CN"))
    assert re.findall(r"[A-Za-z]+ [a-z]+ [a-z]+[^|\n]*", said) == []


def test_both_pages_have_the_same_headings() -> None:
    counts = [len(re.findall(r"^#+ ", page_text(locale), re.M)) for locale in sorted(PAGES)]
    assert counts[0] == counts[1] > 60
