"""Every sentence that Python says has its Chinese: a missing translation fails here."""

import ast
from collections.abc import Iterator
from pathlib import Path

import runtime
from runtime.render.catalogues import translations

# Where the packages are, in the checkout or installed.
ROOT = Path(runtime.__file__).resolve().parents[1]


def said() -> Iterator[tuple[str, str]]:
    """(msgid, file) of every `x.say("…")` and `N_("…")`; Words.say takes no literal msgid."""
    for file in sorted((ROOT / "runtime").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or len(node.args) != 1:
                continue
            func = node.func
            name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
            first = node.args[0]
            if name in ("say", "N_") and isinstance(first, ast.Constant):
                yield str(first.value), str(file.relative_to(ROOT))


def test_python_says_nothing_untranslated() -> None:
    catalogue = translations(ROOT / "ui_templates" / "locale", "zh-CN")
    found = list(said())
    missing = sorted(
        {f"{text!r} ({file})" for text, file in found if catalogue.gettext(text) == text}
    )
    same_in_both = {"'API'", "'Webhook'", "'Specdesk'"}
    assert [m for m in missing if m.split(" (runtime")[0] not in same_in_both] == []
    assert len(found) > 100
