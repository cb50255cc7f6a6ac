"""The shop with two webhooks, and an outside that answers as it is told."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from runtime.actions.let_through import ANYTHING
from runtime.actions.publish_desk import publish_desk
from runtime.channels.webhook.signature import fresh_secret
from runtime.clock import FixedClock
from runtime.outbound.door import Answer, Refusal
from runtime.render.notices import NoticeRenderer
from runtime.site.standing import SYSTEM
from runtime.store import deliveries, tenant_settings
from runtime.store.deliveries import Delivery
from runtime.store.open import Store
from runtime.workers import webhooks
from runtime.workers.handling import Bench
from runtime.workers.loop import QUEUES, attend
from tests.stores import MONDAY_US, clock, fresh_url, postgres_server, store, store_template
from tests.workers.shop import SHOP, Shop, files, make_shop, site_of

__all__ = ["clock", "fresh_url", "postgres_server", "store", "store_template"]

HOOKS = {
    "webhooks__books": """
        kind: Webhook
        title: Books
        applies_to: repair
        upon: [created, entered(fixed), commented]
        url: { setting: books_url }
        secret: { secret: books_secret }
        old_secret: { secret: books_old }
        send: [subject, price, room, requester, state, secret]
    """,
    "webhooks__costly": """
        kind: Webhook
        title: Costly ones
        applies_to: all_types
        upon: commented
        when: { priority: urgent }
        url: { setting: costly_url }
        secret: { secret: costly_secret }
    """,
}
CHANNELS = {
    "channels__alarms": """
        kind: Channel
        title: Alarms
        receive: webhook
        secret: { secret: alarms_secret }
        old_secret: { secret: alarms_old }
        type: repair
        subject: { path: $.alarm.title }
        description: { path: $.alarm.text }
        requester: { email: $.by.email, name: $.by.name }
        external_key: $.alarm.id
        comment: { path: $.alarm.news }
        priority: { path: $.alarm.level, values: { critical: urgent } }
        tags: { path: $.alarm.tags }
        fields:
          room:  { path: "$.alarm.places[0].room" }
          price: { path: $.alarm.cost }
          inner: { value: from outside }
    """,
    "channels__calls": """
        kind: Channel
        title: Call centre
        receive: phone
        secret: { secret: calls_secret }
        type: repair
        transcript: { path: $.transcript }
        subject: { path: $.recognised.subject }
        requester: { phone: $.from }
        agent: $.agent
        fields: { room: { path: $.recognised.room } }
    """,
    "channels__strict": """
        kind: Channel
        title: Only the known
        receive: webhook
        secret: { secret: alarms_secret }
        type: repair
        incomplete: refuse
        requesters: known
        subject: { path: $.title }
        requester: { email: $.email }
        fields: { room: { path: $.room } }
    """,
}

SECRET, OLD = fresh_secret(), fresh_secret()
URL = "https://books.example/in?token=canary"
_SECRETS = (
    *(("books_secret", SECRET), ("books_old", OLD), ("alarms_secret", SECRET)),
    *(("alarms_old", OLD), ("calls_secret", SECRET)),
)
QUEUE = next(queue for queue in QUEUES if queue.name == "webhooks")


def specs() -> dict[str, bytes]:
    """The folder of the shop with its webhooks and channels."""
    found = files(**HOOKS, **CHANNELS)
    found["tenant.yaml"] += b"tags: { fire: Fire }\n"
    return found


@dataclass(slots=True)
class FakeDoor:
    """A door whose answers the test names by the order of calls; the last one stays."""

    answers: list[Answer | Refusal] = field(default_factory=lambda: [Answer(200)])
    calls: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    async def call(
        self, method: str, url: str, headers: dict[str, str], body: bytes, limits: Any
    ) -> Answer | Refusal:
        assert method == "POST"
        self.calls.append((url, dict(headers), body))
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@dataclass(slots=True)
class Hooked:
    """A shop with webhooks, its worker and its outside."""

    shop: Shop
    bench: Bench
    door: FakeDoor
    clock: FixedClock

    async def work(self, rounds: int = 20) -> int:
        """Do what is due, as the loop would; gives how many jobs that were."""
        done = 0
        for _ in range(rounds):
            jobs = await webhooks.STRANDS.lease(self.shop.store, 50, ())
            for job in jobs:
                await attend(self.bench, QUEUE, job)
            done += len(jobs)
            if not jobs:
                break
        return done

    async def kept(self, **which: str) -> list[Delivery]:
        async with self.shop.store.unit(SHOP) as unit:
            found = await deliveries.listed(unit, **which)
            whole = [await deliveries.by_id(unit, one.id) for one in reversed(found)]
        return [one for one in whole if one is not None]

    async def setting(self, name: str, value: str, *, secret: bool = False) -> None:
        async with self.shop.store.unit(SHOP, write=True) as unit:
            await tenant_settings.put_setting(unit, "live", name, value, secret=secret)


async def set_up(store: Store, clock: FixedClock, folder: Path) -> Shop:
    """The shop with its webhooks published and their settings written."""
    shop = await make_shop(site_of(store, clock, folder))
    done = await publish_desk(shop.site, specs(), SYSTEM, "hooks", word=ANYTHING)
    assert done.revision, done.problems
    async with store.unit(SHOP, write=True) as unit:
        await tenant_settings.put_setting(unit, "live", "books_url", URL, secret=False)
        for name, secret in _SECRETS:
            await tenant_settings.put_setting(unit, "live", name, secret, secret=True)
    return shop


@asynccontextmanager
async def working(shop: Shop, clock: FixedClock) -> AsyncIterator[Hooked]:
    """The shop with a worker, its outside being a fake."""
    door = FakeDoor()
    object.__setattr__(shop.site, "door", door)
    made = Hooked(shop, Bench(shop.site, NoticeRenderer()), door, clock)
    try:
        yield made
    finally:
        await made.bench.renderer.close()


@pytest.fixture(scope="session")
def hooked_template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A folder with the store of the shop and its keys, to be copied, and its people's ids."""
    folder = tmp_path_factory.mktemp("hooked")

    async def make() -> dict[str, str]:
        clock = FixedClock(MONDAY_US)
        url = f"sqlite:///{folder / 'store.sqlite'}"
        opened = await Store.open(url, key_file=folder / "keys.json", clock=clock)
        try:
            await opened.upgrade()
            shop = await set_up(opened, clock, folder)
        finally:
            await opened.close()
        return {name: getattr(shop, name) for name in ("ann", "ben", "cleo", "dora")}

    return folder, asyncio.run(make())


@pytest.fixture
async def hooked(
    hooked_template: tuple[Path, dict[str, str]], clock: FixedClock, tmp_path: Path
) -> AsyncIterator[Hooked]:
    """The shop with its webhooks, on SQLite."""
    template, ids = hooked_template
    for name in ("store.sqlite", "keys.json"):
        shutil.copy(template / name, tmp_path / name)
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    store = await Store.open(url, key_file=tmp_path / "keys.json", clock=clock)
    try:
        site = site_of(store, clock, tmp_path)
        await site.desks.load()
        async with working(Shop(site, **ids), clock) as made:
            yield made
    finally:
        await store.close()


@pytest.fixture
async def hooked_each(store: Store, clock: FixedClock, tmp_path: Path) -> AsyncIterator[Hooked]:
    """The same on each database."""
    async with working(await set_up(store, clock, tmp_path), clock) as made:
        yield made
