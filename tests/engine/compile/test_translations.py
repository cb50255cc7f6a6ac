"""Texts of `i18n/` are read as if they stood in the files; what a file says itself stands."""

from __future__ import annotations

from engine.compile.desk import desk_from_files
from specs.load import read_folder
from tests.engine.decide.shop import FOLDER


def test_a_translation_is_shown_to_its_readers() -> None:
    files = dict(read_folder(FOLDER)[0])
    files["i18n/en.yaml"] = (
        b"types/refund:\n"
        b"  title: Refund\n"
        b"  fields:\n"
        b"    amount: { label: Amount }\n"
        b"    reason: { options: { late: Late } }\n"
        b"  workflow: { states: { done: { title: Refunded } } }\n"
        b"tenant.title: Another shop\n"
    )
    desk, problems = desk_from_files(files)
    assert desk is not None
    assert problems == []
    refund = desk.types["refund"]
    assert (refund.title.say("en"), refund.title.say("zh-CN")) == ("Refund", "退款")
    assert refund.fields["amount"].label.say("en") == "Amount"
    assert refund.fields["reason"].options["late"].title.say("en") == "Late"
    assert refund.states["done"].title.say("en") == "Refunded"
    assert refund.states["done"].title.say("zh-CN") == "已退款"
    assert desk.tenant.title.say("en") == "Shop", "the file's own words stand"


def test_nothing_changes_without_translations() -> None:
    files = dict(read_folder(FOLDER)[0])
    bare, _ = desk_from_files(files)
    files["i18n/en.yaml"] = b"types/refund.title: Refund\n"
    more, _ = desk_from_files(files)
    assert bare is not None
    assert more is not None
    assert bare.digest != more.digest
    assert bare.types["refund"].title.say("en") == "退款"
