"""Samples of the studio, in either locale: Cleo edits the specs of the shop."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from runtime.web.screens.base import Me, Page, Urls
from runtime.web.screens.form import Option
from runtime.web.screens.side import NavGroup, NavLink, SideNav
from runtime.web.screens.studio.controls import (
    BooleanControl,
    ChoiceControl,
    GroupControl,
    ListControl,
    LocaleInput,
    LocalizedControl,
    MapControl,
    MapItem,
    NumberControl,
    RawControl,
    TextControl,
)
from runtime.web.screens.studio.finding import Problem
from runtime.web.screens.studio.merging import ChangeLine, MetFile, Publication, StudioMerge
from runtime.web.screens.studio.pages import (
    AspectCell,
    DraftBar,
    Fact,
    FileChange,
    FileItem,
    Folder,
    KindCard,
    Revision,
    Section,
    SpecRow,
    StudioForm,
    StudioList,
    StudioOverview,
    StudioPublish,
    StudioYaml,
    TypeRow,
    Waiting,
)
from runtime.web.screens.studio.settings import SettingRow, SettingUse, StudioSettings
from runtime.web.screens.studio.versions import (
    ChangedFile,
    StudioVersion,
    StudioVersions,
    VersionRow,
    WalkRow,
)
from tests.screens.desk_frame_samples import DESK, STUDIO, two
from tests.screens.plan_samples import draft_plan, kept_plan
from tests.screens.samples import NOW, page

YAML = """kind: TicketType
language: 1
title: { zh-CN: 退款, en: Refund }
prefix: RF
icon: rotate-ccw
fields:
  order_no:
    type: reference
    source: orders
    label: { zh-CN: 订单, en: Order }
  reason:
    type: choice
    label: 原因
    options: { damaged: 商品破损, other: 其他 }
  damage:
    type: text
    label: 破损情况
    show_when: { reason: damagd }
  amount:
    type: money
    label: { zh-CN: 退款金额, en: Refund }
    required_when: reason = damaged and amount_wanted > 0 and not gift  # 说明：礼品不退
states:
  review: { phase: active, title: 售后审核 }
  done: { phase: solved, title: 已退款 }
"""


def studio_page(locale: str, here: str = STUDIO) -> Page:
    """The frame as Cleo sees it."""
    t = two(locale)
    me = Me(t("许可", "Cleo Xu"), "许", 3, t("配置管理员", "Spec admin"))
    return page(locale, urls=Urls(DESK, desk=DESK, studio=STUDIO), here=here, me=me)


def side(locale: str, current: str) -> SideNav:
    """The studio's navigation."""
    t = two(locale)
    kinds = (
        ("TicketType", "ticket", "工单类型", "Ticket types", "5"),
        ("Routing", "split", "路由规则", "Routing rules", "3"),
        ("SlaPolicy", "timer", "SLA 策略", "SLA policies", "2"),
        ("Role", "shield", "权限", "Roles", "4"),
        ("Report", "chart-no-axes-column", "报表", "Reports", "3"),
    )
    return SideNav(
        t("工作室导航", "Studio"),
        (
            NavGroup("", (NavLink(DESK, t("返回工作台", "Back to desk"), "arrow-left"),)),
            NavGroup(
                t("配置工作室", "Studio"),
                (
                    NavLink(
                        STUDIO, t("总览", "Overview"), "layout-list", current=current == "overview"
                    ),
                    NavLink(
                        f"{STUDIO}publish",
                        t("检查并发布", "Review and publish"),
                        "git-compare-arrows",
                        badge="3",
                        tone="accent",
                        current=current == "publish",
                    ),
                    NavLink(
                        f"{STUDIO}pilot",
                        t("试点与影子", "Pilot and shadow"),
                        "flask-conical",
                        current=current == "pilot",
                    ),
                ),
            ),
            NavGroup(
                t("规格", "Specs"),
                tuple(
                    NavLink(f"{STUDIO}{kind}/", t(zh, en), icon, count, current=kind == current)
                    for kind, icon, zh, en, count in kinds
                ),
            ),
        ),
    )


def draft(errors: int = 1) -> DraftBar:
    """A draft of three changes."""
    return DraftBar(3, errors, 1, f"{STUDIO}publish", f"{STUDIO}discard")


def problems(locale: str) -> tuple[Problem, ...]:
    """An error with a fix and a warning, as the loader finds them."""
    t = two(locale)
    return (
        Problem(
            "error",
            "unknown_option",
            t("「damagd」不是「原因」的选项", "“damagd” is not an option of reason"),
            t("是不是「damaged」？", "Did you mean “damaged”?"),
            "types/refund.yaml",
            18,
            26,
            f"{STUDIO}TicketType/refund/yaml#L18",
            "    show_when: { reason: damagd }",
            6,
        ),
        Problem(
            "warn",
            "label_language",
            t(
                "缺少英文名称，英文门户会显示中文",
                "No English label; the English portal shows the Chinese one",
            ),
            "",
            "types/refund.yaml",
            17,
            12,
            f"{STUDIO}TicketType/refund/yaml#L17",
            "    label: 破损情况",
            4,
        ),
        Problem(
            "info",
            "no_report",
            t("「投诉」没有任何报表", "“Complaint” has no report"),
            "",
            "types/complaint.yaml",
            1,
            1,
            f"{STUDIO}TicketType/complaint/yaml#L1",
        ),
    )


def history(locale: str) -> tuple[Revision, ...]:
    """Two published versions."""
    t = two(locale)
    cleo = t("许可", "Cleo")
    return (
        Revision(
            23,
            t("退款拆分财务复核", "Split the finance review"),
            cleo,
            NOW - timedelta(days=2),
            live=True,
        ),
        Revision(22, t("支持补发", "Resend is there"), cleo, NOW - timedelta(days=10)),
    )


def overview(locale: str, fresh: bool = False) -> StudioOverview:
    """The overview, or that of a tenant that has nothing yet."""
    t = two(locale)

    def row(title: str, name: str, *cells: AspectCell) -> TypeRow:
        href = f"{STUDIO}TicketType/{name}"
        return TypeRow(title, href, f"types/{name}.yaml", f"{href}/yaml", cells, "58")

    fields, states, rules = (
        t("12 字段", "12 fields"),
        t("7 状态", "7 states"),
        t("5 规则", "5 rules"),
    )
    types = (
        row(
            t("退款", "Refund"),
            "refund",
            AspectCell(fields, STUDIO, "draft"),
            AspectCell(states, STUDIO),
            AspectCell(rules, STUDIO, "warn"),
            AspectCell(t("2 目标", "2 targets"), STUDIO),
        ),
        row(
            t("投诉", "Complaint"),
            "complaint",
            AspectCell(fields, STUDIO),
            AspectCell(states, STUDIO),
            AspectCell(rules, STUDIO),
            AspectCell(t("未配置", "none"), STUDIO, "none"),
        ),
    )
    kinds = (
        KindCard(
            "TicketType",
            t("工单类型", "Ticket types"),
            t("表单、状态和流程", "Forms, states and transitions"),
            "ticket",
            f"{STUDIO}TicketType/",
            5,
            1,
            1,
        ),
        KindCard(
            "Calendar",
            t("日历", "Calendars"),
            t("工作时间与节假日", "Working hours and holidays"),
            "calendar",
            f"{STUDIO}Calendar/",
            1,
            0,
            0,
        ),
        KindCard(
            "View",
            t("视图", "Views"),
            t("工单列表的筛选、列与排序", "Filters, columns and order of lists"),
            "list",
            f"{STUDIO}View/",
            6,
            0,
            0,
        ),
    )
    facts = (
        Fact(t("线上版本", "Live version"), "v23", t("2 天前 · 许可", "2 days ago · Cleo")),
        Fact(t("进行中工单", "Open tickets"), "214"),
        Fact(t("检查", "Checks"), "1", t("个错误 · 24 个文件", "error · 24 files")),
        Fact(t("摘要", "Digest"), "7e21c0d4", mono=True),
    )
    return StudioOverview(
        studio_page(locale),
        side(locale, "overview"),
        facts,
        (t("表单", "Form"), t("流程", "Workflow"), t("路由", "Routing"), "SLA"),
        () if fresh else types,
        kinds,
        () if fresh else problems(locale),
        () if fresh else history(locale),
        f"{STUDIO}TicketType/",
        None if fresh else draft(),
        ()
        if fresh
        else (
            Waiting("58", t("收紧退款时效", "Shorter refunds"), "Cleo", NOW, STUDIO, False),
            Waiting("57", "", "Cleo", NOW, STUDIO, True),
        ),
    )


def spec_list(locale: str, empty: bool = False) -> StudioList:
    """The ticket types, or a kind that has none."""
    t = two(locale)
    href = f"{STUDIO}TicketType/"
    rows = (
        SpecRow(
            "refund",
            t("退款", "Refund"),
            f"{href}refund",
            "types/refund.yaml",
            f"{href}refund/yaml",
            1,
            1,
            True,
        ),
        SpecRow(
            "complaint",
            t("投诉", "Complaint"),
            f"{href}complaint",
            "types/complaint.yaml",
            f"{href}complaint/yaml",
        ),
    )
    return StudioList(
        studio_page(locale, href),
        side(locale, "TicketType"),
        "TicketType",
        t("工单类型", "Ticket types"),
        t("一种工单：它的表单、状态和流程", "A kind of ticket: its form, states and transitions"),
        () if empty else rows,
        href,
        t(
            "「Refund!」不是标识，只用小写字母、数字和 _",
            "“Refund!” is no id: small letters, digits and _ only",
        )
        if empty
        else "",
        "Refund!" if empty else "",
        draft(),
    )


def _localized(
    locale: str, name: str, label: str, zh: str, en: str, *faults: str
) -> LocalizedControl:
    inputs = (
        LocaleInput("zh-CN", "中文", f"{name}.zh-CN", zh),
        LocaleInput("en", "English", f"{name}.en", en),
    )
    return LocalizedControl(name, label, inputs, required=True, problems=faults)


def _field(locale: str, key: str, zh: str, en: str, **more: Any) -> MapItem:
    t = two(locale)
    name = f"fields.{key}"
    faults = more.pop("faults", ())
    show = f"{{ reason: damag{'' if faults else 'e'}d }}\n"
    return MapItem(
        key,
        name,
        t(zh, en),
        (
            _localized(locale, f"{name}.label", t("名称", "Label"), zh, en if not faults else ""),
            ChoiceControl(
                f"{name}.type",
                t("类型", "Type"),
                (Option("text", t("单行文本", "Text")), Option("money", t("金额", "Money"))),
                "text",
                required=True,
            ),
            BooleanControl(f"{name}.required", t("必填", "Required"), value=True),
            RawControl(f"{name}.show_when", t("显示条件", "Show when"), show, 2, problems=faults),
            NumberControl(f"{name}.max", t("最多字数", "At most"), "500", t("字", "characters")),
        ),
        "types/refund.yaml:15",
        f"{STUDIO}TicketType/refund/yaml#L15",
        **more,
    )


def spec_form(locale: str, fine: bool = False) -> StudioForm:
    """A ticket type as a form, with a fault in one field or, when `fine`, just saved."""
    t = two(locale)
    fault = problems(locale)[0].message
    fields = MapControl(
        "fields",
        t("字段", "Fields"),
        (
            _field(locale, "order_no", "订单", "Order", first=True),
            _field(
                locale, "damage", "破损情况", "Damage", open=True, faults=() if fine else (fault,)
            ),
            _field(locale, "amount", "退款金额", "Refund", last=True),
        ),
        t("顺序就是表单里的顺序", "Their order is that of the form"),
        t("字段", "field"),
    )
    subject = GroupControl(
        "subject",
        t("标题", "Subject"),
        (
            TextControl(
                "subject.template", t("模板", "Template"), "{reason} · {product}", mono=True
            ),
            ListControl("include", t("引用字段组", "Field sets"), ("contact",), required=True),
        ),
        t("有模板时不再问客户", "With a template the customer is not asked"),
    )
    head = (
        TextControl(
            "id",
            t("标识", "Id"),
            "refund",
            t("发布后不可改名", "It cannot change once published"),
            True,
            True,
            readonly=True,
        ),
        _localized(locale, "title", t("名称", "Title"), "退款", "Refund"),
        TextControl(
            "icon",
            t("图标", "Icon"),
            "rotate-ccw",
            mono=True,
            suggestions=(Option("truck", "truck"),),
        ),
        TextControl(
            "help", t("说明", "Help"), t("全额或部分退款", "All or part of the money back"), rows=2
        ),
        ChoiceControl(
            "default_team",
            t("默认团队", "Default team"),
            (Option("after_sales", t("售后一组", "After-sales 1")),),
            "after_sale",
            href=f"{STUDIO}Team/after_sales",
            problems=()
            if fine
            else (t("没有团队「after_sale」", "There is no team “after_sale”"),),
        ),
        subject,
    )
    return StudioForm(
        studio_page(locale, f"{STUDIO}TicketType/refund"),
        side(locale, "TicketType"),
        "TicketType",
        t("工单类型", "Ticket types"),
        f"{STUDIO}TicketType/",
        "refund",
        t("退款", "Refund"),
        "types/refund.yaml",
        f"{STUDIO}TicketType/refund/yaml",
        f"{STUDIO}TicketType/refund/yaml",
        f"{STUDIO}TicketType/refund",
        "7e21c0d4",
        (
            Section("head", t("基本信息", "Basics"), head, problems=0 if fine else 1),
            Section(
                "form",
                t("表单", "Form"),
                (fields,),
                t("客户填写的内容", "What the customer fills in"),
                0 if fine else 1,
            ),
            Section(
                "flow", t("流程", "Workflow"), (MapControl("states", t("状态", "States"), ()),)
            ),
        ),
        () if fine else problems(locale)[:2],
        fine,
        draft(0 if fine else 1),
    )


def spec_yaml(locale: str, fine: bool = False) -> StudioYaml:
    """The text of a ticket type with its problems, or fine and saved."""
    t = two(locale)
    href = f"{STUDIO}TicketType/refund"
    return StudioYaml(
        studio_page(locale, f"{href}/yaml"),
        side(locale, "TicketType"),
        "TicketType",
        t("工单类型", "Ticket types"),
        f"{STUDIO}TicketType/",
        "refund",
        "types/refund.yaml",
        href,
        f"{href}/yaml",
        "7e21c0d4aa",
        YAML,
        (
            Folder("", (FileItem("tenant.yaml", STUDIO), FileItem("people.yaml", STUDIO))),
            Folder(
                "types",
                (
                    FileItem("refund.yaml", href, True, "" if fine else "E"),
                    FileItem("complaint.yaml", STUDIO, mark="M"),
                ),
            ),
            Folder("views", (FileItem("after_sales_open.yaml", STUDIO),)),
        ),
        () if fine else problems(locale),
        fine,
        NOW,
        ""
        if fine
        else t(
            "许可在 10:20 保存了另一个版本，下面是还没保存的文字。",
            "Cleo saved another version at 10:20; below is your text.",
        ),
        draft(0 if fine else 1),
    )


_PLANS = {"plan": draft_plan, "kept": kept_plan}


def publish(locale: str, state: str = "ready") -> StudioPublish:
    """Publishing: "ready", "faulty", "nothing" to do, with a "plan", or a plan that was "kept"."""
    t = two(locale)
    changes = (
        FileChange(
            "mod",
            "types/refund.yaml",
            STUDIO,
            t("表单增加「破损情况」", "“Damage” added to the form"),
            18,
            3,
        ),
        FileChange(
            "add",
            "routing/fragile.yaml",
            STUDIO,
            t("易碎品分派到售后一组", "Fragile goods to After-sales 1"),
            14,
            0,
        ),
        FileChange("del", "reports/old.yaml", STUDIO, "", 0, 31),
    )
    found = problems(locale)
    return StudioPublish(
        studio_page(locale, f"{STUDIO}publish"),
        side(locale, "publish"),
        23,
        24,
        28,
        found if state == "faulty" else found[1:] if state == "ready" else (),
        () if state == "nothing" else changes,
        history(locale),
        f"{STUDIO}publish",
        message_problem=t(
            "写一句话，半年后还看得懂", "One sentence that still says something in half a year"
        )
        if state == "ready"
        else "",
        digest="7e21c0d4",
        published=state == "nothing",
        merge_href=f"{STUDIO}merge" if state == "faulty" else "",
        plan=_PLANS[state](locale) if state in _PLANS else None,
        missing=("shop_url", "shop_token") if state == "ready" else (),
        settings_href=f"{STUDIO}settings",
    )


def version_rows(locale: str) -> tuple[VersionRow, ...]:
    """Three revisions: the live one, one that a pilot runs on, and the first."""
    t = two(locale)
    return tuple(
        VersionRow(
            number,
            message,
            by,
            NOW - timedelta(days=days),
            28,
            f"{STUDIO}versions/{number}",
            places,
        )
        for number, message, by, days, places in (
            (
                24,
                t("易碎品单独分派", "Fragile goods go elsewhere"),
                "Cleo",
                0,
                ("pilot",),
            ),
            (23, t("退款增加「破损情况」", "Refunds ask for the damage"), "Cleo", 2, ("live",)),
            (1, "", "cleo", 40, ()),
        )
    )


def versions(locale: str) -> StudioVersions:
    """The list of versions with moves of data."""
    t = two(locale)
    return StudioVersions(
        studio_page(locale, f"{STUDIO}versions"),
        side(locale, "versions"),
        version_rows(locale),
        (
            WalkRow("moves/m20260302_states.yaml:parked",
                    t("正在进行，已处理 4200 张工单", "is being done, 4200 tickets so far"), True),
            WalkRow("moves/m20260302_states.yaml:size",
                    t("已在 12 张工单上完成", "done on 12 tickets"), False),
        ),
        f"{STUDIO}versions?before=1",
    )  # fmt: skip


def version(locale: str, state: str = "open") -> StudioVersion:
    """One version: "open" to be rolled back to, "shut", or "live"."""
    t = two(locale)
    row = version_rows(locale)[1 if state == "live" else 2]
    shut = (t("7 张工单含有状态 refund.review", "7 tickets hold the state refund.review"),)
    return StudioVersion(
        studio_page(locale, f"{STUDIO}versions/1"),
        side(locale, "versions"),
        row,
        23,
        f"{STUDIO}versions",
        "7e21c0d4a1b2",
        "09af31c4d5e6",
        (22,) if state == "live" else (),
        () if state == "live" else (
            ChangedFile("mod", "types/refund.yaml"), ChangedFile("del", "routing/fragile.yaml")
        ),
        (t("重新执行迁移 a", "The move a is done again"),) if state == "open" else (),
        shut if state == "shut" else (),
        t("那个版本容不下这些工单。", "That version can't hold these tickets.")
        if state == "shut" else "",
        f"{STUDIO}versions/1/rollback" if state == "open" else "",
        t("用一句话说明原因。", "Say in one sentence why.") if state == "open" else "",
    )  # fmt: skip


def merge(locale: str, state: str = "clean") -> StudioMerge:
    """Two people in one file: in other lines ("clean"), in the same ("same"), or "none"."""
    t = two(locale)
    theirs = (
        ChangeLine("same", "fields:"),
        ChangeLine("del", "  amount: { type: money, label: 金额 }"),
        ChangeLine("add", "  amount: { type: money, label: 退款金额 }"),
        ChangeLine("gap", ""),
        ChangeLine("same", "workflow:"),
    )
    mine = (ChangeLine("same", "workflow:"), ChangeLine("add", "  start: review"))
    by = (Publication(23, "Ben", NOW - timedelta(hours=2), t("标签更清楚", "A clearer label")),)
    files = () if state == "none" else (
        MetFile("types/refund.yaml", STUDIO, "a.b", theirs, mine, state == "clean", False, by),
        MetFile("reports/old.yaml", "", "c.d", (), mine, False, True, ()),
    )  # fmt: skip
    problem = t("其间又有改动。", "It changed once more meanwhile.") if state == "same" else ""
    return StudioMerge(
        studio_page(locale, f"{STUDIO}publish"), side(locale, "publish"), files,
        f"{STUDIO}publish", f"{STUDIO}merge", problem,
    )  # fmt: skip


def settings(locale: str, *, reader: bool = False) -> StudioSettings:
    """A secret that is written, a setting that is missing and was refused, one named no more."""
    t = two(locale)
    hook = (
        SettingUse("webhooks/stock.yaml", STUDIO),
        SettingUse("sources/orders.yaml", STUDIO, f"{STUDIO}sources/orders"),
    )
    said = t("值超过 8192 个字符", "The value is longer than 8192 characters")
    rows = (
        SettingRow("mail_from", False, NOW - timedelta(days=3), ()),
        SettingRow("orders_secret", True, NOW - timedelta(hours=5), hook),
        SettingRow("orders_url", False, None, hook[1:], "" if reader else said, "https://…"),
    )
    action = "" if reader else f"{STUDIO}settings"
    page = studio_page(locale, f"{STUDIO}settings")
    return StudioSettings(page, side(locale, "settings"), rows, 1, action)


STUDIO_SAMPLES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "studio_overview": ("pages/studio_overview.html", overview),
    "studio_overview_fresh": ("pages/studio_overview.html", lambda loc: overview(loc, fresh=True)),
    "studio_list": ("pages/studio_list.html", spec_list),
    "studio_list_empty": ("pages/studio_list.html", lambda loc: spec_list(loc, empty=True)),
    "studio_form": ("pages/studio_form.html", spec_form),
    "studio_form_fine": ("pages/studio_form.html", lambda loc: spec_form(loc, fine=True)),
    "studio_yaml": ("pages/studio_yaml.html", spec_yaml),
    "studio_yaml_fine": ("pages/studio_yaml.html", lambda loc: spec_yaml(loc, fine=True)),
    "studio_merge": ("pages/studio_merge.html", merge),
    "studio_merge_same": ("pages/studio_merge.html", lambda loc: merge(loc, "same")),
    "studio_merge_none": ("pages/studio_merge.html", lambda loc: merge(loc, "none")),
    "studio_settings": ("pages/studio_settings.html", settings),
    "studio_settings_reader": (
        "pages/studio_settings.html",
        lambda loc: settings(loc, reader=True),
    ),
    "studio_versions": ("pages/studio_versions.html", versions),
    "studio_version": ("pages/studio_version.html", version),
    "studio_version_shut": ("pages/studio_version.html", lambda loc: version(loc, "shut")),
    "studio_version_live": ("pages/studio_version.html", lambda loc: version(loc, "live")),
    "studio_publish": ("pages/studio_publish.html", publish),
    "studio_plan": ("pages/studio_publish.html", lambda loc: publish(loc, "plan")),
    "studio_plan_kept": ("pages/studio_publish.html", lambda loc: publish(loc, "kept")),
    "studio_publish_faulty": ("pages/studio_publish.html", lambda loc: publish(loc, "faulty")),
    "studio_publish_nothing": ("pages/studio_publish.html", lambda loc: publish(loc, "nothing")),
}
