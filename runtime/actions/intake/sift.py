"""What sort of mail it is: a person's, a machine's, an answer from a holiday, a letter come back.

By RFC 3834 and 3464, and by the headers that programs use instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from runtime.channels.mail.parsed import Mail

Sort = Literal["person", "machine", "away", "bounce", "ours"]
_BULK: Final = frozenset({"bulk", "junk", "list"})
_AWAY: Final = frozenset({"auto_reply", "auto-reply"})
NOBODY: Final = ("mailer-daemon", "postmaster", "noreply", "no-reply", "donotreply")


@dataclass(frozen=True, slots=True)
class Sifted:
    """`quiet`: nothing may be answered by ourselves: it would tell nobody, or begin a loop."""

    sort: Sort
    quiet: bool


def sift(mail: Mail, envelope_from: str, own: frozenset[str]) -> Sifted:
    """The sort of a mail. `own`: the addresses that are ours."""
    sender = mail.sender.address.lower()
    null_path = envelope_from == "<>" or (not envelope_from and mail.return_path == "")
    if mail.report is not None:
        return Sifted("bounce", quiet=True)
    if sender in own:
        return Sifted("ours", quiet=True)
    if _is_away(mail, null_path):
        return Sifted("away", quiet=True)
    auto = mail.auto_submitted not in ("", "no") or bool(mail.auto_reply or mail.loop)
    many = bool(mail.list_id) or mail.precedence in _BULK
    nobody = sender.partition("@")[0] in NOBODY
    asked = bool({"all", "autoreply", "oof", "dr"} & set(mail.suppress))
    machine = auto or null_path
    return Sifted("machine" if machine else "person", machine or many or nobody or asked)


def _is_away(mail: Mail, null_path: bool) -> bool:
    """An answer that a program gave for somebody: a holiday, "we have received your request"."""
    if mail.auto_submitted.startswith("auto-replied") or mail.precedence in _AWAY:
        return True
    if mail.auto_submitted.startswith("auto-generated"):
        return False
    answers = bool(mail.in_reply_to or mail.references)
    return answers and (bool(mail.auto_reply) or null_path)
