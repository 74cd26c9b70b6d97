"""Which clients are our own."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coldstop.daemon.networks import Networks, read_network

OURS = ("192.0.2.0/24", "198.51.100.7/32", "2001:db8::/32", "fe80::/10")
NETWORKS = Networks(map(ipaddress.ip_network, OURS))


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("192.0.2.0", True),
        ("192.0.2.255", True),
        ("192.0.3.0", False),
        ("198.51.100.7", True),
        ("198.51.100.8", False),
        ("2001:db8:ffff::1", True),
        ("2001:db9::", False),
        ("fe80::1%eth0", True),
        ("::ffff:192.0.2.9", True),
        ("::192.0.2.9", False),
        ("", False),
        ("unknown", False),
        ("192.0.2", False),
        ("1\x002", False),
    ],
)
def test_an_address_is_in_a_network_or_not(address: str, own: bool) -> None:
    """The first and the last address count, the neighbours do not, and nothing raises."""
    assert (address in NETWORKS) is own


@given(st.ip_addresses(), st.ip_addresses(), st.integers(1, 32))
def test_it_agrees_with_the_standard_library(
    client: ipaddress.IPv4Address | ipaddress.IPv6Address,
    base: ipaddress.IPv4Address | ipaddress.IPv6Address,
    bits: int,
) -> None:
    """The answer is that of `ipaddress`, which compares within one family."""
    network = ipaddress.ip_network(f"{base}/{bits}", strict=False)
    mapped = client.ipv4_mapped if isinstance(client, ipaddress.IPv6Address) else None
    assert (str(client) in Networks([network])) == ((mapped or client) in network)


@pytest.mark.parametrize(
    ("text", "network"),
    [
        ("[::ffff:192.0.2.0]/120", "192.0.2.0/24"),
        ("::ffff:192.0.2.9", "192.0.2.9/32"),
        ("[2001:db8::]/32", "2001:db8::/32"),
        ("::/1", "::/1"),
        ("192.0.2.9", "192.0.2.9/32"),
    ],
)
def test_networks_as_postfix_writes_them(text: str, network: str) -> None:
    """Brackets mean nothing, and IPv4 written as IPv6 is IPv4."""
    assert str(read_network(text)) == network


def test_none_is_nobody() -> None:
    """Without networks nobody is ours."""
    assert not Networks([])
    assert "127.0.0.1" not in Networks([])
