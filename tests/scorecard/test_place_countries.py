"""Places as readers of four countries see them, judged (S23, S24, T4)."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coldstop.policy.load import load_text
from coldstop.scorecard.resolve import resolve
from support.judging import fired, judged, mail, quotes
from support.placemail import ALBANY, BERLIN, MANCHESTER, SAID, TORONTO, policy
from support.stopwatch import cpu_seconds

if TYPE_CHECKING:
    from coldstop.scorecard.resolve import Scorecard


@functools.cache
def card(home: str) -> Scorecard:
    """Make the scorecard of somebody who lives there."""
    return resolve(load_text(policy(home)))


@pytest.mark.parametrize(("home", "subject", "text", "side"), SAID)
def test_place_lies_where_a_person_would_say(home: str, subject: str, text: str, side: str) -> None:
    """Towns of the own country behind a cue or with their region; others with theirs only."""
    judgement = judged(mail(text or "Hello.", subject), card(home))
    assert set(fired(judgement)) == ({side} if side else set())


@pytest.mark.parametrize(
    ("home", "spelling"),
    [
        (BERLIN, "München"),
        (BERLIN, "Muenchen"),
        (BERLIN, "Munchen"),
        (BERLIN, "MÜNCHEN"),
        (BERLIN, "M&uuml;nchen"),
        (BERLIN, "Munich"),
        (BERLIN, "Frankfurt am Main"),
        (BERLIN, "Freiburg"),
        (TORONTO, "Montréal"),
        (TORONTO, "Montreal"),
        (MANCHESTER, "Southend-on-Sea"),
        (MANCHESTER, "Newcastle"),
    ],
)
def test_spellings_are_one_town(home: str, spelling: str) -> None:
    """With its accents, without them, written out, as an entity, in capitals, in English."""
    assert set(fired(judged(mail(f"Location: {spelling}"), card(home)))) == {"far"}


def test_evidence_quotes_the_place() -> None:
    """The quote is the place, without cue and context."""
    judgement = judged(mail("Standort: Großraum München\nDauer: 6 Monate"), card(BERLIN))
    assert quotes(judgement, "far") == ["München"]
    judgement = judged(mail("x", "Manager - Dublin, Ireland"), card(ALBANY))
    assert quotes(judgement, "far") == ["Dublin, Ireland"]


def test_relays_have_no_place() -> None:
    """A relay's mail names the relay's own place."""
    raw = mail("Location: Munich", sender="x@relay.example")
    assert not fired(judged(raw, card(BERLIN)))


@given(st.text(alphabet="Location: Berlin,München(UK)TX\n -<>&;ü", max_size=60))
def test_near_is_never_far(text: str) -> None:
    """Whatever stands in a mail, no place is on both sides, and nothing is raised."""
    for home in (BERLIN, ALBANY):
        assert len(fired(judged(mail(f"Location: {text}"), card(home)))) <= 1


def test_a_place_far_behind_its_cue_costs_no_more() -> None:
    """Half a megabyte of gaps between cue and town is passed once, and the town still quoted."""
    raw = mail("Standort:" + " " * 500_000 + "München")
    assert quotes(judged(raw, card(BERLIN)), "far")[0].endswith("München")
    assert cpu_seconds(lambda: judged(raw, card(BERLIN)), 1) < 1
