"""Screens of the frame, the portal and sign-in render whole and well-formed in both locales."""

import dataclasses
import re
from pathlib import Path

import pytest
from jinja2.nodes import Call, Const, Name

from runtime.render.assets import Assets
from runtime.render.catalogues import LOCALES
from runtime.render.environment import TEMPLATES, renderer
from runtime.web.screens import base, form, sign_in
from runtime.web.screens.knowledge import help as knowledge
from runtime.web.screens.portal import pages as portal
from tests.screens.contract import Contract
from tests.screens.html import faults
from tests.screens.samples import FIELD_TYPES, SAMPLES

MADE = renderer()
OURS = re.compile(
    r"layout\.html|fields/.*|pages/(sign_in|portal_\w+|error)\.html"
    r"|parts/(article_\w+|home_articles|suggest\w*)\.html"
    r"|parts/(m|control|field|field_words|files|form_faults|found|held_files|move_form|picker"
    r"|portal|sign_in_figure|ticket_card|upload)\.html"
)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("name", SAMPLES)
def test_renders_well_formed_and_without_anything_inline(name: str, locale: str) -> None:
    template, screen = SAMPLES[name]
    html = MADE.render(template, screen(locale))
    assert faults(html) == []
    assert "None" not in re.sub(r"<[^>]*>", "", html)


@pytest.mark.parametrize("name", [name for name in SAMPLES if "fields" not in name])
def test_each_form_that_posts_carries_the_token(name: str) -> None:
    template, screen = SAMPLES[name]
    html = MADE.render(template, screen("en"))
    for posted in re.findall(r'<form[^>]*method="post".*?</form>', html, re.DOTALL):
        assert 'name="_csrf" value="token"' in posted


def test_templates_ask_for_what_the_screens_have_and_use_all_of_it() -> None:
    contract = Contract(MADE.environments["en"])
    for template, screen in SAMPLES.values():
        contract.follow(template, {"screen": type(screen("en"))})
    for template in MADE.environments["en"].list_templates():
        if template.startswith("fields/") or template in FIELD_PARTS:
            contract.follow(template, {"screen": form.FormScreen, "field": form.FieldInput})
    assert contract.faults == set()
    asked = {(owner.__name__, name) for owner, name in contract.asked}
    unused = {
        f"{cls.__name__}.{item.name}"
        for module in (form, knowledge, portal, sign_in)
        for cls in vars(module).values()
        if dataclasses.is_dataclass(cls) and cls.__module__ == module.__name__
        for item in dataclasses.fields(cls)
        if (cls.__name__, item.name) not in asked
    }
    assert unused == USED_ELSEWHERE


FIELD_PARTS = ("parts/field.html", "parts/field_words.html", "parts/picker.html")
USED_ELSEWHERE = {
    # read by properties of the dataclass itself, or by macros that take the whole object
    "FieldInput.branch",
    "FieldInput.scope",
    "Section.fields",
    "FormScreen.faults",
}


def test_every_field_type_has_a_control() -> None:
    assert {path.stem for path in (TEMPLATES / "fields").glob("*.html")} == set(FIELD_TYPES)


def msgids() -> dict[str, str]:
    """Each msgid of our templates with its plural, or with itself."""
    environment, found = MADE.environments["en"], {}
    for template in environment.list_templates(extensions=["html"]):
        if not OURS.fullmatch(template):
            continue
        tree = environment.parse((TEMPLATES / template).read_text("utf-8"))
        for call in tree.find_all(Call):
            if isinstance(call.node, Name) and call.node.name in ("_", "gettext", "ngettext"):
                said = [arg.value for arg in call.args if isinstance(arg, Const)]
                assert said, f"{template}: a msgid is put together"
                found[said[0]] = said[-1]
    return found


def in_chinese(key: str, plural: str) -> str:
    """The translation of one msgid."""
    catalogue = MADE.catalogues["zh-CN"]
    return catalogue.gettext(key) if key == plural else catalogue.ngettext(key, plural, 1)


def test_every_msgid_is_translated() -> None:
    assert {key for key, plural in msgids().items() if in_chinese(key, plural) == key} == set()


def test_no_translation_is_left_over() -> None:
    said = set(msgids())
    text = (TEMPLATES / "locale/zh-CN/portal.po").read_text("utf-8")
    assert set(re.findall(r'^msgid "(.+)"$', text, re.MULTILINE)) - said == set()


def test_placeholders_survive_translation() -> None:
    for key, plural in msgids().items():
        there = in_chinese(key, plural)
        assert set(re.findall(r"%\((\w+)\)s", key)) == set(re.findall(r"%\((\w+)\)s", there)), key


def test_both_dark_blocks_of_the_tokens_are_identical() -> None:
    text = (TEMPLATES / "static/tokens.css").read_text("utf-8")
    blocks = re.findall(r"color-scheme: dark;(.*?)\}", text, re.DOTALL)
    assert len(blocks) == 2
    assert blocks[0].split() == blocks[1].split()


def test_fields_of_one_name_in_two_forms_have_two_ids() -> None:
    one = form.FieldInput("comment", "text", "Why", scope="reopen")
    assert one.id == "f-reopen-comment"
    assert form.FieldInput("parts.0.count", "integer", "Count").id == "f-parts-0-count"


def test_the_summary_names_faults_of_rows_too() -> None:
    _, screen = SAMPLES["portal_form_every"]
    anchors = [fault.anchor for fault in screen("en").summary]
    assert anchors == ["", "f-boolean", "f-parts-0-count"]
    assert all(fault.label for fault in screen("en").summary if fault.anchor)


def test_static_addresses_change_with_the_content(tmp_path: Path) -> None:
    (tmp_path / "a.css").write_text("a{}")
    first = Assets(tmp_path).url("a.css")
    (tmp_path / "a.css").write_text("b{}")
    assert first != Assets(tmp_path).url("a.css")
    assert first.startswith("/static/a.css?v=")


def test_a_person_that_may_not_see_the_desk_is_not_shown_the_way() -> None:
    _, screen = SAMPLES["portal_home"]
    html = MADE.render("pages/portal_home.html", screen("en"))
    assert "Desk</a>" not in html
    assert isinstance(screen("en").page, base.Page)
