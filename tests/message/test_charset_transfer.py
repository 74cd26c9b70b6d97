"""Charsets and transfer encodings: ASCII always survives, nothing raises."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coldstop.message.charset import codec_of, is_ascii_superset, known_codecs, to_utf8
from coldstop.message.limits import LIMITS
from coldstop.message.model import Defect, Message
from coldstop.message.reader import read
from coldstop.message.transfer import (
    decode_base64,
    decode_quoted_printable,
    decode_uuencode,
    encoded_runs,
)


def labelled(charset: str, data: bytes) -> Message:
    """A text in the charset of that label."""
    return read(b"Content-Type: text/plain; charset=" + charset.encode() + b"\n\n" + data)


# (label, bytes, UTF-8 text, defects); as Pigeonhole reads them.
_CHARSETS = [
    ("utf-8", b"ab\xc3\xa9", "abé", []),
    ("UTF8", b"ab\xc3\xa9", "abé", []),
    ('"utf-8"', b"ab\xc3\xa9", "abé", []),
    ("us-ascii", b"ab\xc3\xa9", "abé", [Defect.UNLABELLED_8BIT]),
    ("utf-8", b"ab\xe9c", "ab\ufffdc", [Defect.UNDECODABLE_TEXT]),
    ("iso-8859-1", b"ab\xe9", "abé", []),
    ("iso-8859-1", b"it\x92s", "it\u2019s", [Defect.C1_CONTROLS]),
    ("ISO_8859-1", b"ab\xe9", "abé", []),
    ("latin1", b"ab\xe9", "abé", []),
    ("windows-1252", b"\x93ab\x94", "“ab”", []),
    ("windows-1252", b"ab\x81", "ab\ufffd", [Defect.UNDECODABLE_TEXT]),
    ("cp1252", b"\x93ab", "“ab", []),
    ("koi8-r", "привет".encode("koi8-r"), "привет", []),
    ("gb2312", "日本".encode("gb2312"), "日本", [Defect.UNCOMMON_CHARSET]),
    ("gb2312", b"ab", "ab", []),
    ("shift_jis", "日本".encode("shift_jis"), "日本", []),
    ("iso-2022-jp", "日本".encode("iso-2022-jp"), "日本", []),
    ("utf-7", b"a+AOk-b", "aéb", [Defect.UNCOMMON_CHARSET]),
    ("utf-16be", "ab".encode("utf-16-be"), "ab", []),
    ("ks_c_5601-1987", "한국".encode("cp949"), "한국", [Defect.UNCOMMON_CHARSET]),
    ("macintosh", b"ab\x8e", "abé", []),
    ("x-no-such", b"ab\xc3\xa9", "abé", [Defect.UNKNOWN_CHARSET]),
    ("x-no-such", b"ab\xe9", "ab\ufffd", [Defect.UNDECODABLE_TEXT, Defect.UNKNOWN_CHARSET]),
    ("8bit", b"ab", "ab", [Defect.UNKNOWN_CHARSET]),
    ("idna", b"ab", "ab", [Defect.UNKNOWN_CHARSET]),
    ("zlib", b"ab", "ab", [Defect.UNKNOWN_CHARSET]),
    ("rot13", b"ab", "ab", [Defect.UNKNOWN_CHARSET]),
    ("unicode_escape", b"\\x41", "\\x41", [Defect.UNKNOWN_CHARSET]),
    ("undefined", b"ab", "ab", [Defect.UNKNOWN_CHARSET]),
    ("../../x", b"ab", "ab", [Defect.UNKNOWN_CHARSET]),
]


@pytest.mark.parametrize(("label", "data", "text", "defects"), _CHARSETS)
def test_charsets(label: str, data: bytes, text: str, defects: list[Defect]) -> None:
    """Every label decodes as in the table."""
    message = labelled(label, data)
    assert message.parts[0].text.decode() == text
    assert list(message.defects) == defects


def test_charset_by_rfc_2231() -> None:
    """A charset in RFC 2231 sections is put together."""
    message = read(b"Content-Type: text/plain; charset*0=iso-; charset*1=8859-1\n\n\xe9")
    assert message.parts[0].text.decode() == "é"


def test_empty_text_with_an_empty_charset() -> None:
    """`charset=` without a value is the default, ASCII; what lies beyond is read as UTF-8."""
    assert labelled("", b"a\xc3\xa9").parts[0].text == b"a\xc3\xa9"
    assert labelled("", b"a\xc3\xa9").defects == (Defect.UNLABELLED_8BIT,)
    assert labelled("", b"a").defects == ()


@settings(max_examples=60)
@given(st.sampled_from(sorted(known_codecs())), st.binary(max_size=80), st.text(max_size=20))
def test_every_codec_reads_every_byte(codec: str, data: bytes, text: str) -> None:
    """No charset fails on any bytes, and what it gives is UTF-8."""
    to_utf8(data, codec, set()).decode()
    encoded = text.encode(codec, "ignore")
    if codec == "latin_1" and encoded.translate(None, bytes(range(0x80, 0xA0))) != encoded:
        return  # windows-1252 under a wrong label
    assert to_utf8(encoded, codec, set()).decode() == encoded.decode(codec)


def test_ascii_is_the_same_in_every_charset_that_contains_it() -> None:
    """The short cut for ASCII bytes is right for each codec that takes it."""
    words = bytes(range(0x20, 0x7F)) + b"\n\t"
    for codec in known_codecs():
        if is_ascii_superset(codec):
            decoded = words.decode(codec)
            # Yen and overline stand for backslash and tilde in some Japanese sets.
            assert decoded.replace("¥", "\\").replace("‾", "~") == words.decode(), codec


def test_unknown_labels() -> None:
    """A label without a decoder is said to have none."""
    assert codec_of("x-no-such") == ""
    assert codec_of(" UTF-8 ") == "utf-8"


# (encoded, decoded); as Pigeonhole reads them, but for what the comments say.
_QUOTED_PRINTABLE = [
    (b"a=\nb", b"ab"),
    (b"a=\r\nb", b"ab"),
    (b"a= \nb", b"ab"),
    (b"a=\t \r\nb", b"ab"),
    (b"a=20\nb", b"a \nb"),
    (b"a=", b"a"),
    (b"a=4\nb", b"a=4\nb"),
    (b"a=ZZb", b"a=ZZb"),
    (b"a=3d41", b"a=41"),
    (b"a=c3=a9", b"a\xc3\xa9"),
    (b"a=\rhidden\nb", b"ahidden\nb"),  # Pigeonhole keeps the = and the CR
    (b"", b""),
]


@pytest.mark.parametrize(("data", "expected"), _QUOTED_PRINTABLE)
def test_quoted_printable(data: bytes, expected: bytes) -> None:
    """Escapes decode, everything else stays, nothing is swallowed."""
    assert decode_quoted_printable(data) == expected


# (encoded, decoded, broken); where broken, Pigeonhole stops at the first foreign byte or padding.
_BASE64 = [
    (b"YWJj", b"abc", False),
    (b"YWJ", b"ab", False),
    (b"YW", b"a", False),
    (b"Y", b"", False),
    (b"", b"", False),
    (b"=", b"", False),
    (b"YQ==\n\n", b"a", False),
    (b"YWJj====", b"abc", False),
    (b"YWJj\r\nZGVm YWJj\n", b"abcdefabc", False),
    (b"YQ==YWJj", b"a\naabc", True),
    (b"YQ==\nYWJj\nYQ=", b"a\naabca", True),
    (b"YWJj!ZGVm", b"abc\nabcdef", True),
    (b"YWJj\xffZGVm", b"abc\nabcdef", True),
    (b"YQ==\n--\nA footer, in words\n", b"a\n--\nA footer, in words", True),
    (b"YWJj\n--\nA footer, in words\n", b"abc\n--\nA footer, in words", True),
    (b"YWJ\n\nTo leave, write to us\n", b"ab\nTo leave, write to us", True),
    (b"YWJj\nLeave: https://x.example/\n", b"abc\nLeave: https://x.example/", True),
    (b"YWJj\nTo leave\n", b"abcN\x89^j\xf7", False),  # base64 for Dovecot, too
    (b"Words, not base64.", b"\nWords, not base64.", True),
]


@pytest.mark.parametrize(("data", "expected", "broken"), _BASE64)
def test_base64(data: bytes, expected: bytes, *, broken: bool) -> None:
    """Base64 decodes over garbage and behind padding; a footer stays words."""
    defects: set[Defect] = set()
    assert decode_base64(data, defects) == expected
    assert defects == ({Defect.BAD_BASE64} if broken else set())


def test_base64_runs_limit() -> None:
    """Up to the limit each padded run stands alone; past it the rest is one run."""
    run = base64.b64encode(b"a")
    assert decode_base64(run * LIMITS.base64_runs, set()) == b"a\n" + b"a" * LIMITS.base64_runs
    decoded = decode_base64(run * LIMITS.base64_runs * 3, set())
    assert b"a" * LIMITS.base64_runs in decoded


def test_base64_that_makes_sense_behind_words_is_decoded_too() -> None:
    """Some mail programs skip words between base64, some stop there: both texts are read."""
    data = b"SGVsbG8u\nsome more word, here\n" + base64.b64encode(b"a job for you, from me")
    defects: set[Defect] = set()
    decoded = decode_base64(data, defects)
    assert decoded.startswith(b"Hello.\n")
    assert b"a job for you, from me\n" in decoded
    assert b"\nsome more word, here\n" in decoded
    assert defects == {Defect.BAD_BASE64}


# (encoded, decoded)
_UUENCODED = [
    (b"begin 644 x\n#86)C\n`\nend\n", b"abc"),
    (b"words\nbegin 644 x\r\n#86)C\r\n`\r\nend\r\nmore", b"abc"),
    (b"begin 644 x\n#86)C\nb\xf6se\n#86)C\n", b"abcabc"),
    (b"begin 644 x", b""),
    (b"begin with words", b""),
    (b"", b""),
]


@pytest.mark.parametrize(("data", "expected"), _UUENCODED)
def test_uuencode(data: bytes, expected: bytes) -> None:
    """The first file decodes as far as it goes; lines that are none are skipped."""
    assert decode_uuencode(data) == expected


def test_encoded_runs() -> None:
    """What stands behind a header that names an encoding ends at the next delimiter."""
    data = (
        b"Content-Transfer-Encoding: BASE64\nX: y\n\nYWJj\n--b\n"
        b"content-transfer-encoding : quoted-printable\n\n=41\n--b\n"
        b"Content-Transfer-Encoding: base64x\n\nYWJj\n--b\n"
        b"Content-Transfer-Encoding: base64"
    )
    expected = [(b"base64", b"\n\nYWJj"), (b"quoted-printable", b"\n\n=41")]
    assert list(encoded_runs(data)) == expected
    assert list(encoded_runs(data.replace(b"\n", b"\r"))) == expected


@settings(max_examples=100)
@given(st.binary(max_size=200))
def test_transfer_decoders_take_any_bytes(data: bytes) -> None:
    """Both decoders accept anything and invert the encoders."""
    decode_quoted_printable(data)
    decode_base64(data, set())
    decode_uuencode(b"begin 644 x\n" + data)
    assert decode_base64(base64.encodebytes(data), set()) == data
