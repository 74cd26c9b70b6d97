"""Hostile messages are read fast and within the limits."""

from __future__ import annotations

import pytest

from coldstop.message.authentication import Trusted, authenticated_domain
from coldstop.message.header import VITAL
from coldstop.message.limits import LIMITS
from coldstop.message.reader import read
from coldstop.message.zones import own
from support.hostile import hostile_set
from support.stopwatch import cpu_seconds

_HOSTILE = hostile_set()
_SECONDS = 0.15
"""CPU time for reading, and again for the zones. Half of it is the aim; a machine may be slow."""
_FIELDS = ("From", "To", "Cc", "Subject", "Reply-To")


@pytest.mark.parametrize("name", sorted(_HOSTILE))
def test_hostile_messages_are_read_fast(name: str) -> None:
    """Reading, five header fields and their addresses cost little, whatever the message is."""
    raw = _HOSTILE[name]

    def reading() -> None:
        message = read(raw)
        for field in _FIELDS:
            message.header(field)
            assert len(message.addresses(field)) <= LIMITS.addresses
        assert authenticated_domain(message, Trusted().and_also(["mx.reader.example"])) == ""
        assert len(message.headers) <= LIMITS.header_fields + len(VITAL) * LIMITS.vital_fields
        assert len(message.parts) <= 2 * LIMITS.parts + 2
        assert sum(len(part.text) for part in message.parts) <= LIMITS.text_bytes

    assert cpu_seconds(reading, _SECONDS) <= _SECONDS


@pytest.mark.parametrize("name", sorted(_HOSTILE))
def test_hostile_messages_are_zoned_fast(name: str) -> None:
    """So does telling the sender's own words from the rest."""
    message = read(_HOSTILE[name])

    def zoning() -> None:
        for part in message.parts:
            assert len(own(part)) <= LIMITS.own_runs

    assert cpu_seconds(zoning, _SECONDS) <= _SECONDS


def test_the_hostile_set_is_as_large_as_it_says() -> None:
    """Every hostile message is between 100 KB and 2 MB, and there are the named ones."""
    assert {"br", "less-than", "one-word", "nested-multiparts", "parts", "headers"} <= set(_HOSTILE)
    assert {"base64", "encoded-words", "nuls", "no-newline"} <= set(_HOSTILE)
    for raw in _HOSTILE.values():
        assert 100_000 <= len(raw) <= 2_000_000
