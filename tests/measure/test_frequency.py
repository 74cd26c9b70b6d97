"""The table of rules."""

from __future__ import annotations

import pytest

from measure.frequency import frequencies, scores
from measure.trial import Trial


def trial(*names: str, recruiting: bool = True) -> Trial:
    """A message in which rules fired."""
    return Trial(9, recruiting, "job", 0, "file", tuple((name, 1) for name in names))


PITCHES = [trial("sure", "often"), trial("sure", "often"), trial("often"), trial(recruiting=False)]
WANTED = [trial("often", "against"), *[trial("against")] * 4, *[trial()] * 5]


def test_shares_and_their_ratio() -> None:
    """S/O compares shares, so that many wanted mails do not outweigh few pitches."""
    rows = {row.name: row for row in frequencies({"sure": 4, "often": 2}, PITCHES, WANTED)}
    assert (rows["sure"].pitches, rows["sure"].wanted, rows["sure"].ratio) == (0.5, 0.0, 1.0)
    assert rows["often"].pitches == 0.75
    assert rows["often"].wanted == pytest.approx(0.1)
    assert rows["often"].ratio == pytest.approx(0.75 / 0.85)


def test_a_rule_that_never_fires_has_no_ratio_and_the_last_rank() -> None:
    """Nothing is known of it."""
    rows = frequencies({"dead": 4, "sure": 4}, PITCHES, WANTED)
    assert [(row.name, row.ratio, row.rank) for row in rows] == [
        ("sure", 1.0, 1.0),
        ("dead", None, 0.0),
    ]


def test_evidence_against_a_pitch_is_good_where_it_fires_in_wanted_mail() -> None:
    """The sides are changed for rules of negative points."""
    rows = frequencies({"against": -4, "wrong": -1, "often": 1}, [trial("wrong")], WANTED)
    ranks = {row.name: row.rank for row in rows}
    assert ranks["against"] > ranks["wrong"]


def test_other_spam_is_no_part_of_the_ratio() -> None:
    """A rule may fire in spam as it likes."""
    plain, with_spam = (
        frequencies({"sure": 4}, PITCHES, WANTED, spam)[0] for spam in ([], [trial("sure")])
    )
    assert (plain.spam, with_spam.spam) == (0.0, 1.0)
    assert plain.ratio == with_spam.ratio


def test_no_mail_at_all_gives_a_table_of_nothing() -> None:
    """Missing sets are no error."""
    assert frequencies({"sure": 4}, [], [])[0].ratio is None


def test_score_rules_are_counted_in_recognised_pitches_only() -> None:
    """They are not asked in other mail, so that a share of it would mean nothing."""
    found = scores({"sure": 3, "often": 1}, PITCHES)
    assert [(one.name, one.hits, one.pitches) for one in found] == [("often", 3, 3), ("sure", 2, 3)]
