"""The articles a tenant's folder begins with: `knowledge/<slug>.md`, `knowledge/<slug>.en.md`."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from specs.problem import Code, Place, Problem
from specs.source import Mapping as Tree
from specs.source import Node, Scalar, core, read

FOLDER: Final = "knowledge/"
LONGEST: Final = 60_000
_NAME: Final = re.compile(
    r"knowledge/(?P<slug>[a-z0-9][a-z0-9-]{0,79})(\.(?P<locale>[a-z]{2,3}(-[A-Za-z0-9]{2,8})*))?\.md"
)
_KEYS: Final = ("title", "category", "tags", "audience")
_CURE: Final = "begin the file with `---`, `title:` and `category:`, `---`, then the text"


@dataclass(frozen=True, slots=True)
class Starter:
    """An article as a file brings it, in one language. `digest`: of the file's bytes."""

    file: str
    slug: str
    locale: str
    title: str
    category: str
    tags: tuple[str, ...]
    audience: str
    body: str
    digest: str


def read_starters(
    files: Mapping[str, bytes], locales: Sequence[str], categories: Collection[str]
) -> tuple[list[Starter], list[Problem]]:
    """The articles among a tenant's files, in the order of their names, and what is wrong."""
    found: list[Starter] = []
    problems: list[Problem] = []
    for name in sorted(files):
        if not name.startswith(FOLDER) or not name.endswith(".md") or name.endswith("/README.md"):
            continue
        reader = _Reader(name, files[name], locales, categories)
        made = reader.starter()
        problems += reader.problems
        if made is not None:
            found.append(made)
    return found, problems


class _Reader:
    def __init__(
        self, name: str, content: bytes, locales: Sequence[str], categories: Collection[str]
    ) -> None:
        self.name, self.content = name, content
        self.locales, self.categories = locales, categories
        self.problems: list[Problem] = []

    def say(self, message: str, cure: str = _CURE, line: int = 1) -> None:
        place = Place(self.name, line, 1, line, 2)
        self.problems.append(Problem(Code.ARTICLE, message, place, cure=cure))

    def starter(self) -> Starter | None:
        name = _NAME.fullmatch(self.name)
        if name is None:
            self.say(
                "the file name is the article's word in addresses: small letters, digits, `-`",
                "name it like `returns.md`, or `returns.en.md` for another language",
            )
            return None
        locale = name["locale"] or self.locales[0]
        if locale not in self.locales:
            self.say(f"`{locale}` is not among the tenant's locales", "add it in tenant.yaml")
            return None
        head = self._head()
        return self._made(name["slug"], locale, *head) if head is not None else None

    def _head(self) -> tuple[Tree, str] | None:
        try:
            text = self.content.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError:
            self.say("the file is not UTF-8", "save it as UTF-8")
            return None
        front, mark, body = text.removeprefix("---\n").partition("\n---\n")
        if not text.startswith("---\n") or not mark:
            self.say("the article has no head between two lines `---`")
            return None
        if len(body) > LONGEST:
            self.say(
                f"the text has {len(body):,} characters; at most {LONGEST:,} are kept", "split it"
            )
            return None
        # A line for the mark above, so that places are those of the file.
        node, problems = read(f"\n{front}", self.name)
        self.problems += problems
        if not isinstance(node, Tree):
            if not problems:
                self.say("the head is no map")
            return None
        return node, body.strip() + "\n"

    def _made(self, slug: str, locale: str, head: Tree, body: str) -> Starter | None:
        for key, _ in head.entries:
            if key.text not in _KEYS:
                self.say(f"the head has no `{key.text}`", "it has " + ", ".join(_KEYS), 2)
        title, category = _text(head.get("title")), _text(head.get("category"))
        audience = _text(head.get("audience"))
        if not title:
            self.say("the article has no `title:`")
        if category not in self.categories:
            known = ", ".join(self.categories) or "none; write knowledge.yaml"
            self.say(f"there is no category `{category}`", f"categories are: {known}", 2)
        if audience not in ("", "staff"):
            self.say("`audience:` is `staff` or is left out", "leave it out", 2)
        if self.problems:
            return None
        digest = hashlib.sha256(self.content).hexdigest()
        tags = _list(head.get("tags"))
        return Starter(self.name, slug, locale, title, category, tags, audience, body, digest)


def _text(node: Node | None) -> str:
    return node.text.strip() if isinstance(node, Scalar) else ""


def _list(node: Node | None) -> tuple[str, ...]:
    value = core(node) if node is not None else []
    return tuple(str(one) for one in value) if isinstance(value, list) else ()
