"""The studio's page of webhooks: how they stand, what was sent; try one, start it, send again."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from runtime.actions.save_draft import open_bench
from runtime.actions.webhook_acts import may, send_again, send_dead_again, send_test, start
from runtime.queries.webhook_log import endpoints, sent
from runtime.web.pages import go, show
from runtime.web.requests import AnyRequest, NotHere, Visit, holding, of_person
from runtime.web.screens.studio.build_pages import EDIT, PUBLISH
from runtime.web.screens.studio.build_webhooks import webhooks_screen


@get("/t/{tenant:str}/studio/webhooks")
async def studio_webhooks(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """How each webhook stands, and the last events."""
    found = holding(await of_person(request, tenant), EDIT, PUBLISH)
    webhook, state = found.query("webhook")[:60], found.query("state")
    hooks = await endpoints(found.site, tenant)
    rows = await sent(found.site, tenant, webhook, state, found.query("before")[:60])
    bench = await open_bench(found.site, tenant, found.viewer)
    screen = webhooks_screen(found, bench, hooks, rows, webhook, state)
    return show(found, "pages/studio_webhooks.html", screen)


async def _acting(request: AnyRequest, tenant: str) -> Visit:
    found = await of_person(request, tenant)
    if not may(found.viewer):
        raise NotHere
    return found


@post("/t/{tenant:str}/studio/webhooks/{webhook:str}/test", status_code=303)
async def studio_webhook_test(
    request: AnyRequest, tenant: FromPath[str], webhook: FromPath[str]
) -> Response[Any]:
    """Send a test event."""
    found = await _acting(request, tenant)
    if await send_test(found.site, tenant, found.viewer, webhook) is None:
        raise NotHere
    return go(found, found.links.studio("webhooks"), "webhook_tested")


@post("/t/{tenant:str}/studio/webhooks/{webhook:str}/start", status_code=303)
async def studio_webhook_start(
    request: AnyRequest, tenant: FromPath[str], webhook: FromPath[str]
) -> Response[Any]:
    """Call a webhook again that stands still; one that does not is left as it is."""
    found = await _acting(request, tenant)
    done = await start(found.site, tenant, found.viewer, webhook)
    return go(found, found.links.studio("webhooks"), "webhook_started" if done else "")


@post("/t/{tenant:str}/studio/webhooks/{webhook:str}/replay", status_code=303)
async def studio_webhook_replay(
    request: AnyRequest, tenant: FromPath[str], webhook: FromPath[str]
) -> Response[Any]:
    """Send all dead events of a webhook again."""
    found = await _acting(request, tenant)
    count = await send_dead_again(found.site, tenant, found.viewer, webhook)
    return go(found, found.links.studio("webhooks"), "webhook_replayed", str(count))


@post("/t/{tenant:str}/studio/webhooks/events/{event:str}/replay", status_code=303)
async def studio_webhook_event(
    request: AnyRequest, tenant: FromPath[str], event: FromPath[str]
) -> Response[Any]:
    """Send one event again; one that waits already is left as it is."""
    found = await _acting(request, tenant)
    done = await send_again(found.site, tenant, found.viewer, event)
    return go(found, found.links.studio("webhooks"), "webhook_replayed", "1" if done else "0")


ROUTES = [
    studio_webhooks,
    studio_webhook_test,
    studio_webhook_start,
    studio_webhook_replay,
    studio_webhook_event,
]
