"""Forms generated from shapes: what stands there is shown, what is posted comes back, no more."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest

from engine.compile.desk import desk_from_files
from generators.admin_screen.answer import Answers
from generators.admin_screen.controls import Control, Part, name_of, path_of, words_of
from generators.admin_screen.draw import form_of
from generators.admin_screen.entries import do_entry
from generators.admin_screen.findings import findings
from generators.admin_screen.starters import new_spec
from specs.base import Flag, Id, Spec, Text
from specs.catalog import KINDS, Kind
from specs.edit import become
from specs.load import load, load_files
from specs.marks import Ref, WholeMark
from specs.source import plain, read
from specs.spec_set import SpecSet

EXAMPLES = Path(__file__).parents[2] / "examples" / "tenants"
TENANTS = sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())


@pytest.fixture(scope="module")
def shop() -> SpecSet:
    specs, problems = load(EXAMPLES / "ecommerce")
    assert not [one for one in problems if one.is_error]
    return specs


def draw(kind: str, text: str, specs: SpecSet, **more: Any) -> tuple[Part, ...]:
    node, problems = read(text, "x.yaml")
    assert node is not None, problems
    return form_of(kind, text, node, specs, "en", **more)


def controls(parts: tuple[Part, ...]) -> Iterator[Control]:
    todo = [one for part in parts for one in part.controls]
    while todo:
        one = todo.pop(0)
        yield one
        todo += one.inner
        todo += [inner for item in one.items for inner in item.controls]


def posted(parts: tuple[Part, ...]) -> dict[str, list[str]]:
    """What a browser sends when nothing was changed."""
    found: dict[str, list[str]] = {}
    for one in controls(parts):
        if one.sort in ("group", "map"):
            continue
        if one.sort == "localized":
            for locale, text in one.by_locale:
                found[f"{one.name}.{locale}"] = [text.replace("\n", "\r\n")]
        elif one.sort == "boolean":
            found[one.name] = ["false", "true"] if one.value == "true" else ["false"]
        else:
            found[one.name] = [one.value.replace("\n", "\r\n")]
    return found


def answered(kind: str, text: str, specs: SpecSet, **changes: str) -> str:
    """The text after a form was sent with some changes; `__` in a name is a dot."""
    form = posted(draw(kind, text, specs))
    form |= {name.replace("__", "."): [value] for name, value in changes.items()}
    tenant = specs.tenant
    assert tenant is not None
    node, _ = read(text, "x.yaml")
    assert node is not None
    answers = Answers(text, tenant.locales, form)
    new = answers.spec(KINDS[kind].model, plain(node))
    assert not answers.faults
    return become(text, new)


@pytest.mark.parametrize("tenant", TENANTS)
def test_a_form_sent_as_it_stands_changes_no_byte(tenant: str) -> None:
    specs, _ = load(EXAMPLES / tenant)
    for kind, files in specs.objects.items():
        for file in files.values():
            text = specs.files[file.file].decode()
            assert answered(kind, text, specs) == text, file.file


def test_every_position_of_a_spec_can_be_reached(shop: SpecSet) -> None:
    text = shop.files["types/refund.yaml"].decode()
    names = {one.name for one in controls(draw("TicketType", text, shop))}
    for name in (
        "title", "subject.template", "fields.reason.options.damaged.title", "fields.amount.max",
        "fields.photo.show_when", "checks.not_more_than_paid.must", "workflow.start",
        "workflow.transitions.reject.from", "workflow.states.finance.limit", "form.what.fields",
    ):  # fmt: skip
        assert name in names, name


def test_controls_fit_what_they_hold(shop: SpecSet) -> None:
    text = shop.files["types/refund.yaml"].decode()
    by_name = {one.name: one for one in controls(draw("TicketType", text, shop))}
    assert by_name["title"].by_locale == (("zh-CN", "退款申请"), ("en", "Refund request"))
    team = by_name["default_team"]
    assert team.sort == "choice"
    assert (team.value, team.refers_to) == ("after_sales", "Team")
    assert "after_sales" in [one.value for one in team.choices]
    start = by_name["workflow.start"]
    assert [one.value for one in start.choices][:2] == ["submitted", "finance"]
    assert by_name["fields.order_no.required"].value == "true"
    assert by_name["fields.photo.show_when"].value == "{ reason: [damaged, wrong_item] }"
    assert by_name["workflow.transitions.reject.by"].value == "agent\nfinance"
    assert by_name["title"].required
    assert not by_name["help"].required


def test_one_change_is_one_line(shop: SpecSet) -> None:
    text = shop.files["types/refund.yaml"].decode()
    after = answered("TicketType", text, shop, fields__amount__max="60000")
    assert after == text.replace("max: 50000", "max: 60000")
    after = answered("TicketType", text, shop, fields__amount__indexed="false")
    assert "    required: true\n    indexed: false\n  reason:" in after
    after = answered("TicketType", text, shop, fields__amount__max="")
    assert after == text.replace("    max: 50000\n", "")
    after = answered("TicketType", text, shop, default_priority="high")
    assert "default_team: after_sales\ndefault_priority: high\nreopen_within: 7d" in after


def test_a_text_gets_a_map_only_with_a_second_language(shop: SpecSet) -> None:
    text = "kind: Team  # ours\ntitle: 售后\n"
    assert "title: 一组\n" in answered("Team", text, shop, **{"title__zh-CN": "一组"})
    both = answered("Team", text, shop, title__en="After sales")
    assert both == "kind: Team  # ours\ntitle: { zh-CN: 售后, en: After sales }\n"


def test_short_forms_stay_short_until_there_is_more_to_say(shop: SpecSet) -> None:
    text = "kind: FieldSet\nfields:\n  a: { type: choice, options: { x: 甲, y: 乙 } }\n"
    name = "fields__a__options__x__title__zh-CN"
    assert "options: { x: 丙, y: 乙 }" in answered("FieldSet", text, shop, **{name: "丙"})
    after = answered("FieldSet", text, shop, fields__a__options__y__hue="3")
    assert "options: { x: 甲, y: { title: 乙, hue: 3 } }" in after


def test_people_and_actions_stand_in_brackets_on_their_line(shop: SpecSet) -> None:
    text = "kind: View\ntitle: x\nfor: [{ role: agent }]  # all of them\n"
    after = answered("View", text, shop, **{"for": "{ role: agent }\r\n{ team: finance }"})
    assert "for: [{ role: agent }, { team: finance }]  # all of them" in after


def test_a_raw_piece_goes_in_as_typed_and_a_broken_one_is_a_fault(shop: SpecSet) -> None:
    text = "kind: View\ntitle: x\n"
    typed = "phase: new   # only fresh ones\r\nteam: $my.teams"
    assert answered("View", text, shop, filter=typed).endswith(
        "filter:\n  phase: new   # only fresh ones\n  team: $my.teams\n"
    )
    node, _ = read(text, "x")
    assert node is not None
    answers = Answers(text, ("en",), {"filter": ["{ phase: ["]})
    answers.spec(KINDS["View"].model, plain(node))
    assert list(answers.faults) == [("filter",)]


def test_what_the_shape_can_not_hold_is_shown_raw_and_kept(shop: SpecSet) -> None:
    text = "kind: Team\ntitle: [a, b]\ncapacity: { x: 1 }\nnonsense: 1\n"
    by_name = {one.name: one for one in controls(draw("Team", text, shop))}
    assert by_name["title"].sort == "raw"
    assert by_name["capacity"].value == "{ x: 1 }"
    assert answered("Team", text, shop) == text


def test_problems_stand_at_their_control(shop: SpecSet) -> None:
    files = dict(shop.files)
    text = files["types/refund.yaml"].decode()
    text = text.replace("default_team: after_sales", "default_team: after_sale")
    text = text.replace("sensitive: true", "sensitiv: true")
    files["types/refund.yaml"] = text.encode()
    specs, problems = load_files(files)
    node, _ = read(text, "types/refund.yaml")
    assert node is not None
    told = findings(problems, files, {"types/refund.yaml": node})
    parts = form_of("TicketType", text, node, specs, "en", told)
    items = next(one.items for one in controls(parts) if one.name == "fields")
    assert any("sensitiv" in one for item in items if item.key == "iban" for one in item.problems)
    fixed = text.replace("sensitiv: true", "sensitive: true")
    files["types/refund.yaml"] = fixed.encode()
    specs, problems = load_files(files)
    node, _ = read(fixed, "types/refund.yaml")
    assert node is not None
    told = findings(problems, files, {"types/refund.yaml": node})
    assert [(one.file, one.line, one.excerpt) for one in told if one.gravity == "error"] == [
        ("types/refund.yaml", 65, "default_team: after_sale")
    ]
    parts = form_of("TicketType", fixed, node, specs, "en", told)
    team = next(one for one in controls(parts) if one.name == "default_team")
    assert "did you mean `after_sales`?" in team.problems[0]


@pytest.mark.parametrize("kind", [kind.word for kind in KINDS.values() if not kind.single])
def test_a_new_spec_of_every_kind_can_be_published_as_it_is(kind: str, shop: SpecSet) -> None:
    text = new_spec(KINDS[kind], "brand_new", shop)
    files = {**shop.files, KINDS[kind].file_of("brand_new"): text.encode()}
    _, problems = desk_from_files(files)
    assert [one.headline for one in problems if one.is_error] == []


def test_entries_come_go_and_move(shop: SpecSet) -> None:
    kind = KINDS["FieldSet"]
    spec: dict[str, Any] = {"kind": "FieldSet", "fields": {"a": {"type": "text"}}}
    assert do_entry(kind, shop, spec, "add:fields", {"_new.fields": ["b"]}) == {}
    assert list(spec["fields"]) == ["a", "b"]
    do_entry(kind, shop, spec, "up:fields.b", {})
    assert list(spec["fields"]) == ["b", "a"]
    do_entry(kind, shop, spec, "remove:fields.b", {})
    assert list(spec["fields"]) == ["a"]
    for id in ("", "a", "No", "number"):
        assert ("fields",) in do_entry(kind, shop, spec, "add:fields", {"_new.fields": [id]})
    assert do_entry(kind, shop, spec, "remove:nothing.there", {}) == {}


class Shelf(Spec):
    """A shelf of the store room."""

    kind: Literal["Shelf"]
    title: Text
    """What stands on the plate."""
    team: Annotated[str, Ref("Team")]
    """Who keeps it in order."""
    places: Annotated[int, WholeMark(1, 99)] = 1
    """How many boxes fit."""
    locked: Flag = False
    """Whether it has a key."""
    boxes: dict[Id, Text] | None = None
    """What is in it."""


def test_a_new_kind_has_its_screen_without_new_code(
    shop: SpecSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = Kind("Shelf", Shelf, "shelves")
    monkeypatch.setitem(KINDS, "Shelf", kind)
    text = new_spec(kind, "north", shop)
    assert text.startswith("kind: Shelf\ntitle: north\nteam: ")
    text += "boxes:\n  a: { en: Screws }  # M4\n"
    parts = draw("Shelf", text, shop)
    assert [part.label for part in parts] == ["Basics", "Boxes"]
    assert [(one.sort, one.label) for one in parts[0].controls] == [
        ("localized", "Title"), ("choice", "Team"), ("number", "Places"),
        ("boolean", "Locked"), ("text", "Note"),
    ]  # fmt: skip
    after = answered("Shelf", text, shop, places="4", locked="true", boxes__a__en="Nails")
    assert after.endswith("places: 4\nlocked: true\nboxes:\n  a: { en: Nails }  # M4\n")


def test_names_carry_any_key() -> None:
    path = ("columns", "a.b c%", "价格", "to")
    assert path_of(name_of(path)) == path
    assert "." not in name_of(("a.b",))
    assert [words_of(one) for one in ("default_team", "SlaPolicy")] == [
        "Default team",
        "SLA policy",
    ]


@pytest.mark.parametrize("broken", ["prefix: rf1", "prefix: [", "wrong_key: 1"])
def test_one_mistake_in_a_type_is_one_problem(broken: str, shop: SpecSet) -> None:
    text = shop.files["types/refund.yaml"].decode().replace("prefix: RF", broken)
    desk, problems = desk_from_files({**shop.files, "types/refund.yaml": text.encode()})
    assert desk is None
    assert [one.place.file for one in problems if one.is_error] == ["types/refund.yaml"]
