"""Transfer encodings (RFC 2045 §6): the bytes of a part as it was before mailing.

Nothing is refused. Broken quoted-printable stays as it is written. Base64 skips foreign
characters (RFC 2045 §6.8 says so; Pigeonhole stops at the first) and goes on behind padding, where
some mail programs do too: a text that a reader may see must not be hidden from the judge.
uuencode is not decoded.
"""

from __future__ import annotations

import re
from binascii import a2b_base64, a2b_qp
from typing import Final

from coldstop.message.defects import Defect
from coldstop.message.limits import LIMITS

_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_CLEAN: Final = _ALPHABET + b" \t\r\n"
_FOREIGN: Final = bytes(set(range(256)) - set(_ALPHABET + b"="))
_PADDING: Final = b"= \t\r\n"
_PADS: Final = re.compile(rb"=++")
_BLANK_SOFT_BREAK: Final = re.compile(rb"=[ \t\r]++\n")

IDENTITY: Final = frozenset({b"", b"7bit", b"8bit", b"binary"})
"""Encodings that are none."""


def decode_quoted_printable(data: bytes) -> bytes:
    """Decode quoted-printable; what is no escape stays."""
    if b"\r" in data:
        # A CR that ends no line would make binascii swallow the rest of its line.
        data = data.replace(b"\r\n", b"\n").replace(b"=\r", b"=\n")
    if b"= " in data or b"=\t" in data:
        data = _BLANK_SOFT_BREAK.sub(b"=\n", data)  # RFC 2045 §6.7 (3): padding in transport
    return a2b_qp(data)


def decode_base64(data: bytes, defects: set[Defect]) -> bytes:
    """Decode base64 as far as it goes, whatever stands between and behind."""
    end = data.find(b"=")
    body, tail = (data, b"") if end < 0 else (data[:end], data[end:])
    tail = tail.strip(_PADDING)
    if not tail and not body.translate(None, _CLEAN):
        return _decode_run(body.translate(None, b" \t\r\n"))
    defects.add(Defect.BAD_BASE64)
    decoded = _decode_run(body.translate(None, _FOREIGN))
    if not tail:
        return decoded
    if tail.translate(None, _CLEAN + b"="):
        return decoded + b"\n" + tail  # a mailing list's footer: words, not base64
    runs = _PADS.split(tail.translate(None, _FOREIGN), LIMITS.base64_runs - 2)
    runs[-1] = runs[-1].replace(b"=", b"")
    return decoded + b"".join(map(_decode_run, runs))


def _decode_run(run: bytes) -> bytes:
    """Decode characters of the alphabet only; an odd last one carries no byte."""
    rest = len(run) % 4
    if rest == 1:
        run = run[:-1]
    elif rest:
        run += b"=" * (4 - rest)
    return a2b_base64(run)
