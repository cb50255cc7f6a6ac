"""Every address of the product, built in one place (decisions.md 11)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, urlencode

from runtime.settings import Settings

_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


@lru_cache(maxsize=4096)
def _safe(part: str) -> str:
    return quote(part, safe="-_.~")


def with_query(url: str, **query: str) -> str:
    """An address with the query parameters that are not empty."""
    kept = {name: value for name, value in query.items() if value}
    return f"{url}?{urlencode(kept)}" if kept else url


def origin(settings: Settings) -> str:
    """Scheme and host under which people reach this installation, for what leaves it."""
    if settings.hosts:
        host = settings.hosts[0]
        bare = host if host.startswith("[") else host.partition(":")[0]
        return f"{'http' if bare in _LOOPBACK else 'https'}://{host}"
    address, port = settings.listen
    host = "localhost" if address in ("", "0.0.0.0", "::", "127.0.0.1") else address  # noqa: S104
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses of one tenant."""

    tenant: str
    embedded: bool = False
    """whether the portal's addresses are those for a frame of another site"""
    spoken: str = ""
    """the language that a frame asks for in its address, since it keeps no cookie"""

    @property
    def base(self) -> str:
        """`/t/<tenant>`."""
        return f"/t/{_safe(self.tenant)}"

    def portal(self, *parts: str) -> str:
        """An address of the portal; alone its home."""
        home = f"{self.base}/p"
        if self.embedded:
            home = "/".join(filter(None, (home, "embed", self.spoken)))
        return "/".join((home, *map(_safe, parts))) if parts else f"{home}/"

    def portal_ticket(self, number: str, *parts: str) -> str:
        """A requester's ticket."""
        return self.portal("tickets", number, *parts)

    def article(self, slug: str, *parts: str) -> str:
        """An article of the knowledge base in the portal."""
        return self.portal("help", slug, *parts)

    def desk(self, *parts: str) -> str:
        """An address of the desk; alone its first page."""
        home = f"{self.base}/desk"
        return "/".join((home, *map(_safe, parts))) if parts else f"{home}/"

    def ticket(self, number: str, *parts: str) -> str:
        """A ticket on the desk."""
        return self.desk("tickets", number, *parts)

    def view(self, view: str, **query: str) -> str:
        """A view's list."""
        return with_query(self.desk("views", view), **query)

    def studio(self, *parts: str) -> str:
        """An address of the studio; alone its overview."""
        home = f"{self.base}/studio"
        return "/".join((home, *map(_safe, parts))) if parts else f"{home}/"

    def source(self, place: str) -> str:
        """The studio's page for `types/refund.yaml:42`, "" for what has no file."""
        file, _, rest = place.partition(":")
        line = rest.partition(":")[0]
        return f"{self.studio('files')}?path={quote(file)}#L{line}" if file and line else ""

    def files(self, token: str = "") -> str:
        """An attachment, or where uploads go."""
        return f"{self.base}/files/{_safe(token)}" if token else f"{self.base}/files"

    def api(self, *parts: str) -> str:
        """An address of the REST API."""
        return "/".join((f"{self.base}/api/v1", *map(_safe, parts)))

    def find(self, source: str) -> str:
        """The search of a source."""
        return f"{self.base}/find/{_safe(source)}"
