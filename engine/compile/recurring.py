"""Days that come again, with the hour in the tenant's time zone."""

from __future__ import annotations

from engine.compile.context import Context
from engine.model.schedule import Recurring
from specs.base import Recurrence


def compile_recurrence(context: Context, spec: Recurrence) -> Recurring:
    """The rule with its hour, in the tenant's zone."""
    hour, minute = (int(part) for part in spec.at.split(":"))
    tenant = context.specs.tenant
    zone = tenant.time_zone if tenant else "UTC"
    return Recurring(spec.rule, spec.first, hour * 60 + minute, zone)
