"""The loader: folders and files that are not as they should be, and positions that keep text."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from specs.clauses import Action, Who
from specs.field_types.choice import ChoiceField
from specs.kinds.calendar import Calendar, Hours
from specs.kinds.sla import SlaPolicy
from specs.kinds.team import Team
from specs.kinds.ticket_type import TicketType
from specs.load import load, load_files
from specs.marks import Duration, Share
from specs.problem import Code, render
from tests.specs.small import SMALL, only, small, spoiled


def test_the_small_tenant_is_well() -> None:
    specs, problems = load_files(small())
    assert problems == []
    assert specs.tenant is not None
    assert specs.tenant.locales == ("zh-CN", "en")
    assert list(specs.of("Team")) == ["after_sales", "finance"]
    assert specs.of("Team")["finance"].file == "teams/finance.yaml"
    assert isinstance(specs.of("Team")["finance"].spec, Team)


def test_a_folder_is_loaded_as_its_files_are(tmp_path: Path) -> None:
    for name, content in small().items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    (tmp_path / ".specdesk").mkdir()
    (tmp_path / ".specdesk" / "x.yaml").write_text("no: spec")
    specs, problems = load(tmp_path)
    assert problems == []
    assert specs.files == small()
    assert specs.tree == load_files(small())[0].tree


def test_the_tree_is_the_digest_of_paths_and_bytes() -> None:
    specs, _ = load_files(small())
    lines = "".join(
        f"{len(path)} {path} {hashlib.sha256(content).hexdigest()}\n"
        for path, content in sorted(small().items())
    )
    assert specs.tree == hashlib.sha256(lines.encode()).hexdigest()
    changed, _ = load_files(small(**{"README.md": "x"}))
    assert changed.tree != specs.tree


# ------------------------------------------------------------ text stays what it was


@pytest.mark.parametrize("word", ["NO", "010", "1.10", "17:30", "true", "null", "~", "1e3", "0x1F"])
def test_a_text_position_keeps_what_was_written(word: str) -> None:
    specs, problems = spoiled("types/refund.yaml", "damaged: 商品破损", f"damaged: {word}")
    assert problems == []
    field = specs.specs(TicketType)["refund"].fields
    assert field is not None
    reason = field["reason"]
    assert isinstance(reason, ChoiceField)
    assert reason.options["damaged"].title == word


@pytest.mark.parametrize(
    ("word", "wanted"),
    [("true", True), ("yes", True), ("on", True), ("NO", False), ("off", False), ("False", False)],
)
def test_a_flag_position_takes_the_words_of_people(word: str, wanted: bool) -> None:
    specs, problems = spoiled("teams/after_sales.yaml", "title", f"note: {word}\ntitle")
    assert problems == []
    assert specs.of("Team")["after_sales"].spec.note == word
    specs, _ = spoiled("teams/finance.yaml", "kind: Team", f"kind: Team\ndefault: {word}")
    assert specs.specs(Team)["finance"].default is wanted


def test_typed_positions_are_values() -> None:
    specs, problems = load_files(
        small(
            calendars__week=(
                "kind: Calendar\nhours: { weekdays: [09:00-12:00, 13:00-18:00], sat: 9:00-24:00 }\n"
            )
        )
    )
    assert problems == []
    assert specs.specs(Calendar)["week"].hours == {
        "weekdays": (Hours(540, 720), Hours(780, 1080)),
        "sat": (Hours(540, 1440),),
    }
    refund = specs.specs(TicketType)["refund"].workflow
    assert refund.states["submitted"].limit == Duration(hours=24, plain=True)
    assert refund.transitions["pay"].from_ == ("submitted",)
    assert refund.transitions["pay"].by == (Who("role", "agent"),)
    sla = specs.specs(SlaPolicy)["refund"]
    assert sla.breach == (Action("flag", "high_risk"), Action("assign", "lead"))
    assert sla.warn is not None
    assert sla.warn["half"].at == Share(50)
    to = (Who("relation", "assignee"), Who("relation", "lead"))
    assert sla.warn["half"].do == (Action("notify", "told", to),)


def test_raw_positions_stay_text_with_places() -> None:
    """Conditions and cells are typed later, by the field they speak of."""
    specs, problems = spoiled(
        "roles/agent.yaml", "{ teams: $my.teams }", "{ amount: { at_most: 010 }, reason: NO }"
    )
    assert problems == []
    file = specs.of("Role")["agent"]
    spec = file.spec.model_dump()["types"]["refund"]["see"]
    assert spec == {"amount": {"at_most": "010"}, "reason": "NO"}
    assert str(file.place("types", "refund", "see", "amount", "at_most")) == "roles/agent.yaml:3:46"
    assert str(file.key_place("types", "refund", "see", "reason")) == "roles/agent.yaml:3:53"


def test_the_place_of_what_was_not_written_is_its_nearest_parent() -> None:
    specs, _ = load_files(small())
    file = specs.of("TicketType")["refund"]
    assert file.place("fields", "amount", "max") == file.place("fields", "amount")
    assert file.place("workflow", "transitions", "pay", "from", 0) == file.place(
        "workflow", "transitions", "pay", "from"
    )


# ------------------------------------------------------------ bad objects


@pytest.mark.parametrize(
    ("file", "old", "new", "code", "place", "says"),
    [
        ("types/refund.yaml", "prefix:", "prefx:", Code.UNKNOWN_KEY, "3:1", "`prefix`"),
        ("types/refund.yaml", "min: 0.01", "mn: 1", Code.UNKNOWN_KEY, "8:28", "`min`"),
        ("types/refund.yaml", "type: choice", "type: choise", Code.UNKNOWN_FIELD_TYPE, "9:21",
         "`choice`"),
        ("types/refund.yaml", "type: choice, ", "", Code.MISSING_KEY, "9:3", "types are"),
        ("types/refund.yaml", "min: 0.01", "min: a lot", Code.WRONG_TYPE, "8:33", "0.01"),
        ("types/refund.yaml", "phase: new", "phase: nw", Code.WRONG_WORD, "15:25", "`new`"),
        ("types/refund.yaml", "24h plain", "24 hours", Code.BAD_VALUE, "15:37", "15m"),
        ("types/refund.yaml", "  start: submitted\n", "", Code.MISSING_KEY, "12:1", "add `start"),
        ("types/refund.yaml", "  amount: ", "  Amount: ", Code.BAD_ID, "8:3", "small letters"),
        ("types/refund.yaml", "  amount: ", "  priority: ", Code.RESERVED_ID, "8:3", "another id"),
        ("types/refund.yaml", "damaged: 商", "any: 商", Code.RESERVED_ID, "9:40", "another id"),
        ("types/refund.yaml", "{ zh-CN: 退款, en: Refund }", "[退款]", Code.WRONG_TYPE, "2:8", ""),
        ("types/refund.yaml", "  what: { title: 哪件？, fields: [order_no, reason] }", "  what",
         Code.WRONG_TYPE, "11:3", "key: value"),
        ("teams/finance.yaml", "kind: Team", "kind: Taem", Code.UNKNOWN_KIND, "1:7", "`Team`"),
        ("teams/finance.yaml", "kind: Team", "kind: Role", Code.WRONG_FOLDER, "1:7",
         "roles/finance.yaml"),
        ("teams/finance.yaml", "kind: Team\n", "", Code.MISSING_KEY, "1:1", "add `kind"),
        ("tenant.yaml", "Asia/Shanghai", "Asia/Shangai", Code.BAD_VALUE, "6:12", "Asia/Shanghai"),
        ("tenant.yaml", "language: 1", "language: 2", Code.WRONG_WORD, "2:11", "`1`"),
        ("sources/orders.yaml", "demo/orders.csv", "../secret.csv", Code.BAD_VALUE, "4:7", ""),
        ("sla/refund.yaml", "{ flag: high_risk }", "{ flg: high_risk }", Code.ACTION, "6:10",
         "`flag`"),
        ("sla/refund.yaml", "{ flag: high_risk }", "{ flag: a, tag: b }", Code.ACTION, "6:10",
         "one action an entry"),
        ("sla/refund.yaml", "[assignee, lead]", "[asignee]", Code.WRONG_WORD, "5:31",
         "`assignee`"),
        ("types/refund.yaml", "by: agent", "by: {}", Code.WRONG_TYPE, "18:47", "relation"),
        ("routing/refund.yaml", "applies_to: refund", "applies_to:", Code.WRONG_TYPE, "2:1", ""),
        ("sla/refund.yaml", "50%", "150%", Code.BAD_VALUE, "5:21", "50%"),
        ("roles/agent.yaml", "[comment]", "[coment]", Code.WRONG_WORD, "3:52", "`comment`"),
        ("roles/agent.yaml", "{ teams: $my.teams }", "all", Code.CONDITION_SHAPE, "3:25", "map"),
    ],
)  # fmt: skip
def test_a_bad_object_is_one_problem(
    file: str, old: str, new: str, code: Code, place: str, says: str
) -> None:
    specs, problems = spoiled(file, old, new)
    found = only(problems)
    assert (found.code, str(found.place)) == (code, f"{file}:{place}"), render(found, None)
    assert says in found.cure
    assert found.message
    assert len(specs.broken) == 1
    assert len([one for of in specs.objects.values() for one in of]) == len(SMALL) - 2


def test_every_mistake_of_a_file_is_told() -> None:
    text = SMALL["types/refund.yaml"].replace("prefix:", "prefx:").replace("choice", "choise")
    _, problems = load_files(small(types__refund=text.replace("min: 0.01", "min: x")))
    assert [one.code for one in problems] == [
        Code.UNKNOWN_KEY,
        Code.WRONG_TYPE,
        Code.UNKNOWN_FIELD_TYPE,
    ]
    assert [one.pointer for one in problems] == [
        "/prefx",
        "/fields/amount/min",
        "/fields/reason/type",
    ]


@pytest.mark.parametrize("pattern", [r"(a+)+\\1", "(?=a)b", "(?<!a)b", "(" * 50, "a{9999}"])
def test_a_pattern_that_is_not_linear_is_refused(pattern: str) -> None:
    text = f'fields:\n  code: {{ type: text, pattern: "{pattern}" }}'
    found = only(spoiled("types/refund.yaml", "fields:", text)[1])
    assert found.code is Code.PATTERN_NOT_LINEAR
    assert (found.place.line, found.place.col) == (6, 32)
    assert "look-around" in found.cure


def test_an_evil_pattern_of_a_condition_is_refused() -> None:
    _, problems = spoiled(
        "views/open.yaml", "title:", "filter: { any: { subject: { matches: (?=x)y } } }\ntitle:"
    )
    found = only(problems)
    assert (found.code, str(found.place)) == (Code.PATTERN_NOT_LINEAR, "views/open.yaml:2:38")


def test_a_catastrophic_but_linear_pattern_is_fine() -> None:
    _, problems = spoiled(
        "views/open.yaml", "title:", 'filter: { subject: { matches: "(a+)+$" } }\ntitle:'
    )
    assert problems == []


# ------------------------------------------------------------ bad folders


def test_a_folder_that_is_no_tenant() -> None:
    specs, problems = load_files({"a.txt": b"x"})
    found = only(problems)
    assert found.code is Code.NO_TENANT
    assert "kind: Tenant" in found.cure
    assert specs.tenant is None


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert only(load(tmp_path / "none")[1]).code is Code.NO_TENANT
    (tmp_path / "file").write_text("x")
    assert only(load(tmp_path / "file")[1]).code is Code.NO_TENANT


@pytest.mark.parametrize(
    ("name", "code", "says"),
    [
        ("type/other.yaml", Code.UNKNOWN_FOLDER, "`types`"),
        ("tenants.yaml", Code.UNKNOWN_FOLDER, "`tenant.yaml`"),
        ("teams/Big-Team.yaml", Code.BAD_FILE_NAME, "teams/big_team.yaml"),
        ("teams/deep/one.yaml", Code.WRONG_FOLDER, "teams/one.yaml"),
        ("teams/finance.yml", Code.TWO_FILES_ONE_ID, "rename"),
        ("teams/other.yml", Code.BAD_FILE_NAME, "teams/other.yaml"),
        ("roles/lead.yaml", Code.BAD_FILE_NAME, "another file name"),
    ],
)
def test_a_file_in_the_wrong_place(name: str, code: Code, says: str) -> None:
    files = small() | {name: b"kind: Team\ntitle: X\n"}
    found = only(load_files(files)[1])
    assert (found.code, found.place.file) == (code, name)
    assert says in found.cure


def test_two_files_with_one_id_but_for_case() -> None:
    files = small() | {"teams/Finance.yaml": b"kind: Team\ntitle: X\n"}
    codes = {one.code for one in load_files(files)[1]}
    assert codes == {Code.BAD_FILE_NAME, Code.TWO_FILES_ONE_ID}


def test_what_is_no_spec_is_left_alone() -> None:
    files = small() | {
        "demo/people.yaml": b"people: [[[",
        "knowledge/a.md": b"# A",
        "README.md": b"x",
        "teams/notes.txt": b"x",
        "specdesk.lock.yaml": b"x: [",
    }
    assert load_files(files)[1] == []


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "tenant.yaml").write_text(SMALL["tenant.yaml"])
    (tmp_path / "teams").mkdir()
    with (tmp_path / "teams" / "huge.yaml").open("wb") as file:
        file.truncate(5_000_000)
    specs, problems = load(tmp_path)
    assert [one.code for one in problems] == [Code.TOO_LARGE]
    assert specs.tenant is not None


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    tenant = tmp_path / "tenant"
    (tenant / "teams").mkdir(parents=True)
    (tenant / "tenant.yaml").write_text(SMALL["tenant.yaml"])
    (tmp_path / "secret.yaml").write_text("kind: Team\ntitle: secret\n")
    os.symlink(tmp_path / "secret.yaml", tenant / "teams" / "stolen.yaml")
    specs, problems = load(tenant)
    found = only(problems)
    assert (found.code, found.place.file) == (Code.UNREADABLE, "teams/stolen.yaml")
    assert "teams/stolen.yaml" not in specs.files


def test_a_pipe_does_not_stop_the_loader(tmp_path: Path) -> None:
    (tmp_path / "tenant.yaml").write_text(SMALL["tenant.yaml"])
    os.mkfifo(tmp_path / "people.yaml")
    assert only(load(tmp_path)[1]).code is Code.UNREADABLE


def test_a_broken_file_is_one_problem_and_not_one_for_each_that_names_it() -> None:
    files = small(teams__finance="kind: [", types__refund="kind: TicketType\n  x")
    problems = load_files(files)[1]
    assert {one.place.file for one in problems} == {"teams/finance.yaml", "types/refund.yaml"}
    assert len(problems) == 2


def test_kind_stands_first() -> None:
    _, problems = load_files(small(teams__finance="title: X\nkind: Team\n"))
    found = only(problems)
    assert (found.code, str(found.place)) == (Code.KIND_NOT_FIRST, "teams/finance.yaml:2:1")
    assert not found.is_error


# ------------------------------------------------------------ translations


def test_translations_are_kept_by_path() -> None:
    specs, problems = load_files(
        small() | {"i18n/en.yaml": b"teams/finance.title: Finance\ntenant: { title: Spruce }\n"}
    )
    assert problems == []
    assert specs.translations == {
        "en": {"teams/finance.title": "Finance", "tenant.title": "Spruce"}
    }


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("i18n/en.yaml", "teams/finance.titel: X", Code.UNKNOWN_TRANSLATION),
        ("i18n/en.yaml", "teams/finance.²: X", Code.UNKNOWN_TRANSLATION),
        ("i18n/en.yaml", f"? teams/finance.{'9' * 5000}\n: X", Code.UNKNOWN_TRANSLATION),
        ("i18n/de.yaml", "teams/finance.title: X", Code.UNKNOWN_LOCALE),
        ("i18n/english.yaml", "a: b", Code.BAD_FILE_NAME),
        ("i18n/en.yaml", "- a", Code.WRONG_TYPE),
    ],
)
def test_bad_translations(name: str, text: str, code: Code) -> None:
    found = only(load_files(small() | {name: text.encode()})[1])
    assert (found.code, found.place.file) == (code, name)
