"""A pitch that some mail program shows is read, however broken the mail is.

Each message hides the same words where one reading of the mail finds them and another does not.
"""

from __future__ import annotations

import base64
import binascii

import pytest

from coldstop.message.limits import LIMITS
from coldstop.message.model import Defect
from coldstop.message.reader import read

PITCH = b"great opportunity for you"
_64 = base64.b64encode(PITCH)
_QP = b"".join(b"=%02X" % byte for byte in PITCH)
_HEAD = b"From: a@b.example\nSubject: x\n"
_MULTI = b"Content-Type: multipart/mixed; boundary=b\n"
_IMAGE = b"--b\nContent-Type: image/png\n\n"
_HARMLESS = b"--b\n\nhello\n--b--\n"
_BASE64 = b"Content-Transfer-Encoding: base64\n"
_UU = b"begin 644 x.txt\n" + binascii.b2a_uu(PITCH) + b"`\nend\n"

# (name, message without its first fields, the defect)
_CASES = [
    # Two Content-Type fields: programs that take the text see preamble, epilogue and all between.
    (
        "preamble-two-types",
        b"Content-Type: text/plain\n" + _MULTI + b"\n" + PITCH + b"\n" + _HARMLESS,
        Defect.REPEATED_CONTENT_FIELD,
    ),
    (
        "epilogue-two-types",
        _MULTI + b"Content-Type: text/html\n\n" + _HARMLESS + PITCH,
        Defect.REPEATED_CONTENT_FIELD,
    ),
    (
        "epilogue-one-type-twice",
        _MULTI + _MULTI + b"\n" + _HARMLESS + PITCH,
        Defect.REPEATED_CONTENT_FIELD,
    ),
    (
        "image-part-two-types",
        b"Content-Type: text/plain\n" + _MULTI + b"\n" + _IMAGE + PITCH + b"\n--b--\n",
        Defect.REPEATED_CONTENT_FIELD,
    ),
    (
        "second-boundary",
        _MULTI
        + b"Content-Type: multipart/mixed; boundary=c\n\n"
        + _HARMLESS
        + b"--c\n"
        + _BASE64
        + b"\n"
        + _64
        + b"\n--c--\n",
        Defect.REPEATED_CONTENT_FIELD,
    ),
    (
        "two-types-in-a-part",
        _MULTI
        + b"\n--b\nContent-Type: text/plain\nContent-Type: multipart/mixed; boundary=c\n\n"
        + PITCH
        + b"\n--c\n\nhello\n--c--\n--b--\n",
        Defect.REPEATED_CONTENT_FIELD,
    ),
    (
        "boundary-twice",
        b"Content-Type: multipart/mixed; boundary=b; boundary=c\n\n"
        + _HARMLESS
        + b"--c\n"
        + _BASE64
        + b"\n"
        + _64
        + b"\n--c--\n",
        Defect.BAD_CONTENT_TYPE,
    ),
    (
        "boundary-in-sections-too",
        b"Content-Type: multipart/mixed; boundary=b; boundary*=us-ascii''c\n\n"
        + _HARMLESS
        + b"--c\n"
        + _BASE64
        + b"\n"
        + _64
        + b"\n--c--\n",
        Defect.BAD_CONTENT_TYPE,
    ),
    (
        "preamble-broken-type",
        b"Content-Type: multipart/mixed boundary=b\n\n" + PITCH + b"\n" + _HARMLESS,
        Defect.BAD_CONTENT_TYPE,
    ),
    # Encodings.
    (
        "two-encodings-first",
        _BASE64 + b"Content-Transfer-Encoding: 7bit\n\n" + _64,
        Defect.REPEATED_CONTENT_FIELD,
    ),
    (
        "two-encodings-last",
        b"Content-Transfer-Encoding: 7bit\n" + _BASE64 + b"\n" + _64,
        Defect.REPEATED_CONTENT_FIELD,
    ),
    (
        "two-encodings-plain",
        b"Content-Transfer-Encoding: 7bit\n" + _BASE64 + b"\n" + PITCH,
        Defect.REPEATED_CONTENT_FIELD,
    ),
    (
        "unknown-encoding",
        b"Content-Transfer-Encoding: x-none\n\n" + PITCH,
        Defect.UNKNOWN_ENCODING,
    ),
    (
        "encoding-in-quotes",
        b'Content-Transfer-Encoding: "base64"\n\n' + _64,
        Defect.UNKNOWN_ENCODING,
    ),
    (
        "encoding-and-a-word",
        b"Content-Transfer-Encoding: quoted-printable x\n\n" + _QP,
        Defect.UNKNOWN_ENCODING,
    ),
    (
        "uuencode",
        b"Content-Transfer-Encoding: x-uuencode\n\n" + _UU,
        Defect.UNKNOWN_ENCODING,
    ),
    ("no-base64-at-all", _BASE64 + b"\n" + PITCH + b", really\n", Defect.BAD_BASE64),
    (
        "base64-with-foreign-characters",
        _BASE64 + b"\n" + b"!".join(_64[at : at + 6] for at in range(0, len(_64), 6)),
        Defect.BAD_BASE64,
    ),
    (
        "base64-behind-words",
        _BASE64 + b"\nV2VsbCE=\nsome more word, to be sure\n" + _64,
        Defect.BAD_BASE64,
    ),
    (
        "base64-behind-many-paddings",
        _BASE64 + b"\n" + b"IA==" * 500 + _64,
        Defect.BAD_BASE64,
    ),
    (
        "encoded-multipart",
        _MULTI + _BASE64 + b"\n" + base64.encodebytes(b"--b\n\n" + PITCH + b"\n--b--\n"),
        Defect.MISSING_BOUNDARY,
    ),
    (
        "no-boundary",
        b"Content-Type: multipart/mixed\n\n--b\n" + _BASE64 + b"\n" + _64 + b"\n--b--\n",
        Defect.MISSING_BOUNDARY,
    ),
    (
        "wrong-boundary",
        b"Content-Type: multipart/mixed; boundary=c\n\n--b\n" + _BASE64 + b"\n" + _64 + b"\n",
        Defect.MISSING_BOUNDARY,
    ),
    (
        "delimiter-that-is-none",
        _MULTI + b"\n--b\n\nhello\n--bx\nContent-Type: image/png\n\n" + PITCH + b"\n--b--\n",
        Defect.ODD_DELIMITER,
    ),
    (
        "two-delimiters-that-are-none",
        _MULTI
        + b"\n--b\n"
        + _BASE64
        + b"\n"
        + _64[:8]
        + b"\n--bx\n--by\nContent-Type: image/png\n\n"
        + PITCH
        + b", so\n--b--\n",
        Defect.ODD_DELIMITER,
    ),
    (
        "end-that-is-none",
        _MULTI + b"\n--b\n\nhello\n--b--x\n" + PITCH + b"\n--b--\n",
        Defect.ODD_DELIMITER,
    ),
    (
        "end-that-is-none-and-no-other",
        _MULTI + b"\n--b\n\nhello\n--b--x\n" + PITCH,
        Defect.ODD_DELIMITER,
    ),
    (
        "behind-many-parts",
        _MULTI + b"\n" + b"--b\n\n" * LIMITS.parts + b"--b\n" + _BASE64 + b"\n" + _64 + b"\n--b--",
        Defect.TOO_MANY_PARTS,
    ),
    (
        "deep-down",
        b"Content-Type: message/rfc822\n\n" * (LIMITS.depth + 1) + _BASE64 + b"\n" + _64,
        Defect.TOO_DEEP,
    ),
    (
        "behind-many-doubts",
        _MULTI
        + b"\n"
        + b"--b\nContent-Transfer-Encoding: base64 x\n\n\n" * (LIMITS.second_readings + 1)
        + b"--b\n"
        + _BASE64
        + b"Content-Transfer-Encoding: 8bit\n\n"
        + _64
        + b"\n--b--",
        Defect.TOO_MANY_PARTS,
    ),
    # Headers.
    (
        "line-that-is-no-field",
        b"stray\nContent-Type: image/png\n\n" + PITCH,
        Defect.BAD_HEADER_LINE,
    ),
    (
        "line-in-a-part-that-is-no-field",
        _MULTI + b"\n--b\n" + PITCH + b"\nContent-Type: image/png\n\nx\n--b--\n",
        Defect.BAD_HEADER_LINE,
    ),
    (
        "encoding-behind-many-fields",
        b"A: b\n" * LIMITS.header_fields + _BASE64 + b"\n" + _64,
        Defect.HEADERS_OVER_LIMIT,
    ),
    (
        "encoding-behind-a-long-field",
        b"A: " + b"b" * LIMITS.header_bytes + b"\n" + _BASE64 + b"\n" + _64,
        Defect.HEADERS_OVER_LIMIT,
    ),
    (
        "encoding-behind-a-long-field-of-a-part",
        _MULTI
        + b"\n--b\nA: "
        + b"b" * LIMITS.part_header_bytes
        + b"\n"
        + _BASE64
        + b"\n"
        + _64
        + b"\n--b--",
        Defect.HEADERS_OVER_LIMIT,
    ),
    ("encoding-behind-a-bare-cr", b"X: y\r" + _BASE64 + b"\n" + _64, Defect.BARE_CR),
    (
        "encoding-of-a-part-behind-a-bare-cr",
        _MULTI + b"\n--b\nContent-Type: text/plain\r" + _BASE64 + b"\n" + _64 + b"\n--b--\n",
        Defect.BARE_CR,
    ),
    (
        "delimiter-behind-a-bare-cr",
        _MULTI + b"\n" + _IMAGE + b"x\r--b\r" + _BASE64 + b"\r" + _64 + b"\r--b--\n--b--\n",
        Defect.BARE_CR,
    ),
    (
        "preamble-with-a-delimiter-behind-a-bare-cr",
        _MULTI + b"\nx\r--b\r\r" + PITCH + b"\n" + _HARMLESS,
        Defect.BARE_CR,
    ),
    (
        "header-ended-by-bare-crs",
        b"X: y\r\r" + PITCH + b"\nContent-Type: image/png\n\nx",
        Defect.BARE_CR,
    ),
    (
        "header-of-a-part-ended-by-bare-crs",
        _MULTI + b"\n--b\nX: y\r\r" + PITCH + b"\nContent-Type: image/png\n\nx\n--b--\n",
        Defect.BARE_CR,
    ),
    (
        "control-in-the-type",
        b"Content-Type: text/html\x01; charset=utf-16be\n\n" + PITCH.decode().encode("utf-16-be"),
        None,
    ),
    ("type-with-a-mark", b"Content-Type: text/html?\n\n" + PITCH, Defect.BAD_CONTENT_TYPE),
    ("type-of-nothing", b"Content-Type: ;;;\n\n" + PITCH, Defect.BAD_CONTENT_TYPE),
    ("behind-nul", b"\nhello\0\n" + PITCH, Defect.NUL_IN_TEXT),
    ("nul-between", b"\ngreat op\0portunity for you", Defect.NUL_IN_TEXT),
    (
        "utf-16-without-a-label",
        b"Content-Type: text/html\n"
        + _BASE64
        + b"\n"
        + base64.b64encode(PITCH.decode().encode("utf-16")),
        Defect.NUL_IN_TEXT,
    ),
    (
        "utf-16-of-unknown-name",
        b"Content-Type: text/html; charset=ucs-2\n"
        + _BASE64
        + b"\n"
        + base64.b64encode(PITCH.decode().encode("utf-16-be")),
        Defect.UNKNOWN_CHARSET,
    ),
    (
        "words-labelled-utf-16",
        b"Content-Type: text/plain; charset=utf-16\n\n" + PITCH + "é\n".encode(),
        Defect.UNDECODABLE_TEXT,
    ),
    (
        "words-labelled-ebcdic",
        b"Content-Type: text/plain; charset=cp037\n\n" + PITCH,
        Defect.UNDECODABLE_TEXT,
    ),
    (
        "words-labelled-utf-7",
        b"Content-Type: text/plain; charset=utf-7\n\n+" + PITCH,
        Defect.UNCOMMON_CHARSET,
    ),
    (
        "two-charsets",
        b"Content-Type: text/plain; charset=utf-8; charset=utf-7\n\n"
        + PITCH.replace(b"opp", b"+AG8AcABw-"),
        Defect.BAD_CONTENT_TYPE,
    ),
    (
        "charset-in-sections-too",
        b"Content-Type: text/plain; charset=utf-8; charset*=us-ascii'en'utf-7\n\n"
        + PITCH.replace(b"opp", b"+AG8AcABw-"),
        Defect.BAD_CONTENT_TYPE,
    ),
]
# Odd, but read as the hosts read it: no defect.
_SOUND = [
    (
        "html-in-a-message-in-a-message",
        b"Content-Type: message/rfc822\n\n" * 3 + b"Content-Type: text/html\n\n" + PITCH,
    ),
    ("soft-breaks", b"Content-Transfer-Encoding: quoted-printable\n\ngreat opp=\nortunity for you"),
    ("all-escaped", b"Content-Transfer-Encoding: quoted-printable\n\n" + _QP),
    (
        "last-alternative",
        b"Content-Type: multipart/alternative; boundary=b\n\n--b\n\nhello\n--b\n\n"
        + PITCH
        + b"\n--b--\n",
    ),
    (
        "first-alternative",
        b"Content-Type: multipart/alternative; boundary=b\n\n--b\n\n"
        + PITCH
        + b"\n--b\nContent-Type: text/html\n\nhello\n--b--\n",
    ),
    (
        "attached",
        _MULTI + b"\n--b\nContent-Disposition: attachment\n\n" + PITCH + b"\n--b--\n",
    ),
    (
        "charset-in-sections",
        b"Content-Type: text/plain; charset*0*=us-ascii'en'utf%2D16; charset*1=be\n"
        + _BASE64
        + b"\n"
        + base64.b64encode(PITCH.decode().encode("utf-16-be")),
    ),
    (
        "charset-in-quotes-with-a-comment",
        b'Content-Type: (a) text/plain (b); charset="utf-16le" (c)\n'
        + _BASE64
        + b"\n"
        + base64.b64encode(PITCH.decode().encode("utf-16-le")),
    ),
    ("byte-order-mark", b"\n\xef\xbb\xbf" + PITCH),
    (
        "flowed",
        b"Content-Type: text/plain; format=flowed; delsp=yes\n\ngreat  \nopportunity for you",
    ),
    (
        "boundary-in-sections",
        b'Content-Type: multipart/mixed; boundary*0="b"; boundary*1="c"\n\n--bc\n\n'
        + PITCH
        + b"\n--bc--\n",
    ),
]


def shown(raw: bytes) -> str:
    """Everything that is read, its white space made one."""
    return " ".join(" ".join(part.text.decode().split()) for part in read(raw).parts)


@pytest.mark.parametrize("crlf", [False, True])
@pytest.mark.parametrize(
    ("raw", "defect"), [case[1:] for case in _CASES], ids=[case[0] for case in _CASES]
)
def test_no_defect_hides_a_pitch(raw: bytes, defect: Defect | None, *, crlf: bool) -> None:
    """The words are read in at least one sense of the message, and the defect is named."""
    raw = _HEAD + raw
    if crlf and b"\0" not in raw:
        raw = raw.replace(b"\n", b"\r\n")
    assert PITCH.decode() in shown(raw)
    assert defect is None or defect in read(raw).defects


@pytest.mark.parametrize("raw", [case[1] for case in _SOUND], ids=[case[0] for case in _SOUND])
def test_odd_mail_is_no_defect(raw: bytes) -> None:
    """What is merely rare is read, and hosts read it, too."""
    assert PITCH.decode() in shown(_HEAD + raw)
    assert set(read(_HEAD + raw).defects) <= {Defect.UNLABELLED_8BIT}
