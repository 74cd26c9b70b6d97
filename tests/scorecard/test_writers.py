"""`any-sender`: a block holds wherever the blocked sender is named, and for nobody else."""

from __future__ import annotations

import time
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coldstop.message.limits import LIMITS
from coldstop.message.model import Envelope
from coldstop.message.reader import read
from coldstop.policy.load import load_text
from coldstop.scorecard.judge import facts_for, judge
from coldstop.scorecard.resolve import resolve
from coldstop.scorecard.standing import UNKNOWN
from coldstop.scorecard.tests.address import AddressSet
from coldstop.scorecard.tests.writers import NAMED, Writers
from support.blocked import BLOCKED, OTHERS, POLICY
from support.judging import TODAY

CARD = resolve(load_text(POLICY))


def _blocked(head: bytes, sender: str = "") -> bool:
    message = read(head + b"\nHello.\n", Envelope(sender=sender))
    return any(one.name == "blocked" for one in judge(message, CARD, today=TODAY).fired)


@pytest.mark.parametrize("head", BLOCKED)
def test_who_is_blocked_stays_so(head: str) -> None:
    """Tags, quotes, case, more than ASCII, and every field in which a list keeps the writer."""
    assert _blocked(head.encode())


@pytest.mark.parametrize("head", OTHERS)
def test_others_are_not_blocked(head: str) -> None:
    """Longer names and domains, other fields, and a domain without an address are nobody's."""
    assert not _blocked(head.encode())


@pytest.mark.parametrize(
    ("sender", "blocked"),
    [("bob@oak.example", True), ("bob+v1@oak.example", True), ("rob@oak.example", False)],
)
def test_the_envelope_sender_counts(sender: str, *, blocked: bool) -> None:
    """The bounce address is the writer's, with a tag or without."""
    assert _blocked(b"From: x@elm.example\n", sender) is blocked


def test_no_number_of_fields_hides_who_is_blocked() -> None:
    """A thousand fields or 256 KiB of them in front, a hundred subjects, a name of 100 KiB."""
    end = b"From: Bob <bob@oak.example>\n"
    assert _blocked(b"X: y\n" * (LIMITS.header_fields + 1) + end)
    assert _blocked((b"X: " + b"y" * 900 + b"\n") * 300 + end)
    subjects = b"Subject: s\n" * (LIMITS.vital_fields + 1)
    assert _blocked(b"X: y\n" * (LIMITS.header_fields + 1) + subjects + end)
    assert _blocked(b"From: " + b"Bob " * 25_000 + b"<bob@oak.example>\n")
    assert _blocked(b"From: " + b"x@elm.example, " * 200 + b"bob@oak.example\n")


def test_evidence_names_the_field_and_the_address() -> None:
    """What is shown is what stood in the mail."""
    head = b"From: Bob via Hikers <h@lists.example>\nX-Original-From: Bob <bob+a@oak.example>\n"
    (fired,) = (
        one
        for one in judge(read(head + b"\nx\n"), CARD, today=TODAY).fired
        if one.name == "blocked"
    )
    assert [(one.where, one.quote) for one in fired.evidence] == [
        ("header x-original-from", "bob+a@oak.example")
    ]


@pytest.mark.parametrize("piece", [b"@", b"@a", b"a@oak.example ", b"bob+", b"x", b"@oak.example"])
def test_hostile_fields_cost_little(piece: bytes) -> None:
    """A quarter of a megabyte of addresses is looked through in a moment."""
    fields = b"Reply-To: " + piece * (60_000 // len(piece)) + b"\n"
    start = time.process_time()
    _blocked(fields * 4)
    assert time.process_time() - start < 1.5


_PIECES = st.sampled_from(
    [
        *("bob", "Bob+v1", '"bob"', "b.ob", "josé", "=?utf-8?q?bob?=", "x", "", "bob (c)"),
        *("@", "@ ", "(c)@", "@(c)", " @", "\\@", "=40", "=?utf-8?q?=40?=", "@x@"),
        *("oak.example", "OAK.Example.", "m.oak.example", "oak .example", "oak\n .example"),
        *("oak(c).example", "=?utf-8?b?b2FrLmV4YW1wbGU=?=", "elm.example", "notoak.example"),
        *("<", ">", ",", ";", ":", " ", "\n\t", '"', "(", ")", "bücher.example", "xn--bcher-kva"),
    ]
)


@given(st.lists(st.tuples(st.sampled_from(NAMED), st.lists(_PIECES, max_size=8)), max_size=3))
def test_the_look_at_raw_bytes_misses_nobody(fields: list[tuple[str, list[str]]]) -> None:
    """What is settled without reading the fields properly is settled rightly."""
    head = "".join(f"{name}: {''.join(pieces)}\n" for name, pieces in fields)
    message = read(f"{head}\nx\n".encode())
    facts = facts_for(message, CARD, UNKNOWN, TODAY)
    writers = Writers(AddressSet.of(["bob@oak.example", "bücher.example", "josé@oak.example"]))
    quick = writers.find(facts)
    with patch.object(Writers, "_possible", return_value=True):
        assert writers.find(facts) == quick
