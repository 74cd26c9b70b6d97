"""Whether a client's address lies in one of our own networks.

Asked for every message: addresses are compared as the bytes that they are sent as, which takes a
fifth of the time of `ipaddress`.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_MAPPED: Final = bytes(10) + b"\xff\xff"  # RFC 4291 §2.5.5.2
_IPV4_BYTES: Final = 4


_MAPPED_NETWORK: Final = ipaddress.IPv6Network("::ffff:0:0/96")
_NO_BRACKETS: Final = str.maketrans("", "", "[]")


def read_network(text: str, *, strict: bool = True) -> Network:
    """Read an address or a network, as Postfix writes them, too; raises ValueError.

    `[2001:db8::]/32` is without brackets, and an IPv4 network written as IPv6 is the IPv4 network.
    """
    network = ipaddress.ip_network(text.translate(_NO_BRACKETS), strict)
    if isinstance(network, ipaddress.IPv6Network) and network.subnet_of(_MAPPED_NETWORK):
        packed = network.network_address.packed[-_IPV4_BYTES:]
        bits = network.prefixlen - _MAPPED_NETWORK.prefixlen
        return ipaddress.IPv4Network((packed, bits))
    return network


class Networks:
    """Some networks. `address in networks` never raises; what is no address is in none."""

    __slots__ = ("_ranges",)

    def __init__(self, networks: Iterable[Network]) -> None:
        self._ranges = tuple(
            (network.network_address.packed, network.broadcast_address.packed)
            for network in networks
        )

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._ranges)

    def __contains__(self, address: str) -> bool:
        """Whether one of them holds the address, with or without an IPv6 zone."""
        try:
            if ":" in address:
                client = socket.inet_pton(socket.AF_INET6, address.partition("%")[0])
                if client.startswith(_MAPPED):  # one client, whatever the listener speaks
                    client = client[-_IPV4_BYTES:]
            else:
                client = socket.inet_pton(socket.AF_INET, address)
        except (OSError, ValueError):
            return False
        size = len(client)
        return any(first <= client <= last and len(first) == size for first, last in self._ranges)
