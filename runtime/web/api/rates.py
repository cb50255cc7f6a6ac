"""Rates of calls: told with every answer, and refused with when to come again."""

from __future__ import annotations

from typing import Final

from runtime.render.catalogues import N_
from runtime.web.api.problems import ApiProblem
from runtime.web.requests import AnyRequest, App

_WAIT: Final = N_("Ask again in %(seconds)s seconds.")


async def spend(request: AnyRequest, app: App, tenant: str, who: str) -> None:
    """Count one call of a token or an address (`token:…`, `address:…`).

    Raises:
        ApiProblem: they have made as many as they may in a minute.
    """
    settings = app.site.settings
    of_token = who.startswith("token:")
    most = settings.api_rate if of_token else settings.api_rate_address
    if not most:
        return
    spent = await app.rates.spend(app.site, tenant, who, most)
    # A caller with a token is told of its rate; that of the address only where it is over.
    if of_token or not spent.granted:
        request.scope["state"]["api_headers"] = {
            "ratelimit-limit": spent.limit,
            "ratelimit-remaining": spent.left,
            "ratelimit-reset": spent.reset_s,
        }
    if not spent.granted:
        headers = {"retry-after": str(spent.wait_s)}
        raise ApiProblem("too-many-requests", _WAIT, {"seconds": spent.wait_s}, headers=headers)
