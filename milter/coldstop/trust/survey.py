"""What one received mail says about our own servers: result fields, and where they stand.

A field stands *above* the hop through which the mail came in (only our servers can write there),
*at* it (directly below: our server's, or the sender's own first field), or *below* (somebody
else's, or a forgery). Which hop that is depends on whose id is asked about (`own_hops`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from coldstop.message.header import header_end
from coldstop.message.hops import count_hops, from_ourselves, is_inner_name, is_ours
from coldstop.message.limits import LIMITS
from coldstop.message.reader import read
from coldstop.message.received import Hop, is_inside, read_hop
from coldstop.trust.writers import writer_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_ID: Final = re.compile(
    r"\s*(?:\([^()]*\)\s*)*(?:\"([^\"\\]{1,255})\"|([^\s;\"=()]{1,255}))"
    r"\s*(?:\([^()]*\)\s*)*(?:\d+\s*)?(?:;|$)"
)


class Place(StrEnum):
    """Where a field stands, seen from the hop through which the mail came in."""

    ABOVE = "above"
    AT = "at"
    BELOW = "below"


@dataclass(frozen=True, slots=True)
class Field:
    """One `Authentication-Results` field."""

    id: str
    """The authserv-id in lower case, without its job; "" where there is none."""
    job: bool
    """Whether a job stands behind the id (`host/jobid`)."""
    writer: str
    depth: int
    """How many `Received` stand above it."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One mail."""

    fields: tuple[Field, ...] = ()
    received: tuple[bytes, ...] = ()
    hops: tuple[Hop, ...] = field(default=(), repr=False)

    entry: int = 0
    """How many hops are our own by themselves, whatever our ids are."""

    def own(self, ids: Collection[str]) -> int:
        """Count our own hops, if these ids are ours: never fewer than without them."""
        return max(self.entry, count_hops(self.received, ids))

    def place(self, one: Field, own: int) -> Place:
        """Say where a field stands, where `own` hops are ours."""
        if one.depth < own:
            return Place.ABOVE
        return Place.AT if one.depth == own else Place.BELOW

    def named(self, one: str) -> bool:
        """Whether an id belongs to a host that wrote one of our hops; no sender's can."""
        return any(is_ours(hop.by, (one,)) for hop in self.hops[: self.entry])

    def hidden(self, own: int) -> bool:
        """Whether the server saw only an address of the inside where the mail came in."""
        entry = self.hops[own - 1] if own else Hop()
        foreign = [name for name in entry.names if not is_inner_name(name)]
        return bool(entry.addresses and foreign and all(map(is_inside, entry.addresses)))


def look(raw: bytes) -> Sighting:
    """Read one mail's header; bounded, never raises."""
    _, body = header_end(raw, 0, len(raw))
    message = read(raw[:body])
    fields: list[Field] = []
    received: list[bytes] = []
    for header in message.headers:
        if header.name == "received":
            received.append(header.value)
        elif header.name == "authentication-results" and len(fields) < LIMITS.results_fields:
            fields.append(_field(header.value, len(received)))
    top = tuple(received[: LIMITS.own_hops])
    hops = tuple(map(read_hop, top))
    return Sighting(tuple(fields), top, hops, _entry(top, hops))


def _entry(received: Sequence[bytes], hops: Sequence[Hop]) -> int:
    """Count the hops that are ours without knowing any id.

    Where a hop of ours took the mail from ourselves (Gmail's inner hop, fetchmail), the next host
    is ours, too, whatever its name.
    """
    known: list[str] = []
    own = count_hops(received, known)
    for _ in hops:
        if not (0 < own < len(hops) and from_ourselves(hops[own - 1], known)):
            break
        known += [hop.by for hop in hops[own:] if not is_inner_name(hop.by)][:1]
        before, own = own, count_hops(received, known)
        if own == before:
            break
    return own


def _field(value: bytes, depth: int) -> Field:
    text = " ".join(value[: LIMITS.results_bytes].decode("utf-8", "replace").split())
    match = _ID.match(text)
    name = (match[1] or match[2]).lower() if match else ""
    host, slash, _ = name.partition("/")
    return Field(host.rstrip("."), bool(slash), writer_of(text), depth)
