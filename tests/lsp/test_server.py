"""The language server on a tenant with Chinese and emoji before the words, so columns tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from specs.load import load_files
from tests.lsp.editor import Editor, applied, editing
from tests.specs.small import SMALL

ROUTING = """\
kind: Routing
applies_to: refund
note: 🎉 谁来处理
table:
  inputs: [reason, customer.level]
  sets: [team]
  rows:
    claims: [damaged, any, finance]
  otherwise: [after_sales]
"""
VIEW = """\
kind: View
title: { zh-CN: 🎉🎉 待处理, en: Open }
filter: { any: [{ reason: late }], priority: { one_of: [high] } }
columns: [number, amount, due.solved]
"""
ROLE = SMALL["roles/agent.yaml"].replace("amount: read", "amount: edit").replace(
    "do:", "edit: { teams: $my.teams }, do:"
)  # fmt: skip
TYPE = SMALL["types/refund.yaml"]
FILES = {**SMALL, "routing/refund.yaml": ROUTING, "views/open.yaml": VIEW, "roles/agent.yaml": ROLE}


def planted(folder: Path) -> Path:
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return planted(tmp_path_factory.mktemp("shop"))


@pytest.fixture(scope="module")
def editor(shop: Path) -> Iterator[Editor]:
    with editing(shop, shop) as session:
        for name in ("types/refund.yaml", "routing/refund.yaml", "views/open.yaml"):
            session.open(shop / name)
        yield session


def test_a_mistake_is_shown_where_it_stands_and_goes_when_it_is_mended(
    editor: Editor, shop: Path
) -> None:
    path = shop / "views" / "open.yaml"
    wrong = VIEW.replace("reason: late", "reason: laet")
    editor.type(path, wrong)
    (problem,) = editor.wait_for(path, "E203")
    assert editor.cut(path, problem["range"]) == "laet"
    assert problem["severity"] == 1
    assert "did you mean `late`?" in problem["message"]
    (related,) = problem["relatedInformation"]
    assert related["location"]["uri"] == (shop / "types" / "refund.yaml").as_uri()
    (fix,) = editor.ask("textDocument/codeAction", {
        "textDocument": {"uri": path.as_uri()}, "range": problem["range"],
        "context": {"diagnostics": [problem]},
    })  # fmt: skip
    assert fix["title"] == "replace by `late`"
    mended = applied(wrong, fix["edit"]["changes"][path.as_uri()])
    assert mended == VIEW
    editor.type(path, mended)
    assert editor.wait_for(path) == []


def test_an_editor_in_chinese_hears_chinese(tmp_path: Path) -> None:
    shop = planted(tmp_path)
    path = shop / "views" / "open.yaml"
    with editing(shop, shop, locale="zh-cn") as session:
        session.open(path, VIEW.replace("reason: late", "reason: laet"))
        (problem,) = session.wait_for(path, "E203")
        assert problem["message"] == "refund.reason 没有选项 `laet`\n是否想写 `late`？"


def test_findings_of_lint_are_warnings(editor: Editor, shop: Path) -> None:
    path = shop / "routing" / "refund.yaml"
    dead = ROUTING.replace("  otherwise", "    again: [damaged, vip, finance]\n  otherwise")
    editor.type(path, dead)
    found = editor.wait_for(path, "W401")
    assert [one["severity"] for one in found] == [2]
    editor.type(path, ROUTING)
    editor.wait_for(path)


def test_a_broken_file_is_told_and_the_others_are_still_known(editor: Editor, shop: Path) -> None:
    path, view = shop / "types" / "refund.yaml", shop / "views" / "open.yaml"
    text = SMALL["types/refund.yaml"]
    editor.type(path, text.replace("fields:", "fields: [", 1))
    editor.wait_for(path, "E101")
    assert "late" in editor.words(view, "reason: late", len("reason: "))
    at = editor.at(view, "reason", 3)
    with pytest.raises(LookupError, match=r"types.refund.yaml can.t be read"):
        editor.ask("textDocument/rename", {**at, "newName": "cause"})
    asked = {**at, "context": {"includeDeclaration": True}}
    found = editor.ask("textDocument/references", asked)
    assert {one["uri"].rpartition("/")[2] for one in found} == {"open.yaml", "refund.yaml"}
    assert (shop / "types" / "refund.yaml").as_uri() not in {one["uri"] for one in found}
    editor.type(path, text)
    (left,) = editor.wait_for(path, "W203")
    assert left["severity"] == 2


@pytest.mark.parametrize(
    ("file", "text", "mark", "wanted", "unwanted"),
    [
        ("views/open.yaml", VIEW.replace("columns:", "lay"), "lay", ["layout"], ["title"]),
        ("views/open.yaml", VIEW.replace("any: [{ reason: late", "any: [{ reason: "),
         "reason: ", ["late", "damaged"], ["amount"]),
        ("views/open.yaml", VIEW.replace("{ one_of:", "{ "), "priority: { ", ["one_of", "is_not"],
         ["at_least"]),
        ("views/open.yaml", VIEW.replace("amount,", "am,"), "[number, am",
         ["amount", "order_no.paid"], ["refund"]),
        ("views/open.yaml", f"{VIEW}types: [\n", "types: [", ["refund"], ["finance"]),
        ("views/open.yaml", f"{VIEW}layout: \n", "layout: ", ["kanban"], ["refund"]),
        ("views/open.yaml", f"{VIEW}for: [{{ team: ", "for: [{ team: ", ["finance"], ["agent"]),
        ("routing/refund.yaml", ROUTING.replace("[damaged,", "[,"), "claims: [",
         ["damaged", "any", "not "], ["finance"]),
        ("routing/refund.yaml", ROUTING.replace("any, finance]", "any, f"), "any, f", ["finance"],
         ["damaged"]),
        ("types/refund.yaml", TYPE.replace("type: money, min: 0.01", "type: "),
         "amount:   { type: ", ["money", "choice"], ["late"]),
        ("types/refund.yaml", TYPE.replace("to: refunded,", "to: ,"),
         "from: submitted, to: ", ["refunded"], ["finance"]),
        ("types/refund.yaml", TYPE.replace("needs: [amount]", "upon: entered("),
         "upon: entered(", ["submitted"], ["amount"]),
    ],
)  # fmt: skip
def test_what_may_stand_there_is_offered(
    editor: Editor, shop: Path, file: str, text: str, mark: str, wanted: list[str],
    unwanted: list[str],
) -> None:  # fmt: skip
    """Also in a text that can't be read at this moment."""
    path = shop / file
    editor.type(path, text)
    words = editor.words(path, mark, len(mark))
    editor.type(path, FILES[file])
    assert set(wanted) <= set(words)
    assert not set(unwanted) & set(words)


def test_a_completion_takes_the_place_of_what_was_typed(editor: Editor, shop: Path) -> None:
    path = shop / "views" / "open.yaml"
    typed = VIEW.replace("[number, amount,", "[number, order_no.pa,").replace("Open", "🎉 Open")
    editor.type(path, typed)
    found = editor.ask("textDocument/completion", editor.at(path, "order_no.pa", 11))
    (item,) = [one for one in found["items"] if one["label"] == "order_no.paid"]
    made = applied(typed, [item["textEdit"]])
    assert "[number, order_no.paid, due.solved]" in made
    editor.type(path, VIEW)


def test_what_the_word_means_is_told(editor: Editor, shop: Path) -> None:
    routing, refund = shop / "routing" / "refund.yaml", shop / "types" / "refund.yaml"

    def said(path: Path, mark: str) -> str:
        answer = editor.ask("textDocument/hover", editor.at(path, mark, 1))
        return answer["contents"]["value"] if answer else ""

    damaged = said(routing, "damaged")
    assert "**option** `refund.reason.damaged`" in damaged
    assert "商品破损" in damaged
    assert "declared in types/refund.yaml:9" in damaged
    assert "Its name or number on lists" in said(refund, "prefix") or said(refund, "prefix")
    assert said(refund, "phase: new").startswith("`phase`")
    why = said(routing, "claims:")
    assert "reason is 商品破损" in why or "reason" in why
    assert said(routing, "谁来处理") == ""


def test_definitions_and_references(editor: Editor, shop: Path) -> None:
    routing, refund = shop / "routing" / "refund.yaml", shop / "types" / "refund.yaml"
    (place,) = editor.ask("textDocument/definition", editor.at(routing, "damaged", 2))
    assert place["uri"] == refund.as_uri()
    assert editor.cut(refund, place["range"]) == "damaged"
    (team,) = editor.ask("textDocument/definition", editor.at(routing, "finance", 2))
    assert team["uri"] == (shop / "teams" / "finance.yaml").as_uri()
    asked = {**editor.at(refund, "reason:", 1), "context": {"includeDeclaration": True}}
    found = editor.ask("textDocument/references", asked)
    uses = sorted(Path(one["uri"]).name for one in found)
    assert uses == ["open.yaml", "refund.yaml", "refund.yaml", "refund.yaml", "refund.yaml"]
    for one in found:
        name = Path(one["uri"].removeprefix("file://"))
        assert editor.cut(name, one["range"]) == "reason"


def test_a_rename_is_one_edit_with_its_move(editor: Editor, shop: Path) -> None:
    view = shop / "views" / "open.yaml"
    at = editor.at(view, "reason", 3)
    assert editor.ask("textDocument/prepareRename", at)["placeholder"] == "reason"
    edit = editor.ask("textDocument/rename", {**at, "newName": "cause"})
    files = {name: text.encode() for name, text in FILES.items()}
    made = []
    for step in edit["documentChanges"]:
        if step.get("kind") == "create":
            made.append(step["uri"])
            continue
        path = Path(step["textDocument"]["uri"].removeprefix("file://"))
        name = path.relative_to(shop).as_posix()
        text = files.get(name, b"").decode()
        files[name] = applied(text, step["edits"]).encode()
    assert len(made) == 1
    (moves,) = [name for name in files if name.startswith("moves/")]
    assert b"{ rename: field, from: refund.reason, to: cause }" in files[moves]
    assert "🎉🎉 待处理" in files["views/open.yaml"].decode()
    _, problems = load_files(files)
    assert not [one.headline for one in problems if one.is_error]
    assert not re.search(rb"\breason\b", files["routing/refund.yaml"] + files["views/open.yaml"])


def test_a_rename_that_can_not_be_is_refused_with_the_reason(editor: Editor, shop: Path) -> None:
    at = editor.at(shop / "views" / "open.yaml", "reason", 3)
    with pytest.raises(LookupError, match="already"):
        editor.ask("textDocument/rename", {**at, "newName": "amount"})
    role = shop / "roles" / "agent.yaml"
    editor.open(role)
    assert editor.ask("textDocument/prepareRename", editor.at(role, "comment", 1)) is None


def test_the_outline_of_a_type(editor: Editor, shop: Path) -> None:
    asked = {"textDocument": {"uri": (shop / "types" / "refund.yaml").as_uri()}}
    found = editor.ask("textDocument/documentSymbol", asked)
    names = {one["name"]: one for one in found}
    assert {"order_no", "reason", "submitted", "pay"} <= names.keys()
    assert [one["name"] for one in names["reason"]["children"]] == ["damaged", "late"]
    assert names["reason"]["children"][0]["detail"] == "商品破损"


def test_a_document_is_formatted(editor: Editor, shop: Path) -> None:
    path = shop / "views" / "open.yaml"
    loose = VIEW.replace("kind: View\n", "").replace("columns:", "kind:   View\ncolumns:  ")
    editor.type(path, loose)
    asked = {
        "textDocument": {"uri": path.as_uri()},
        "options": {"tabSize": 2, "insertSpaces": True},
    }
    edits = editor.ask("textDocument/formatting", asked)
    assert applied(loose, edits) == VIEW
    editor.type(path, VIEW)
    assert editor.ask("textDocument/formatting", asked) == []


def test_two_folders_are_two_tenants(tmp_path: Path) -> None:
    one, other = planted(tmp_path / "one"), planted(tmp_path / "other")
    view = VIEW.replace("reason: late", "reason: laet")
    with editing(tmp_path, one, other) as session:
        session.open(one / "views" / "open.yaml")
        session.open(other / "views" / "open.yaml", view)
        session.wait_for(other / "views" / "open.yaml", "E203")
        (place,) = session.ask(
            "textDocument/definition", session.at(one / "views" / "open.yaml", "reason", 1)
        )
        assert place["uri"] == (one / "types" / "refund.yaml").as_uri()
        assert session.problems.get((one / "views" / "open.yaml").as_uri(), []) == []


def test_a_file_of_no_tenant_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.yaml").write_text("a: 1\n")
    with editing(tmp_path, tmp_path) as session:
        session.open(tmp_path / "notes.yaml")
        assert session.ask(
            "textDocument/hover", session.at(tmp_path / "notes.yaml", "a")
        ) is None  # fmt: skip
        asked = session.at(tmp_path / "notes.yaml", "a")
        assert session.ask("textDocument/completion", asked) is None
