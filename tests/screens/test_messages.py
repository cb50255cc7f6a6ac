"""Every sentence that Python says has its Chinese: a missing translation fails here."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po
from babel.support import NullTranslations

import runtime
from runtime.render.catalogues import translations
from runtime.render.environment import TEMPLATES, renderer

# Where the packages are, in the checkout or installed.
ROOT = Path(runtime.__file__).resolve().parents[1]


def said() -> Iterator[tuple[str, str]]:
    """(msgid, file) of every `x.say("…")` and `N_("…")`; Words.say takes no literal msgid."""
    for file in sorted((ROOT / "runtime").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            func = node.func
            name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
            first = node.args[0]
            says = name in ("say", "N_") and len(node.args) == 1
            counts = name == "count" and len(node.args) == 3
            if (says or counts) and isinstance(first, ast.Constant):
                yield str(first.value), str(file.relative_to(ROOT))


def known(catalogue: NullTranslations, text: str) -> bool:
    """Whether it is told in Chinese, as it stands or as what counts."""
    return catalogue.gettext(text) != text or catalogue.ngettext(text, text, 1) != text


def test_python_says_nothing_untranslated() -> None:
    catalogue = translations(ROOT / "ui_templates" / "locale", "zh-CN")
    found = list(said())
    missing = sorted({f"{text!r} ({file})" for text, file in found if not known(catalogue, text)})
    same_in_both = {"'API'", "'Webhook'", "'Specdesk'"}
    assert [m for m in missing if m.split(" (runtime")[0] not in same_in_both] == []
    assert len(found) > 100


# -- templates ----------------------------------------------------------------------------------

MADE = renderer()
SAME_IN_BOTH = {"new_id"}
"""Msgids that are the same in both languages: an id that a person replaces."""

NAMES = {
    "Specdesk", "YAML", "JSON", "OpenAPI", "ISO", "Esc", "curl", "Authorization", "Bearer",
    "TOKEN", "webhook", "signature", "whsec", "tree", "desk",
    # the YAML in the picture of the sign-in page
    "TicketType", "amount", "choice", "damaged", "fields", "kind", "late", "max", "money",
    "options", "reason", "title", "type",
}  # fmt: skip
"""Words of a template that no language translates."""


def templates() -> Iterator[tuple[str, str]]:
    """(name, source) of each."""
    for name in MADE.environments["en"].list_templates(extensions=["html"]):
        yield name, (TEMPLATES / name).read_text("utf-8")


def test_templates_say_nothing_untranslated() -> None:
    environment, catalogue = MADE.environments["en"], MADE.catalogues["zh-CN"]
    missing = []
    for name, source in templates():
        for _, _, said in environment.extract_translations(source):  # type: ignore[attr-defined]
            one, many = said[:2] if isinstance(said, tuple) else (said, None)
            there = catalogue.ngettext(one, many, 1) if many else catalogue.gettext(one)
            if there == one and one not in SAME_IN_BOTH:
                missing.append(f"{name}: {one}")
    assert missing == []


def test_no_word_stands_bare_in_a_template() -> None:
    """Text and labels outside `_()` would stand in English on a Chinese page."""
    bare = []
    for name, source in templates():
        text = re.sub(r"\{% block \w+_class %\}.*?\{% endblock %\}", "", source)
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", "", text, flags=re.DOTALL)
        text = re.sub(
            r"<!--.*?-->|<style>.*?</style>|[a-z-]+=\"[^\"]*\"", "", text, flags=re.DOTALL
        )
        said = [word for part in re.findall(r">([^<>]*)<", text) for word in WORD.findall(part)]
        labels = re.findall(r'\b(?:aria-label|title|placeholder|alt)="([^"{]+)"', source)
        said += [word for label in labels for word in WORD.findall(label)]
        bare += [f"{name}: {word}" for word in said if word not in NAMES]
    assert bare == []


WORD = re.compile(r"[A-Za-z]{3,}")


def test_scripts_say_what_the_page_gives_them() -> None:
    """No script holds a sentence: words come from `data-said-…`, in the page's language."""
    sentence = re.compile(r"[\"`]([A-Z][a-z]+ [a-z]+[^\"`]*|[^\"`]*[\u4e00-\u9fff][^\"`]*)[\"`]")
    found = [
        (path.name, words)
        for path in sorted((TEMPLATES / "static").glob("*.js"))
        for words in sentence.findall(path.read_text("utf-8"))
    ]
    assert found == []


# -- catalogues ---------------------------------------------------------------------------------


def catalogue_of(path: Path) -> Iterator[tuple[str, str, str]]:
    """(msgid, plural or "", translation) of each entry."""
    with path.open("rb") as text:
        for entry in read_po(text, locale="zh_CN"):
            if entry.id:
                one, many = entry.id if isinstance(entry.id, tuple) else (entry.id, "")
                told = entry.string if isinstance(entry.string, str) else entry.string[0]
                yield one, many, told


CATALOGUES = sorted((TEMPLATES / "locale" / "zh-CN").glob("*.po"))
HELD = [(path.name, *entry) for path in CATALOGUES for entry in catalogue_of(path)]


def test_one_msgid_has_one_translation() -> None:
    """Catalogues are merged: of two translations one would win by the name of its file."""
    told: dict[str, set[str]] = {}
    for _, one, _, there in HELD:
        told.setdefault(one, set()).add(there)
    assert {one: sorted(both) for one, both in told.items() if len(both) > 1} == {}


def test_translations_are_whole_and_keep_their_values() -> None:
    slots = re.compile(r"%\((\w+)\)s")
    for file, one, many, there in HELD:
        assert there, f"{file}: {one}"
        assert set(slots.findall(there)) == set(slots.findall(many or one)), f"{file}: {one}"


COUNTED = re.compile(
    r"%\((?:count|num|n|number|moved|files|rows|days|tickets|errors|warnings)\)s "
    r"(?:more |new |open )?"
    r"(?:tickets|files|rows|fields|states|changes|errors|warnings|days|events|values|people|articles"
    r"|messages|comments|times|minutes|hours|steps|rules|options|characters)\b"
)
NEVER_ONE = {
    "Last %(days)s days": "a period of a report: 7, 30, 90",
    "vs the %(days)s days before": "the same",
    "%(days)s days": "the same",
}
"""Msgids whose number is never one, with the reason."""


def test_what_counts_has_a_singular() -> None:
    """`1 tickets` and `ticket(s)` are no English: `ngettext`, or the number after a colon."""
    single = {one for _, one, many, _ in HELD if not many}
    assert sorted(one for one in single if COUNTED.search(one)) == sorted(
        one for one in NEVER_ONE if one in single
    )
    assert [one for _, one, many, _ in HELD if "(s)" in re.sub(r"%\(\w+\)s", "", one + many)] == []


def test_chinese_is_set_as_chinese() -> None:
    """Full-width stops, corner quotes, a half space between Chinese and other letters."""
    wrong = re.compile(
        r"[“”]|[一-鿿][,;:!?]|[,;:!?] ?[一-鿿]|[一-鿿][A-Za-z0-9]|[A-Za-z0-9][一-鿿]"
    )
    found = []
    for file, one, _, there in HELD:
        if wrong.search(re.sub(r"%\(\w+\)s|`[^`]*`", "", there)) and one not in SET_OTHERWISE:
            found.append(f"{file}: {there}")
    assert found == []


SET_OTHERWISE = {
    "d,h,m": "a list that a script splits",
    "Number, words, customer, field:value": "what is typed, letter by letter",
}
"""Translations that are no prose, with the reason."""
