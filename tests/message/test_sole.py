"""The single address of a From field: told where there is no doubt, else not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coldstop.message.authentication import Trusted, authenticated_domain
from coldstop.message.limits import LIMITS
from coldstop.message.reader import read
from coldstop.message.sole import sole_address
from support.senders import ANN, DOUBTFUL, EVERYDAY


@pytest.mark.parametrize("raw", EVERYDAY)
def test_everyday_names_do_not_hide_the_sender(raw: bytes) -> None:
    """A name that breaks the grammar leaves one address, and our own result vouches for it."""
    found = sole_address(raw)
    assert found is not None
    assert found.spec == ANN
    head = b"Authentication-Results: mx.test; dmarc=pass header.from=oak.example\nFrom: "
    message = read(head + raw + b"\n\nx\n")
    assert authenticated_domain(message, Trusted(frozenset({"mx.test"}))) == "oak.example"
    assert [one.spec for one in message.addresses("from")] == [ANN]


@pytest.mark.parametrize("raw", DOUBTFUL)
def test_doubt_names_nobody(raw: bytes) -> None:
    """Two addresses, groups, split addresses, controls: nobody is the sender."""
    assert sole_address(raw) is None


@given(st.text(alphabet="ab .,:;\"'()[]\\@<>=?é\t", max_size=40))
def test_no_second_address_is_ever_overlooked(text: str) -> None:
    """Where a sender is told, it is the last address, and no unquoted `@` speaks of another."""
    found = sole_address(text.encode() + b"<ann@oak.example>")
    if found is not None:
        assert found.spec == ANN
        assert "<" not in text or '"' in text or "(" in text
    assert sole_address(b"<eve@elm.example> " + text.encode() + b"<ann@oak.example>") is None


@given(st.binary(max_size=200))
def test_nothing_raises(raw: bytes) -> None:
    """Any bytes give an address or None."""
    found = sole_address(raw)
    assert found is None or "@" in found.spec


@pytest.mark.parametrize("piece", [b":", b'"', b"(", b'"a"@', b"<", b"a.", b"\\", b" ,", b"@"])
def test_hostile_fields_are_read_in_no_time(piece: bytes) -> None:
    """A field of the longest kind costs milliseconds."""
    start = time.process_time()
    sole_address(piece * (LIMITS.address_bytes // len(piece) - 20) + b"<ann@oak.example>")
    assert time.process_time() - start < 0.5
