"""Says who was looked at for a ticket and why one got it, in Chinese and English alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from engine.decide.say import Speaker
from engine.instant import from_us

# Journals from before a limit could be told as none hold this instead.
_NO_LIMIT: Final = 1_000_000
_NOBODY: Final = ("无人", "nobody")
_COLON, _SEMICOLON, _COMMA = ("：", ": "), ("；", "; "), ("，", ", ")
_HOW: Final[Mapping[str, tuple[str, str]]] = {
    "least_busy": ("最空闲者", "the least busy"),
    "round_robin": ("轮流", "in turn"),
    "skill_then_load": ("先技能后负荷", "skill first, then load"),
    "seniority_then_load": ("先技能，再资历，后负荷", "skill first, then seniority, then load"),
    "manual": ("手工分派", "by hand"),
}
_BY: Final[Mapping[str, tuple[str, str]]] = {
    "back": ("之前由其处理", "who had it before"),
    "stands": ("代班 {0}", "who stands in for {0}"),
    "over": ("代班 {0}，虽已满额", "who stands in for {0}, though full"),
    "rebalance": ("分担 {0} 的积压", "to relieve {0}"),
}
_DIFFICULTY: Final = {
    "easy": ("资历浅者优先", "the least senior"),
    "hard": ("资深者优先", "the most senior"),
}
_SENIORITY: Final = {"junior": ("新手", "junior"), "senior": ("资深", "senior")}


_STAYS: Final[Mapping[str, tuple[str, str]]] = {
    "waiting": ("在等别人，不动", "it waits for somebody else"),
    "no_member": ("团队没有其他成员", "the team has no other member"),
    "away": ("其他人都不在岗", "everyone else is away"),
    "full": ("其他人都满了", "everyone else is full"),
    "skills": ("有余量的人不会所需技能", "nobody with room has the skills"),
    "junior": ("有余量的人资历不足", "those with room are too junior"),
    "even": ("转给谁都不会更空闲", "nobody would be less busy with it"),
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member who was looked at: `says` is their load and what speaks for or against them."""

    name: str
    says: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A team that was asked, its members, and `why_none` where none of them got the ticket."""

    title: str
    how: str
    candidates: tuple[Candidate, ...]
    why_none: str


def asked(said: Mapping[str, Any], speaker: Speaker) -> tuple[Asked, ...]:
    """Every team of a recorded assignment in the order in which they were asked.

    `said` is that of its Reason, as decided or as the journal keeps it.
    """
    return tuple(_asked(one, said, speaker) for one in said.get("asked") or [said])


def say_rule(said: Mapping[str, Any], speaker: Speaker) -> str:
    """How the team assigns and what the ticket wanted: `skill first, then load; wants …`."""
    parts = [how(str(said.get("how")), speaker)]
    wants = [_skills(said["wants"], speaker)] if said.get("wants") else []
    wants += [_DIFFICULTY[said["difficulty"]][speaker.index]] if said.get("difficulty") else []
    if wants:
        parts.append(("要求", "wants ")[speaker.index] + _COMMA[speaker.index].join(wants))
    return _SEMICOLON[speaker.index].join(part for part in parts if part)


def how(word: str, speaker: Speaker) -> str:
    """A way to assign, in words; "" for an unknown one."""
    return _HOW[word][speaker.index] if word in _HOW else ""


def say_assignment(said: Mapping[str, Any], speaker: Speaker) -> str:
    """A whole assignment as one sentence: ``Ben: 8 of 8; Chen: 3 of 8, has `erp` → Chen``."""
    teams = asked(said, speaker)
    told = [_sentence(one, said, speaker) for one in teams]
    if len(teams) == 1:
        return told[0]
    colon = _COLON[speaker.index]
    titled = (f"{one.title}{colon}{text}" for one, text in zip(teams, told, strict=True))
    return _SEMICOLON[speaker.index].join(titled)


def say_outcome(said: Mapping[str, Any], speaker: Speaker) -> str:
    """Who got it and on what ground they came before the rule; else why nobody did."""
    chosen, by = str(said.get("chosen") or ""), str(said.get("by") or "")
    if not chosen:
        return f"{_NOBODY[speaker.index]}{_COLON[speaker.index]}{asked(said, speaker)[0].why_none}"
    if by not in _BY:
        return chosen
    ground = _BY[by][speaker.index].format(said.get("instead_of") or "")
    return f"{chosen}{_COMMA[speaker.index]}{ground}"


def say_receiver(load: int, capacity: int | None, has: Sequence[str], speaker: Speaker) -> str:
    """How busy somebody is and which wanted skills they have: ``3 of 8, has `erp```."""
    parts = [_load(load, capacity, speaker)]
    parts += [("会", "has ")[speaker.index] + _skills(has, speaker)] if has else []
    return _COMMA[speaker.index].join(parts)


def say_stay(why: str, speaker: Speaker) -> str:
    """Why a rebalance leaves a ticket where it is."""
    return _STAYS[why][speaker.index]


def say_away(until_us: int | None, speaker: Speaker) -> str:
    """That somebody is away, and when they are back if that is known."""
    return _away(until_us, speaker)


def say_seniority(word: str, speaker: Speaker) -> str:
    """A seniority in words."""
    return {**_SENIORITY, "regular": ("熟手", "regular")}.get(word, (word, word))[speaker.index]


def say_skills(ids: Sequence[str], speaker: Speaker) -> str:
    """Skills by their titles."""
    titles = speaker.keys.get("skill", {})
    return ("、", ", ")[speaker.index].join(titles.get(one, one) for one in ids)


def _sentence(one: Asked, said: Mapping[str, Any], speaker: Speaker) -> str:
    colon = _COLON[speaker.index]
    # The one chosen stands last, where the arrow begins.
    order = sorted(one.candidates, key=lambda each: each.chosen)
    members = _SEMICOLON[speaker.index].join(f"{c.name}{colon}{c.says}" for c in order)
    got = any(c.chosen for c in order)
    end = say_outcome(said, speaker) if got else f"{_NOBODY[speaker.index]}{colon}{one.why_none}"
    return f"{members} → {end}" if members else end


def _asked(one: Mapping[str, Any], said: Mapping[str, Any], speaker: Speaker) -> Asked:
    members: Sequence[Mapping[str, Any]] = one.get("members") or ()
    chosen = said.get("chosen") or ""
    hard = said.get("difficulty") == "hard"
    candidates = tuple(
        Candidate(
            str(each["name"]),
            _COMMA[speaker.index].join(_says(each, speaker, hard=hard)),
            _is_chosen(each, said, str(chosen)),
        )
        for each in members
    )
    key = str(one.get("team") or "")
    why = "" if any(c.chosen for c in candidates) else _why_none(one, members, speaker)
    titles = speaker.keys.get("team", {})
    return Asked(titles.get(key, key), how(str(one.get("how")), speaker), candidates, why)


def _is_chosen(each: Mapping[str, Any], said: Mapping[str, Any], chosen: str) -> bool:
    if said.get("chosen_id") and each.get("id"):
        return bool(each["id"] == said["chosen_id"])
    return bool(chosen) and each["name"] == chosen


def _says(each: Mapping[str, Any], speaker: Speaker, *, hard: bool) -> Iterator[str]:
    index = speaker.index
    if each.get("absent"):
        yield _away(each.get("until"), speaker)
        return
    yield _load(each["load"], each.get("capacity"), speaker)
    if each.get("off"):
        yield ("不在工作时间", "outside working hours")[index]
    if each.get("skills"):
        yield ("会", "has ")[index] + _skills(each["skills"], speaker)
    if each.get("lacks") and not each.get("why"):
        yield ("不会", "lacks ")[index] + _skills(each["lacks"], speaker)
    if each.get("why") == "junior":
        yield ("资历不足以接难单", "too junior for a hard ticket")[index]
    elif each.get("seniority") in _SENIORITY:
        yield _SENIORITY[each["seniority"]][index]
    if each.get("why") == "holds":
        yield ("现在由其处理", "has it now")[index]


def _load(load: int, most: int | None, speaker: Speaker) -> str:
    if most is None or most >= _NO_LIMIT:
        return (f"手上 {load} 单", f"{load} open")[speaker.index]
    if most == 0:
        return ("不接单", "takes no tickets")[speaker.index]
    return (f"{load} / {most}", f"{load} of {most}")[speaker.index]


def _skills(ids: Sequence[str], speaker: Speaker) -> str:
    titles = speaker.keys.get("skill", {})
    quoted = ("「{}」", "`{}`")[speaker.index]
    return ("、", ", ")[speaker.index].join(quoted.format(titles.get(i, i)) for i in ids)


def _away(until: object, speaker: Speaker) -> str:
    if not isinstance(until, int):
        return ("不在岗", "away")[speaker.index]
    at = from_us(until, speaker.zone)
    # Whole days end at midnight: the day then is the first one back.
    back = f"{at:%Y-%m-%d}" if (at.hour, at.minute) == (0, 0) else f"{at:%Y-%m-%d %H:%M}"
    return (f"不在岗，{back} 回来", f"away, back {back}")[speaker.index]


def _why_none(
    one: Mapping[str, Any], members: Sequence[Mapping[str, Any]], speaker: Speaker
) -> str:
    index = speaker.index
    if not members:
        return ("团队没有成员", "the team has no members")[index]
    if one.get("how") == "manual":
        return ("团队手工分派", "the team assigns by hand")[index]
    others = [each for each in members if each.get("why") != "holds"]
    if others and all(each.get("absent") for each in others):
        return ("大家都不在岗", "everyone is away")[index]
    return ("没有人能接", "nobody can take it")[index]
