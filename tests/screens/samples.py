"""One sample of every screen of the frame, the portal and sign-in, in either locale."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from runtime.web.screens.base import (
    ErrorScreen,
    FileMark,
    Flash,
    Me,
    Page,
    PersonMark,
    StatusMark,
    TenantMark,
    Urls,
    Way,
)
from runtime.web.screens.form import (
    Fact,
    FieldInput,
    FormFault,
    FormScreen,
    FoundScreen,
    LineRow,
    Option,
    Picker,
    Record,
    Section,
)
from runtime.web.screens.knowledge.help import ArticleLink
from runtime.web.screens.portal.pages import (
    Message,
    OfferCard,
    PortalHomeScreen,
    PortalMove,
    PortalTicketScreen,
    PortalTicketsScreen,
    RatingBox,
    Said,
    Step,
    TicketCard,
)
from runtime.web.screens.sign_in import SignInScreen
from tests.screens.knowledge_samples import samples as knowledge_samples
from tests.screens.portal_samples import samples as portal_samples

NOW = datetime(2026, 11, 22, 2, 24, tzinfo=UTC)
BASE = "/t/ecommerce/p/"


def page(locale: str, current: str = "", **more: Any) -> Page:
    """The frame around a sample, as Ann sees it."""
    zh = locale == "zh-CN"
    given: dict[str, Any] = {
        "urls": Urls(BASE, tickets=f"{BASE}tickets", uploads="/t/ecommerce/files"),
        "here": BASE,
        "tenant": TenantMark("ecommerce", "云杉优选" if zh else "Spruce Select", "云"),
        "me": Me("林安" if zh else "Ann Lin", "林", 5),
        "contact": "每日 9:00–21:00，400-800-1234" if zh else "Daily 9–21, 400-800-1234",
    }
    return Page(locale, "token", NOW, "Asia/Shanghai", "CNY", current=current, **(given | more))


def _cards(zh: bool) -> tuple[TicketCard, ...]:
    return (
        TicketCard(
            "IN-20488",
            "发票抬头改为企业抬头" if zh else "Invoice to a company name",
            f"{BASE}tickets/IN-20488",
            StatusMark("waiting", "待客户补充" if zh else "Waiting for customer"),
            NOW - timedelta(hours=1),
            "请核对税号，确认后开票" if zh else "Check the tax number, then we issue it",
            needs_you=True,
        ),
        TicketCard(
            "RF-20461",
            "冰箱运输破损，申请全额退款" if zh else "Fridge damaged in transit, full refund",
            f"{BASE}tickets/RF-20461",
            StatusMark("review", "售后审核中" if zh else "In review"),
            NOW - timedelta(minutes=18),
            expected=NOW + timedelta(minutes=102),
            steps=_steps(zh)[:4],
        ),
    )


def _steps(zh: bool) -> tuple[Step, ...]:
    day = NOW - timedelta(days=1)
    return (
        Step("已提交" if zh else "Submitted", "done", day),
        Step("客服已受理" if zh else "Accepted", "done", day, "周本" if zh else "Ben Zhou"),
        Step(
            "售后审核" if zh else "Review",
            "now",
            text="正在核对退款金额" if zh else "The amount is being checked",
        ),
        Step("上门取回" if zh else "Pick-up", "todo"),
        Step(
            "退款到账" if zh else "Refund",
            "todo",
            text="1–3 个工作日" if zh else "1–3 working days",
        ),
    )


def home(locale: str, query: str = "", empty: bool = False) -> PortalHomeScreen:
    """The portal's home."""
    zh = locale == "zh-CN"
    words = (
        ("undo-2", "退货退款", "24 小时内审核", "Returns and refunds", "Reviewed within 24 h"),
        ("wrench", "换货与维修", "最快次日上门", "Exchange and repair", "As early as tomorrow"),
        ("truck", "物流与配送", "2 小时内回复", "Delivery", "Answered within 2 h"),
        ("receipt-text", "发票", "1 个工作日", "Invoice", "1 working day"),
        ("circle-user", "账户与会员", "4 小时内回复", "Account", "Answered within 4 h"),
        ("no-such-icon", "其他问题", "描述情况即可", "Something else", "Just describe it"),
    )
    offers = tuple(
        OfferCard(z if zh else e, zs if zh else es, icon, f"{BASE}new/refund")
        for icon, z, zs, e, es in words
    )
    return PortalHomeScreen(
        page(locale, "home"),
        "需要什么帮助？" if zh else "How can we help?",
        "选一项开始，或先看看已提交的工单。" if zh else "Choose a topic, or look after a ticket.",
        BASE,
        query,
        () if empty else offers,
        () if empty else _cards(zh),
        0 if empty else 2,
        asked=() if empty else _asked(zh),
    )


def _asked(zh: bool) -> tuple[ArticleLink, ...]:
    words = (
        ("退款多久到账", "When does the money arrive?"),
        ("商品破损怎么办", "It came damaged"),
        ("修改收货地址", "Change the address"),
    )
    return tuple(ArticleLink(f"{BASE}help/{e[:4]}", ((z if zh else e, False),)) for z, e in words)


def home_of_nobody(locale: str) -> PortalHomeScreen:
    """The same before anybody has signed in."""
    nobody = page(locale, "home", me=None)
    return replace(home(locale), page=nobody, tickets=(), open_count=0, by_link=True)


def _faulty(zh: bool) -> tuple[FieldInput, ...]:
    photo = FieldInput(
        "photo",
        "files",
        "破损照片" if zh else "Photos of the damage",
        accept="image/*",
        branch="因为选择了「商品破损」" if zh else "Because you chose “Damaged”",
        limits="1–6 张，每张不超过 10 MB" if zh else "1–6 photos, up to 10 MB each",
        error="请上传至少 1 张破损照片" if zh else "Add at least one photo of the damage",
        files=(FileMark("IMG_2210.jpg", 3355443, token="t1", image=True),),
    )
    phone = FieldInput(
        "phone",
        "phone",
        "联系手机" if zh else "Mobile number",
        value="1386620220",
        error="手机号少一位，应为 11 位数字" if zh else "One digit is missing: it has 11 digits",
    )
    return photo, phone


def _orders(zh: bool) -> Picker:
    fridge = "冰川 520L 对开门冰箱" if zh else "Glacier 520 L fridge"
    fan = "轻风 无叶电扇" if zh else "Breeze bladeless fan"
    signed = "11-21 签收 · 订单 …8817" if zh else "Signed 21 Nov · order …8817"
    offers = (
        Record("2026111808817", fridge, signed, "¥4,299.00"),
        Record("2026111307702", fan, signed, "¥599.00"),
    )
    return Picker("/t/ecommerce/find/orders?field=order_no", offers, chosen=offers[0])


def form(locale: str, faults: bool = True) -> FormScreen:
    """A refund form as it comes back with two faults, or fresh."""
    zh = locale == "zh-CN"
    photo, phone = _faulty(zh)
    reasons = (
        ("damaged", "商品破损", "Damaged"),
        ("broken", "质量问题，无法使用", "Does not work"),
    )
    reason = FieldInput(
        "reason",
        "choice",
        "退款原因" if zh else "Reason",
        value="damaged" if faults else "",
        asks=True,
        options=tuple(Option(v, z if zh else e) for v, z, e in reasons),
    )
    order = FieldInput(
        "order_no",
        "reference",
        "订单" if zh else "Order",
        value="2026111808817",
        picker=_orders(zh),
    )
    amount = FieldInput(
        "amount", "money", "退款金额" if zh else "Amount", value="4299.00", sign="¥", asks=True
    )
    paid = FieldInput("paid", "money", "实付" if zh else "Paid", value="¥4,299.00", readonly=True)
    note = FieldInput(
        "note",
        "long_text",
        "补充说明" if zh else "Anything else",
        help="写清发现的时间和现象，审核会更快" if zh else "When and what you noticed helps",
        required=False,
        maxlength=500,
    )
    methods = (
        ("back", "原路退回", "微信支付，1–3 个工作日", "The way you paid", "1–3 working days"),
        ("card", "退到银行卡", "需要开户行和卡号", "To a bank card", "Needs bank and number"),
    )
    method = FieldInput(
        "method",
        "choice",
        "退款方式" if zh else "How to pay back",
        value="back",
        options=tuple(Option(v, z if zh else e, zh_ if zh else eh) for v, z, zh_, e, eh in methods),
    )
    phone = phone if faults else replace(phone, value="", error="")
    what = (reason, photo, note) if faults else (reason, note)
    return FormScreen(
        page(locale),
        "退货退款" if zh else "Return and refund",
        "提交后 24 小时内审核。" if zh else "Reviewed within 24 hours.",
        (
            Section("what", "哪件商品？" if zh else "Which item?", (order,)),
            Section("why", "发生了什么？" if zh else "What happened?", what),
            Section(
                "money", "退多少，退到哪里？" if zh else "How much?", (paid, amount, method, phone)
            ),
        ),
        f"{BASE}new/refund",
        f"{BASE}new/refund/check",
        BASE,
        "提交申请" if zh else "Send request",
        "idem-1",
        "ecommerce.ann.refund",
        fresh=not faults,
        facts=(
            Fact("审核" if zh else "Review", "24 小时内" if zh else "Within 24 h"),
            Fact("到账" if zh else "Money back", "1–3 个工作日" if zh else "1–3 working days"),
        ),
    )


def every_field(locale: str) -> FormScreen:
    """A form with one field of each type, once plain."""
    options = tuple(Option(f"o{n}", f"Option {n}") for n in range(1, 10))
    stars = tuple(Option(str(n), f"{n} of 5") for n in range(1, 6))
    rows = (
        LineRow(
            "parts.0",
            (
                FieldInput("parts.0.part", "text", "Part", value="Door seal"),
                FieldInput("parts.0.count", "integer", "Count", value="2", error="At most 1"),
            ),
        ),
    )
    special: dict[str, dict[str, Any]] = {
        "choice": {"options": options, "value": "o2"},
        "multi_choice": {"options": options[:4], "values": ("o1",), "value": ""},
        "tree": {"options": (Option("a", "Kitchen"), Option("b", "Fridge", depth=1))},
        "team": {"options": options[:2]},
        "person": {"options": options[:2]},
        "reference": {
            "picker": Picker(
                "/find",
                found=(Record("K1", "First", "detail", "¥1.00"),),
                searched=True,
                chosen=Record("K0", "Chosen"),
            )
        },
        "ticket": {"picker": Picker("/find", notice="The list does not answer just now.")},
        "rating": {"options": stars, "value": "3"},
        "lines": {"rows": rows},
        "money": {"sign": "¥"},
        "date": {"min": "2026-01-01", "max": "2026-12-31"},
        "boolean": {"value": "true", "error": "Tick this to go on"},
    }
    fields = tuple(
        FieldInput(kind, kind, f"A {kind.replace('_', ' ')}", help="Help", **special.get(kind, {}))
        for kind in FIELD_TYPES
    )
    radios = FieldInput("size", "choice", "Size", options=options[:6], value="o1")
    secret = FieldInput("iban", "text", "IBAN", sensitive=True, placeholder="DE…")
    return FormScreen(
        page(locale),
        "Every field",
        "",
        (Section("all", "", (*fields, radios, secret)),),
        "/form",
        "/form/check",
        "/",
        "Send",
        "idem-2",
        "every",
        fresh=False,
        faults=(FormFault("", "The form was open in two windows."),),
    )


FIELD_TYPES = (
    "text long_text rich_text integer decimal money boolean date datetime duration choice"
    " multi_choice tree email phone url person team reference ticket files image rating location"
    " lines heading"
).split()
"""The field types of the language; each has a control in ``ui_templates/fields``."""


def ticket(locale: str, quiet: bool = False) -> PortalTicketScreen:
    """A ticket under way, or one that is solved and silent."""
    zh = locale == "zh-CN"
    ben = PersonMark("周本" if zh else "Ben Zhou", "周", 2)
    ann = PersonMark("林安" if zh else "Ann Lin", "林", 5)
    talk = (
        Message(
            ben,
            "售后客服" if zh else "After-sales",
            False,
            NOW - timedelta(days=1, hours=1),
            Said("林女士您好，破损情况已收到。\n我们正在和承运方核实责任，24 小时内给您结果。")
            if zh
            else Said("Hello, we have your photos.", "We are asking the carrier."),
        ),
        Message(
            ann,
            "",
            True,
            NOW - timedelta(minutes=30),
            Said("好的，箱子都还在。补一张签收单。" if zh else "Here is the slip.", "…" * 9),
            tuple(
                FileMark(f"签收单 {n}.pdf", 217088, f"/t/ecommerce/files/x{n}") for n in range(14)
            ),
        ),
    )
    why = FieldInput(
        "comment",
        "long_text",
        "哪里还没解决？" if zh else "What is still wrong?",
        scope="reopen",
        error="请写一句" if zh else "Write a sentence",
    )
    moves = (
        PortalMove("确认已解决" if zh else "Confirm it is solved", "move/confirm", "check", True),
        PortalMove(
            "还没解决" if zh else "Not solved yet", "move/reopen", "rotate-ccw", fields=(why,)
        ),
        PortalMove("撤销申请" if zh else "Withdraw", "move/withdraw", danger=True),
    )
    facts = (
        Fact("退款金额" if zh else "Amount", "¥4,299.00"),
        Fact("原因" if zh else "Reason", "商品破损" if zh else "Damaged"),
        Fact("订单" if zh else "Order", "2026111808817", "/order"),
    )
    return PortalTicketScreen(
        page(locale, "tickets", flashes=(Flash("已提交 RF-20461" if zh else "Sent as RF-20461"),)),
        "RF-20461",
        "冰箱运输破损，申请全额退款" if zh else "Fridge damaged in transit, full refund",
        StatusMark("review", "售后审核中" if zh else "In review"),
        _steps(zh),
        Said("门体凹陷，无法使用。" if zh else "The door is dented; it does not close."),
        (FileMark("IMG_2210.jpg", 3355443, "/t/ecommerce/files/y", image=True),),
        () if quiet else talk,
        facts,
        () if quiet else moves,
        7,
        "idem-3",
        "ecommerce.ann.reply.RF-20461",
        reply_url="reply",
        reply_error="" if not quiet else ("请先写几句" if zh else "Write something first"),
        expected=None if quiet else NOW + timedelta(hours=1, minutes=42),
        waits_for_you=quiet,
        conflict=("工单刚刚被更新，请再看一遍" if zh else "The ticket has just changed")
        if quiet
        else "",
        rating=RatingBox(
            "/t/ecommerce/p/tickets/RF-20461/rate",
            "问题解决了吗？" if zh else "Is it solved?",
            (1, 2, 3, 4, 5),
            0 if quiet else 2,
            error=""
            if quiet
            else ("请简单说明哪里不满意" if zh else "Please say in a few words what was wrong"),
        ),
    )


def tickets(locale: str, shown: Any = "open", empty: bool = False) -> PortalTicketsScreen:
    """The list of Ann's tickets."""
    cards = () if empty else _cards(locale == "zh-CN")
    url = f"{BASE}tickets"
    more = "" if empty else f"{url}?before=x"
    return PortalTicketsScreen(
        page(locale, "tickets"), cards, shown, url, f"{url}?shown=finished", len(cards), more
    )


def sign_in(locale: str, plain: bool = False) -> SignInScreen:
    """Signing in after a wrong password, or where the tenant is to be chosen."""
    zh = locale == "zh-CN"
    if plain:
        offered = (Option("ecommerce", "云杉优选"), Option("internet", "云梯科技"))
        frame = page(locale, me=None, tenant=None)
        return SignInScreen(frame, "/sign-in", "/", tenants=offered, tenant="internet")
    return SignInScreen(
        page(locale, me=None),
        "/sign-in",
        BASE,
        identity="ann@example.com",
        error="邮箱或密码不正确，还可以再试 4 次"
        if zh
        else "Wrong email or password, 4 tries left",
        notice="登录已过期，请重新登录。" if zh else "You were signed out; sign in again.",
        portal_url=BASE,
        remember=True,
    )


def failure(locale: str) -> ErrorScreen:
    """The page for an address that leads nowhere."""
    zh = locale == "zh-CN"
    return ErrorScreen(
        page(locale, me=None),
        404,
        "这里没有内容" if zh else "Nothing is here",
        "地址可能写错了，或者工单不属于您。" if zh else "The address may be wrong, or not yours.",
        (Way(BASE, "回到帮助中心" if zh else "To the help centre"),),
    )


def too_old(locale: str) -> ErrorScreen:
    """The page for a form that was sent after its session."""
    zh = locale == "zh-CN"
    ways = (
        Way("/sign-in", "登录后继续" if zh else "Sign in and go on"),
        Way(f"{BASE}new/refund", "重新打开表单" if zh else "Open the form again"),
    )
    heading = "表单已过期" if zh else "This form is too old"
    return replace(failure(locale), status=403, heading=heading, ways=ways)


def home_in_a_frame(locale: str) -> PortalHomeScreen:
    """The home inside another site: nobody is signed in, the language stands in the address."""
    framed = f"{BASE}embed/"
    urls = Urls(framed, outside=BASE, here_in={"en": f"{framed}en/", "zh-CN": f"{framed}zh-CN/"})
    nobody = page(locale, "home", me=None, urls=urls)
    return replace(home(locale), page=nobody, tickets=(), open_count=0)


def found(locale: str, some: bool = True) -> FoundScreen:
    """The answer of a search in a source."""
    records = (Record("2026111307702", "Fan", "21 Nov", "¥599.00"),) if some else ()
    return FoundScreen(page(locale), "order_no", records)


KNOWLEDGE = knowledge_samples(page, home, form)
SAMPLES: Mapping[str, tuple[str, Callable[[str], Any]]] = {
    "sign_in": ("pages/sign_in.html", sign_in),
    "sign_in_plain": ("pages/sign_in.html", lambda locale: sign_in(locale, plain=True)),
    "portal_home": ("pages/portal_home.html", home),
    "portal_home_nothing": ("pages/portal_home.html", lambda loc: home(loc, "x", empty=True)),
    "portal_home_empty": ("pages/portal_home.html", lambda loc: home(loc, empty=True)),
    "portal_home_stranger": ("pages/portal_home.html", home_of_nobody),
    "portal_form": ("pages/portal_form.html", form),
    "portal_form_fresh": ("pages/portal_form.html", lambda loc: form(loc, faults=False)),
    "portal_form_every": ("pages/portal_form.html", every_field),
    "portal_form_fields": ("pages/portal_form_fields.html", form),
    "portal_found": ("pages/portal_found.html", found),
    "portal_found_nothing": ("pages/portal_found.html", lambda loc: found(loc, some=False)),
    "portal_ticket": ("pages/portal_ticket.html", ticket),
    "portal_ticket_quiet": ("pages/portal_ticket.html", lambda loc: ticket(loc, quiet=True)),
    "portal_tickets": ("pages/portal_tickets.html", tickets),
    "portal_tickets_empty": ("pages/portal_tickets.html", lambda loc: tickets(loc, empty=True)),
    "portal_tickets_finished": (
        "pages/portal_tickets.html",
        lambda loc: tickets(loc, "finished", empty=True),
    ),
    "error": ("pages/error.html", failure),
    "error_ways": ("pages/error.html", too_old),
    "portal_home_framed": ("pages/portal_home.html", home_in_a_frame),
    **KNOWLEDGE,
    **portal_samples(page, BASE),
}
