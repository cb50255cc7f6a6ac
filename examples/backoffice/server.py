"""A small back office over HTTP: the systems that the example tenants ask, for demo and tests.

    python examples/backoffice/server.py --port 8090 --tenants examples/tenants

Each company guards its systems in another way: the shop by a bearer token, the plant by name and
password, the school by OAuth2 client credentials, the internet company by a key in a header.
"""

from __future__ import annotations

import argparse
import base64
import json
import secrets
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

HERE = Path(__file__).resolve().parent
if str(HERE) not in sys.path:
    sys.path.insert(0, str(HERE))

from backoffice_data import Office, Records, read_office  # noqa: E402 — a script's own folder
from backoffice_faults import KINDS, Fault, Faults, misbehave  # noqa: E402

SHOP_TOKEN = "demo-shop-token"
PLANT_USER, PLANT_PASSWORD = "desk", "demo-plant-password"
SCHOOL_ID, SCHOOL_SECRET = "desk", "demo-school-secret"
ASSETS_KEY = "demo-assets-key"
TOKEN_S = 300
LARGEST = 65_536
PAGE = 20


@dataclass(frozen=True)
class Asked:
    """One request: its path in parts, its query, its body as JSON, its headers."""

    method: str
    parts: tuple[str, ...]
    query: Mapping[str, str]
    body: Any
    headers: Mapping[str, str]

    def page(self) -> int:
        """The page asked for, from 1."""
        text = self.query.get("page", "1")
        return int(text) if text.isdecimal() and 0 < len(text) < 6 else 1


Answer = tuple[int, Any]
NOT_HERE: Answer = (404, {"error": "there is no such record"})
BARRED: Answer = (401, {"error": "who are you?"})


@dataclass
class Backoffice:
    """What is known and what was done: refunds by the key that makes each happen once."""

    office: Office
    faults: Faults = field(default_factory=Faults)
    tokens: dict[str, float] = field(default_factory=dict)
    refunds: dict[str, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, asked: Asked) -> Answer:
        """The answer to a request."""
        room = asked.parts[0] if asked.parts else ""
        ways: dict[str, Callable[[Asked], Answer]] = {
            "health": lambda _: (200, {"ok": True}),
            "faults": self._faults,
            "shop": self._shop,
            "logistics": self._logistics,
            "plant": self._plant,
            "school": self._school,
            "assets": self._assets,
        }
        return ways[room](asked) if room in ways else NOT_HERE

    def _faults(self, asked: Asked) -> Answer:
        if asked.method == "DELETE":
            self.faults.by_path.clear()
        elif asked.method == "PUT" and isinstance(asked.body, dict):
            kind = asked.body.get("kind")
            if kind not in KINDS:
                return 422, {"error": "kinds are " + ", ".join(KINDS)}
            more = {name: asked.body[name] for name in ("times", "seconds") if name in asked.body}
            self.faults.by_path[str(asked.body.get("path", "/"))] = Fault(kind, **more)
        return 200, {path: vars(fault) for path, fault in self.faults.by_path.items()}

    def _shop(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != f"Bearer {SHOP_TOKEN}":
            return BARRED
        match asked.parts[1:]:
            case ("orders",):
                found = self.office.orders.find(
                    asked.query.get("q", ""), email=asked.query.get("email", "")
                )
                return 200, _paged("orders", found, asked)
            case ("orders", number):
                return _one(self.office.orders, number)
            case ("orders", number, "refunds") if asked.method == "POST":
                return self._refund(number, asked)
            case ("customers", email):
                return _one(self.office.customers, email)
        return NOT_HERE

    def _refund(self, number: str, asked: Asked) -> Answer:
        key = asked.headers.get("idempotency-key", "")
        if number not in self.office.orders.rows:
            return NOT_HERE
        if not key or not isinstance(asked.body, dict) or "amount" not in asked.body:
            return 422, {"error": "a refund has an amount, and an Idempotency-Key"}
        with self.lock:
            fresh = key not in self.refunds
            made = self.refunds.setdefault(
                key,
                {"refund": f"R{len(self.refunds) + 1:05}", "order": number, **asked.body},
            )
        return (201 if fresh else 200), made

    def _logistics(self, asked: Asked) -> Answer:
        if asked.headers.get("authorization") != f"Bearer {SHOP_TOKEN}":
            return BARRED
        match asked.parts[1:]:
            case ("parcels", number):
                return _one(self.office.parcels, number)
        return NOT_HERE

    def _plant(self, asked: Asked) -> Answer:
        known = base64.b64encode(f"{PLANT_USER}:{PLANT_PASSWORD}".encode()).decode()
        if asked.headers.get("authorization") != f"Basic {known}":
            return BARRED
        match asked.parts[1:]:
            case ("devices",):
                found = self.office.devices.find(
                    asked.query.get("search", ""), owner=asked.query.get("owner", "")
                )
                return 200, _linked("/plant/devices", found, asked)
            case ("devices", number):
                return _one(self.office.devices, number)
        return NOT_HERE

    def _school(self, asked: Asked) -> Answer:
        if asked.parts[1:] == ("oauth", "token"):
            return self._token(asked)
        kind, _, token = asked.headers.get("authorization", "").partition(" ")
        if kind != "Bearer" or self.tokens.get(token, 0) < time.monotonic():
            return BARRED
        match asked.parts[1:]:
            case ("enrolments", "find") if asked.method == "POST":
                body = asked.body if isinstance(asked.body, dict) else {}
                found = self.office.enrolments.find(
                    str(body.get("words", "")), guardian=str(body.get("guardian", ""))
                )
                return 200, {"found": list(islice(found, PAGE))}
            case ("enrolments", number):
                return _one(self.office.enrolments, number)
            case ("courses", name):
                return _one(self.office.courses, name)
        return NOT_HERE

    def _token(self, asked: Asked) -> Answer:
        known = base64.b64encode(f"{SCHOOL_ID}:{SCHOOL_SECRET}".encode()).decode()
        if asked.headers.get("authorization") != f"Basic {known}":
            return 401, {"error": "invalid_client"}
        body = asked.body if isinstance(asked.body, dict) else {}
        if body.get("grant_type") != "client_credentials":
            return 400, {"error": "unsupported_grant_type"}
        token = secrets.token_urlsafe(16)
        self.tokens[token] = time.monotonic() + TOKEN_S
        return 200, {"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_S}

    def _assets(self, asked: Asked) -> Answer:
        if asked.headers.get("x-api-key") != ASSETS_KEY:
            return BARRED
        match asked.parts[1:]:
            case ("systems",):
                found = self.office.systems.find(asked.query.get("q", ""))
                return 200, list(islice(found, PAGE))
            case ("systems", code):
                return _one(self.office.systems, code)
        return NOT_HERE


def _one(records: Records, key: str) -> Answer:
    found = records.rows.get(key)
    return (200, found) if found is not None else NOT_HERE


def _paged(name: str, found: Iterator[dict[str, Any]], asked: Asked) -> dict[str, Any]:
    start = (asked.page() - 1) * PAGE
    rows = list(islice(found, start, start + PAGE + 1))
    return {name: rows[:PAGE], "more": len(rows) > PAGE}


def _linked(path: str, found: Iterator[dict[str, Any]], asked: Asked) -> dict[str, Any]:
    """A page with the address of the next one, as many systems page."""
    start, size = (asked.page() - 1) * 5, 5
    rows = list(islice(found, start, start + size + 1))
    query = urlencode({**asked.query, "page": asked.page() + 1})
    return {"items": rows[:size], "next": f"{path}?{query}" if len(rows) > size else None}


class Handler(BaseHTTPRequestHandler):
    """One connection; many requests may come over it."""

    protocol_version = "HTTP/1.1"
    backoffice: ClassVar[Backoffice]
    timeout = 30

    def do_GET(self) -> None:
        """Any method."""
        split = urlsplit(self.path)
        body = self._body()
        fault = None
        if split.path != "/faults":
            self.backoffice.asked.append(f"{self.command} {self.path}")
            fault = self.backoffice.faults.next(split.path)
        try:
            if fault is not None and misbehave(self.wfile, fault):
                self.close_connection = True
                return
            self._say(*self.backoffice.answer(self._asked(split.path, split.query, body)))
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_POST = do_PUT = do_DELETE = do_GET

    def _body(self) -> bytes:
        text = self.headers.get("content-length", "0")
        length = int(text) if text.isdecimal() and len(text) < 10 else 0
        if length > LARGEST:
            self.close_connection = True
            return b""
        return self.rfile.read(length)

    def _asked(self, path: str, query: str, body: bytes) -> Asked:
        parts = tuple(unquote(part) for part in path.split("/") if part)
        given = {name: values[0] for name, values in parse_qs(query).items()}
        headers = {name.lower(): text for name, text in self.headers.items()}
        sort = headers.get("content-type", "")
        decoded: Any = None
        if sort.startswith("application/x-www-form-urlencoded"):
            decoded = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        elif body:
            try:
                decoded = json.loads(body)
            except ValueError:
                decoded = None
        return Asked(self.command, parts, given, decoded, headers)

    def _say(self, status: int, value: Any) -> None:
        raw = json.dumps(value, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json; charset=utf-8")
        self.send_header("content-length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the terminal belongs to the demo."""


class Server(ThreadingHTTPServer):
    """The server; `backoffice` lets tests look at what was asked and done."""

    daemon_threads = True

    def __init__(self, tenants: Path, port: int = 0) -> None:
        self.backoffice = Backoffice(read_office(tenants))
        handler = type("Bound", (Handler,), {"backoffice": self.backoffice})
        super().__init__(("127.0.0.1", port), handler)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that hung up is nothing to tell."""


def main() -> None:
    """Serve until interrupted; the first line says where."""
    words = argparse.ArgumentParser(description="The back office of the example tenants.")
    words.add_argument("--port", type=int, default=0)
    words.add_argument("--tenants", type=Path, default=HERE.parent / "tenants")
    words.add_argument("--until-input-ends", action="store_true")
    given = words.parse_args()
    server = Server(given.tenants, given.port)
    if given.until_input_ends:
        threading.Thread(target=_end_with_input, args=(server,), daemon=True).start()
    print(server.url, flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


def _end_with_input(server: Server) -> None:
    """Whoever started this holds the other end: when they are gone, however, so are we."""
    sys.stdin.buffer.read()
    server.shutdown()


if __name__ == "__main__":
    main()
