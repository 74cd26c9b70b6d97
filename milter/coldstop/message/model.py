"""What a message is, once read.

`Message` is immutable in use: it decodes header fields when they are asked for and keeps the
result. Nothing here raises on anything that mail can contain; what is broken is decoded as far
as it goes and named in `Message.defects`.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from coldstop.message.addresses import Address, parse_addresses
from coldstop.message.defects import Defect
from coldstop.message.header import WordDecoder, to_text
from coldstop.message.limits import LIMITS
from coldstop.message.part import Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Address", "Defect", "Envelope", "Header", "Message", "Part"]


_ESCAPE: Final = re.compile(r"\\(.)")
_DOT_ATOM: Final = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]++(?:\.[\w!#$%&'*+/=?^`{|}~-]++)*+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Header:
    """One header field as received."""

    name: str
    """Lower-case ASCII."""
    value: bytes
    """Raw, folded with LF, without leading blanks and final line end."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the SMTP session said; all of it optional."""

    sender: str = ""
    """The MAIL FROM address without brackets and needless quotes, which mean nothing (RFC 5321
    §4.1.2) and which hosts drop; "" for the null sender or unknown."""
    recipients: tuple[str, ...] = ()
    authenticated_user: str = ""
    """The SASL login of the client, if it had one."""
    client_address: str = ""
    """The client's IP address."""
    own_hops: int | None = None
    """How many `Received` fields of our own stand in the header; results below them are not ours
    (H11). None: count them, as in delivered mail. 0 in a milter, where the mail server does not
    show its own."""

    def __post_init__(self) -> None:
        """Give the sender the form that Sieve hosts give it."""
        if self.sender.startswith('"'):
            object.__setattr__(self, "sender", _unquoted(self.sender))


def _unquoted(address: str) -> str:
    local, at, domain = address.rpartition("@")
    plain = _ESCAPE.sub(r"\1", local[1:-1])
    return plain + at + domain if _DOT_ATOM.fullmatch(plain) else address


@functools.lru_cache(maxsize=512)
def _key(name: str) -> bytes:
    """A field name as the index has it; policies ask for the same few names again and again."""
    return name.lower().encode("utf-8", "replace")


class Message:
    """One mail: envelope, header, text parts. Made by `coldstop.message.reader`."""

    __slots__ = (
        "_addresses",
        "_decoded",
        "_decoder",
        "_defects",
        "_fields",
        "_headers",
        "_index",
        "envelope",
        "parts",
        "size",
    )

    def __init__(
        self,
        envelope: Envelope,
        fields: Sequence[tuple[bytes, bytes]],
        index: dict[bytes, list[bytes]],
        parts: Iterable[Part],
        *,
        size: int,
        defects: set[Defect],
    ) -> None:
        self.envelope = envelope
        self.parts = tuple(parts)
        self.size = size
        """Bytes of the whole message as received."""
        self._fields = fields
        self._index = index
        self._defects = defects
        self._headers: tuple[Header, ...] | None = None
        self._decoded: dict[str, tuple[str, ...]] = {}
        self._addresses: dict[str, tuple[Address, ...]] = {}
        self._decoder: WordDecoder | None = None

    @property
    def headers(self) -> tuple[Header, ...]:
        """Every field in the order received."""
        if self._headers is None:
            self._headers = tuple(
                Header(name.decode("ascii", "replace").lower(), value)
                for name, value in self._fields
            )
        return self._headers

    @property
    def defects(self) -> tuple[Defect, ...]:
        """What was found broken so far, sorted; decoding more fields may add to it."""
        return tuple(sorted(self._defects))

    def has(self, name: str) -> bool:
        """Say whether the field is there at all."""
        return bool(self._values(name))

    def header(self, name: str) -> tuple[str, ...]:
        """Give every instance of a field: unfolded, RFC 2047-decoded, stripped."""
        found = self._decoded.get(name)
        if found is None:
            found = tuple(
                self._decode(to_text(value, self._defects)).strip() for value in self._values(name)
            )
            self._decoded[name] = found
        return found

    def raw(self, name: str) -> Sequence[bytes]:
        """Give every instance of a field as received: folded, not decoded."""
        return self._values(name)

    def addresses(self, name: str) -> tuple[Address, ...]:
        """Give every address of every instance of a field (RFC 5322 §3.4)."""
        found = self._addresses.get(name)
        if found is None:
            collected: list[Address] = []
            for value in self._values(name):
                room = LIMITS.addresses - len(collected)
                collected += parse_addresses(
                    to_text(value, self._defects), self._decode, self._defects, room
                )
            found = tuple(collected)
            self._addresses[name] = found
        return found

    def _values(self, name: str) -> Sequence[bytes]:
        return self._index.get(_key(name), ())

    def _decode(self, text: str) -> str:
        if "=?" not in text:
            return text
        if self._decoder is None:
            self._decoder = WordDecoder(self._defects)
        return self._decoder.decode(text)
