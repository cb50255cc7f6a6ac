"""Who wrote a mail that somebody passed on: an attached message, or headers in the text."""

from __future__ import annotations

import re
from typing import Final

from runtime.channels.mail.headers import instant_us, mailboxes
from runtime.channels.mail.parsed import Forwarded, Mailbox

_SUBJECT: Final = re.compile(r"\s*(?:fwd?|wg|tr|i|转发|轉寄|轉發|转)\s*[:：]", re.I)
_START: Final = re.compile(
    r"[\s>]*(?:[-—–_]{2,}\s*)?(?:begin forwarded message|forwarded message|forwarded by .{1,80}|"
    r"转发邮件信息|转发的?邮件|轉寄的郵件|开始转发的邮件|下面是被转发的邮件|被转发邮件信息|已转发的?邮件)"
    r"\s*[:：]?\s*(?:[-—–_]{2,})?\s*$",
    re.I,
)
_LABELS: Final = {
    "from": "from", "发件人": "from", "發件人": "from", "寄件者": "from", "von": "from",
    "subject": "subject", "主题": "subject", "主旨": "subject", "主題": "subject",
    "betreff": "subject",
    "date": "date", "sent": "date", "发送时间": "date", "发送日期": "date", "发件时间": "date",
    "日期": "date", "时间": "date", "寄件日期": "date", "傳送時間": "date",
}  # fmt: skip
_OTHER: Final = r"to|cc|bcc|reply-to|importance|attachments?|收件人|抄送|密送|收件者|副本"
_LINE: Final = re.compile(
    rf"[\s>|]*[*＊]*\s*({'|'.join(_LABELS)}|{_OTHER})\s*[*＊]*\s*[:：|]\s*[*＊]*\s*(.*)$", re.I
)
_UNQUOTE: Final = re.compile(r"> ?")
_MOST_LINES: Final = 20_000


def is_forward(subject: str) -> bool:
    """Whether the subject says that somebody passed this on."""
    return bool(_SUBJECT.match(subject))


def inline_forward(text: str, subject: str) -> Forwarded | None:
    """The first mail that is quoted in the text with its headers, where the text was passed on.

    Answers of Outlook quote in the same way; only a subject (`Fwd:`, `转发：`) or a line that
    says so makes it a forward.
    """
    lines = text.split("\n")[:_MOST_LINES]
    sure = is_forward(subject)
    for at, line in enumerate(lines):
        if len(line) <= 200 and _START.match(line):
            return _block(lines, at + 1)
        if sure and len(line) <= 1_000 and _label(line)[0] == "from":
            found = _block(lines, at)
            if found is not None:
                return found
    return None


def _block(lines: list[str], at: int) -> Forwarded | None:
    values: dict[str, str] = {}
    seen, last, end = 0, "", at
    for number in range(at, min(at + 16, len(lines))):
        line = lines[number]
        name, value = _label(line[:1_000])
        if name:
            seen += 1
            last = name
            values.setdefault(name, value)
        elif not line.strip("> \t"):
            if seen:
                break
        elif not seen:
            return None
        elif seen >= 2 and last != "from":
            break
        else:
            values[last] = f"{values[last]} {line.strip('> ')}"
        end = number + 1
    sender = _mailbox(values.get("from", ""))
    if seen < 2 or not sender.address:
        return None
    quoted = all(line.startswith(">") for line in lines[end:] if line.strip())
    said = [_UNQUOTE.sub("", line) if quoted else line for line in lines[end:]]
    date = instant_us(values.get("date", "").encode("utf-8", "replace"))
    text = "\n".join(said).strip("\n")
    return Forwarded(sender, values.get("subject", "").strip(), text, at_us=date)


def _label(line: str) -> tuple[str, str]:
    match = _LINE.match(line)
    if match is None:
        return "", ""
    word = match.group(1).lower()
    return _LABELS.get(word, "other"), match.group(2).strip(" \t|")


def _mailbox(said: str) -> Mailbox:
    plain = re.sub(r"\[?mailto:([^\]>\s]+)\]?", r"\1", said)
    plain = re.sub(r"<+", "<", re.sub(r">+", ">", plain.replace("＜", "<").replace("＞", ">")))
    found = mailboxes(plain.encode("utf-8"), lambda code: None)
    return next((one for one in found if one.address), Mailbox())
