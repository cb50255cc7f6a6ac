"""What every worker stands on: the site with its renderer, and how a job may end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import Protocol

from runtime.channels.mail.reader import MailReader
from runtime.render.notices import NoticeRenderer
from runtime.site.handles import Site
from runtime.store import jobs
from runtime.store.jobs import Job
from runtime.store.open import Store
from runtime.store.unit import Unit
from runtime.workers.correlation import Correlation


class LostLease(Exception):
    """Somebody else has taken the job over: what was done here must not be committed."""


class GiveUp(Exception):
    """The job can't be done, and trying again would not help; the text says why."""


class TryAgain(Exception):
    """The job can't be done now; the text says why."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What a handler works with: the site, the one renderer of this process, its matchers, and the
    processes that understand mails."""

    site: Site
    renderer: NoticeRenderer
    correlation: Correlation = field(default_factory=Correlation)
    mails: MailReader = field(default_factory=MailReader)


Handler = Callable[[Bench, Job], Awaitable[None]]


class Picking(Protocol):
    """How a queue takes its jobs up, where a fair share for each tenant is not all it wants."""

    async def lease(self, store: Store, limit: int, running: Collection[Job]) -> list[Job]:
        """Up to `limit` due jobs beside those that run."""
        ...

    async def next_due_us(self, store: Store) -> int | None:
        """When the next job wants to be done; None if none waits."""
        ...


@dataclass(frozen=True, slots=True)
class Queue:
    """Kinds of jobs with their own slots, so that none of them stands in the way of another.

    `slots`: how many are handled at once. A job that takes longer than `limit_s` is stopped and
    tried again, at most `attempts` times; the limit ends well
    before the lease does, or the handler keeps its lease. `gather_s`: how long slots may come free
    before it looks for more work, where looking costs more than a job.
    """

    name: str
    kinds: tuple[str, ...]
    handle: Handler
    slots: int = 4
    limit_s: float = 30.0
    attempts: int = jobs.MAX_ATTEMPTS
    picking: Picking | None = None
    gather_s: float = 0.0


async def complete(unit: Unit, job: Job, undone: str = "") -> None:
    """End a job in the transaction of what it did; `undone` says why there was nothing to do.

    Raises:
        LostLease: it is not ours any more.
    """
    if not await jobs.complete(unit, job, undone=undone):
        raise LostLease(job.key)
