"""A strict reader of HTML: what does not nest, close or stand once is a fault."""

from collections import Counter
from html.parser import HTMLParser

VOID = frozenset(["area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source"])
SHAPES = frozenset(["circle", "line", "path", "rect", "use"])


class Reader(HTMLParser):
    """Collects faults of nesting, repeated ids, dangling references and anything inline."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.ids: Counter[str] = Counter()
        self.wanted: list[str] = []
        self._open: list[str] = []

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._look(tag, attrs)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._look(tag, attrs)
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1] != tag:
            self.faults.append(f"</{tag}> at {self.getpos()} closes {self._open[-1:]}")
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def close(self) -> None:
        super().close()
        self.faults += [f"<{tag}> is never closed" for tag in self._open]
        self.faults += [f"id {name} stands {n} times" for name, n in self.ids.items() if n > 1]
        self.faults += [f"nothing has the id {name}" for name in self.wanted if not self.ids[name]]

    def _look(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if len(given) != len(attrs):
            self.faults.append(f"<{tag}> at {self.getpos()} repeats an attribute")
        for name, value in attrs:
            if name == "style" or name.startswith(("on", "hx-on")):
                self.faults.append(f"inline {name} on <{tag}>")
            if name in ("for", "aria-labelledby", "aria-describedby", "popovertarget"):
                self.wanted += (value or "").split()
            if value == "#" or (name == "href" and not value):
                self.faults.append(f"dead {name} on <{tag}>")
        if tag == "style" or (tag == "script" and not given.get("src")):
            self.faults.append(f"inline <{tag}>")
        if any(name in given for name in ("hx-get", "hx-post")):
            explicit = ("hx-target", "hx-swap")
            self.faults += [f"no {name} on <{tag}>" for name in explicit if name not in given]
        if "id" in given:
            self.ids[given["id"] or ""] += 1


def faults(html: str) -> list[str]:
    """Everything wrong with a document or a fragment."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader.faults
