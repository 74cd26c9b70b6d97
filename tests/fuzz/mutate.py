"""Seeded mutation of mail: what a broken relay, a bad client or an attacker might make of it.

`mutants` yields the same bytes for the same samples, count and seed on every machine. One mutant
takes one to six steps, each a kind of damage that readers are known to stumble on.
"""

from __future__ import annotations

import base64
import random
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

LARGEST = 64 << 10
"""A mutant is cut to this many bytes, so that damage by duplication does not pile up."""

_BOUNDARY = re.compile(rb'boundary="?([^"\s;]+)', re.IGNORECASE)
_ENCODINGS = (b"base64", b"quoted-printable", b"8bit", b"plain", b"", b"x-uuencode", b"BASE64 ;")
_TYPES = (
    b"text/plain",
    b"text/html; charset=utf-7",
    b"multipart/mixed; boundary=b",
    b"multipart/mixed",
    b'multipart/digest; boundary="',
    b"message/rfc822",
    b"TEXT/PLAIN charset=US-ASCII",
    b"text/plain; charset=idna",
    b"text/plain; charset*0*=utf-16''%00; charset*1=x",
    b"application/octet-stream",
    b"((((",
)
_NASTY = (
    b"\0",
    b"\r",
    b"\n\n",
    b"\r\n\r\n",
    b"\xff\xfe",
    b"=?utf-8?b?w6k=?=",
    b"=?utf-8?q?=?=",
    b"(((",
    b'"',
    b"<<@@>>",
    b"\n>",
    b"--",
    b"=\n",
    b"\n.\n",
    b"%s%n",
    b"\xf0\x9f\x98\x80",
)


def mutants(samples: Sequence[bytes], count: int, seed: int) -> Iterator[bytes]:
    """Yield `count` damaged messages made from `samples`."""
    rng = random.Random(seed)
    for _ in range(count):
        data = bytearray(rng.choice(samples)[:LARGEST])
        for _ in range(rng.randint(1, 6)):
            step = rng.choice(_STEPS)
            data = step(rng, data, samples)[:LARGEST]
        yield bytes(data)


def _flip(rng: random.Random, data: bytearray, __: Sequence[bytes]) -> bytearray:
    for _ in range(rng.randint(1, 8)):
        if data:
            data[rng.randrange(len(data))] = rng.randrange(256)
    return data


def _span(rng: random.Random, data: bytearray) -> tuple[int, int]:
    start = rng.randrange(len(data) + 1)
    return start, min(len(data), start + rng.choice((1, 4, 40, 400, 4_000)))


def _remove(rng: random.Random, data: bytearray, __: Sequence[bytes]) -> bytearray:
    start, stop = _span(rng, data)
    return data[:start] + data[stop:]


def _repeat(rng: random.Random, data: bytearray, __: Sequence[bytes]) -> bytearray:
    start, stop = _span(rng, data)
    return data[:stop] + data[start:stop] * rng.randint(1, 5) + data[stop:]


def _insert(rng: random.Random, data: bytearray, __: Sequence[bytes]) -> bytearray:
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.choice(_NASTY) * rng.randint(1, 3) + data[at:]


def _cut(rng: random.Random, data: bytearray, __: Sequence[bytes]) -> bytearray:
    return data[: rng.randrange(len(data) + 1)]


def _splice(rng: random.Random, data: bytearray, samples: Sequence[bytes]) -> bytearray:
    other = rng.choice(samples)
    return data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other) + 1) :]


def _boundary(rng: random.Random, data: bytearray, __: Sequence[bytes]) -> bytearray:
    found = _BOUNDARY.findall(bytes(data))
    if not found:
        return data
    old = rng.choice(found)
    new = rng.choice((b"b", old + b"x", old[:-1], old + b"--", b"", b" " + old, rng.choice(found)))
    return bytearray(bytes(data).replace(old, new, rng.randint(1, 4)))


def _field(rng: random.Random, data: bytearray, __: Sequence[bytes]) -> bytearray:
    """Put a damaging field in front of a line."""
    ends = [match.end() for match in re.finditer(rb"\n", bytes(data))] or [0]
    at = rng.choice((0, rng.choice(ends)))
    name = rng.choice(
        (b"From", b"To", b"Subject", b"Content-Type", b"Content-Transfer-Encoding", b" ", b"")
    )
    value = rng.choice((*_TYPES, *_ENCODINGS, *_NASTY))
    return data[:at] + name + rng.choice((b": ", b":", b" : ", b"")) + value + b"\n" + data[at:]


def _encoding(rng: random.Random, data: bytearray, __: Sequence[bytes]) -> bytearray:
    """Claim another transfer encoding or type than the one in use."""
    pattern = rng.choice(
        (rb"(?i)(Content-Transfer-Encoding: *)[^\r\n]*", rb"(?i)(Content-Type: *)[^\r\n;]*")
    )
    choice = rng.choice(_ENCODINGS if b"Transfer" in pattern else _TYPES)
    return bytearray(
        re.sub(pattern, lambda match: match[1] + choice, bytes(data), count=rng.randint(1, 3))
    )


def _armour(rng: random.Random, data: bytearray, __: Sequence[bytes]) -> bytearray:
    """Turn a stretch into base64, in the middle of whatever it is."""
    start, stop = _span(rng, data)
    return data[:start] + base64.encodebytes(bytes(data[start:stop])) + data[stop:]


def _line_ends(rng: random.Random, data: bytearray, __: Sequence[bytes]) -> bytearray:
    raw = bytes(data)
    if rng.random() < 0.5:
        return bytearray(raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
    return bytearray(raw.replace(b"\n", rng.choice((b"\r", b"\r\r\n", b"\n\r")), rng.randint(1, 9)))


_STEPS: tuple[Callable[[random.Random, bytearray, Sequence[bytes]], bytearray], ...] = (
    _flip,
    _remove,
    _repeat,
    _insert,
    _cut,
    _splice,
    _boundary,
    _boundary,
    _field,
    _field,
    _encoding,
    _armour,
    _line_ends,
)
