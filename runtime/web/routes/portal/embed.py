"""What web masters put into their pages: the script that opens the portal in a frame."""

from __future__ import annotations

from litestar import Response, get
from litestar.params import FromPath

from runtime.render.environment import TEMPLATES
from runtime.web.requests import AnyRequest, NotHere, visit


@get("/t/{tenant:str}/p/embed.js")
async def embed_script(request: AnyRequest, tenant: FromPath[str]) -> Response[str]:
    """The script; it finds the portal by the address it was loaded from."""
    found = await visit(request, tenant)
    if not found.desk.desk.portal.embed:
        raise NotHere
    return Response(
        (TEMPLATES / "static" / "embed.js").read_text("utf-8"),
        media_type="text/javascript",
        headers={
            "cache-control": "public, max-age=300",
            # The one thing of ours that other sites may load; it holds nothing of anybody.
            "cross-origin-resource-policy": "cross-origin",
        },
    )


ROUTES = [embed_script]
