"""What was said and done on the sample ticket, with files of each look."""

from datetime import timedelta
from typing import Any

from runtime.web.screens.base import FileMark
from runtime.web.screens.ticket.talk import Change, Event, Line, Message
from tests.screens.desk_frame_samples import ann, ben, cleo, two
from tests.screens.samples import NOW


def plain(*texts: str) -> tuple[Line, ...]:
    """Lines without names in them."""
    return tuple(((text, False),) for text in texts)


def entries(locale: str) -> tuple[Any, ...]:
    t = two(locale)
    day = timedelta(days=1)
    return (
        Event(
            t("规则 R3", "Rule R3"),
            t("分派给售后一组，优先级高", "assigned After-sales 1, priority high"),
            NOW - day,
            "split",
            src="routing/refund.yaml:31",
            src_href="#why",
            id="e-1",
        ),
        Message(
            "m1",
            ben(locale),
            plain(
                t(
                    "林女士您好，破损情况已收到，我们正在和承运方核实责任，24 小时内给您结果。",
                    "We are clearing liability with the carrier; answer in 24 hours.",
                ),
            ),
            NOW - day + timedelta(minutes=9),
            rest="-- \nBen\n> " + t("引用的内容", "what was quoted " * 12),
        ),
        Message(
            "m2",
            ben(locale),
            (
                (
                    (t("@许可", "@Cleo"), True),
                    (
                        t(
                            " 签收单备注了「外箱破损」，应该能认责。金额超过 3000，走财务二级。",
                            " the note says “box damaged”. Over 3,000, finance signs twice.",
                        ),
                        False,
                    ),
                ),
            ),
            NOW - day + timedelta(minutes=12),
            folded=plain(t("承运方电话：400-000-0000。", "The carrier’s number: 400-000-0000.")),
            internal=True,
        ),
        Message(
            "m3",
            ann(locale),
            plain(
                t(
                    "好的，箱子都还在。另外补一张签收单的照片。",
                    "Fine, I kept the box. Here is the delivery note.",
                ),
            ),
            NOW - day + timedelta(minutes=53),
            role=t("客户 · 门户", "Customer · portal"),
            files=many(locale),
        ),
        Event(
            cleo(locale).name,
            "",
            NOW - timedelta(hours=16),
            "pencil",
            (Change(t("责任方", "Liable"), "", t("承运方", "Carrier")),),
            id="e-2",
        ),
        Event(
            "SLA",
            t(
                "解决时限剩余不足 2 小时，已提醒周本",
                "resolution is due within 2 hours, Ben was told",
            ),
            NOW - timedelta(minutes=18),
            "timer",
            id="e-3",
        ),
    )


def many(locale: str) -> tuple[FileMark, ...]:
    """Of each look one, a picture too large to show, and more than a dozen in all."""
    t = two(locale)
    return (
        FileMark(t("签收单.pdf", "delivery-note.pdf"), 214_000, "/f/1", look="pdf"),
        FileMark(t("开箱.mp4", "unboxing.mp4"), 9_214_000, "/f/2", look="video"),
        FileMark(t("留言.mp3", "message.mp3"), 914_000, "/f/3", look="audio"),
        FileMark(t("记录.txt", "log.txt"), 4_000, "/f/4", look="text"),
        FileMark("panorama.png", 412_000, "/f/5", pixels="20000 × 20000"),
        *(
            FileMark(f"{n}.jpg", 80_000, "/static/mark.svg", image=True, look="image")
            for n in range(11)
        ),
    )
