"""The back office of the examples, served to tests, and sources over it."""

from __future__ import annotations

import importlib.util
import json
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.request import Request, urlopen

from engine.compile.desk import desk_from_files
from engine.model.source import SourceModel
from runtime.sources.asking import Asking

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "examples" / "backoffice"

SECRETS = {
    "shop_token": "demo-shop-token",
    "plant_user": "desk",
    "plant_password": "demo-plant-password",
    "school_id": "desk",
    "school_secret": "demo-school-secret",
    "assets_key": "demo-assets-key",
}


def server_module() -> ModuleType:
    """The example's server; a script in a folder of its own."""
    spec = importlib.util.spec_from_file_location("backoffice_server", HOME / "server.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


class Office:
    """A running back office."""

    def __init__(self, server: Any) -> None:
        self.server = server
        self.url: str = server.url

    @property
    def asked(self) -> list[str]:
        """What it was asked, `GET /shop/orders/1`, the newest last."""
        found: list[str] = self.server.backoffice.asked
        return found

    def break_(self, path: str, kind: str, **more: Any) -> None:
        """Switch a fault on."""
        body = json.dumps({"path": path, "kind": kind, **more}).encode()
        sort = {"content-type": "application/json"}
        urlopen(Request(f"{self.url}/faults", body, sort, method="PUT")).close()

    def mend(self) -> None:
        """Switch all faults off, and forget what was asked and done."""
        self.server.backoffice.faults.by_path.clear()
        self.server.backoffice.refunds.clear()
        self.asked.clear()


@contextmanager
def office() -> Iterator[Office]:
    """A back office over the records of the example tenants, until the block ends."""
    server = server_module().Server(ROOT / "examples" / "tenants")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield Office(server)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


TENANT = b"""kind: Tenant
id: shop
title: Shop
language: 1
locales: [en]
time_zone: UTC
currency: CNY
"""
TYPE = b"""kind: TicketType
title: Case
fields:
  order: { type: reference, source: orders, label: Order }
workflow:
  start: new
  states: { new: { title: New, phase: new }, done: { title: Done, phase: closed } }
  transitions: { end: { title: End, from: new, to: done, by: agent } }
"""
ORDERS = """kind: Source
title: Orders
connector: http
url: { setting: office_url }
auth: { bearer: { secret: shop_token } }
lookup: { path: "/shop/orders/{key}" }
find: { path: "/shop/orders?q={words}&email={requester.email}", items: $.orders, next: $.more,
        page: page, pages: 3 }
calls:
  mark_refunded:
    path: /shop/orders/{key}/refunds
    body: { amount: "{amount}", why: "{reason} of {ticket.number}" }
key: order_no
shows: [name, paid]
own: { buyer_email: email }
outputs:
  order_no: { type: text, label: Number, at: $.no }
  name: { type: text, label: Item, at: $.item.name }
  pieces: { type: integer, label: Pieces, at: $.item.pieces }
  paid: { type: money, label: Paid, at: $.paid.amount }
  ordered: { type: date, label: Ordered, at: "$['dates'].ordered" }
  signed: { type: date, label: Signed, at: $.dates.signed }
  buyer_email: { type: email, label: Mail, at: $.buyer.email }
"""


def compiled(source: str = ORDERS, name: str = "orders") -> tuple[SourceModel | None, list[str]]:
    """A source of a small tenant, and the codes of what is wrong with it."""
    files = {
        "tenant.yaml": TENANT,
        "people.yaml": b"kind: People\ncustomer: { fields: { level: { type: text, label: L } } }\n",
        "teams/desk.yaml": b"kind: Team\ntitle: Desk\ndefault: true\n",
        "roles/agent.yaml": b"kind: Role\ntitle: Agent\ntypes: { case: { see: {}, edit: {} } }\n",
        "types/case.yaml": TYPE,
        f"sources/{name}.yaml": source.encode(),
    }
    desk, problems = desk_from_files(files)
    codes = [f"{one.code.value[0]} {one.place}" for one in problems]
    return (desk.sources[name] if desk is not None else None), codes


def model_of(source: str = ORDERS) -> SourceModel:
    """A source that is sound."""
    model, codes = compiled(source)
    assert model is not None, codes
    return model


def asking(model: SourceModel, url: str) -> Asking:
    """A question with all settings, on 2026-03-02."""
    return Asking(model, {"office_url": url, **SECRETS}, "en", "UTC", 1_772_413_200_000_000)
