"""A notification: what people are told, where, and in which words."""

from __future__ import annotations

from typing import Annotated, Literal

from specs.base import Extending, LongText, Span, Text, ToWho
from specs.clauses import Who
from specs.marks import Duration, Words


class Notification(Extending):
    """A notification: what people are told, where, and in which words."""

    kind: Literal["Notification"]
    title: Text | None = None
    """Its name in the studio."""
    channels: tuple[Annotated[str, Words("mail", "in_app", "origin")], ...]
    """The ways it is sent. `origin` is the way the ticket came: from the portal in the portal and
    by mail, by mail by mail; of what a program made its webhook tells."""
    urgent: bool = False
    """Told at once by mail and in the application, past quiet hours and digests; once it was unread
    for `repeat_after`, the leads of the ticket's team are told too."""
    repeat_after: Span = Duration(minutes=15)
    """How long an urgent notice may stay unread before the leads are told, by the wall clock."""
    to: ToWho = (Who("relation", "requester"),)
    """Who is told, unless the action says otherwise."""
    subject: Text
    """The subject, a template: `{{ ticket.number }}`."""
    body: LongText
    """The text, a template."""
