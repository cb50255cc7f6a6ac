"""The portal inside another site's page: its addresses, and why it needs no cookie.

Below `/p/embed/` nobody is signed in, whatever cookies a browser sends, and none is set: many send
none to a frame of another site anyway. What can be done there is what a guest may do, so a forged
request could do no more than its sender could by themselves; a form's token only shows that it was
read lately from one of our pages, and the `Origin` that it was sent from one. Everything of one's
own, tickets and signing in, opens in a window of its own. The language, which elsewhere a cookie
keeps, stands in the address: `/p/embed/en/`.
"""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urlsplit

from runtime.clock import SECOND_US
from runtime.site.handles import Site

_BELOW: Final = re.compile(r"/t/[^/]+/p/embed(/|\Z)")
# Two letters: no page of the portal is called so. What is not spoken here is read as not asked for.
_SPOKEN: Final = re.compile(r"(/t/[^/]+/p/embed)/([a-z]{2}(?:-[A-Za-z]{2,4})?)(/.*)?")
_LANGUAGE: Final = "specdesk.frame_language"
_DAY_US: Final = 86_400 * SECOND_US


def both(path: str) -> list[str]:
    """The addresses of a page of the portal: in its own window, and in a frame."""
    return [f"/t/{{tenant:str}}/p{path}", f"/t/{{tenant:str}}/p/embed{path}"]


def is_embedded(path: str) -> bool:
    """Whether an address is one for frames."""
    return _BELOW.match(path) is not None


def without_language(scope: Any) -> Any:
    """A request with the language of its frame taken out of its address, for routes to match."""
    found = _SPOKEN.fullmatch(scope.get("path", ""))
    if found is None:
        return scope
    return {**scope, "path": found[1] + (found[3] or "/"), _LANGUAGE: found[2]}


def language_of(scope: Any) -> str:
    """The language that a frame asked for in its address, "" where it did not."""
    return str(scope.get(_LANGUAGE, ""))


def tokens(site: Site, tenant: str) -> tuple[str, str]:
    """The token of forms shown today, and yesterday's, which still stands in pages."""
    day = site.clock.now_us() // _DAY_US
    sign = site.store.keys.sign
    found = (sign("*", f"embed:{tenant}:{one}".encode()) for one in (day, day - 1))
    today, yesterday = found
    return today, yesterday


def ours(origin: str, host: str) -> bool:
    """Whether a form was sent from a page of our own."""
    return bool(host) and urlsplit(origin).netloc == host


def policy(usual: str, allowed: tuple[str, ...]) -> str:
    """The usual policy of pages, with the sites that may frame them."""
    return usual.replace("frame-ancestors 'none'", f"frame-ancestors {' '.join(allowed)}")
