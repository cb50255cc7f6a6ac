"""What somebody wrote in a mail, apart from the mail they answer and from their signature."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

REPLY_MARK: Final = "##- 请在此行上方回复 / Please reply above this line -##"
"""The first line of every letter of ours; whatever follows it in an answer is the letter."""

_MARK: Final = re.compile(r"请?在此行上方回复|reply above this line", re.I)
_QUOTED: Final = re.compile(r"\s*[>|＞]")
_RULE: Final = re.compile(r"\s*[-—–_=*─━﹣－]{5,}\s*$")
_LABEL: Final = (
    r"from|sent|to|cc|bcc|subject|date|reply-to|importance|attachments?|"
    r"发件人|发送时间|发送日期|发件时间|收件人|抄\s*送|密\s*送|主\s*题|日\s*期|时\s*间|"
    r"發件人|寄件者|寄件日期|傳送時間|收件者|副本|主旨|主題|"
    r"de|envoyé|à|objet|von|gesendet|an|betreff|enviado|para|asunto"
)
_HEADER: Final = re.compile(rf"\s*[*＊]*\s*(?:{_LABEL})\s*[*＊]*\s*[:：]", re.I)
_FIRST_HEADER: Final = re.compile(
    r"\s*[*＊]*\s*(?:from|发件人|發件人|寄件者|de|von)\s*[*＊]*\s*[:：]\s*\S", re.I
)
_SENDER_AFTER: Final = re.compile(
    r"\s*[*＊]*\s*(?:date|sent|subject|发送时间|发送日期|日期|主题)\s*[*＊]*\s*[:：]\s*\S", re.I
)

_STARTS: Final = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        # Outlook, Exchange, and most that follow them.
        r"\s*[-—–_]{2,}\s*(?:original message|original appointment|forwarded message|"
        r"forwarded by .{1,80}|reply message|replied message|begin forwarded message|"
        r"ursprüngliche nachricht|message d'origine|原始邮件|原始郵件|原邮件|原始信息|邮件原件|"
        r"回复的?原邮件|回复邮件信息|转发邮件信息|转发的?邮件|轉寄的郵件|转发邮件|答复邮件)"
        r"\s*[-—–_]{0,}\s*$",
        r"\s*(?:begin forwarded message|开始转发的邮件|下面是被转发的邮件|转发的邮件)\s*[:：]\s*$",
        # QQ mail and Foxmail.
        r"\s*[-—–_]{4,}(?:\s|&nbsp;)*(?:原始邮件|Original)(?:\s|&nbsp;)*[-—–_]{4,}.*$",
        # NetEase: ---- 回复的原邮件 ----, and the older one in one line.
        r"\s*[-—–]{2,}\s*(?:回复的原邮件|转发的邮件|Replied Message|Forwarded Message)\s*[-—–]{2,}",
        r"\s*(?:at|在)\s*\d{4}[-/]\d{1,2}[-/]\d{1,2}\s+\d{1,2}:\d{2}(?::\d{2})?\s*[,，]\s*"
        r".{1,200}?(?:wrote|写道)\s*[:：]?\s*$",
    )
)
# Of one line, or of two to four that a client has folded.
_WROTE: Final = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        r"\s*(?:on|am|le|el|il|op)\s.{0,300}\d.{0,300}\s"
        r"(?:wrote|schrieb|a écrit|escribió|ha scritto|schreef)\b.{0,160}[:：]\s*$",
        r"\s*(?:在|于)?\s*(?:周[一二三四五六日]|星期[一二三四五六日])?.{0,80}\d{2,4}\s*年.{0,300}"
        r"(?:写道|寫道|说|來信)\s*[:：]\s*$",
        r"\s*.{1,200}\s*(?:于|於|在)\s*\d{2,4}\s*[年/-].{1,100}(?:写道|寫道)\s*[:：]\s*$",
        r"\s*\S.{0,200}<[^<>\s]+@[^<>\s]+>\s*.{0,80}(?:写道|寫道|wrote|schrieb)\s*[:：]\s*$",
        r"\s*\d{4}[-/年]\d{1,2}[-/月].{0,200}<[^<>\s]+@[^<>\s]+>\s*[:：]\s*$",
    )
)
_SAID: Final = re.compile(
    r"(?:wrote|schrieb|écrit|escribió|scritto|schreef|写道|寫道|说|來信|>)[^:：]{0,160}[:：]\s*$",
    re.I,
)
_EXACT: Final = re.compile(r"\d{1,2}[:.：]\d{2}|\b(?:19|20)\d{2}\b|\d{4}年|@")
_SIGNATURE: Final = re.compile(r"--\s?$|—\s?$|_{2}\s?$")
_MOBILE: Final = re.compile(
    r"\s*(?:sent (?:from|via|with) (?:my |the )?\S.{0,60}|get outlook for (?:ios|android).{0,60}|"
    r"发自(?:我的|新|网易|手机)?\s?.{0,40}|从我的\s?\S.{0,30}\s?发送|"
    r"(?:下载|获取)\s?(?:适用于\s?)?(?:ios|android).{0,20}outlook.{0,20}|來自我的.{0,30}|"
    r"von meinem .{1,40} gesendet|envoyé de mon .{1,40}|enviado desde mi .{1,40}|"
    r"来自\s?(?:我的|qq邮箱|网易).{0,30})\.?\s*$",
    re.I,
)
_LONGEST_SIGNATURE: Final = 12
_MOST_DOUBTS: Final = 200
"""So many lines may look like an introduction and be none; what follows is not looked at."""
_LONGEST_LINE: Final = 1_000
"""Longer lines start no quote; patterns need not look at them."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Both are made of lines of the text in their order; together they are all of it."""

    new: str
    rest: str


def cut(text: str) -> Cut:
    """Cut a mail's text in two: what its writer wrote, and all else.

    Where the answer stands between the lines of the quote, or below it, the quote that it answers
    is kept with it in the first case and cut in the second. Where nothing would be left, nothing
    is cut but the letter of ours.
    """
    lines = text.split("\n")
    start, marked = _quote_start(lines)
    new, rest = list(range(start)), list(range(start, len(lines)))
    if not _says(lines, new) and not marked:
        new, rest = _below(lines, start)
    if not marked and _answers_between(lines, new, rest):
        new, rest = list(range(len(lines))), []
    new, signature = _unsigned(lines, new)
    if not _says(lines, new) and not marked:
        # A forward without a word of one's own, or nothing but a signature.
        return Cut(text, "")
    return Cut(_joined(lines, new), _joined(lines, sorted((*signature, *rest))))


def quote_start(lines: Sequence[str]) -> int:
    """Number of the line with which a quoted or forwarded mail starts; their count if none does."""
    return _quote_start(lines)[0]


def _quote_start(lines: Sequence[str]) -> tuple[int, bool]:
    doubts = 0
    for at, line in enumerate(lines):
        if len(line) > _LONGEST_LINE:
            continue
        doubts += bool(_SAID.search(line))
        if doubts > _MOST_DOUBTS:
            break
        if _MARK.search(line):
            return _with_intro(lines, at), True
        if _starts_quote(lines, at):
            return at, _mark_follows(lines, at)
    tail = _quoted_tail(lines)
    return tail, _mark_follows(lines, tail)


def _mark_follows(lines: Sequence[str], at: int) -> bool:
    """Whether the quote that starts here is a letter of ours: its mark is among the first lines."""
    return any(_MARK.search(line) for line in lines[at : at + 12])


def _with_intro(lines: Sequence[str], at: int) -> int:
    """The line that introduces what starts at `at`: up to four lines and blanks before it."""
    first = at
    while first > 0 and at - first < 3 and not lines[first - 1].strip("> |\t"):
        first -= 1
    for size in (1, 2, 3, 4):
        above = first - size
        if above >= 0 and _introduces(lines, above, size):
            return above
    return first


def _starts_quote(lines: Sequence[str], at: int) -> bool:
    line = lines[at]
    if not line.strip():
        return False
    if any(pattern.match(line) for pattern in _STARTS):
        return True
    if _is_header_block(lines, at):
        return True
    # A line of one's own just above a folded introduction is no part of it.
    return any(
        _introduces(lines, at, size)
        and not any(_introduces(lines, at + less, size - less) for less in range(1, size))
        for size in (1, 2, 3, 4)
    )


def _introduces(lines: Sequence[str], at: int, size: int) -> bool:
    last = lines[at + size - 1] if at + size <= len(lines) else ""
    if len(last) > _LONGEST_LINE or not _SAID.search(last):
        return False
    piece = lines[at : at + size]
    if not all(line.strip() for line in piece) or sum(map(len, piece)) > _LONGEST_LINE:
        return False
    whole = " ".join(line.strip("> \t") for line in piece)
    if not any(pattern.match(whole) for pattern in _WROTE):
        return False
    # A sentence may end with "wrote:"; a moment, an address or a quote after it makes it more.
    following = next((line for line in lines[at + size : at + size + 3] if line.strip()), "> ")
    return bool(_EXACT.search(whole) or _QUOTED.match(following))


def _is_header_block(lines: Sequence[str], at: int) -> bool:
    """`From:` and at least two more labels in the next lines: Outlook, QQ mail, Foxmail."""
    if _RULE.match(lines[at]):
        follows = next((n for n in range(at + 1, min(at + 4, len(lines))) if lines[n].strip()), 0)
        return bool(follows) and _labels(lines, follows)
    return _labels(lines, at)


def _labels(lines: Sequence[str], at: int) -> bool:
    if not _FIRST_HEADER.match(lines[at]):
        return False
    near = [line for line in lines[at : at + 14] if line.strip()][:9]
    return sum(bool(_HEADER.match(line)) for line in near) >= 3


def _quoted_tail(lines: Sequence[str]) -> int:
    """Where the quoted lines at the very end start, blank lines among them."""
    at, seen = len(lines), len(lines)
    while at > 0 and (_QUOTED.match(lines[at - 1]) or not lines[at - 1].strip()):
        at -= 1
        if _QUOTED.match(lines[at]):
            seen = at
    return _with_intro(lines, seen) if seen < len(lines) else seen


def _answers_between(lines: Sequence[str], new: Sequence[int], rest: Sequence[int]) -> bool:
    """Whether own words stand between quoted lines, which then belong together."""
    quoted = [at for at in rest if _QUOTED.match(lines[at])]
    if not quoted or not rest or not new:
        return False
    inside = [at for at in rest if quoted[0] < at and lines[at].strip()]
    own = [at for at in inside if not _QUOTED.match(lines[at])]
    # Words after the last quoted line are no answer between them but a signature or a footer.
    return bool([at for at in own if at < quoted[-1]])


def _below(lines: Sequence[str], start: int) -> tuple[list[int], list[int]]:
    """An answer below the quote: what follows its last quoted line."""
    quoted = [at for at in range(start, len(lines)) if _QUOTED.match(lines[at])]
    if not quoted:
        return list(range(start)), list(range(start, len(lines)))
    last = quoted[-1] + 1
    gaps = [at for at in range(quoted[0], last) if lines[at].strip()]
    if len(gaps) != len(quoted):
        return list(range(len(lines))), []
    return list(range(last, len(lines))), list(range(last))


def _unsigned(lines: Sequence[str], new: list[int]) -> tuple[list[int], list[int]]:
    """Without the signature: after `-- `, or the one line that a telephone adds."""
    end, below, found = len(new), 0, None
    for place in range(len(new) - 1, -1, -1):
        below += bool(lines[new[place]].strip())
        if below > _LONGEST_SIGNATURE:
            break
        if _SIGNATURE.fullmatch(lines[new[place]]) and below > 1:
            found = place
    if found is not None:
        return new[:found], new[found:]
    while end and not lines[new[end - 1]].strip():
        end -= 1
    if end and _MOBILE.match(lines[new[end - 1]]):
        return new[: end - 1], new[end - 1 :]
    return new, []


def _says(lines: Sequence[str], numbers: Sequence[int]) -> bool:
    return any(lines[at].strip() for at in numbers)


def _joined(lines: Sequence[str], numbers: Sequence[int]) -> str:
    said = [at for at in numbers if lines[at].strip()]
    kept = [at for at in numbers if said and said[0] <= at <= said[-1]]
    return "\n".join(lines[at] for at in kept)
