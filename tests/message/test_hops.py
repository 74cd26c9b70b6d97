"""Which `Received` fields are our own hops: as real servers write them, and as forgers do."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coldstop.message.hops import count_hops, own_hops
from coldstop.message.limits import LIMITS
from coldstop.message.reader import read

_HERE = Path(__file__).parent / "hops"
_IDS = ("mx.home.example",)
_CLAIM = b"from x (localhost [127.0.0.1])\n\tby mx.home.example (Postfix) with ESMTP id forged"


def _blocks(name: str) -> dict[str, tuple[list[str], list[bytes]]]:
    """Read a file of shapes: name, notes, raw Received values as they were written."""
    found = {}
    for block in (_HERE / name).read_text("utf-8").split("\n\n"):
        notes = [line[2:] for line in block.splitlines() if line.startswith("# ")]
        text = block[block.index("Received: ") + 10 :].rstrip("\n")
        fields = [field.encode() for field in text.split("\nReceived: ")]
        found[notes[0]] = (notes[1:], fields)
    return found


_REAL = _blocks("real.txt")
_FORGED = _blocks("forged.txt")


def _real(name: str) -> tuple[list[str], list[bytes], int]:
    (ids, ours), fields = _REAL[name]
    return ids.removeprefix("ids: ").split(), fields, int(ours.removeprefix("ours: "))


@pytest.mark.parametrize("name", _REAL)
def test_real_servers(name: str) -> None:
    """Our own hops are counted up to the one through which the mail came in."""
    ids, fields, count = _real(name)
    assert count_hops(fields, ids) == count


@pytest.mark.parametrize("name", _FORGED)
def test_a_stranger_opens_no_second_hop(name: str) -> None:
    """Whatever a stranger calls himself, the forged `by <our host>` below is not counted."""
    assert count_hops([*_FORGED[name][1], _CLAIM] * 3, _IDS) == 1


def test_behind_a_proxy_that_hides_addresses() -> None:
    """A stranger whose address is hidden is none of ours, whatever he and his chain are called."""
    entry = b"from evil.example (unknown [172.18.0.1]) by mx.home.example (Postfix)"
    assert count_hops([entry, _CLAIM.replace(b"mx.home.example", b"evil.example")], _IDS) == 1
    assert count_hops([entry, _CLAIM], _IDS) == 1


@pytest.mark.parametrize("one", ["home.co.uk", "example", "mx.co.uk"])
def test_a_registry_is_nobodys_domain(one: str) -> None:
    """An id directly below a public suffix makes no neighbour ours."""
    top = f"from x (gw.evil.co.uk [198.51.100.66]) by {one} (Postfix) with ESMTP id 1"
    claim = "from x (localhost [127.0.0.1]) by gw.evil.co.uk (Postfix)"
    assert count_hops([top.encode(), claim.encode()], (one,)) == 1


def test_no_received_no_hop() -> None:
    """A mail without any Received has no hop; any Received is at least one."""
    assert own_hops(read(b"From: a@b.example\n\nx\n"), _IDS) == 0
    assert own_hops(read(b"Received: \n\nx\n"), _IDS) == 1
    assert own_hops(read(b"Received: by us\nReceived: x\n\nx\n"), ()) == 1


def test_limits() -> None:
    """A field at the limit is read, one beyond it ends our hops, and so does their number."""
    top, entry = _real("dovecot-lmtp")[1][:2]
    long = top + b" (" + b"x" * (LIMITS.received_bytes - len(top) - 3) + b")"
    assert count_hops([long, entry], _IDS) == 2
    assert count_hops([long + b"x", entry], _IDS) == 1
    many = [_CLAIM] * (LIMITS.own_hops + 9)
    assert count_hops(many[: LIMITS.own_hops], _IDS) == LIMITS.own_hops
    assert count_hops(many, _IDS) == LIMITS.own_hops


@given(st.lists(st.binary(max_size=300), max_size=5), st.sampled_from(sorted(_REAL)))
def test_never_raises(junk: list[bytes], name: str) -> None:
    """Any bytes are read, in any order."""
    ids, fields, _ = _real(name)
    assert 1 <= count_hops([*junk, *fields], ids) <= 20


_TOKENS = (
    "from by with LMTP POP3 ESMTP mx.home.example imap.home.example localhost evil.example ( ) [ ]"
    " [127.0.0.1] (localhost 127.0.0.1]) 10.0.0.1 (Postfix) (Exim 4.96) (qmail 1 invoked network)"
    " 2002:a05::1 mx.google.com phl-mx-04.messagingengine.com ; id"
)
_WORDS = st.sampled_from(_TOKENS.split())
_LINES = st.lists(_WORDS, max_size=14).map(lambda words: " ".join(words).encode())
_ENDED = sorted(set(_REAL) - {"fetched-elsewhere", "fastmail-inside"})


@given(st.lists(_LINES, max_size=6), st.sampled_from(_ENDED))
def test_what_stands_below_the_entry_changes_nothing(below: list[bytes], name: str) -> None:
    """Nothing that the sender writes below the hop of his entry changes the answer."""
    ids, fields, count = _real(name)
    assert count_hops([*fields[:count], *below], ids) == count


@given(st.lists(_LINES, min_size=1, max_size=6), st.sampled_from(sorted(_FORGED)))
def test_nor_below_a_forger(below: list[bytes], name: str) -> None:
    """The same where the sender has chosen the words of his own entry."""
    assert count_hops([*_FORGED[name][1], *below], _IDS) == 1
