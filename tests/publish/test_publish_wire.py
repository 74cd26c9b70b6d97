"""ManageSieve answers: every form is read, every malformed one is an error."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coldstop.publish import wire
from coldstop.publish.errors import Code, PublishError
from coldstop.publish.limits import LIMITS


def reader(data: bytes, size: int = 7) -> wire.Reader:
    """A connection that gives so many bytes at a time, then ends."""
    pieces = iter([data[at : at + size] for at in range(0, len(data), size)])
    return wire.Reader(lambda _size: next(pieces, b""))


def literal(data: bytes) -> bytes:
    """A script as a server sends it."""
    return b"{%d}\r\n%s" % (len(data), data)


def test_plain() -> None:
    """Status, code, argument, text and rows are told apart."""
    found = reader(b'"a b" ACTIVE\r\n"c"\r\nOK (TAG "x y") "all \\"well\\""\r\n').answer()
    assert found == wire.Answer("OK", "TAG", "x y", 'all "well"', ((b"a b", b"ACTIVE"), (b"c",)))


def test_two_answers() -> None:
    """What follows an answer belongs to the next."""
    both = reader(b'OK (WARNINGS) {4}\r\nhmm!\r\nNO (QUOTA/MAXSIZE) "full"\r\n', 999)
    first = both.answer()
    assert (first.code, first.text, both.pending) == ("WARNINGS", "hmm!", True)
    second = both.answer()
    assert (second.status, second.code, second.text) == ("NO", "QUOTA/MAXSIZE", "full")
    assert not both.pending


@given(st.binary(max_size=300), st.integers(1, 50))
def test_script_byte_for_byte(script: bytes, size: int) -> None:
    """A script comes through as it is, whatever it holds and however it is cut up."""
    found = reader(literal(script) + b"\r\nOK\r\n", size).answer()
    assert found.rows == ((script,),)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), max_size=60))
def test_names_round_trip(name: str) -> None:
    """A name sent as an argument is read back as the same by the same grammar."""
    sent = wire.quoted(name).replace(b"+}", b"}")
    assert reader(sent + b"\r\nOK\r\n").answer().rows == ((name.encode(),),)


@given(st.binary(max_size=200))
def test_noise(data: bytes) -> None:
    """Whatever a server sends, it is an answer or a PublishError."""
    with contextlib.suppress(PublishError):
        reader(data).answer()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", Code.GONE),
        (b'"half', Code.GONE),
        (b"{10}\r\nshort", Code.GONE),
        (b'"unclosed\r\n', Code.CONFUSED),
        (b"a{b\r\n", Code.CONFUSED),
        (b"{%d}\r\n" % (LIMITS.script_bytes + 1), Code.TOO_LARGE),
        (b"x" * (LIMITS.line_bytes + 99), Code.TOO_LARGE),
        (b'"a"\r\n' * (LIMITS.answer_rows + 1), Code.TOO_LARGE),
    ],
)
def test_malformed(data: bytes, code: Code) -> None:
    """What is cut off, makes no sense or does not end is named so."""
    with pytest.raises(PublishError) as refused:
        reader(data, 4096).answer()
    assert refused.value.code is code


def test_at_the_limits() -> None:
    """Exactly the permitted number of rows, and the largest script, are read."""
    rows = b'"a"\r\n' * LIMITS.answer_rows
    assert len(reader(rows + b"OK\r\n", 65536).answer().rows) == LIMITS.answer_rows
    script = bytes(LIMITS.script_bytes)
    assert reader(literal(script) + b"\r\nOK\r\n", 65536).answer().rows == ((script,),)
    assert wire.literal(script).endswith(script)
    with pytest.raises(PublishError):
        wire.literal(script + b"x")


def test_names_that_cannot_be_sent() -> None:
    """A name with a line end or a NUL, or a very long one, is refused before it is sent."""
    assert wire.quoted("x" * LIMITS.name_bytes) == b'"%s"' % (b"x" * LIMITS.name_bytes)
    for name in ("a\r\nLOGOUT", "a\0", "x" * (LIMITS.name_bytes + 1)):
        with pytest.raises(PublishError) as refused:
            wire.quoted(name)
        assert refused.value.code is Code.BAD_NAME
