"""The smallest change that would have let a row win, as a sentence in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.decide.say import Speaker, say
from engine.decide.what_if import Answer, WhatIf

# (Chinese, English); {0} is what has to change or the row that stands in the way.
_SAID: Final[Mapping[Answer, tuple[str, str]]] = {
    "change": ("最小改动：{0}", "smallest change: {0}"),
    "blocked": (
        "只要「{0}」排在它前面，改动任何值都不会由它决定",
        "no change of values can let it win while `{0}` stands before it",
    ),
    "never": ("没有任何值能满足它的条件", "no values can meet its condition"),
    "hidden": (
        "取决于一个您无权查看的字段，无法给出最小改动",
        "it hangs on a field you may not see, so no change is told",
    ),
    "unknown": (
        "组合太多或要匹配格式，没有算出最小改动",
        "too many combinations, or a pattern to match: no change was worked out",
    ),
}
_TOGETHER: Final = (
    "排在它前面的几行合起来，改动任何值都不会由它决定",
    "no change of values can let it win past the rows before it",
)


def say_what_if(found: WhatIf, speaker: Speaker) -> str:
    """What would have let the row win, or why nothing would."""
    if found.answer == "blocked" and not found.by:
        return _TOGETHER[speaker.index]
    semicolon = ("；", "; ")[speaker.index]
    changes = semicolon.join(say(change.claim, speaker) for change in found.changes)
    return _SAID[found.answer][speaker.index].format(changes or found.by)
