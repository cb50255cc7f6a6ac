"""Approvals of transitions: who is asked, how many, how long, and what can never be granted."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from engine.compile.actions import compile_actions
from engine.compile.context import Context, File
from engine.compile.scope import Scope
from engine.model.rights import Who
from engine.model.ticket_type import APPROVAL_LATE, Action, Approval
from engine.span import Span
from specs.problem import Code, Place, problem

_NOBODY: Final = ("anyone", "system", "author", "approvers", "mentioned")
"""Relations that name no one who could be asked."""
_ONE: Final = ("requester", "customer", "assignee")
"""Relations that are one person at most."""


def compile_approval(
    context: Context,
    file: File,
    scope: Scope,
    path: tuple[str, ...],
    spec: Any,
    read: Iterable[str],
) -> Approval | None:
    """The approval of one transition, None where it has none.

    `path` leads to the transition; `read` names what its guard and `needs` read.
    """
    raw = spec.approval
    if raw is None:
        return None
    place = file.key_place(*path, "approval")
    of, asks = context.who(raw.of), context.who(spec.by)
    answer, votes = _mode(context, file, path, raw)
    _check(context, file, path, of, asks, votes, answer)
    within = Span.parse(str(raw.within))
    if not within.plain_us:
        message = "nobody can answer within no time"
        context.error(Code.BAD_VALUE, message, file.place(*path, "approval", "within"))
    return Approval(
        of=of,
        within=within,
        place=place,
        votes=votes,
        first_decides=answer == "any",
        calendar=raw.calendar or "",
        refused_to=context.key("state", raw.refused_to, file.id) if raw.refused_to else "",
        late=_late(context, file, scope, path, raw, place),
        while_pending=raw.while_pending,
        frozen=tuple(dict.fromkeys(read)),
    )


def _mode(context: Context, file: File, path: tuple[str, ...], raw: Any) -> tuple[str, int]:
    """The word of the mode, "" for a number, and how many have to agree (0: all)."""
    if raw.mode is None:
        return "any", 1
    if (raw.mode.answer is None) == (raw.mode.at_least is None):
        place = file.place(*path, "approval", "mode")
        cure = "write `any`, `all` or `{ at_least: 2 }`"
        message = "the mode says one thing: how many have to agree"
        context.error(Code.BAD_VALUE, message, place, cure)
        return "any", 1
    if raw.mode.at_least is not None:
        return "", raw.mode.at_least
    return raw.mode.answer, 0 if raw.mode.answer == "all" else 1


def _late(
    context: Context, file: File, scope: Scope, path: tuple[str, ...], raw: Any, place: Place
) -> tuple[Action, ...]:
    if raw.late is not None:
        return compile_actions(context, file, raw.late, scope, *path, "approval", "late")
    return (Action("notify", {"name": APPROVAL_LATE}, Who(("upper_lead",)), place),)


def _check(
    context: Context,
    file: File,
    path: tuple[str, ...],
    of: Who,
    asks: Who,
    votes: int,
    answer: str,
) -> None:
    """What no ticket could ever get: nobody to ask, or fewer than have to agree."""
    place = file.place(*path, "approval", "of")
    groups = of.roles or of.teams or of.leads_of
    for word in of.relations:
        if word in _NOBODY:
            message = f"`{word}` names nobody who could be asked to approve `{path[-1]}`"
            cure = "name a role, a team, { lead_of: … }, lead, upper_lead, requester or assignee"
            context.error(Code.APPROVAL_UNREACHABLE, message, place, cure)
            return
    singles = tuple(word for word in of.relations if word in _ONE)
    if not groups and len(singles) == len(of.relations):
        _check_singles(context, place, path[-1], singles, asks, votes)
    elif _same(of, asks):
        message = f"`{path[-1]}` is approved by those who ask for it: each needs another of them"
        cure = "name somebody else in `of:`, or leave it if one of two shall check the other"
        context.add([problem(Code.APPROVED_BY_ASKERS, message, place, cure=cure)])


def _check_singles(
    context: Context, place: Place, name: str, singles: tuple[str, ...], asks: Who, votes: int
) -> None:
    only = asks.relations if not (asks.roles or asks.teams or asks.leads_of) else ()
    left = [word for word in singles if only != (word,)]
    if not left:
        message = f"only {singles[0]} may ask for `{name}`, and nobody approves what they ask for"
        context.error(Code.APPROVAL_UNREACHABLE, message, place, "name somebody else in `of:`")
    elif votes > len(left):
        message = f"`{name}` wants {votes} to agree, but at most {len(left)} can be asked"
        context.error(Code.APPROVAL_UNREACHABLE, message, place, "ask more people, or want fewer")


def _same(of: Who, asks: Who) -> bool:
    """Whether everyone who is asked is also of those who ask."""
    return (
        set(of.roles) <= set(asks.roles)
        and set(of.teams) <= set(asks.teams)
        and set(of.leads_of) <= set(asks.leads_of)
        and set(of.relations) <= set(asks.relations)
    )
