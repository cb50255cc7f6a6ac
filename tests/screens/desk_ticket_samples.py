"""The desk's ticket page in its states."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from runtime.web.screens.approval import Asked, Waiting
from runtime.web.screens.base import (
    FileMark,
    Flash,
    PersonMark,
    StatusMark,
)
from runtime.web.screens.cells import (
    DayCell,
    MoneyCell,
    NumberCell,
    TagMark,
    TextCell,
)
from runtime.web.screens.choosing import Choice
from runtime.web.screens.form import FieldInput, Option
from runtime.web.screens.ticket.page import (
    Barred,
    Conflict,
    CustomerCard,
    Fact,
    FactGroup,
    FieldFiles,
    Handling,
    MacroMark,
    Move,
    RecordCard,
    RecordLine,
    TicketScreen,
)
from runtime.web.screens.ticket.talk import Composer, TimelineTab
from tests.screens.desk_frame_samples import (
    DESK,
    SRC,
    SRC_HREF,
    ann,
    ben,
    cleo,
    desk_page,
    side,
    sla,
    two,
)
from tests.screens.desk_talk_samples import entries
from tests.screens.desk_why_samples import alike, hints, whys
from tests.screens.note_samples import late, spent, visits
from tests.screens.samples import NOW


def _moves(locale: str, refused: bool) -> tuple[Move, ...]:
    t = two(locale)
    action = f"{DESK}tickets/RF-20461/move/"
    amount = FieldInput(
        "approved_amount",
        "money",
        t("同意退款金额", "Amount approved"),
        help=t("不超过申请金额", "At most what was asked for"),
        value="4299.00",
        sign="¥",
        error=t("比申请的 ¥4,299.00 多", "More than the ¥4,299.00 asked for") if refused else "",
    )
    return (
        Move(
            "approve",
            t("通过审核，转财务", "Approve, hand to finance"),
            f"{action}approve",
            SRC,
            SRC_HREF,
            "check",
            fields=(amount,),
            comment="optional",
            open=refused,
            problem=t("还有一处要改", "One thing needs a change") if refused else "",
        ),
        Move(
            "ask",
            t("要求补充资料", "Ask for details"),
            f"{action}ask",
            "types/refund.yaml:48",
            icon="message-circle-question-mark",
        ),
        Move(
            "reject",
            t("拒绝退款", "Reject"),
            f"{action}reject",
            "types/refund.yaml:55",
            icon="ban",
            danger=True,
            comment="required",
        ),
    )


def _facts(locale: str, editing: bool) -> tuple[FactGroup, ...]:
    t = two(locale)
    damage = FieldInput(
        "damage",
        "choice",
        t("破损程度", "Damage"),
        value="dent",
        options=(
            Option("dent", t("门体凹陷，无法使用", "Door dented, unusable")),
            Option("scratch", t("划痕，可以使用", "Scratched, usable")),
        ),
    )
    return (
        FactGroup(
            (
                Fact("amount", t("退款金额", "Refund"), MoneyCell(Decimal("4299")), strong=True),
                Fact(
                    "way", t("退款方式", "Paid back to"), TextCell(t("原路退回", "Original method"))
                ),
                Fact("reason", t("原因", "Reason"), TextCell(t("商品破损", "Damaged"))),
                Fact(
                    "damage",
                    t("破损程度", "Damage"),
                    TextCell(t("门体凹陷，无法使用", "Door dented, unusable")),
                    damage,
                    open=editing,
                ),
                Fact("box", t("外包装", "Packaging"), TextCell("")),
                Fact(
                    "liable",
                    t("责任方", "Liable"),
                    TextCell(t("承运方", "Carrier")),
                    FieldInput(
                        "liable", "text", t("责任方", "Liable"), value=t("承运方", "Carrier")
                    ),
                ),
            )
        ),
    )


def desk_approval(locale: str, state: str) -> TicketScreen:
    """The same while a payment waits; `state`: "answer", "refusing" or "asker"."""
    t, url = two(locale), f"{DESK}tickets/RF-20461"
    answers = state != "asker"
    waiting = Waiting(
        step=t("大额已打款", "Large amount paid"),
        asker=PersonMark(t("方月", "Fay Fang"), "方", 4),
        at=NOW - timedelta(minutes=40),
        rule=t("需要 2 人同意，目前 1 人。", "2 people have to agree; 1 did so far."),
        request=1,
        asked=(
            Asked(cleo(locale), "yes", NOW - timedelta(minutes=20)),
            Asked(ben(locale), instead=t("郭朗", "Guo Lang")),
        ),
        due=sla(locale, "warn", 32, 18),
        why=t("发票与账号已核对。", "Invoice and account are checked."),
        told=t("款项将在两天内到账。", "The money arrives within two days."),
        approve_url=f"{url}/approve" if answers else "",
        refuse_url=f"{url}/refuse" if answers else "",
        withdraw_url="" if answers else f"{url}/withdraw",
        problem=t("请填写原因", "A reason is needed") if state == "refusing" else "",
        refusing=state == "refusing",
        src="types/refund.yaml:126",
    )
    return replace(desk_ticket(locale), waiting=waiting, moves=())


def desk_ticket(locale: str, state: str = "") -> TicketScreen:
    """A refund in review; `state` is "", "refused", "conflict", "note" or "bare"."""
    t = two(locale)
    bare = state == "bare"
    here = f"{DESK}tickets/RF-20461"
    conflict = Conflict(
        t("破损程度", "Damage"),
        "damage",
        t("划痕，可以使用", "Scratched, usable"),
        (("damage", "scratch"),),
        t("门体凹陷，无法使用", "Door dented, unusable"),
        cleo(locale).name,
        NOW - timedelta(minutes=2),
        8,
        here,
    )
    handling = Handling(
        t("售后一组", "After-sales 1"),
        t("退款", "Refund"),
        None if bare else ben(locale),
        "ben",
        () if bare else (TagMark(t("大额", "Large"), 4), TagMark(t("易碎", "Fragile"), 5)),
        "" if bare else f"{here}/assign",
        (Choice("ben", ben(locale).name), Choice("cleo", cleo(locale).name)),
        take=bare,
        transfer_action="" if bare else f"{here}/transfer",
        teams=(Choice("finance", t("财务组", "Finance")),),
        away="" if bare else t("不在岗，2026-11-25 回来", "away, back 2026-11-25"),
    )
    record = RecordCard(
        t("订单", "Order"),
        "2026111808817",
        t("冰川 520L 对开门冰箱", "Glacier 520 L fridge"),
        (
            RecordLine(t("签收", "Delivered"), DayCell((NOW - timedelta(days=1)).date())),
            RecordLine(t("件数", "Pieces"), NumberCell(Decimal(1))),
        ),
        MoneyCell(Decimal("4299")),
        NOW - timedelta(days=1),
        "sources/orders.yaml:1",
        stale=True,
        notice=t("系统自 09:12 起没有答复。", "The system has given no answer since 09:12."),
        refresh=f"{DESK}tickets/RF-20461/refresh",
        field="order_no",
    )
    customer = CustomerCard(
        t("客户", "Customer"),
        ann(locale),
        "138 •••• 2201 · ann@example.com",
        t("金卡", "Gold"),
        (RecordLine(t("近一年订单", "Orders in a year"), NumberCell(Decimal(14))),),
        f"{DESK}directory/ann",
        t("落叶松工坊", "Larch Works"),
        f"{DESK}organisations/larch",
        (t("老客户", "loyal"),),
    )
    composer = Composer(
        f"{here}/comment",
        ann(locale).name,
        mode="internal" if state == "note" else "public",
        text=t("请承运方补赔付函。", "Carrier to send the letter.") if state == "note" else "",
        problem=t("附件超过 20 MB，文字已保留", "A file is over 20 MB; the text is kept")
        if state == "note"
        else "",
        draft="ecommerce.ben.RF-20461",
        fresh=state != "note",
        complete_url=f"{here}/complete",
        quick_url=f"{DESK}quick-texts",
        steps=((t("已联系客户", "Customer called"), f"{here}/move/called"),),
    )
    return TicketScreen(
        desk_page(
            locale, here, flashes=(Flash(t("已保存", "Saved"), "ok"),) if state == "note" else ()
        ),
        side(locale),
        "RF-20461",
        t("冰箱运输破损，申请全额退款", "Fridge damaged in transit, full refund"),
        7,
        "key-1",
        t("售后 · 待处理", "After-sales, open"),
        f"{DESK}views/after_sales",
        StatusMark("review", t("售后审核", "In review")),
        "high",
        t("高优先级", "High priority"),
        NOW - timedelta(days=1),
        () if bare else (sla(locale, "warn", 102, 22), sla(locale, "met", first=True)),
        () if bare else _moves(locale, state == "refused"),
        _facts(locale, state == "conflict"),
        () if bare else entries(locale),
        (
            TimelineTab("all", here, current=True),
            TimelineTab("talk", f"{here}?show=talk"),
            TimelineTab("changes", f"{here}?show=changes"),
        ),
        handling,
        edit_action="" if bare else f"{here}/edit",
        macros=()
        if bare
        else (
            MacroMark(
                t("请补照片", "Ask for photos"),
                f"{here}/macro/photos",
                t("回复客户并转为待补充", "Replies and waits for the customer"),
                "camera",
            ),
            MacroMark(t("标为重复来访", "Mark as repeat contact"), f"{here}/macro/repeat"),
        ),
        intake=t("门户", "Portal"),
        barred=()
        if bare
        else (
            Barred(
                t("直接退款", "Refund at once"),
                t("只用于 200 元以下", "only under ¥200"),
                "types/refund.yaml:61",
                change=t("最小改动：金额 是 200.00", "Smallest change: Amount is 200.00"),
            ),
        ),
        description=(
            t(
                "冰箱今天早上送到，拆开发现右侧门体有一块明显凹陷，门封合不上，通电以后一直不制冷。\n麻烦尽快处理，家里没有冰箱用了。",
                "The right door has a large dent, it does not cool.\nPlease hurry, we need it.",
            ),
        ),
        files=(
            FieldFiles(
                (
                    FileMark(
                        t("门体凹陷.jpg", "dent.jpg"),
                        812_000,
                        "/static/mark.svg",
                        image=True,
                        look="image",
                    ),
                ),
                t("照片", "Pictures"),
            ),
            FieldFiles(
                (FileMark(t("签收单.pdf", "delivery-note.pdf"), 214_000, "/f/1", look="pdf"),),
                t("单据", "Papers"),
            ),
        ),
        blank=() if bare else (Fact("claim", t("赔付单号", "Claim number"), TextCell("")),),
        print_href="/t/spruce/desk/tickets/RF-20461?earlier=all&print=1",
        composer=None if bare else composer,
        whys=() if bare else whys(locale),
        hints=() if bare else hints(locale, here),
        alike=() if bare else alike(locale, here),
        records=() if bare else (record,),
        customer=None if bare else customer,
        conflict=conflict if state == "conflict" else None,
        visits=None if bare else visits(locale, here, state),
        spent=None if bare else spent(locale, here, state),
        late=() if bare else late(locale, here, state),
        earlier=0 if bare else 42,
        earlier_href="" if bare else f"{here}?show=all&earlier=all#h-tl",
    )
