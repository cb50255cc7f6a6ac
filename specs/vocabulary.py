"""The words of the language: what every ticket has, verbs, events, and what may be an id."""

from __future__ import annotations

import re

from specs.problem import Code

ID = re.compile(r"[a-z][a-z0-9_]{0,39}\Z")
TICKET_FACTS: tuple[str, ...] = tuple(
    "number type subject description state phase priority channel tags flags requester customer "
    "team home_team teams assignee watchers approvers parent children created_at updated_at "
    "solved_at closed_at state_since due breached breach_reason rating reopened visit_at "
    "time_spent version".split()
)
CLOCK_FACTS: tuple[str, ...] = ("due", "breached", "breach_reason")
"""Those that name a clock after a dot."""
LANGUAGE_WORDS: tuple[str, ...] = tuple(
    "all any none not empty otherwise over under up from to home me my now today true false null "
    "yes no on off".split()
)
RELATIONS: tuple[str, ...] = tuple(
    "requester assignee lead upper_lead watchers approvers mentioned author".split()
)
WHO_WORDS: tuple[str, ...] = (*RELATIONS, "anyone", "system")
PHASES: tuple[str, ...] = ("new", "active", "waiting", "solved", "closed")
PRIORITIES: tuple[str, ...] = ("urgent", "high", "normal", "low")
DIFFICULTIES: tuple[str, ...] = ("easy", "normal", "hard")
SENIORITIES: tuple[str, ...] = ("junior", "regular", "senior")
DO_VERBS: tuple[str, ...] = tuple(
    "comment note assign transfer merge link split delete bulk export".split()
)
ACTION_VERBS: tuple[str, ...] = tuple(
    "set tag untag flag unflag assign transfer notify comment note move create link merge route "
    "refresh call".split()
)
EVENTS: tuple[str, ...] = tuple(
    "created enriched commented noted first_agent_reply changed moved entered assigned "
    "transferred reopened merged parts_done rated due breached approved refused mail_bounced "
    "schedule".split()
)
RIGHTS: tuple[str, ...] = ("hidden", "masked", "read", "edit")


LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?\Z")


def is_locale(word: str) -> bool:
    """Whether a word is a BCP 47 locale as the language writes them: `zh-CN`, `en`."""
    return bool(LOCALE.match(word))


def id_fault(word: str, *, of_field: bool = False) -> tuple[Code, str] | None:
    """Why a word can't be an id, or None when it can."""
    if not ID.match(word):
        return Code.BAD_ID, f"`{word}` can't be an id"
    if word in LANGUAGE_WORDS or (of_field and word in TICKET_FACTS):
        reason = "is a word of the language" if word in LANGUAGE_WORDS else "is on every ticket"
        return Code.RESERVED_ID, f"`{word}` can't be an id: it {reason}"
    return None
