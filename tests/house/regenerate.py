"""Writes every generated file anew and fails when the committed ones said something else."""

from __future__ import annotations

import sys
from pathlib import Path

from generators.json_schema import write_schemas
from generators.reference import reference
from runtime.render.catalogues import translations
from runtime.render.environment import TEMPLATES
from tests.house.tree import ROOT

FOLDER = ROOT / "schemas"
PAGES = {locale: ROOT / "docs" / locale / "kinds.md" for locale in ("en", "zh-CN")}


def _generated() -> dict[Path, bytes]:
    pages = [page for page in PAGES.values() if page.exists()]
    return {path: path.read_bytes() for path in [*FOLDER.glob("*.schema.json"), *pages]}


def page_text(locale: str) -> str:
    """The reference of the kinds in one language."""
    return reference(locale, translations(TEMPLATES / "locale", locale).gettext)


def _write_pages() -> None:
    for locale, page in PAGES.items():
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(page_text(locale), encoding="utf-8")


def main() -> None:
    """Compare before and after; a difference is written and then named, to be committed."""
    before = _generated()
    write_schemas(FOLDER)
    _write_pages()
    after = _generated()
    changed = [path for path in before | after if before.get(path) != after.get(path)]
    if changed:
        names = ", ".join(sorted(str(path.relative_to(ROOT)) for path in changed))
        sys.exit(f"generated: written anew, commit with the change that asked for it: {names}")
    print(f"generated: {len(after)} files are up to date")


if __name__ == "__main__":
    main()
