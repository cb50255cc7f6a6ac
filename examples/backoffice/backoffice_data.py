"""What the back office knows: the records of the example tenants, read from their own tables."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Row = Mapping[str, str]
Shape = Callable[[Row], dict[str, Any]]

_DAY_HOURS = 16
"""A machine runs so many hours a day, which makes its hours this month."""


@dataclass(frozen=True)
class Records:
    """The records of one sort by their key, in the order of the table."""

    key: str
    rows: Mapping[str, dict[str, Any]] = field(default_factory=dict)

    def find(self, words: str, **equal: str) -> Iterator[dict[str, Any]]:
        """Records that hold every word, and equal what is given and not empty."""
        parts = words.lower().split()
        for row in self.rows.values():
            said = " ".join(_texts(row)).lower()
            theirs = {text.lower() for text in _texts(row)}
            if all(part in said for part in parts) and all(
                not wanted or wanted.lower() in theirs for wanted in equal.values()
            ):
                yield row


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif value is not None:
        yield str(value)


@dataclass(frozen=True)
class Office:
    """Every system of the four companies."""

    orders: Records
    parcels: Records
    customers: Records
    devices: Records
    enrolments: Records
    courses: Records
    systems: Records


def read_office(tenants: Path) -> Office:
    """The records of the tenants in a folder; what a tenant does not have is empty."""
    orders = _rows(tenants / "ecommerce" / "demo" / "orders.csv")
    enrolments = _rows(tenants / "education" / "demo" / "enrolments.csv")
    devices = _rows(tenants / "manufacturing" / "demo" / "devices.csv")
    systems = _rows(tenants / "internet" / "demo" / "systems.csv")
    return Office(
        orders=_records("order_no", orders, _order),
        parcels=_records("tracking_no", orders, _parcel),
        customers=Records("email", _customers(orders)),
        devices=_records("device_no", devices, _device),
        enrolments=_records("enrol_no", enrolments, _enrolment),
        courses=Records("name", _courses(enrolments)),
        systems=_records("code", systems, dict),
    )


def _rows(path: Path) -> list[Row]:
    if not path.is_file():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _records(key: str, rows: list[Row], shape: Shape) -> Records:
    return Records(key, {row[key]: shape(row) for row in rows if row[key]})


def _order(row: Row) -> dict[str, Any]:
    return {
        "no": row["order_no"],
        "item": {
            "name": row["product_name"],
            "model": row["model"],
            "category": row["category"],
            "pieces": int(row["quantity"]),
        },
        "paid": {"amount": row["paid"], "currency": "CNY"},
        "dates": {
            "ordered": row["ordered_on"],
            "signed": row["signed_on"] or None,
            "warranty_until": row["warranty_until"] or None,
        },
        "parcel": {
            "carrier": row["carrier"],
            "no": row["tracking_no"],
            "state": row["parcel_state"],
        },
        "ship_to": {"city": row["city"]},
        "buyer": {"name": row["buyer"], "email": row["buyer_email"]},
    }


def _parcel(row: Row) -> dict[str, Any]:
    stops = [{"on": row["ordered_on"], "what": "picked up"}]
    if row["signed_on"]:
        stops.append({"on": row["signed_on"], "what": "signed"})
    return {
        "no": row["tracking_no"],
        "carrier": row["carrier"],
        "state": row["parcel_state"],
        "to": row["city"],
        "stops": stops,
    }


def _customers(rows: list[Row]) -> dict[str, dict[str, Any]]:
    """Buyers with a level by what they spent: vip from 5,000, svip from 20,000."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        theirs = found.setdefault(
            row["buyer_email"],
            {"email": row["buyer_email"], "name": row["buyer"], "city": row["city"], "spent": 0.0},
        )
        theirs["spent"] = round(theirs["spent"] + float(row["paid"]), 2)
    for theirs in found.values():
        spent = theirs["spent"]
        theirs["level"] = "svip" if spent >= 20_000 else "vip" if spent >= 5_000 else "normal"
    return found


def _device(row: Row) -> dict[str, Any]:
    hours = int(row["run_hours"])
    return {
        "id": row["device_no"],
        "machine": {"model": row["model"], "sort": row["machine"], "made": row["made_on"]},
        "owner": row["owner"],
        "place": row["workshop"],
        "warranty_until": row["warranty_until"] or None,
        "meter": {"hours": hours, "this_month": _steady(row["device_no"], 30) * _DAY_HOURS},
        "last_repair": row["last_repair"] or None,
    }


def _steady(key: str, most: int) -> int:
    """A number that looks chosen and is the same on every day and machine."""
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % most


def _enrolment(row: Row) -> dict[str, Any]:
    return {
        "no": row["enrol_no"],
        "student": {"name": row["student"], "grade": row["grade"]},
        "course": {"name": row["course"], "teacher": row["teacher"], "campus": row["campus"]},
        "starts": row["starts_on"],
        "lessons": {
            "booked": int(row["lessons_total"]),
            "taken": int(row["lessons_used"]),
            "attendance": int(row["attendance"]),
        },
        "fee": row["paid"],
        "guardian": row["guardian_email"],
    }


def _courses(rows: list[Row]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        course = found.setdefault(
            row["course"], {"name": row["course"], "teacher": row["teacher"], "students": []}
        )
        course["students"].append(row["student"])
    return found
