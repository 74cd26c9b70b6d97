"""Pitch, tallies, ladder, floors and ceilings: what judging itself decides."""

from __future__ import annotations

import pytest

from coldstop.policy.errors import Code, PolicyErrors
from coldstop.policy.model import Verdict
from support.judging import card, fired, judged, mail, quotes, rules

PITCH = """
rules:
  job: {when: {text: job}, pitch: 1, kind: job}
  money: {when: {text: money}, points: 10}
  never: {when: {address: from, in: [foe.example]}, points: 20, always: true}
"""


def test_nothing_counts_below_the_threshold() -> None:
    """Strangers with other business are left alone, whatever they write."""
    found = judged(mail("send money"), card(PITCH))
    assert (found.recruiting, found.score, found.verdict) == (False, 0, Verdict.KEEP)
    assert fired(found) == {}


def test_objections_count_in_a_pitch() -> None:
    """At the threshold the score begins to count."""
    found = judged(mail("a job with money"), card(PITCH))
    assert (found.recruiting, found.kind, found.pitch) == (True, "job", 1)
    assert (found.objections, found.score, found.verdict) == (10, 10, Verdict.FILE)
    assert found.folder == "Recruiters"


def test_always_counts_without_a_pitch() -> None:
    """A rule marked always needs no pitch; the others still do not count."""
    found = judged(mail("send money", sender="x@foe.example"), card(PITCH))
    assert (found.recruiting, fired(found)) == (False, {"never": 20})
    assert found.verdict is Verdict.TRASH
    assert found.folder == "Trash"


def test_credits_are_subtracted() -> None:
    """Score is objections minus credits, and may fall below zero."""
    scorecard = rules("""
        bad: {when: {text: bad}, points: 4}
        good: {when: {text: good}, points: -7}
    """)
    found = judged(mail("good and bad"), scorecard)
    assert (found.objections, found.credits, found.score) == (4, 7, -3)
    assert found.verdict is Verdict.KEEP


@pytest.mark.parametrize(
    ("points", "verdict"),
    [
        (-1, "keep"),
        (0, "keep"),
        (4, "keep"),
        (5, "tag"),
        (9, "tag"),
        (10, "file"),
        (19, "file"),
        (20, "trash"),
    ],
)
def test_each_step_of_the_ladder(points: int, verdict: str) -> None:
    """A step holds from its score on, up to the next."""
    scorecard = rules(f"it: {{when: {{text: it}}, points: {points or 1}}}")
    if points == 0:
        assert judged(mail("nothing"), scorecard).verdict.value == verdict
    else:
        assert judged(mail("it"), scorecard).verdict.value == verdict


def test_a_floor_makes_harsher_and_a_ceiling_wins() -> None:
    """`at_least` beats a mild score, `at_most` beats both."""
    scorecard = rules("""
        move: {when: {text: relocate}, points: 1, at_least: trash}
        met: {when: {text: met}, points: -1, at_most: tag}
    """)
    assert judged(mail("relocate"), scorecard).verdict is Verdict.TRASH
    assert judged(mail("relocate, we met"), scorecard).verdict is Verdict.TAG
    assert judged(mail("we met"), scorecard).verdict is Verdict.KEEP


def test_the_harshest_floor_and_the_mildest_ceiling_hold() -> None:
    """Several bounds: the strictest of each sort counts."""
    scorecard = rules("""
        f1: {when: {text: one}, at_least: tag}
        f2: {when: {text: two}, at_least: trash}
        c1: {when: {text: three}, at_most: file}
        c2: {when: {text: four}, at_most: tag}
    """)
    assert judged(mail("one two"), scorecard).verdict is Verdict.TRASH
    assert judged(mail("one two three"), scorecard).verdict is Verdict.FILE
    assert judged(mail("one two three four"), scorecard).verdict is Verdict.TAG


def test_points_each_count_different_phrases_up_to_the_cap() -> None:
    """Growing rules count each phrase once and stop at their cap."""
    scorecard = rules("it: {when: {text: [red, green, blue]}, points_each: 3, cap: 7}")
    assert fired(judged(mail("red red red"), scorecard)) == {"it": 3}
    assert fired(judged(mail("red green"), scorecard)) == {"it": 6}
    assert fired(judged(mail("red green blue"), scorecard)) == {"it": 7}


def test_negative_points_each_are_capped_too() -> None:
    """A growing credit stops at its cap as well."""
    scorecard = rules("it: {when: {text: [red, green, blue]}, points_each: -3, cap: 5}")
    assert fired(judged(mail("red green blue"), scorecard)) == {"it": -5}


def test_the_pitch_never_reads_below_zero() -> None:
    """Evidence against a pitch does not show as a negative number."""
    scorecard = card(
        "rules:\n  a: {when: {text: a}, pitch: 1}\n  list: {when: {header: List-Id}, pitch: -8}"
    )
    assert judged(mail("x", List_Id="<a.example>"), scorecard).pitch == 0


def test_the_most_telling_kind_wins() -> None:
    """Evidence for several kinds names the most telling one, however the points fall."""
    scorecard = card("""
        rules:
          a: {when: {text: job}, pitch: 9, kind: job}
          b: {when: {text: invite}, pitch: 1, kind: connect}
    """)
    assert judged(mail("job"), scorecard).kind == "job"
    assert judged(mail("job invite"), scorecard).kind == "connect"


def test_rules_may_name_rules_in_any_order() -> None:
    """A rule that names a later one is run after it."""
    scorecard = rules("""
        both: {when: {all: [{rule: one}, {rule: two}]}, points: 5}
        one: {when: {text: one}, points: 1}
        two: {when: {text: two}, points: 1}
    """)
    assert fired(judged(mail("one two"), scorecard)) == {"one": 1, "two": 1, "both": 5}
    assert fired(judged(mail("one"), scorecard)) == {"one": 1}


def test_rules_in_a_circle_are_refused() -> None:
    """Rules that ask about each other have no meaning."""
    with pytest.raises(PolicyErrors) as caught:
        rules("""
            a: {when: {rule: b}, points: 1}
            b: {when: {rule: a}, points: 1}
        """)
    assert caught.value.errors[0].code is Code.RULE_CYCLE


def test_evidence_quotes_the_sender() -> None:
    """What decided is quoted as the sender wrote it, with where it stood."""
    scorecard = rules("it: {when: {text: help desk}, points: 1}")
    found = judged(mail("We have\na HELP\ndesk   role."), scorecard)
    (one,) = [one for one in found.fired if one.name == "it"]
    assert quotes(found, "it") == ["HELP desk"]
    assert one.evidence[0].where == "text"
    assert one.evidence[0].before.endswith("have a ")
    assert one.evidence[0].after.startswith(" role.")


def test_equal_input_gives_equal_judgements() -> None:
    """Judging is pure: no state is left behind."""
    scorecard = card(PITCH)
    raw = mail("a job with money")
    first = judged(raw, scorecard)
    judged(mail("something else", sender="x@foe.example"), scorecard)
    assert judged(raw, scorecard) == first
