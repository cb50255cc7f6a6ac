"""Addresses of static files, each with a hash of its content so that it may be cached for ever."""

import hashlib
import re
from functools import cached_property
from pathlib import Path


class Assets:
    """The static folder as templates see it: addresses and the names of icons."""

    def __init__(self, folder: Path, prefix: str = "/static") -> None:
        self._folder = folder
        self._prefix = prefix
        self._known: dict[str, str] = {}

    def url(self, name: str) -> str:
        """The address of one file, for example ``/static/app.css?v=1f0c9a2b7d``.

        Raises:
            FileNotFoundError: The folder has no such file.
        """
        if name not in self._known:
            digest = hashlib.sha256((self._folder / name).read_bytes()).hexdigest()[:10]
            self._known[name] = f"{self._prefix}/{name}?v={digest}"
        return self._known[name]

    @cached_property
    def icons(self) -> frozenset[str]:
        """Names that the icon sprite draws, without their ``i-``."""
        text = (self._folder / "icons.svg").read_text(encoding="utf-8")
        return frozenset(re.findall(r'<symbol id="i-([a-z0-9-]+)"', text))
