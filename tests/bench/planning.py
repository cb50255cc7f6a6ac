"""How long a plan takes that changes ten specs over many tickets, part by part."""

from __future__ import annotations

import time
from collections.abc import Callable

from engine.change.plan import Plan
from runtime.planning.make import make_plan
from runtime.site.handles import Site
from tests.bench.tenant import files

# file, what stands there, what comes instead: ten specs, every class of change
_EDITS = (
    ("types/claim.yaml", ", other: Other", ""),
    ("types/claim.yaml", "max: 50000", "max: 30000"),
    ("types/claim.yaml", "label: Bought on", "label: Bought on, required: true"),
    ("types/claim.yaml", "min: 1, max: 999", "min: 2, max: 999"),
    ("roles/agent.yaml", "{ teams: $my.teams }", "{ phase: [new, active, waiting] }"),
    ("roles/head.yaml", "do:     [comment, note, assign, transfer, export]", "do: [comment, note]"),
    ("sla/claim.yaml", "[high, 1h, 8h]", "[high, 30m, 4h]"),
    ("sla/claim.yaml", "otherwise: [4h, 3d]", "otherwise: [2h, 1d]\nwhen_changed: open_tickets"),
    ("views/urgent.yaml", "phase: [new, active]", "phase: new"),
    ("views/large.yaml", "40000", "20000"),
    ("views/open.yaml", "sort: [-updated_at]", "sort: [updated_at]"),
    ("teams/quality.yaml", "capacity: 10000", "capacity: 50"),
    ("notifications/received.yaml", "We look into it", "We are on it"),
    ("portal.yaml", "Help", "Help and answers"),
)


def changed() -> dict[str, bytes]:
    """The tenant with ten specs changed."""
    found = {path: content.decode() for path, content in files().items()}
    for path, was, becomes in _EDITS:
        if was not in found[path]:
            raise ValueError(f"{path} has no {was!r}")
        found[path] = found[path].replace(was, becomes, 1)
    routes = found["routing/claim.yaml"]
    reasons = routes.replace(", other, from", ", missing, from")
    return {p: c.encode() for p, c in {**found, "routing/claim.yaml": reasons}.items()}


async def plans(site: Site, say: Callable[[str], None]) -> Plan:
    """Make the plan three times, say each; the first also compiles what is live."""
    for _ in range(3):
        began = time.perf_counter()
        made = await make_plan(site, changed())
        took = time.perf_counter() - began
        assert made.plan is not None, [one.message for one in made.problems]
        plan = made.plan
        specs = len({(one.kind, one.id) for one in plan.changes})
        say(f"plan of {specs} specs, {len(plan.changes)} changes, once more: {took:.2f} s")
    return plan
