"""How many of the topmost `Received` fields of a delivered file are our own hops (H11).

Results count only within our own hops (`coldstop.message.authentication`). In a delivered file
these are rarely one: a Dovecot or Cyrus that was handed the mail by LMTP adds one, a content filter
two, a gateway, fetchmail, Gmail's own inner hop. `own_hops` counts from the top and stops *at* the
hop through which the mail came in from outside, which is the last one that counts. Everything below
that hop was written by whoever sent the mail, and no byte of it can change the answer.

A hop came from ourselves, so that the next one may be ours, too, where

* it is LMTP (RFC 2033 §5: never over the Internet), or fetched by POP3 or IMAP: out of our mailbox;
* the address that the server saw is loopback, or private and the client or DNS calls it one of ours
  or a name that only means something inside;
* the address is public, but DNS calls it one of our hosts and the server looked that up both ways.
  A name that spells its address is a customer's line, not a host of ours;
* it says nothing but an address of the inside (Gmail), or is qmail's note that more follows.

Never by what the client says of itself alone. A hop by a logged-in user (`ESMTPSA`, ...), by HTTP
or by a local program is where mail enters: what stands below came with it. And the next hop counts
only where its own `by` is a host of ours (an id, beside or below one), or a name of the inside, or
one that the hops above have named.

Where a proxy in front of the server hides all client addresses, a stranger who calls himself one of
our hosts looks like the inside, here as for SPF: `coldstop trust` warns of it.
"""

from __future__ import annotations

import functools
import re
from ipaddress import IPv4Address
from typing import TYPE_CHECKING, Final

from coldstop.message.limits import LIMITS
from coldstop.message.received import Hop, is_inside, read_address, read_hop

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from coldstop.message.model import Message

# RFC 3848, RFC 6531 §4.3 and what Exim, Gmail, Exchange write: a user or a program, no server.
_ENTERS: Final = re.compile(r"(?:e|utf8)?smtps?a|asmtp|https?|local|mapi")
_PRIVATE: Final = frozenset(
    ["corp", "home", "internal", "intranet", "lan", "local", "localdomain", "localhost", "private"]
)  # RFC 6762 appendix G, RFC 6761 §6.3
_SECOND_LEVEL: Final = re.compile(
    r"(?:ac|asso|co|com|edu|go|gob|gouv|gov|gv|ind|ltd|me|mil|ne|net|nhs|nom|or|org|plc|sch)"
    r"\.[a-z]{2}"
)
_NUMBER: Final = re.compile(r"\d{1,3}")
_HEX: Final = re.compile(r"[0-9a-f]{12}")


def own_hops(message: Message, ids: Collection[str]) -> int:
    """Count our own hops, from the top; at least 1 where there is any `Received`.

    `ids` are our authserv-ids in lower case; `*.farm.example` stands for every host of it.
    """
    return count_hops(message.raw("received"), ids)


def count_hops(values: Sequence[bytes], ids: Iterable[str]) -> int:
    """Count our own hops in the raw values of all `Received` fields, the topmost first."""
    if not values:
        return 0
    ours = tuple(one.partition("/")[0].rstrip(".") for one in ids)
    hop = read_hop(values[0])
    seen = {hop.by} - {""}
    count = counted = 1
    fetched = False
    for value in values[1 : LIMITS.own_hops]:
        if not from_ourselves(hop, ours, seen):
            break
        below = read_hop(value)
        fetched = fetched or hop.fetched
        named = is_ours(below.by, ours) or (
            not fetched and (below.by in seen or below.by in hop.names)
        )
        inner = is_inner_name(below.by) or (below.relayed and not below.by)
        if not (below.readable and (named or inner)):
            break
        seen |= {below.by} - {""}
        hop = below
        counted += 1
        if named or not fetched:
            # Behind a fetch begins the provider's chain: ours only if it reaches a host of ours.
            count = counted
    return count


def from_ourselves(hop: Hop, ids: Collection[str], seen: Collection[str] = ()) -> bool:
    """Say whether a hop of ours took the mail from another hop of ours."""
    if not hop.readable or _ENTERS.fullmatch(hop.protocol):
        return False
    if hop.relayed or hop.fetched or hop.protocol.startswith("lmtp"):
        return True
    if not hop.client:
        address = read_address(hop.by)
        return address is not None and is_inside(address)
    if not hop.addresses:
        return False
    if all(is_inside(one) for one in hop.addresses):
        return any(one.is_loopback for one in hop.addresses) or any(
            name in seen or is_inner_name(name) or is_ours(name, ids) for name in hop.names
        )
    return _is_our_host(hop.confirmed, ids) and not any(
        _spells(hop.confirmed, one) for one in hop.addresses
    )


def is_ours(host: str, ids: Collection[str]) -> bool:
    """Say whether a host is one of our ids, below one, or beside one in its domain."""
    return any(host == one or host.endswith("." + part) for one in ids for part in _around(one))


def is_inner_name(host: str) -> bool:
    """Say whether a name means something only inside: one label, `.internal`, a private address."""
    if not host:
        return False
    address = read_address(host)
    if address is not None:
        return is_inside(address)
    last = host.rpartition(".")[2]
    return "." not in host or last in _PRIVATE or host.endswith(".home.arpa")


@functools.lru_cache(maxsize=64)
def _around(one: str) -> tuple[str, ...]:
    """Give the domains whose hosts belong to an id."""
    if one.startswith("*."):
        return (one[2:],)
    parent = one.partition(".")[2]
    if "." not in parent or _SECOND_LEVEL.fullmatch(parent):
        return (one,)  # the parent is a registry's: `uk`, `co.uk`
    return (one, parent)


def _is_our_host(host: str, ids: Collection[str]) -> bool:
    """As `is_ours`, for a host with a public address: customers' lines lie deeper than servers."""
    return any(
        is_ours(host, (one,)) and (one[:2] == "*." or host.count(".") <= max(one.count("."), 2))
        for one in ids
    )


def _spells(host: str, address: object) -> bool:
    """Say whether a name is made out of its address, as those of dial-up lines are."""
    if not isinstance(address, IPv4Address):
        return _HEX.search(host) is not None
    if address.packed.hex() in host:
        return True
    numbers = {int(text) for text in _NUMBER.findall(host)}
    return len(numbers & set(address.packed)) > 1
