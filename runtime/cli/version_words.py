"""How commands tell of revisions: one line, the whole head, or JSON."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from runtime.queries.revisions import Meanwhile, Version
from runtime.site.handles import Site

SHORT = 12


def zone_of(site: Site, tenant: str) -> ZoneInfo:
    """The tenant's zone; UTC where its desk can't be loaded here."""
    live = site.desks.get(tenant)
    return ZoneInfo(live.desk.tenant.zone if live else "UTC")


def at(us: int, zone: ZoneInfo) -> datetime:
    """An instant in a zone, to the second."""
    return datetime.fromtimestamp(us // 1_000_000, UTC).astimezone(zone)


def line(version: Version, zone: ZoneInfo) -> str:
    """`v12  2026-03-02 09:00  ann  (live)  why`."""
    one = version.revision
    places = f"  ({', '.join(version.environments)})" if version.environments else ""
    message = one.message.splitlines()[0] if one.message else ""
    return (
        f"v{one.n}  {at(one.at_us, zone):%Y-%m-%d %H:%M}  {one.author}{places}  {message}".rstrip()
    )


def head(version: Version, zone: ZoneInfo) -> str:
    """A revision with all that is known of it but its files."""
    one = version.revision
    said = {
        "at": f"{at(one.at_us, zone):%Y-%m-%d %H:%M:%S %z}",
        "author": one.author,
        "points here": ", ".join(version.environments),
        "parents": ", ".join(f"v{n}" for n in one.parents),
        "tree": one.tree[:SHORT],
        "desk": one.desk_digest[:SHORT],
        "files": str(len(one.files)),
        "made by": str(one.provenance.get("command", "")),
    }
    lines = [f"v{one.n}", *(f"  {name + ':':<13}{text}" for name, text in said.items() if text)]
    lines += [f"    {text}" for text in one.message.splitlines()]
    return "\n".join(lines)


def as_json(version: Version, zone: ZoneInfo) -> dict[str, Any]:
    """A revision as JSON, without the digests of its files."""
    one = version.revision
    return {
        "revision": one.n,
        "at": at(one.at_us, zone).isoformat(),
        "author": one.author,
        "message": one.message,
        "environments": list(version.environments),
        "parents": list(one.parents),
        "tree": one.tree,
        "desk": one.desk_digest,
        "files": len(one.files),
        "approvals": list(one.approvals),
        "provenance": dict(one.provenance),
    }


def meanwhile_words(since: Meanwhile, zone: ZoneInfo) -> str:
    """Who published what after the base, and which files both sides changed."""
    lines = [f"v{since.live} is live, and yours was made from v{since.base}:"]
    lines += [f"  {line(one, zone)}" for one in since.revisions]
    lines += [f"  changed there: {path}" for path in since.changed]
    for one in since.merge.meetings:
        word = "in different lines" if one.merged is not None else "in the same lines"
        lines.append(f"  changed on both sides, {word}: {one.path}")
    return "\n".join(lines)
