"""`profile`: by mails for which it holds and mails for which it does not."""

from __future__ import annotations

import pytest

from coldstop.message.reader import read
from coldstop.policy.load import load_text
from coldstop.scorecard.explain import explain
from coldstop.scorecard.resolve import resolve
from support.judging import TODAY, mail
from support.kindmail import PROFILE, PROFILE_POLICY, judged, policy


@pytest.mark.parametrize(("raw", "fires"), PROFILE)
def test_profile(raw: bytes, fires: dict[str, int]) -> None:
    """Exactly the rules fire, for the points, that a person would say."""
    assert judged(PROFILE_POLICY, raw) == fires


def test_without_a_reader_nothing_holds() -> None:
    """And `explain` says what is missing."""
    source = policy("a: {when: {profile: mismatch}, points: -1}\nb: {when: {header: X}, points: 2}")
    assert judged(source, mail("Hi Bob,\n")) == {}
    told = explain(read(mail("x")), resolve(load_text(source)), today=TODAY)
    assert told.absent[0].missing.endswith("(the policy says no reader.skills)")
