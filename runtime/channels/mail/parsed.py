"""What a mail says once it is understood: plain frozen values, made in the jail, read anywhere."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A name and an address, as they were written; either may be empty."""

    name: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a mail: its bytes as they came, never unpacked.

    `type_found` is what the bytes are, whatever `type_said` claims; `honest` is false where the
    ending promises another thing. `content_id` has no angle brackets. `inline`: the text shows it.
    A mail that was attached is one of these with the type `message/rfc822`.
    """

    name: str
    type_said: str
    type_found: str
    content: bytes
    sha256: str
    content_id: str = ""
    inline: bool = False
    honest: bool = True


@dataclass(frozen=True, slots=True)
class Undelivered:
    """One recipient of a delivery report (RFC 3464); `status` such as `5.1.1`."""

    recipient: str
    action: str
    status: str
    diagnostic: str = ""

    @property
    def for_good(self) -> bool:
        """Whether another try would not help."""
        return self.action == "failed" or (self.action == "" and self.status.startswith("5"))


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What a mail server tells of a message that somebody here sent."""

    recipients: tuple[Undelivered, ...]
    message_id: str = ""
    """Of the message that the report is about; empty where the report does not carry it."""
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Invitation:
    """A calendar part. Times are instants in microseconds; a whole day has its first instant."""

    method: str
    summary: str
    start_us: int | None = None
    end_us: int | None = None
    organizer: str = ""
    location: str = ""
    uid: str = ""


@dataclass(frozen=True, slots=True)
class Forwarded:
    """Who wrote a mail that somebody else passed on, as far as the forward tells.

    `how`: `attached` (a message inside the mail) or `inline` (a block of headers in its text).
    """

    sender: Mailbox
    subject: str = ""
    text: str = ""
    message_id: str = ""
    at_us: int | None = None
    how: str = "inline"


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail. Ids have no angle brackets; header values are one line and without controls."""

    sender: Mailbox
    """`From`, the first where there are several."""
    subject: str = ""
    sent_by: Mailbox | None = None
    """`Sender`, where it is there."""
    reply_to: tuple[Mailbox, ...] = ()
    to: tuple[Mailbox, ...] = ()
    cc: tuple[Mailbox, ...] = ()
    delivered_to: tuple[str, ...] = ()
    """`Delivered-To`, `X-Original-To`, `Envelope-To`, each once in their order."""
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    at_us: int | None = None
    """`Date`, as an instant in microseconds; None where there is none to read."""

    text: str = ""
    """The whole text, from the plain part or made of the HTML."""
    text_new: str = ""
    """What the writer wrote: without the mail they answer, without their signature."""
    text_rest: str = ""
    """What was cut, in its order."""
    html_safe: str = ""
    """The HTML part without anything that acts or calls out; empty where there is none. Pictures
    of the mail itself are `src="cid:…"`: `safe_html.with_pictures` gives them their address."""
    pictures_removed: int = 0
    """Pictures of other servers, in whose place `html_safe` has their words."""

    attachments: tuple[Attachment, ...] = ()
    forwarded: Forwarded | None = None
    report: DeliveryReport | None = None
    invitations: tuple[Invitation, ...] = ()

    auto_submitted: str = ""
    """`Auto-Submitted` in lower case without parameters; empty where it is missing."""
    precedence: str = ""
    list_id: str = ""
    """`List-Id`, or any other sign of a mailing list."""
    return_path: str | None = None
    """The address; an empty one is a bounce's; None where the header is missing."""
    suppress: tuple[str, ...] = ()
    """Words of `X-Auto-Response-Suppress` in lower case."""
    auto_reply: str = ""
    """Any other header by which vacation programs tell themselves, such as `x-autoreply`."""
    loop: tuple[str, ...] = ()
    """Values of `X-Loop` and `X-Specdesk`: the latter is in every letter of ours."""
    language: str = ""

    digest: str = ""
    """The same for the same words and files of one sender, whatever ids and dates they carry."""
    problems: tuple[str, ...] = ()
    """Codes of what was mended or could not be read, each once, sorted."""
    limits: tuple[str, ...] = ()
    """Codes of limits that were hit: what lies beyond them is in the raw mail alone."""

    @property
    def files(self) -> tuple[Attachment, ...]:
        """Attachments that the text does not show."""
        return tuple(item for item in self.attachments if not item.inline)
