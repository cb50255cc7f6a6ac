"""The door to the outside: it calls what it may, and nothing that comes back can hurt."""

from __future__ import annotations

import asyncio
import datetime
import gzip
import ssl
import time
import zlib
from collections.abc import AsyncIterator, Sequence
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from runtime.outbound.door import Answer, Door, Limits, Refusal
from runtime.reach import Allowed, NotAllowed, is_open, read_allowed
from tests.outbound.outside import Outside, outside, raw, whole

HERE = read_allowed(["127.0.0.0/8"])
MB = 1024 * 1024


@pytest.fixture
async def there() -> AsyncIterator[Outside]:
    async with outside() as found:
        yield found


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    async with Door(HERE) as found:
        yield found


class _Names:
    """A resolver that answers with these, and counts."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self.addresses, self.asked = list(addresses), 0

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked += 1
        return self.addresses


async def test_a_call_brings_status_headers_and_body(there: Outside, door: Door) -> None:
    there.replies["/a?b=1"] = whole("201 Created", b"done", "X-Kind: Good")
    found = await door.call("POST", there.url("/a?b=1"), {"Content-Type": "text/plain"}, b"body")
    assert isinstance(found, Answer)
    assert (found.status, found.header("x-kind"), found.body) == (201, "Good", b"done")
    head, _, body = there.got[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /a?b=1 HTTP/1.1")
    assert f"host: 127.0.0.1:{there.port}".encode() in head.lower()
    assert body == b"body"


async def test_a_connection_is_used_again(there: Outside, door: Door) -> None:
    there.replies["/"] = whole("200 OK", b"x")
    for _ in range(3):
        assert isinstance(await door.call("GET", there.url()), Answer)
    assert (there.connections, len(there.got)) == (1, 3)


async def test_a_status_of_error_is_an_answer(there: Outside, door: Door) -> None:
    found = await door.call("GET", there.url("/nowhere"))
    assert isinstance(found, Answer)
    assert found.status == 404


@pytest.mark.parametrize(
    "url",
    [
        "ftp://shop.example/",
        "file:///etc/passwd",
        "shop.example/orders",
        "",
        "http://",
        "http://ann:secret@shop.example/",
        "http://ann@shop.example/",
        "https://shop.example:99999/",
        "http://shop.example:0/",
        "http://shop.example/" + "x" * 9000,
    ],
)
async def test_what_is_no_address_to_call(url: str, door: Door) -> None:
    found = await door.call("GET", url)
    assert isinstance(found, Refusal)
    assert (found.code, found.again) == ("address", False)
    assert "secret" not in found.reason


@pytest.mark.parametrize("name", ["a b", "x\r\nhost"])
async def test_headers_that_would_smuggle_are_not_sent(
    name: str, there: Outside, door: Door
) -> None:
    for headers in ({name: "v"}, {"x": "v\r\nhost: other"}):
        found = await door.call("GET", there.url(), headers)
        assert isinstance(found, Refusal)
        assert found.code == "address"
    assert there.got == []


CLOSED = (
    *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255"),
    *("192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200", "224.0.0.1"),
    *("239.1.1.1", "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.0.8", "192.88.99.1"),
    *("168.63.129.16", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1"),
    *("fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1"),
    *("2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b:1::1", "2001:db8::1", "2001::1", "100::1"),
)


@pytest.mark.parametrize("address", CLOSED)
async def test_no_address_of_the_house_is_reached(address: str) -> None:
    assert not is_open(ip_address(address))
    async with Door(resolver=_Names([address])) as door:
        found = await door.call("GET", "http://shop.example/")
    assert isinstance(found, Refusal)
    assert (found.code, found.again) == ("closed", False)
    assert str(ip_address(address)) in found.reason


@pytest.mark.parametrize("address", ["8.8.8.8", "100.128.0.1", "2606:4700::1111", "172.32.0.1"])
def test_the_open_internet_is_open(address: str) -> None:
    assert is_open(ip_address(address))


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "localhost", "[::1]"])
async def test_other_ways_to_write_this_machine(host: str, there: Outside) -> None:
    async with Door() as door:
        found = await door.call("GET", there.url(host=host))
    assert isinstance(found, Refusal)
    assert found.code in ("closed", "address", "unknown")
    assert there.connections == 0


async def test_one_closed_address_closes_the_host(there: Outside) -> None:
    async with Door(resolver=_Names(["8.8.8.8", "10.0.0.1"])) as door:
        found = await door.call("GET", there.url(host="shop.example"))
    assert isinstance(found, Refusal)
    assert found.code == "closed"


async def test_a_name_is_looked_up_once_and_the_call_goes_there(there: Outside) -> None:
    """A name that leads elsewhere at the second look-up is never asked a second time."""

    class Rebinding(_Names):
        async def __call__(self, host: str, port: int) -> Sequence[str]:
            found = await super().__call__(host, port)
            self.addresses = ["10.0.0.1"]
            return found

    resolver = Rebinding(["127.0.0.1"])
    there.replies["/"] = whole("200 OK", b"", "connection: close")
    async with Door(HERE, resolver=resolver) as door:
        first = await door.call("GET", there.url(host="shop.example"))
        assert (isinstance(first, Answer), resolver.asked) == (True, 1)
        second = await door.call("GET", there.url(host="shop.example"))
    assert isinstance(second, Refusal)
    assert (second.code, resolver.asked) == ("closed", 2)
    assert b"host: shop.example" in there.got[0].lower()


async def test_the_next_address_is_tried_when_one_does_not_answer(there: Outside) -> None:
    there.replies["/"] = whole("200 OK")
    async with Door(HERE, resolver=_Names(["127.0.0.2", "127.0.0.1"])) as door:
        assert isinstance(await door.call("GET", there.url(host="shop.example")), Answer)


async def test_an_unknown_name_may_be_known_later() -> None:
    async def nothing(host: str, port: int) -> Sequence[str]:
        raise OSError("Name or service not known")

    async with Door(resolver=nothing) as door:
        found = await door.call("GET", "http://shop.example/")
    assert found == Refusal("unknown", "the name shop.example leads nowhere", True)


async def test_nobody_listens(door: Door, there: Outside) -> None:
    port = there.port
    there.replies["/"] = raw(b"")
    async with outside() as other:
        port = other.port
    found = await door.call("GET", f"http://127.0.0.1:{port}/")
    assert isinstance(found, Refusal)
    assert (found.code, found.again) == ("connect", True)


@pytest.mark.parametrize(
    ("status", "again"), [("301 Moved", False), ("302 Found", True), ("308 Moved", False)]
)
async def test_a_redirect_is_refused(status: str, again: bool, there: Outside, door: Door) -> None:
    async with outside() as inner:
        there.replies["/"] = whole(status, b"", f"location: {inner.url()}")
        found = await door.call("GET", there.url())
        assert isinstance(found, Refusal)
        assert (found.code, found.again) == ("redirect", again)
        assert inner.url() in found.reason
        assert inner.connections == 0


async def test_a_server_that_drips_ends(there: Outside, door: Door) -> None:
    async def drip(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.005)

    async def drip_head(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n")
        while not writer.is_closing():
            writer.write(b"x: y\r\n")
            await writer.drain()
            await asyncio.sleep(0.005)

    for reply in (drip, drip_head):
        there.replies["/"] = reply
        begun = time.monotonic()
        found = await door.call("GET", there.url(), limits=Limits(seconds=0.05))
        assert found == Refusal("too_slow", "no whole answer within 0.05 s", True)
        assert time.monotonic() - begun < 1


async def test_a_stream_without_end_is_cut(there: Outside, door: Door) -> None:
    sent = 0

    async def flood(writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 10737418240\r\n\r\n")
        while not writer.is_closing():
            writer.write(b"x" * 65536)
            await writer.drain()
            sent += 65536

    there.replies["/"] = flood
    found = await door.call("GET", there.url(), limits=Limits(body_bytes=MB))
    assert found == Refusal("too_large", "the answer is larger than 1048576 bytes", False)
    assert sent < 20 * MB


@pytest.mark.parametrize("size", [MB, MB + 1])
async def test_the_limit_of_bytes_is_exact(size: int, there: Outside, door: Door) -> None:
    for body, headers in (
        (b"x" * size, ()),
        (gzip.compress(b"x" * size), ("content-encoding: gzip",)),
    ):
        there.replies["/"] = whole("200 OK", body, *headers)
        found = await door.call("GET", there.url(), limits=Limits(body_bytes=MB))
        assert isinstance(found, Answer) == (size == MB)


async def test_a_bomb_of_gzip_is_refused(there: Outside, door: Door) -> None:
    packer = zlib.compressobj(9, wbits=16 + zlib.MAX_WBITS)
    bomb = b"".join(packer.compress(bytes(MB)) for _ in range(100)) + packer.flush()
    assert len(bomb) < 300_000
    there.replies["/"] = whole("200 OK", bomb, "content-encoding: gzip")
    begun = time.monotonic()
    found = await door.call("GET", there.url())
    assert isinstance(found, Refusal)
    assert found.code == "too_large"
    assert time.monotonic() - begun < 1


async def test_gzip_of_several_members_is_read(there: Outside, door: Door) -> None:
    body = gzip.compress(b"one ") + gzip.compress(b"two")
    there.replies["/"] = whole("200 OK", body, "content-encoding: gzip")
    found = await door.call("GET", there.url())
    assert isinstance(found, Answer)
    assert found.body == b"one two"


@pytest.mark.parametrize(
    "reply",
    [
        whole("200 OK", b"no gzip", "content-encoding: gzip"),
        whole("200 OK", gzip.compress(b"x" * 99)[:-9], "content-encoding: gzip"),
        whole("200 OK", b"x", "content-encoding: br"),
        raw(b"SSH-2.0-OpenSSH_9\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\ncontent-length: nine\r\n\r\n"),
        raw(b"HTTP/1.1 200 OK\r\n" + b"x: " + b"y" * 200_000 + b"\r\n\r\n"),
    ],
    ids=["no gzip", "cut gzip", "br", "ssh", "length", "endless header"],
)
async def test_what_can_not_be_read_is_garbled(reply: object, there: Outside, door: Door) -> None:
    there.replies["/"] = reply  # type: ignore[assignment]
    found = await door.call("GET", there.url())
    assert isinstance(found, Refusal)
    assert (found.code, found.again) == ("garbled", True)


async def test_too_many_headers(there: Outside, door: Door) -> None:
    there.replies["/"] = whole("200 OK", b"", *(f"x-{n}: {'y' * 90}" for n in range(400)))
    found = await door.call("GET", there.url())
    assert isinstance(found, Refusal)
    assert (found.code, found.again) == ("too_large", False)


async def test_a_proxy_of_the_environment_has_no_say(
    there: Outside, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    there.replies["/"] = whole("200 OK")
    assert isinstance(await door.call("GET", there.url()), Answer)


# --- certificates ----------------------------------------------------------------------------


def _certificate(folder: Path, host: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Contexts of a server with a certificate for `host`, and of a client that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    public = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = folder / "server.pem"
    path.write_bytes(private + public)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path)
    return server, ssl.create_default_context(cadata=public.decode())


async def test_the_certificate_is_checked_for_the_name(tmp_path: Path) -> None:
    server, trust = _certificate(tmp_path, "shop.example")
    resolver = _Names(["127.0.0.1"])
    async with outside(server) as there:
        there.replies["/"] = whole("200 OK", b"safe")
        async with Door(HERE, resolver=resolver, trust=trust) as door:
            found = await door.call("GET", there.url(host="shop.example", scheme="https"))
            assert isinstance(found, Answer)
            other = await door.call("GET", there.url(host="other.example", scheme="https"))
        async with Door(HERE, resolver=resolver) as strict:
            unknown = await strict.call("GET", there.url(host="shop.example", scheme="https"))
    for refused in (other, unknown):
        assert isinstance(refused, Refusal)
        assert refused.code == "connect"
        assert "certificate" in refused.reason.lower()
    assert len(there.got) == 1


# --- what the operator allows ----------------------------------------------------------------


def _opens(entries: str, host: str, port: int, address: str) -> bool:
    return read_allowed(entries.split()).opens(host, port, ip_address(address))


def test_the_operator_allows_hosts_ports_and_networks() -> None:
    assert _opens("shop.internal", "shop.internal", 80, "10.0.0.1")
    assert _opens("shop.internal:8080", "shop.internal", 8080, "10.0.0.1")
    assert not _opens("shop.internal:8080", "shop.internal", 80, "10.0.0.1")
    assert not _opens("shop.internal", "other.internal", 80, "10.0.0.1")
    assert _opens("127.0.0.1:9000", "127.0.0.1", 9000, "127.0.0.1")
    assert _opens("[::1]:9000", "::1", 9000, "::1")
    assert _opens("10.0.0.0/8", "any.example", 80, "10.9.9.9")
    assert not _opens("10.0.0.0/8", "any.example", 80, "::ffff:10.9.9.9")


def test_a_name_does_not_open_metadata() -> None:
    """Who may change where a name leads would get at the machine's own keys."""
    assert not _opens("shop.internal", "shop.internal", 80, "169.254.169.254")
    assert _opens("169.254.0.0/16", "shop.internal", 80, "169.254.169.254")


@pytest.mark.parametrize("entry", ["", "http://a", "a:b", "a:0", "a:99999", "10.0.0.0/64", "a b"])
def test_an_entry_that_says_nothing_is_named(entry: str) -> None:
    with pytest.raises(NotAllowed, match="want host"):
        read_allowed([entry])
    assert Allowed() == read_allowed([])
