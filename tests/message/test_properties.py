"""For any bytes: never raises, within the limits, one meaning through both doors."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coldstop.message.authentication import Trusted, authenticated_domain
from coldstop.message.limits import LIMITS
from coldstop.message.model import Envelope, Message
from coldstop.message.reader import read, read_fields
from coldstop.message.zones import own
from fuzz.generate import mail
from fuzz.mutate import mutants
from fuzz.reference import fields_of

_FIELDS = ("From", "To", "Cc", "Subject", "Reply-To", "Content-Type")

# Pieces that mail is made of, so that random mail gets somewhere.
_PIECES = st.sampled_from(
    b'\n|\r\n|\r|\0| |\t|:|--|--b|--b--|b|=|=?|?=|=?utf-8?q?=C3=A9?=|"|(|)|<|>|@|,|;|\\|\xe9|'
    b"From: |To: |Subject: |a@b.example|Content-Type: |multipart/mixed|; boundary=b|text/html|"
    b"text/plain; charset=utf-7|message/rfc822|YWJj|Content-Transfer-Encoding: |base64|"
    b"quoted-printable|On x wrote:|-- \n|Received: x\n|"
    b"Authentication-Results: mx; dmarc=pass header.from=b.example".split(b"|")
)
_BYTES = st.one_of(st.binary(max_size=300), st.lists(_PIECES, max_size=80).map(b"".join))


def everything(message: Message) -> tuple[object, ...]:
    """Ask a message all there is to ask, and check what must always hold."""
    decoded = [(message.header(name), message.addresses(name)) for name in _FIELDS]
    for values, addresses in decoded:
        for value in values:
            assert not set("\n\r\0") & set(value)
            assert value == value.strip()
            value.encode()
        assert len(addresses) <= LIMITS.addresses
        for address in addresses:
            assert address.local
            assert address.domain == address.domain.lower()
            assert not address.domain.endswith(".")
    for part in message.parts:
        part.text.decode()
        assert b"\0" not in part.text
        at = 0
        for run in own(part):
            found = part.text.find(run, at)
            assert found >= 0
            assert run
            at = found + len(run)
    for header in message.headers:
        assert header.name == header.name.lower()
        assert header.name.isascii()
    authenticated = authenticated_domain(message, Trusted().and_also(["mx"]))
    defects = message.defects
    assert list(defects) == sorted(set(defects))
    return (decoded, message.parts, message.headers, authenticated, defects)


@settings(max_examples=400)
@given(_BYTES)
def test_any_bytes_are_a_message(raw: bytes) -> None:
    """Reading never raises and what it gives is well-formed."""
    everything(read(raw))


@settings(max_examples=150)
@given(_BYTES)
def test_line_ends_do_not_matter(raw: bytes) -> None:
    """The LF form and the CRLF form of a message are the same message."""
    lf = raw.replace(b"\r", b"")
    assert everything(read(lf)) == everything(read(lf.replace(b"\n", b"\r\n")))


@pytest.mark.parametrize("seed", range(100))
@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_both_doors_on_generated_mail(seed: int, newline: bytes) -> None:
    """`read_fields` of what a milter collects equals `read` of the whole message."""
    raw = mail(seed).raw.replace(b"\n", newline)
    fields, body = fields_of(raw)
    assert everything(read_fields(fields, body, Envelope())) == everything(read(raw))


def test_mutants_read() -> None:
    """Twelve hundred damaged messages neither raise nor break a promise."""
    samples = [mail(seed).raw for seed in range(60)]
    for raw in mutants(samples, 1_200, seed=1):
        everything(read(raw))


def test_mutants_are_the_same_for_the_same_seed() -> None:
    """A seed names its mutants."""
    samples = [mail(seed).raw for seed in range(5)]
    assert list(mutants(samples, 50, 7)) == list(mutants(samples, 50, 7))
    assert list(mutants(samples, 50, 7)) != list(mutants(samples, 50, 8))
