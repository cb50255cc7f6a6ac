"""The box of a ticket that waits for approval: who asked, who is asked, and what one may answer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from runtime.web.screens.base import PersonMark, SlaMark


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who is asked. ``instead`` names the absent person they may answer for."""

    person: PersonMark
    answer: Literal["", "yes", "no"] = ""
    at: datetime | None = None
    instead: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that waits.

    ``request`` comes back with every answer, so that none meant for an earlier request counts. An
    address is empty where the visitor may not do that; ``refusing`` opens the form again with what
    was typed. ``rule`` says in words how many have to agree; ``told`` is what the requester will
    read, ``why`` what the asker says to those asked.
    """

    step: str
    asker: PersonMark
    at: datetime
    rule: str
    request: int
    asked: tuple[Asked, ...] = ()
    due: SlaMark | None = None
    why: str = ""
    told: str = ""
    approve_url: str = ""
    refuse_url: str = ""
    withdraw_url: str = ""
    reason: str = ""
    problem: str = ""
    refusing: bool = False
    src: str = ""
    src_href: str = ""
