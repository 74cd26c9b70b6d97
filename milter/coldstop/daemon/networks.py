"""Whether a client's address lies in one of our own networks."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def contain(networks: Iterable[Network], address: str) -> bool:
    """Say whether any network holds the address; what is no address is in none."""
    try:
        client = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(client, ipaddress.IPv6Address) and client.ipv4_mapped is not None:
        client = client.ipv4_mapped  # one client, whichever family the listener speaks
    return any(client in network for network in networks)
