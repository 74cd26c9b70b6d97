"""Header values: unfolding, RFC 2047, 8-bit bytes, limits."""

from __future__ import annotations

import pytest

from coldstop.message.limits import LIMITS
from coldstop.message.model import Defect
from coldstop.message.reader import read

# (raw value, decoded value, defects); without a defect it is what Pigeonhole gives, but for
# blanks at the ends, which are stripped here.
_VALUES: list[tuple[bytes, str, list[Defect]]] = [
    (b"a\n\tb", "a b", []),
    (b"a\n  b", "a  b", []),
    (b"a\t b", "a\t b", []),
    (b"\n foo", "foo", []),
    (b"  lead  trail  ", "lead  trail", []),
    (b"", "", []),
    (b"=?utf-8?q?a=20b?= =?utf-8?q?c?=", "a bc", []),
    (b"=?utf-8?q?a?=\n =?iso-8859-1?q?=e9?=", "aé", []),
    (b"=?utf-8?q?a?=x", "ax", []),
    (b"x=?utf-8?q?a?=", "xa", []),
    (b"x =?utf-8?q?a?= y", "x a y", []),
    (b'"=?utf-8?q?a?="', '"a"', []),
    (b"=?utf-8?q?a b?=", "a b", []),
    (b"=?utf-8?Q?a_b?=", "a b", []),
    (b"=?utf-8*en?q?a?=", "a", []),
    (b"=?UTF-8?B?YQ?=", "a", []),
    (b"=?utf-8?q?=c3?= =?utf-8?q?=a9?=", "é", [Defect.BAD_ENCODED_WORD]),  # Pigeonhole: U+FFFD
    (b"caf\xc3\xa9", "café", []),
    (b"caf\xe9", "café", [Defect.RAW_8BIT_HEADER]),
    (b"caf\xe9 =?utf-8?q?a?=", "café a", [Defect.RAW_8BIT_HEADER]),
    (b"=?utf-8?x?a?=", "=?utf-8?x?a?=", []),
    (b"=?utf-8?q??=", "", []),
    (b"a=?utf-8?q?b?==?utf-8?q?c?=d", "abcd", []),
    (b"=?utf-8?q?=ZZa=?=", "=ZZa", []),  # Pigeonhole keeps the last =
    (b"=?foo?q?a=e9b?=", "a\ufffdb", [Defect.BAD_ENCODED_WORD]),
    (b"=?us-ascii?q?a=e9?=", "a\ufffd", [Defect.BAD_ENCODED_WORD]),
    (b"=?utf-8?b?Y!Q==?=", "a", [Defect.BAD_ENCODED_WORD]),
    (b"=?utf-8?b?Y?=", "", []),
    (b"=?utf-7?q?+AOk-?=", "é", [Defect.BAD_ENCODED_WORD]),
    (b"=?iso-2022-jp?b?GyRCRnxLXBsoQg==?=", "日本", []),
    (b"=?utf-8?q?a=0d=0aFrom:=20b?=", "a  From: b", []),
    (b"=?utf-8?q?a=00b?=", "a b", [Defect.BAD_ENCODED_WORD]),  # Cyrus stops there
    (b"a\0b", "a\ufffdb", []),
    (b"a\rb", "a b", []),
    (b"=?", "=?", []),
]


@pytest.mark.parametrize(("raw", "expected", "defects"), _VALUES)
def test_values(raw: bytes, expected: str, defects: list[Defect]) -> None:
    """Every form of value decodes as written in the table."""
    message = read(b"Subject: " + raw + b"\n\nx\n")
    assert message.header("subject") == (expected,)
    assert list(message.defects) == defects


@pytest.mark.parametrize("line", [b"Subject:x", b"Subject : x", b"Subject\t:\tx", b"sUBJECT:  x"])
def test_names(line: bytes) -> None:
    """Blanks before the colon and the case of the name do not matter."""
    message = read(line + b"\n\n")
    assert message.header("SUBJECT") == ("x",)
    assert message.has("Subject")


def test_a_name_that_is_no_ascii_is_no_name() -> None:
    """Asking for odd names finds nothing and breaks nothing."""
    message = read(b"S\xc3\xbcbject: x\n: y\n\n")
    assert message.headers == ()
    assert message.header("sübject") == ()
    assert message.header("\udcff") == ()
    assert not message.has("")
    assert message.defects == (Defect.BAD_HEADER_LINE, Defect.UNLABELLED_8BIT)


def test_value_limit() -> None:
    """A longer value is cut when it is decoded."""
    fits = b"x" * LIMITS.value_bytes
    message = read(b"Subject: " + fits + b"\n\n")
    assert len(message.header("subject")[0]) == LIMITS.value_bytes
    assert message.defects == ()
    message = read(b"Subject: " + fits + b"y\n\n")
    assert len(message.header("subject")[0]) == LIMITS.value_bytes
    assert message.defects == (Defect.VALUE_OVER_LIMIT,)


def test_encoded_word_limit() -> None:
    """Words past the limit stay as they are written, and the rest of the value is kept."""
    word = b"=?u?q?a?= x "
    message = read(b"Subject: " + word * LIMITS.encoded_words + b"\n\n")
    assert Defect.TOO_MANY_ENCODED_WORDS not in message.defects or not message.header("subject")
    assert "=?" not in message.header("subject")[0]
    message = read(b"Subject: " + word * (LIMITS.encoded_words + 1) + b"end\n\n")
    assert message.header("subject")[0].endswith("=?u?q?a?= x end")
    assert Defect.TOO_MANY_ENCODED_WORDS in message.defects
