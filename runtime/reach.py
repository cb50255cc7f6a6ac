"""Which addresses a call may reach: the open internet, and what the operator allows besides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import Final

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# What a house keeps for itself. An allowed host name opens these and no others.
_PRIVATE: Final = tuple(
    ip_network(text)
    for text in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8"),
        *("fc00::/7", "::1/128"),
    )
)

# Never a host of the open internet: metadata of clouds, this network, link-local, documentation,
# benchmarks, multicast, reserved, and ways to write an IPv4 address as IPv6.
_CLOSED: Final = tuple(
    ip_network(text)
    for text in (
        *("0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24"),
        *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        *("168.63.129.16/32", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
)
_OPEN_6: Final = ip_network("2000::/3")
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,62})\.?)+")


class NotAllowed(ValueError):
    """An entry of the operator's list can't be read; the text says which and what is wanted."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """The operator's exceptions. A host without a port is allowed on every port."""

    hosts: frozenset[tuple[str, int | None]] = frozenset()
    networks: tuple[Network, ...] = ()

    def opens(self, host: str, port: int, address: Address) -> bool:
        """Whether a call to `host` may reach `address`."""
        if is_open(address) or any(address in network for network in self.networks):
            return True
        named = not self.hosts.isdisjoint({(host, port), (host, None)})
        return named and any(address in network for network in _PRIVATE)


NOTHING: Final = Allowed()


def read_allowed(entries: Iterable[str]) -> Allowed:
    """Read `host`, `host:port`, `address`, `address:port`, `[address]:port` or `network/bits`.

    Raises:
        NotAllowed: an entry is none of these.
    """
    hosts: set[tuple[str, int | None]] = set()
    networks: list[Network] = []
    for entry in entries:
        network = _network(entry)
        if network is not None:
            networks.append(network)
        else:
            hosts.add(_host(entry))
    return Allowed(frozenset(hosts), tuple(networks))


def is_open(address: Address) -> bool:
    """Whether an address is one of the open internet."""
    if isinstance(address, IPv6Address) and address not in _OPEN_6:
        return False
    closed: Sequence[Network] = (*_PRIVATE, *_CLOSED)
    return address.is_global and not any(address in network for network in closed)


def closed_why(host: str, address: str) -> str:
    """Why a call does not go there, and what would let it."""
    leads = f"{host} is" if host == address else f"{host} leads to {address}, which is"
    cure = "the operator may allow it by SPECDESK_ALLOW_PRIVATE"
    return f"{leads} no address of the open internet; {cure}"


def _network(entry: str) -> Network | None:
    try:
        return ip_network(entry, strict=False)
    except ValueError:
        return None


def _host(entry: str) -> tuple[str, int | None]:
    name, colon, port = entry.rpartition(":")
    if not colon:
        name, port = entry, ""
    wanted = name.strip("[]").lower()
    if colon and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise NotAllowed(f"want host, host:port or network/bits, got {entry!r}")
    if not (_is_address(wanted) or _HOST.fullmatch(wanted)) or "/" in entry:
        raise NotAllowed(f"want host, host:port or network/bits, got {entry!r}")
    return wanted, int(port) if colon else None


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
