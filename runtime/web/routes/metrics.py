"""`/metrics` for Prometheus: by the operator's token, or without one from this very machine."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from ipaddress import ip_address

from litestar import Response, get
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from runtime.queries.figures import Figures, figures
from runtime.web.requests import AnyRequest, NotHere
from runtime.web.shield import LOOPBACK

_TEXT = "text/plain; version=0.0.4; charset=utf-8"
_PASSED_ON = ("x-forwarded-for", "x-real-ip", "forwarded", "via")


@get("/metrics")
async def metrics(request: AnyRequest) -> Response[bytes]:
    """The figures; to others there is nothing here."""
    site = request.app.state.specdesk.site
    if not _may(request, site.settings.metrics_token):
        raise NotHere
    registry = CollectorRegistry()
    registry.register(_Shown(await figures(site)))
    headers = {"cache-control": "no-store"}
    return Response(generate_latest(registry), media_type=_TEXT, headers=headers)


def _may(request: AnyRequest, token: str | None) -> bool:
    given = request.headers.get("authorization", "")
    if token is not None:
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    # What a proxy on this machine passes on comes from elsewhere.
    if any(name in request.headers for name in _PASSED_ON) or request.client is None:
        return False
    host = request.headers.get("host", "").lower()
    name = host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]
    return name in LOOPBACK and _is_loopback(request.client.host)


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


class _Shown(Collector):
    def __init__(self, found: Figures) -> None:
        self._found = found

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The figures as families of gauges."""
        found = self._found
        family = GaugeMetricFamily(
            "specdesk_arrivals", "What arrived, by what became of it.",
            labels=["tenant", "way", "state"],
        )  # fmt: skip
        for came in found.arrivals:
            family.add_metric([came.tenant, came.way, came.state], came.count)
        yield family
        family = GaugeMetricFamily("specdesk_jobs", "Kept jobs.", labels=["kind", "state"])
        late = GaugeMetricFamily(
            "specdesk_job_late_seconds", "How long the oldest job that is due has waited.",
            labels=["kind"],
        )  # fmt: skip
        for job in found.jobs:
            family.add_metric([job.kind, job.state], job.count)
            if job.state == "ready":
                late.add_metric([job.kind], job.late_s)
        yield family
        yield late
        family = GaugeMetricFamily(
            "specdesk_mailbox_faulty", "1 where a mailbox can't be read.",
            labels=["tenant", "channel"],
        )  # fmt: skip
        age = GaugeMetricFamily(
            "specdesk_mailbox_age_seconds", "Since a mailbox was last looked at.",
            labels=["tenant", "channel"],
        )  # fmt: skip
        for box in found.boxes:
            family.add_metric([box.tenant, box.channel], int(box.faulty))
            if box.age_s is not None:
                age.add_metric([box.tenant, box.channel], box.age_s)
        yield family
        yield age


ROUTES = [metrics]
