"""Transfer encodings (RFC 2045 §6): the bytes of a part as it was before mailing.

Nothing is refused. Broken quoted-printable stays as it is written. Dovecot reads base64 up to its
padding or the first foreign character. Mail programs skip such characters (RFC 2045 §6.8) and some
go on behind the padding. So base64 that is followed by something else gives up to three texts, on
lines of their own: what stands before, as Dovecot has it; where it makes sense, everything decoded
in one go; and the rest as it is written, for it may be the footer of a mailing list.
"""

from __future__ import annotations

import re
from binascii import Error, a2b_base64, a2b_qp, a2b_uu
from typing import TYPE_CHECKING, Final

from coldstop.message.defects import Defect
from coldstop.message.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterator

_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_CLEAN: Final = _ALPHABET + b" \t\r\n"
_FOREIGN: Final = bytes(set(range(256)) - set(_ALPHABET + b"="))
_PADDING: Final = b"= \t\r\n"
_PADS: Final = re.compile(rb"=++")
# What decodes to this was base64; words that are taken for base64 do not give twelve such bytes.
_SENSE: Final = re.compile(rb"[\0\t\n\r -~]{12}")
_SENSIBLE: Final = bytes(range(0x20, 0x7F)) + b"\t\r\n"
_UU_BEGIN: Final = re.compile(rb"^begin [0-7]{3,4} [^\n]*\n", re.MULTILINE)
_ENCODED: Final = re.compile(
    rb"^content-transfer-encoding[ \t]*+:\s*+(base64|quoted-printable)\b[^\n]*+\n",
    re.MULTILINE | re.IGNORECASE,
)
_BLANK_SOFT_BREAK: Final = re.compile(rb"=[ \t\r]++\n")

IDENTITY: Final = frozenset({b"", b"7bit", b"8bit", b"binary"})
"""Encodings that are none."""
DECODED: Final = frozenset({b"base64", b"quoted-printable"})
"""Encodings by their right names."""


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
    body, tail = (data, b"") if end < 0 else (data[:end], data[end:].strip(_PADDING))
    foreign = body.translate(None, _CLEAN)
    if not tail and not foreign:
        return _decode_run(body.translate(None, b" \t\r\n"))
    defects.add(Defect.BAD_BASE64)
    if foreign:
        cut = _end_of_base64(body, foreign[0])
        first, rest = _decode_run(body[:cut].translate(None, b" \t\r\n")), data[cut:]
    else:
        first, rest = _decode_run(body.translate(None, b" \t\r\n")), tail
    whole = _decode_runs(data)
    behind = whole[len(first) :]
    if behind and not behind.translate(None, _SENSIBLE) and b" " not in rest.strip():
        return first + b"\n" + whole  # sense from end to end: nothing but base64
    words = rest.strip(b"\r\n")
    if _SENSE.search(behind) or _is_utf8(behind):
        return b"\n".join((first, whole, words))
    return first + b"\n" + words


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return not data.isascii()


def decode_uuencode(data: bytes) -> bytes:
    """Decode the first uuencoded file in `data`; b"" where there is none."""
    begin = _UU_BEGIN.search(data)
    out: list[bytes] = []
    for line in data[begin.end() :].splitlines() if begin else ():
        if line == b"end":
            break
        try:
            out.append(a2b_uu(line))
        except Error:
            continue
    return b"".join(out)


def encoded_runs(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Give what stands behind each header that names an encoding, up to the next delimiter.

    For bytes whose structure is not followed: (encoding, encoded bytes).
    """
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    at = 0
    while (match := _ENCODED.search(data, at)) is not None:
        start = data.find(b"\n\n", match.end() - 1)
        if start < 0:
            return
        at = data.find(b"\n--", start)
        at = len(data) if at < 0 else at
        yield match[1].lower(), data[start:at]


def _end_of_base64(body: bytes, foreign: int) -> int:
    """Find where base64 without padding ends: before a line of words, else within its last line."""
    at = body.find(foreign)
    line = body.rfind(b"\n", 0, at) + 1
    begun = body[line:at].strip()
    if b" " in begun or b"\t" in begun:
        return line
    before = _decode_run(body[:line].translate(None, b" \t\r\n"))
    more = _decode_run(body[:at].translate(None, b" \t\r\n"))[len(before) :]
    return line if more.translate(None, _SENSIBLE) else at


def _decode_runs(data: bytes) -> bytes:
    """Decode everything of the alphabet; padding ends a run and begins another."""
    runs = _PADS.split(data.translate(None, _FOREIGN), LIMITS.base64_runs - 1)
    runs[-1] = runs[-1].replace(b"=", b"")
    return b"".join(map(_decode_run, runs))


def _decode_run(run: bytes) -> bytes:
    """Decode characters of the alphabet only; an odd last one carries no byte."""
    rest = len(run) % 4
    if rest == 1:
        run = run[:-1]
    elif rest:
        run += b"=" * (4 - rest)
    return a2b_base64(run)
