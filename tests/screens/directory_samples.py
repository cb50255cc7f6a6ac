"""Samples of the pages of people and organisations, in either locale."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from runtime.web.screens.base import PersonMark, StatusMark
from runtime.web.screens.choosing import Choice
from runtime.web.screens.people.directory import (
    CardScreen,
    DirectoryScreen,
    Double,
    DoublesScreen,
    FieldBox,
    InviteScreen,
    MergeBack,
    MergeLine,
    MergeScreen,
    OrganisationFormScreen,
    OrganisationLine,
    OrganisationScreen,
    OrganisationsScreen,
    Pair,
    PersonFormScreen,
    PersonLine,
    RoleTick,
    SkillTick,
    TeamRow,
    TicketLine,
)
from tests.screens.desk_frame_samples import DESK, ann, ben, desk_page, side, two
from tests.screens.samples import NOW, page

HERE = f"{DESK}directory"
HOUSES = f"{DESK}organisations"


def _house(locale: str) -> str:
    return two(locale)("落叶松工坊", "Larch Works")


def lines(locale: str) -> tuple[PersonLine, ...]:
    """A customer, one of the staff who is away, one who is not active."""
    t = two(locale)
    tags = (t("老客户", "loyal"), t("开票", "invoice"))
    return (
        PersonLine(ann(locale), f"{HERE}/ann", "138 0000 2201 · ann@example.com",
                   _house(locale), tags),
        PersonLine(ben(locale), f"{HERE}/ben", "ben@example.com", staff=True,
                   away=t("不在岗，2026-11-25 回来", "away, back 2026-11-25")),
        PersonLine(PersonMark("Old", "O", 4), f"{HERE}/old", "", gone=True),
    )  # fmt: skip


def directory(locale: str, empty: bool = False) -> DirectoryScreen:
    """Everybody."""
    return DirectoryScreen(
        page=desk_page(locale, HERE),
        nav=side(locale, ""),
        url=HERE,
        lines=() if empty else lines(locale),
        query="zz" if empty else "",
        kind="",
        state="all",
        organisation="",
        organisations=(Choice("larch", _house(locale)),),
        next_href="" if empty else f"{HERE}?after=x",
        new_href=f"{HERE}/new",
        doubles_href=f"{HERE}/doubles",
        import_href=f"{DESK}imports?of=customers",
        organisations_href=HOUSES,
    )


def tickets(locale: str) -> tuple[TicketLine, ...]:
    """One ticket."""
    t = two(locale)
    subject = t("冰箱运输破损，申请全额退款", "Fridge damaged in transit, full refund")
    mark = StatusMark("active", t("审核中", "In review"))
    at = NOW - timedelta(days=2)
    return (TicketLine(f"{DESK}tickets/RF-20461", "RF-20461", subject, mark, at),)


def doubles(locale: str) -> tuple[Double, ...]:
    """Somebody who may be Ann."""
    why = two(locale)("电话相同、姓名相同", "the same phone, the same name")
    other = replace(ann(locale), hue=2)
    return (Double(other, "ann.lin@example.org", why, f"{HERE}/ann/merge?other=x"),)


def card(locale: str, state: str = "") -> CardScreen:
    """Ann's page; a link to hand over, or something wrong; or one without anything."""
    t = two(locale)
    bare = state == "bare"
    return CardScreen(
        page=desk_page(locale, f"{HERE}/ann"),
        nav=side(locale, ""),
        person=ben(locale) if bare else ann(locale),
        staff=bare,
        contact="" if bare else "138 0000 2201 · ann@example.com",
        level="" if bare else t("金卡", "Gold"),
        organisation="" if bare else _house(locale),
        organisation_href="" if bare else f"{HOUSES}/larch",
        tags=() if bare else (t("老客户", "loyal"),),
        pairs=() if bare else (Pair(t("城市", "City"), t("杭州", "Hangzhou")),),
        tickets=() if bare else tickets(locale),
        all_href=f"{DESK}views/all?requester=ann",
        count=0 if bare else 12,
        open=0 if bare else 3,
        doubles=() if bare else doubles(locale),
        merges=() if bare else (MergeBack("A. Lin", "a@example.org", NOW, f"{HERE}/ann/part/x"),),
        merge_days=30,
        directory_href=HERE,
        colleague_href=f"{DESK}people/ben" if bare else "",
        edit_href=f"{HERE}/ann/edit",
        invite_action=f"{HERE}/ann/invite",
        gone=bare,
        problem=t("没有邮箱地址", "No address") if state == "wrong" else "",
        secret_link="https://help.example.com/t/x/invite/0123" if state == "link" else "",
    )


def person_form(locale: str, state: str = "staff") -> PersonFormScreen:
    """One of the staff, or a customer with things that are wrong."""
    t = two(locale)
    staff = state == "staff"
    said = t("不是邮箱地址", "It is no e-mail address")
    skills = (SkillTick("erp", "ERP", True), SkillTick("large", t("大家电", "Appliances"), False))
    levels = (Choice("normal", t("普通", "Standard")), Choice("vip", t("金卡", "Gold")))
    names = ("email", "organisation", "field.city", "field.level", "active", "roles", "teams")
    return PersonFormScreen(
        page=desk_page(locale, f"{HERE}/new"),
        nav=side(locale, ""),
        heading=ben(locale).name if staff else t("新建人员", "New person"),
        action=f"{HERE}/new",
        cancel_href=HERE,
        kind="staff" if staff else "customer",
        known=staff,
        name=ben(locale).name if staff else "",
        email="ben@example.com",
        phone="",
        locale="en",
        locales=(Choice("zh-CN", "中文"), Choice("en", "English")),
        organisation="",
        organisations=(Choice("larch", _house(locale)),),
        tags="",
        fields=(
            FieldBox("city", t("城市", "City"), "", problem="" if staff else said),
            FieldBox("level", t("会员等级", "Membership"), "vip", levels, "" if staff else said),
        ),
        roles=(
            RoleTick("agent", t("客服", "Agent"), True, True),
            RoleTick("admin", t("管理员", "Admin"), False, False),
        )
        if staff
        else (),
        teams=(
            TeamRow("after_sales", t("售后一组", "After-sales 1"), True, True, "senior", "8",
                    skills),
            TeamRow("finance", t("财务", "Finance"), False, False, "regular", "", ()),
        )
        if staff
        else (),
        seniorities=(Choice("regular", t("熟手", "regular")),
                     Choice("senior", t("资深", "senior"))),
        active=True,
        own=staff,
        problems=() if staff else tuple(Pair(name, said) for name in names),
    )  # fmt: skip


def organisations(locale: str, empty: bool = False) -> OrganisationsScreen:
    """Two organisations."""
    t = two(locale)
    rows = (
        OrganisationLine(_house(locale), f"{HOUSES}/larch", t("金卡", "Gold"), "larch.example", 4,
                         (t("重点", "key"),)),
        OrganisationLine(t("旧公司", "Old Company"), f"{HOUSES}/old", "", "", 0, gone=True),
    )  # fmt: skip
    return OrganisationsScreen(
        page=desk_page(locale, HOUSES), nav=side(locale, ""), url=HOUSES, query="",
        lines=() if empty else rows, directory_href=HERE,
        next_href="" if empty else f"{HOUSES}?after=x", new_href=f"{HOUSES}/new",
    )  # fmt: skip


def organisation(locale: str, empty: bool = False) -> OrganisationScreen:
    """One with its people, or one with nothing."""
    t = two(locale)
    return OrganisationScreen(
        page=desk_page(locale, f"{HOUSES}/larch"),
        nav=side(locale, ""),
        name=_house(locale),
        level="" if empty else t("金卡", "Gold"),
        tags=() if empty else (t("重点", "key"),),
        domains=() if empty else ("larch.example", "larch.test"),
        note="" if empty else t("先打电话。\n再发邮件。", "Call first.\nThen write."),
        people=() if empty else lines(locale)[:1],
        more=not empty,
        tickets=() if empty else tickets(locale),
        count=0 if empty else 1,
        list_href=HOUSES,
        edit_href=f"{HOUSES}/larch/edit",
        gone=empty,
    )


def organisation_form(locale: str, wrong: bool = False) -> OrganisationFormScreen:
    """A known one, or a new one with everything wrong."""
    t = two(locale)
    said = t("必填", "It is needed") if wrong else ""
    return OrganisationFormScreen(
        page=desk_page(locale, f"{HOUSES}/new"), nav=side(locale, ""),
        heading=t("新建组织", "New organisation") if wrong else _house(locale),
        action=f"{HOUSES}/new", cancel_href=HOUSES, name="" if wrong else _house(locale),
        level="", levels=() if wrong else (Choice("vip", t("金卡", "Gold")),), tags="",
        domains="larch.example", note="", active=True, known=not wrong, name_problem=said,
        domains_problem=said, note_problem=said, level_problem=said,
    )  # fmt: skip


def twice(locale: str, empty: bool = False) -> DoublesScreen:
    """Who may be there twice."""
    first = Double(ann(locale), "ann@example.com", "", "")
    found = () if empty else ((first, *doubles(locale)), doubles(locale))
    return DoublesScreen(desk_page(locale, f"{HERE}/doubles"), side(locale, ""), found, HERE)


def merging(locale: str, bare: bool = False) -> MergeScreen:
    """Two records of Ann; bare: only one of them has an address and a way in."""
    t = two(locale)
    rows = (
        MergeLine("name", t("姓名", "Name"), ann(locale).name, "A. Lin", True),
        MergeLine("email", t("邮箱", "E-mail"), "ann@example.com", "a@example.org", True),
        MergeLine("phone", t("电话", "Phone"), "", "138 0000 2201", False),
    )
    return MergeScreen(
        page=desk_page(locale, f"{HERE}/ann/merge"),
        nav=side(locale, ""),
        keep=ann(locale),
        gone=replace(ann(locale), hue=2),
        lines=rows,
        tickets=1 if bare else 7,
        days=30,
        action=f"{HERE}/ann/merge",
        gone_id="other",
        swap_href=f"{HERE}/other/merge?other=ann",
        cancel_href=f"{HERE}/ann",
        address="" if bare else "a@example.org",
        signs_in="" if bare else "a@example.org",
    )


def invitation(locale: str, state: str = "") -> InviteScreen:
    """Where an invited person sets a password."""
    gone = state == "gone"
    return InviteScreen(
        page(locale, me=None), "/t/ecommerce/invite/x", "" if gone else ann(locale).name,
        "" if gone else "ann@example.com", state == "known", gone,
        two(locale)("密码不正确", "Wrong password") if state == "known" else "", "/t/ecommerce/p/",
    )  # fmt: skip


DIRECTORY_SAMPLES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "desk_directory": ("pages/desk_directory.html", directory),
    "desk_directory_empty": ("pages/desk_directory.html", lambda loc: directory(loc, empty=True)),
    "desk_card": ("pages/desk_card.html", card),
    "desk_card_link": ("pages/desk_card.html", lambda loc: card(loc, "link")),
    "desk_card_wrong": ("pages/desk_card.html", lambda loc: card(loc, "wrong")),
    "desk_card_bare": ("pages/desk_card.html", lambda loc: card(loc, "bare")),
    "desk_person_form": ("pages/desk_person_form.html", person_form),
    "desk_person_form_wrong": (
        "pages/desk_person_form.html", lambda loc: person_form(loc, "wrong"),
    ),
    "desk_organisations": ("pages/desk_organisations.html", organisations),
    "desk_organisations_empty": (
        "pages/desk_organisations.html", lambda loc: organisations(loc, empty=True),
    ),
    "desk_organisation": ("pages/desk_organisation.html", organisation),
    "desk_organisation_empty": (
        "pages/desk_organisation.html", lambda loc: organisation(loc, empty=True),
    ),
    "desk_organisation_form": ("pages/desk_organisation_form.html", organisation_form),
    "desk_organisation_form_wrong": (
        "pages/desk_organisation_form.html", lambda loc: organisation_form(loc, wrong=True),
    ),
    "desk_doubles": ("pages/desk_doubles.html", twice),
    "desk_doubles_none": ("pages/desk_doubles.html", lambda loc: twice(loc, empty=True)),
    "desk_merge_people": ("pages/desk_merge_people.html", merging),
    "desk_merge_people_bare": (
        "pages/desk_merge_people.html", lambda loc: merging(loc, bare=True),
    ),
    "invite": ("pages/invite.html", invitation),
    "invite_known": ("pages/invite.html", lambda loc: invitation(loc, "known")),
    "invite_gone": ("pages/invite.html", lambda loc: invitation(loc, "gone")),
}  # fmt: skip
