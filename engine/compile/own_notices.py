"""Notifications that every tenant has; one of its own with the same id takes their place."""

from __future__ import annotations

from typing import Final

from engine.model.desk import NotificationModel
from engine.model.rights import Who
from engine.model.text import Words
from engine.model.ticket_type import (
    ANSWERED,
    APPROVAL_ASKED,
    APPROVAL_GRANTED,
    APPROVAL_LATE,
    APPROVAL_REFUSED,
    APPROVAL_WITHDRAWN,
    MENTION,
    STATE_LATE,
    VISIT_CANCELLED,
    VISIT_MOVED,
    VISIT_PLANNED,
)
from specs.problem import Place

_LINK_ZH, _LINK_EN = "\n\n打开工单：{{ link }}", "\n\nOpen the ticket: {{ link }}"
_TEXTS: Final = {
    # id: (who is told, subject and body in Chinese, the same in English)
    APPROVAL_ASKED: (
        "approvers",
        ("请审批：{{ ticket.number }} {{ ticket.subject }}",
         "{{ actor.name }} 请您审批「{{ approval.step }}」。"
         "{% if comment %}\n说明：{{ comment }}{% endif %}"
         "{% if clock.due %}\n请在 {{ clock.due }} 前答复。{% endif %}"),
        ("Please approve: {{ ticket.number }} {{ ticket.subject }}",
         "{{ actor.name }} asks you to approve “{{ approval.step }}”."
         "{% if comment %}\nThey say: {{ comment }}{% endif %}"
         "{% if clock.due %}\nPlease answer by {{ clock.due }}.{% endif %}"),
    ),
    APPROVAL_GRANTED: (
        "author",
        ("已批准：{{ ticket.number }} {{ ticket.subject }}",
         "「{{ approval.step }}」已获批准，工单现在是「{{ ticket.state }}」。"),
        ("Approved: {{ ticket.number }} {{ ticket.subject }}",
         "“{{ approval.step }}” was approved; the ticket is now “{{ ticket.state }}”."),
    ),
    APPROVAL_REFUSED: (
        "author",
        ("未批准：{{ ticket.number }} {{ ticket.subject }}",
         "{{ actor.name }} 没有批准「{{ approval.step }}」。"
         "{% if comment %}\n原因：{{ comment }}{% endif %}"),
        ("Not approved: {{ ticket.number }} {{ ticket.subject }}",
         "{{ actor.name }} did not approve “{{ approval.step }}”."
         "{% if comment %}\nReason: {{ comment }}{% endif %}"),
    ),
    APPROVAL_WITHDRAWN: (
        "approvers",
        ("不必审批了：{{ ticket.number }} {{ ticket.subject }}",
         "「{{ approval.step }}」的审批请求已撤回。"
         "{% if comment %}\n原因：{{ comment }}{% endif %}"),
        ("No approval needed any more: {{ ticket.number }} {{ ticket.subject }}",
         "The request to approve “{{ approval.step }}” was withdrawn."
         "{% if comment %}\nReason: {{ comment }}{% endif %}"),
    ),
    APPROVAL_LATE: (
        "upper_lead",
        ("审批超时：{{ ticket.number }} {{ ticket.subject }}",
         "「{{ approval.step }}」还没有人审批，期限 {{ clock.due }} 已过。"),
        ("Approval overdue: {{ ticket.number }} {{ ticket.subject }}",
         "Nobody has decided on “{{ approval.step }}”; it was due {{ clock.due }}."),
    ),
    STATE_LATE: (
        "lead",
        ("环节超时：{{ ticket.number }} {{ ticket.subject }}",
         "工单停留在「{{ ticket.state }}」超过了时限，期限 {{ clock.due }} 已过。"),
        ("Step overdue: {{ ticket.number }} {{ ticket.subject }}",
         "The ticket has been in “{{ ticket.state }}” longer than it may; it was due "
         "{{ clock.due }}."),
    ),
    VISIT_PLANNED: (
        "requester",
        ("上门时间：{{ visit.time }}（{{ ticket.number }}）",
         "「{{ ticket.subject }}」约在 {{ visit.time }} 上门。"
         "{% if visit.place %}\n地点：{{ visit.place }}{% endif %}"
         "{% if visit.person %}\n上门人员：{{ visit.person }}{% endif %}"),
        ("Visit on {{ visit.time }} ({{ ticket.number }})",
         "A visit is planned for “{{ ticket.subject }}”: {{ visit.time }}."
         "{% if visit.place %}\nPlace: {{ visit.place }}{% endif %}"
         "{% if visit.person %}\nWho comes: {{ visit.person }}{% endif %}"),
    ),
    VISIT_MOVED: (
        "requester",
        ("上门改到 {{ visit.time }}（{{ ticket.number }}）",
         "「{{ ticket.subject }}」的上门改到 {{ visit.time }}。"
         "{% if visit.place %}\n地点：{{ visit.place }}{% endif %}"
         "{% if visit.person %}\n上门人员：{{ visit.person }}{% endif %}"),
        ("Visit moved to {{ visit.time }} ({{ ticket.number }})",
         "The visit for “{{ ticket.subject }}” was moved to {{ visit.time }}."
         "{% if visit.place %}\nPlace: {{ visit.place }}{% endif %}"
         "{% if visit.person %}\nWho comes: {{ visit.person }}{% endif %}"),
    ),
    VISIT_CANCELLED: (
        "requester",
        ("上门取消：{{ visit.time }}（{{ ticket.number }}）",
         "「{{ ticket.subject }}」原定 {{ visit.time }} 的上门已取消。"),
        ("Visit cancelled: {{ visit.time }} ({{ ticket.number }})",
         "The visit for “{{ ticket.subject }}” on {{ visit.time }} was cancelled."),
    ),
    MENTION: (
        "mentioned",
        ("{{ actor.name }} 提到了您：{{ ticket.number }} {{ ticket.subject }}",
         "{{ actor.name }} 在工单里提到了您。{% if comment %}\n{{ comment }}{% endif %}"),
        ("{{ actor.name }} mentioned you: {{ ticket.number }} {{ ticket.subject }}",
         "{{ actor.name }} mentioned you on the ticket.{% if comment %}\n{{ comment }}{% endif %}"),
    ),
}  # fmt: skip
# Who wrote a mail gets the answer as one, and may have no way to sign in: it has no link.
_ANSWERED: Final = (
    ("Re: {{ ticket.subject }}", "{{ comment }}\n\n{{ actor.name }}"),
    ("Re: {{ ticket.subject }}", "{{ comment }}\n\n{{ actor.name }}"),
)


def own_notifications(place: Place) -> dict[str, NotificationModel]:
    """By id; all by mail and in the inbox, but the answer to a mail, which is one alone.

    Args:
        place: Where the tenant is declared.
    """
    zh, en = _ANSWERED
    answered = NotificationModel(
        id=ANSWERED,
        channels=("mail",),
        to=Who(("requester",)),
        subject=Words({"zh-CN": zh[0], "en": en[0]}),
        body=Words({"zh-CN": zh[1], "en": en[1]}),
        place=place,
    )
    return {ANSWERED: answered} | {
        id_: NotificationModel(
            id=id_,
            channels=("in_app", "mail"),
            to=Who((to,)),
            subject=Words({"zh-CN": zh[0], "en": en[0]}),
            body=Words({"zh-CN": zh[1] + _LINK_ZH, "en": en[1] + _LINK_EN}),
            place=place,
        )
        for id_, (to, zh, en) in _TEXTS.items()
    }
