"""A small pack and a tenant that uses it, which each test changes in its own way."""

from __future__ import annotations

from collections.abc import Mapping

from specs.load import load_files
from specs.packs.lock import LOCK, lock_text
from specs.packs.used import held_packs
from specs.problem import Problem
from specs.spec_set import SpecSet, tree_digest
from tests.specs.small import SMALL

PACK_HEAD = """\
kind: Pack
id: shop
version: 1.2.0
language: 1
title: 商店
summary: 退款
inputs:
  patience: { type: duration, label: 耐心, default: 24h plain }
  most: { type: decimal, label: 最多, default: 500, min: 1 }
  name: { type: words, label: 名称, default: { zh-CN: 售后, en: After-sales } }
"""

TENANT = """\
kind: Tenant
language: 1
id: elm
title: 榆树
locales: [zh-CN, en]
time_zone: Asia/Shanghai
packs:
  shop: { version: 1.2.0 }
"""


def pack(**changes: str | None) -> dict[str, bytes]:
    """The files of the pack `shop`: the small tenant's, with inputs used in three of them."""
    files: dict[str, str] = {**SMALL, "pack.yaml": PACK_HEAD}
    refund = files["types/refund.yaml"]
    refund = refund.replace("limit: 24h plain", "limit: $input.patience")
    files["types/refund.yaml"] = refund.replace("min: 0.01", "min: 0.01, max: $input.most")
    files["teams/after_sales.yaml"] = "kind: Team\ntitle: $input.name\ndefault: true\n"
    for name, text in changes.items():
        path = name.replace("__", "/") + ".yaml"
        if text is None:
            files.pop(path)
        else:
            files[path] = text
    return {path: text.encode() for path, text in files.items()}


def using(files: Mapping[str, bytes], tenant: str = TENANT, **own: str) -> dict[str, bytes]:
    """A tenant's folder that uses the pack `shop`, pinned; `__` in a name is `/`."""
    found = {f"packs/shop/{path}": content for path, content in files.items()}
    found["tenant.yaml"] = tenant.encode()
    for name, text in own.items():
        found[name.replace("__", "/") + ".yaml"] = text.encode()
    return pinned(found)


def pinned(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The folder with a lock that fits the packs it holds."""
    rows = []
    for id, held in held_packs(files).items():
        head = held["pack.yaml"].decode()
        version = head.split("version: ")[1].split("\n")[0]
        rows.append((id, version, tree_digest(held)))
    return {**files, LOCK: lock_text(rows).encode()}


def overlaid(text: str, **own: str) -> tuple[SpecSet, list[Problem]]:
    """The tenant with `types/refund.yaml` built upon the pack's, with these lines."""
    whole = f"kind: TicketType\nextends: shop:refund\n{text}"
    return load_files(using(pack(), types__refund=whole, **own))
