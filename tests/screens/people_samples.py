"""Samples of the people pages, in either locale: Cleo looks at her team, Ben at himself."""

from collections.abc import Callable, Mapping
from typing import Any

from runtime.web.screens.choosing import Choice
from runtime.web.screens.people.people import (
    AbsenceForm,
    Backlog,
    HandLine,
    PeopleScreen,
    PersonScreen,
    PlaceLine,
    StayLine,
    TeamLoad,
)
from tests.screens.desk_frame_samples import DESK, ben, cleo, desk_page, side, two

PEOPLE = f"{DESK}people"


def places(locale: str) -> tuple[PlaceLine, ...]:
    """Cleo who leads, Ben who is full and away, and one without a limit."""
    t = two(locale)
    team = t("售后一组", "After-sales 1")
    return (
        PlaceLine(team, t("2 / 8", "2 of 8"), 25, "8", t("资深", "senior"), "ERP", True,
                  cleo(locale), f"{PEOPLE}/cleo"),
        PlaceLine(team, t("8 / 8", "8 of 8"), 100, "8", t("熟手", "regular"), "",
                  person=ben(locale), href=f"{PEOPLE}/ben",
                  away=t("不在岗，2026-11-25 回来", "away, back 2026-11-25")),
        PlaceLine(t("会员专席", "Member desk"), t("手上 3 单", "3 open"), 0,
                  seniority=t("新手", "junior"), skills=t("大家电、数码", "appliances, digital")),
    )  # fmt: skip


def people(locale: str, empty: bool = False) -> PeopleScreen:
    """The teams that Cleo leads."""
    title = two(locale)("售后一组", "After-sales 1")
    teams = () if empty else (TeamLoad("after_sales", title, places(locale)[:2]),)
    return PeopleScreen(desk_page(locale, PEOPLE), side(locale), teams)


def form(locale: str, wrong: bool = False) -> AbsenceForm:
    """Ben's absence, with everything wrong that can be."""
    t = two(locale)
    return AbsenceForm(
        action=f"{PEOPLE}/ben/absence",
        first="2026-11-22",
        last="2026-11-20" if wrong else "2026-11-24",
        substitute="cleo",
        substitutes=(Choice("cleo", t("许可", "Cleo Xu")), Choice("hana", t("周岚", "Hana Zhou"))),
        everything=wrong,
        first_problem=t("日期请写成 2026-03-02", "Write a day like 2026-03-02") if wrong else "",
        last_problem=t("最后一天早于第一天", "The last day lies before the first") if wrong else "",
        substitute_problem=t("请选择在职的同事", "Choose somebody who works here") if wrong else "",
        end_action="" if wrong else f"{PEOPLE}/ben/back",
    )


def own(locale: str, wrong: bool = False) -> PersonScreen:
    """Ben's own page."""
    t = two(locale)
    away = t("2026-11-22 至 2026-11-24 不在岗 · 由许可代班",
             "Away from 2026-11-22 to 2026-11-24 · Cleo Xu stands in")  # fmt: skip
    return PersonScreen(
        page=desk_page(locale, f"{PEOPLE}/me"),
        nav=side(locale),
        heading=t("不在岗", "Out of office"),
        person=ben(locale),
        absence=form(locale, wrong),
        places=places(locale)[2:],
        own=True,
        away="" if wrong else away,
    )


def led(locale: str, nothing: bool = False) -> PersonScreen:
    """Ben's page as Cleo sees it, with a plan for his backlog."""
    t = two(locale)
    subject = t("冰箱运输破损，申请全额退款", "Fridge damaged in transit, full refund")
    hands = (
        HandLine("RF-20461", subject, f"{DESK}tickets/RF-20461", cleo(locale),
                 t("2 / 8，会「ERP」", "2 of 8, has `ERP`")),
        HandLine("RF-20467", t("退款已 5 天仍未到账", "Refund not there after five days"),
                 f"{DESK}tickets/RF-20467", cleo(locale), t("3 / 8", "3 of 8")),
    )  # fmt: skip
    stays = (
        StayLine("RF-20470", subject, f"{DESK}tickets/RF-20470",
                 t("在等别人，不动", "it waits for somebody else")),
    )  # fmt: skip
    plan = Backlog(
        action=f"{PEOPLE}/ben/share",
        here=f"{PEOPLE}/ben",
        digest="d",
        waiting=not nothing,
        hands=() if nothing else hands,
        stays=stays,
        problem="" if nothing else t("期间工单有变化", "Tickets changed meanwhile"),
    )
    return PersonScreen(
        page=desk_page(locale, f"{PEOPLE}/ben"),
        nav=side(locale),
        heading=t("周本", "Ben Zhou"),
        person=ben(locale),
        absence=form(locale),
        places=places(locale)[:1],
        people_href=PEOPLE,
        backlog=plan,
    )


PEOPLE_SAMPLES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "desk_people": ("pages/desk_people.html", people),
    "desk_people_empty": ("pages/desk_people.html", lambda loc: people(loc, empty=True)),
    "desk_person_own": ("pages/desk_person.html", own),
    "desk_person_wrong": ("pages/desk_person.html", lambda loc: own(loc, wrong=True)),
    "desk_person_led": ("pages/desk_person.html", led),
    "desk_person_nothing": ("pages/desk_person.html", lambda loc: led(loc, nothing=True)),
}
