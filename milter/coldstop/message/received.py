"""One `Received` field: who handed the mail over, to whom, how (RFC 5321 §4.4).

`read_hop` reads what servers really write, which the RFC describes only roughly:

* `from HELO (NAME [IP]) ... by HOST (Postfix) with ESMTPS id ...` (Postfix, Sendmail, Gmail,
  OpenSMTPD, Haraka); `from NAME ([IP] helo=HELO) by HOST with esmtps (Exim 4.96)` and `from [IP]
  (helo=HELO)` (Exim); `from NAME (HELO x) (IP) by HOST with SMTP` (qmail); `from HELO (IP) by HOST
  (IP) with Microsoft SMTP Server` (Exchange); `from HOST [IP] by HOST with POP3 (fetchmail)`;
* `by 2002:a05:... with SMTP id ...` (Gmail within itself), `(qmail 1 invoked from network)`.

The name behind `from` and every HELO are the sender's choice. What the server itself found out
stands in a comment: the address, and a name from DNS. Only some servers look that name up both
ways before they write it (Postfix, Sendmail, Exim); with the others whoever owns the reverse zone
chooses it.

A field that is too long or whose parentheses do not close is unreadable: nothing in it is believed.
Never raises.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Final

from coldstop.message.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Sequence

_MARK: Final = re.compile(r"\\.|[()]", re.DOTALL)
_SPLIT: Final = re.compile(r"[\s\[\](),;\"<>]+")
_ADDRESS: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9a-f.]{0,15}:[0-9a-f:.]{1,45}")
_BETWEEN: Final = re.compile(r"([^\s@]+@)?(?P<name>[^\s\[\]()@]+) \[(?P<ip>[^\s\[\]]+)\]")
# Who looks a name up both ways: Postfix (smtpd_peer.c), Sendmail (else "may be forged"), Exim
# (host_lookup). The comment is the server's own, behind `by`.
_CONFIRMS: Final = re.compile(r"postfix\b|8\.\d+\.\d+[/+. ]|exim \d", re.IGNORECASE)
_QMAIL: Final = re.compile(r"qmail \d+ invoked from network")
_INSIDE: Final = tuple(
    ip_network(text)
    for text in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "100.64.0.0/10",  # RFC 6598
        "::1/128",
        "fe80::/10",
        "fc00::/7",
    )
)


@dataclass(frozen=True, slots=True)
class Hop:
    """What one `Received` field says."""

    readable: bool = False
    by: str = ""
    """The host that wrote it, lower case; "" where it does not say."""
    client: bool = False
    """Whether it says at all where the mail came from."""
    names: tuple[str, ...] = ()
    """Every name for the client, lower case; the first ones are the client's own choice."""
    confirmed: str = ""
    """The client's name where the writer has looked it up both ways."""
    addresses: tuple[IPv4Address | IPv6Address, ...] = ()
    """The client's addresses as the writer saw them."""
    protocol: str = ""
    """The word behind `with`, lower case."""
    fetched: bool = False
    """Pulled out of a mailbox of ours elsewhere (POP3, IMAP)."""
    relayed: bool = False
    """A note that qmail puts above the field that says more."""


def read_hop(value: bytes) -> Hop:
    """Read one raw value; see the module's description."""
    if len(value) > LIMITS.received_bytes:
        return Hop()
    items = _items(value.decode("latin-1"))
    if not items:
        return Hop()
    client = items[0] == (False, "from") and len(items) > 1
    split = _by(items, 2 if client else 0)
    before, after = items[:split], items[split + 1 :]
    by = after[0][1].strip("[];,").rstrip(".").lower() if after and not after[0][0] else ""
    notes, protocol = _written(after[1:])
    exim = any(note.startswith("Exim ") for note in notes)
    names, addresses = _client(before[1:], exim=exim) if client else ((), ())
    return Hop(
        readable=True,
        by=by.removeprefix("ipv6:"),
        client=client,
        names=names,
        confirmed=_confirmed(before, notes) if client else "",
        addresses=addresses,
        protocol=protocol,
        fetched=protocol.startswith(("pop3", "imap")) or any(n.startswith("fdm ") for n in notes),
        relayed=bool(items[0][0] and _QMAIL.match(items[0][1])),
    )


@functools.lru_cache(maxsize=256)
def is_inside(address: IPv4Address | IPv6Address) -> bool:
    """Whether an address is none of the public Internet's."""
    if isinstance(address, IPv6Address):
        # Gmail writes 10.x.x.x as 6to4 addresses (RFC 3056), `2002:a05:...`.
        inner = address.ipv4_mapped or address.sixtofour
        if inner is not None:
            return is_inside(inner)
    return any(address.version == net.version and address in net for net in _INSIDE)


def read_address(text: str) -> IPv4Address | IPv6Address | None:
    """Read an address as servers write it: `1.2.3.4`, `IPv6:2001:db8::1`, `fe80::1%4`."""
    text = text.lower().removeprefix("ipv6:").partition("%")[0]
    if not _ADDRESS.fullmatch(text):  # quick: most words are none
        return None
    try:
        return ip_address(text)
    except ValueError:
        return None


def _items(text: str) -> list[tuple[bool, str]]:
    """Split into words and comments, (is a comment, text); nothing if one does not close."""
    found: list[tuple[bool, str]] = []
    text = " ".join(text.split())
    depth = start = 0
    for match in _MARK.finditer(text):
        if match[0] == "(":
            if not depth:
                found += [(False, word) for word in text[start : match.start()].split()]
                start = match.end()
            depth += 1
        elif match[0] == ")":
            depth -= 1
            if depth < 0:
                return []
            if not depth:
                found.append((True, text[start : match.start()].strip()))
                start = match.end()
    found += [(False, word) for word in text[start:].split()]
    return [] if depth else found


def _by(items: Sequence[tuple[bool, str]], start: int) -> int:
    """Where `by` stands; a client may call itself "by", so not before `start`."""
    for at in range(start, len(items)):
        if items[at] == (False, "by"):
            return at
    return len(items)


def _written(items: Sequence[tuple[bool, str]]) -> tuple[list[str], str]:
    """Give the server's own comments and the protocol, up to where addresses may follow."""
    notes: list[str] = []
    protocol = ""
    for at, (comment, text) in enumerate(items):
        if comment:
            if text.startswith("envelope-from"):  # may hold parentheses of the sender's
                break
            notes.append(text)
        elif text in ("id", "for") or text.endswith(";"):
            break
        elif text == "with" and not protocol and at + 1 < len(items):
            protocol = "" if items[at + 1][0] else items[at + 1][1].rstrip(";").lower()
    return notes, protocol


def _client(
    items: Sequence[tuple[bool, str]], *, exim: bool
) -> tuple[tuple[str, ...], tuple[IPv4Address | IPv6Address, ...]]:
    names: list[str] = []
    addresses: list[IPv4Address | IPv6Address] = []
    said: list[IPv4Address | IPv6Address] = []  # by the client itself
    for at, (comment, text) in enumerate(items):
        if comment and text.startswith(("using ", "envelope-from", "Authenticated", "No client")):
            continue
        chosen = not comment and not at
        before = ""
        for token in _SPLIT.split(text):
            low = token.lower().rstrip(".")
            if low in ("helo", "ehlo", "lhlo"):
                chosen = True
                continue
            if low.startswith(("helo=", "ident=")):
                chosen = True
                low = low.partition("=")[2]
            address = read_address(low.rpartition("@")[2])
            own_word = chosen
            if chosen:
                names.append(low)
                chosen = not low  # an empty piece before a bracket is not it
            if address is None:
                before = low
            elif own_word:
                said.append(address)
            else:
                addresses.append(address)
                names.append(before.rpartition("@")[2] if comment else "")
    # An Exim that knows no name writes the address where others write the HELO.
    if not addresses and exim and items[0][1].startswith("["):
        addresses = said
    else:
        addresses += [one for one in said if not is_inside(one)]
    return tuple(name for name in names if name not in ("", "unknown")), tuple(addresses)


def _confirmed(before: Sequence[tuple[bool, str]], notes: Sequence[str]) -> str:
    if len(before) < 3 or not before[2][0]:
        return ""
    marks = [note for note in notes if _CONFIRMS.match(note)]
    if not marks:
        return ""
    detail = before[2][1]
    if marks[0].lower().startswith("exim"):
        named = not before[1][0] and detail.startswith("[") and not before[1][1].startswith("[")
        return before[1][1].rstrip(".").lower() if named else ""
    match = _BETWEEN.fullmatch(detail)
    name = match["name"].rstrip(".").lower() if match else ""
    return "" if name == "unknown" else name
