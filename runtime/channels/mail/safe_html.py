"""HTML of strangers made harmless: an allow-list of words, nothing that acts, nothing remote."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Final

import nh3

LONGEST_HTML: Final = 1_000_000
DEEPEST: Final = 1_000
_TAGS: Final = frozenset(
    "a abbr b blockquote br caption cite code col colgroup dd del dfn div dl dt em h1 h2 h3 h4 h5 "
    "h6 hr i img ins kbd li ol p pre q s samp small span strike strong sub sup table tbody td "
    "tfoot th thead tr tt u ul var".split()
)
_ATTRIBUTES: Final = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan", "align"},
    "th": {"colspan", "rowspan", "align", "scope"},
    "ol": {"start"},
    "col": {"span"},
    "colgroup": {"span"},
    "*": {"dir", "lang"},
}
_DROPPED: Final = frozenset({"script", "style", "title", "template", "noscript"})
_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel", "cid"})
# Also where no `>` follows: a value may hold a `<`, and a count that is too high harms nobody.
_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:]{0,20})")
_VOID: Final = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()
)
# Those whose end may be left out.
_FLAT: Final = frozenset("p li dt dd tr td th thead tbody tfoot option html head body".split())
_MOST_LEFT_OPEN: Final = 3_000
# What nh3 writes is well-formed: values stand in double quotes, with neither `"` nor `>` inside.
_IMAGE: Final = re.compile(r'<img((?: [a-z]+="[^"]*")*)>')
_VALUE: Final = re.compile(r' ([a-z]+)="([^"]*)"')
_SOURCE: Final = re.compile(r'(<img(?: [a-z]+="[^"]*")*? src=")cid:([^"]*)(")')


def too_deep(text: str) -> bool:
    """Whether elements stand in each other deeper than anybody writes."""
    depth = left_open = 0
    for match in _TAG.finditer(text):
        closes, word = match.groups()
        plain = word.lower()
        if plain in _VOID:
            continue
        step = -1 if closes else 1
        if plain in _FLAT:
            left_open = max(0, left_open + step)
        else:
            depth = max(0, depth + step)
        if depth > DEEPEST or left_open > _MOST_LEFT_OPEN:
            return True
    return False


def safe_html(text: str) -> tuple[str, int]:
    """HTML that may stand in a page of ours, and how many remote pictures were left out of it.

    A remote picture is its words in `<em class="mail-picture">`; one of the mail itself keeps its
    `cid:` until `with_pictures`.
    """
    cleaned = nh3.clean(
        text,
        tags=set(_TAGS),
        attributes={name: set(words) for name, words in _ATTRIBUTES.items()},
        clean_content_tags=set(_DROPPED),
        attribute_filter=_attribute,
        url_schemes=set(_SCHEMES),
        link_rel="noopener noreferrer nofollow",
    )
    removed = 0

    def picture(match: re.Match[str]) -> str:
        nonlocal removed
        values = dict(_VALUE.findall(match.group(1)))
        if values.get("src", "").startswith("cid:"):
            return match.group()
        removed += 1
        words = values.get("alt", "").strip()
        return f'<em class="mail-picture">{words}</em>' if words else ""

    return _IMAGE.sub(picture, cleaned).strip(), removed


def with_pictures(safe: str, address: Callable[[str], str | None]) -> str:
    """Give the mail's own pictures their addresses.

    Args:
        safe: What `safe_html` made.
        address: From a content id to an address of ours, or None, which leaves the picture out.
    """

    def source(match: re.Match[str]) -> str:
        found = address(html.unescape(match.group(2)))
        return f"{match.group(1)}{html.escape(found or '')}{match.group(3)}"

    placed = _SOURCE.sub(source, safe)
    return _IMAGE.sub(lambda match: "" if ' src=""' in match.group(1) else match.group(), placed)


def shown_pictures(safe: str) -> frozenset[str]:
    """Content ids that the text shows."""
    return frozenset(html.unescape(match.group(2)) for match in _SOURCE.finditer(safe))


def _attribute(tag: str, name: str, value: str) -> str | None:
    scheme = value.partition(":")[0].strip().lower()
    if tag == "img" and name == "src":
        return value if scheme == "cid" else None
    if tag == "a" and name == "href":
        return value if scheme in ("http", "https", "mailto", "tel") else None
    if name in ("width", "height", "colspan", "rowspan", "span", "start"):
        return value if value.isascii() and value.isdigit() and len(value) <= 4 else None
    return value


def text_of_html(safe: str) -> str:
    """The words of cleaned HTML as plain text: lines, lists, quotes with `> `, links' addresses."""
    reader = _Words()
    reader.feed(safe)
    reader.close()
    return reader.text()


_BLOCKS: Final = frozenset(
    "p div tr ul ol dl dt dd li h1 h2 h3 h4 h5 h6 pre table blockquote caption hr".split()
)
_APART: Final = frozenset("p ul ol dl h1 h2 h3 h4 h5 h6 pre table blockquote".split())


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._quotes = 0
        self._pre = 0
        self._href = ""
        self._linked: list[str] = []

    def text(self) -> str:
        self._end()
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self._lines)).strip("\n")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._end()
        if tag in _APART:
            self._gap()
        if tag == "blockquote":
            self._quotes += 1
        elif tag == "pre":
            self._pre += 1
        elif tag == "br":
            self._end(always=True)
        elif tag == "hr":
            self._lines.append(f"{self._lead()}{'_' * 32}")
        elif tag == "li":
            self._line.append("- ")
        elif tag in ("td", "th") and self._line:
            self._line.append(" ")
        elif tag == "a":
            self._href, self._linked = dict(attrs).get("href") or "", []

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._link()
        if tag in _BLOCKS:
            self._end()
        if tag == "blockquote":
            self._quotes = max(0, self._quotes - 1)
        elif tag == "pre":
            self._pre = max(0, self._pre - 1)
        if tag in _APART:
            self._gap()

    def handle_data(self, data: str) -> None:
        if self._href:
            self._linked.append(data)
        if self._pre:
            first, *more = data.split("\n")
            self._line.append(first)
            for line in more:
                self._end(always=True)
                self._line.append(line)
            return
        plain = re.sub(r"[ \t\r\n\f\xa0]+", " ", data)
        if plain.startswith(" ") and (not self._line or self._line[-1].endswith(" ")):
            plain = plain[1:]
        if plain:
            self._line.append(plain)

    def _link(self) -> None:
        """The address after a link's words, unless they are the address."""
        words, self._linked = "".join(self._linked).strip(), []
        plain = self._href.removeprefix("mailto:").removeprefix("tel:")
        if plain and words and words.rstrip("/") not in (plain.rstrip("/"), self._href):
            self._line.append(f" <{plain}>")
        self._href = ""

    def _lead(self) -> str:
        return "> " * self._quotes

    def _end(self, always: bool = False) -> None:
        said = "".join(self._line).rstrip()
        self._line.clear()
        if said or always:
            self._lines.append(f"{self._lead()}{said}".rstrip())

    def _gap(self) -> None:
        while self._lines and not self._lines[-1].strip("> "):
            self._lines.pop()
        if self._lines:
            self._lines.append(self._lead().rstrip())
