"""The Markdown of articles as HTML that may stand in a page of ours, and as plain words."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from runtime.site.links import Links

LONGEST: Final = 60_000
"""Characters of an article's text in one language."""
FILE, ARTICLE = "upload:", "article:"
"""How a text names a file that was uploaded for it, and another article: `![](upload:TOKEN)`."""
_TAGS: Final = set(
    "a blockquote br code del em h2 h3 h4 h5 hr img li ol p pre s strong table tbody td th thead "
    "tr ul".split()
)
_ATTRIBUTES: Final = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{16,64}\Z")
_SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,79}\Z")
_NAMED: Final = re.compile(r"upload:([A-Za-z0-9_-]{16,64})")
_TAG: Final = re.compile(r"<[^>]*>")
_CELL: Final = re.compile(r"</t[dh]>")
_BLOCK: Final = re.compile(r"</(?:p|h[1-6]|li|tr|pre|blockquote)>|<(?:br|hr)>")
_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


@lru_cache(maxsize=256)
def article_html(body: str, tenant: str) -> Markup:
    """The text of an article as HTML: no word of HTML in it counts, nothing remote is shown."""
    links = Links(tenant)
    tokens = _MARKDOWN.parse(body[:LONGEST])
    _place(tokens, links)
    written: str = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    clean = nh3.clean(
        written,
        tags=_TAGS,
        attributes={name: set(words) for name, words in _ATTRIBUTES.items()},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(clean)  # noqa: S704 - cleaned in the line above


def _place(tokens: list[Token], links: Links) -> None:
    """Give files and articles their addresses; headings begin under the page's own."""
    level = 1
    for token in tokens:
        if token.type == "heading_open":
            # None is left out: who reads by headings would look for the missing one.
            level = min(5, max(2, int(token.tag[1])), level + 1)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{level}"
        if token.type == "link_open":
            token.attrSet("href", _address(str(token.attrGet("href") or ""), links))
        if token.type == "image":
            source = str(token.attrGet("src") or "")
            # A picture of elsewhere would tell there who reads this; only our own files are shown.
            token.attrSet("src", _address(source, links) if source.startswith(FILE) else "")
        if token.children:
            _place(token.children, links)


def _address(named: str, links: Links) -> str:
    if named.startswith(FILE) and _TOKEN.match(named.removeprefix(FILE)):
        return links.files(named.removeprefix(FILE))
    if named.startswith(ARTICLE) and _SLUG.match(named.removeprefix(ARTICLE)):
        return links.article(named.removeprefix(ARTICLE))
    return named if re.match(r"(https?://|mailto:|tel:|#)", named) else ""


@lru_cache(maxsize=256)
def article_words(body: str) -> str:
    """The words of an article without its marks, a line for each paragraph."""
    written = _CELL.sub(" ", _BLOCK.sub("\n", str(article_html(body, "-"))))
    lines = _TAG.sub("", written).splitlines()
    plain = (" ".join(html.unescape(line).split()) for line in lines)
    return "\n".join(line for line in plain if line)


def files_named(body: str) -> frozenset[str]:
    """The tokens of the files that a text shows or links to."""
    return frozenset(_NAMED.findall(body))
