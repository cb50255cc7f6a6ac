"""Requests with a key of their own: each is answered once, and then again with the same answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from runtime.clock import SECOND_US
from runtime.site.handles import Site
from runtime.store import answers
from runtime.store.crypto import is_sealed

LEASE_US: Final = 60 * SECOND_US
"""After so long a request that never ended counts as broken off, and may be made again."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was answered the first time."""

    status: int
    headers: dict[str, str]
    body: str


async def begin(
    site: Site, tenant: str, key: str, digest: str
) -> Kept | Literal["fresh", "other", "in_flight"]:
    """Claim a key for a request of this digest, or say how it was answered before."""
    async with site.store.unit(tenant, write=True) as unit:
        try:
            claim = await answers.claim(unit, key, digest)
        except answers.OtherBody:
            return "other"
        if claim.fresh or await answers.renew(unit, key, unit.now_us() - LEASE_US):
            return "fresh"
        if claim.answer is None:
            return "in_flight"
        return _kept(unit.sealer.open(claim.answer, key) if is_sealed(claim.answer) else {})


def _kept(found: Any) -> Kept:
    return Kept(int(found["status"]), dict(found["headers"]), str(found["body"]))


async def finish(site: Site, tenant: str, key: str, kept: Kept) -> None:
    """Keep the answer for whoever asks again; it may hold what only the caller may read."""
    told = {"status": kept.status, "headers": kept.headers, "body": kept.body}
    async with site.store.unit(tenant, write=True) as unit:
        await answers.answer(unit, key, unit.sealer.seal(told, key))


async def give_back(site: Site, tenant: str, key: str) -> None:
    """Nothing came of the request; whoever sends it again has it done."""
    async with site.store.unit(tenant, write=True) as unit:
        await answers.forget(unit, key)
