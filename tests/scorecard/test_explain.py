"""Explanations: what lacked, how far the next verdict is, what would change it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coldstop.message.reader import read
from coldstop.policy.model import Tier, Verdict
from coldstop.scorecard.explain import Absent, Explanation, Flip, Step, explain
from coldstop.scorecard.judge import judge
from coldstop.scorecard.standing import UNKNOWN, Standing
from support.judging import TODAY, card, mail, rules

if TYPE_CHECKING:
    from coldstop.scorecard.resolve import Scorecard


def explained(
    raw: bytes, scorecard: Scorecard, standing: Standing = UNKNOWN, today: dt.date = TODAY
) -> Explanation:
    """Explain raw bytes."""
    return explain(read(raw), scorecard, standing, today=today)


def missing(condition: str, raw: bytes, scorecard: Scorecard | None = None) -> str:
    """What a credit with this condition lacks, in a mail that does not earn it."""
    made = scorecard or rules(f"it: {{when: {condition}, points: -1, sieve: omit}}")
    (absent,) = explained(raw, made).absent
    assert absent.name == "it"
    return absent.missing


LADDER = """
bad: {when: {text: bad}, points: 12}
odd: {when: {text: odd}, points: 3}
good: {when: {text: good}, points: -5}
"""


def test_the_judgement_is_that_of_the_judge() -> None:
    """Explaining judges no differently."""
    scorecard = rules(LADDER)
    for text in ("", "bad", "bad and good", "odd", "bad odd good"):
        raw = mail(text)
        found = explained(raw, scorecard)
        assert found.judgement == judge(read(raw), scorecard, today=TODAY)
        assert found.outcome.score == found.judgement.score
        assert found.outcome.verdict is found.judgement.verdict
        assert found.missing == 0


# --- credits that were not given ------------------------------------------------------------


def test_credits_that_did_not_fire_are_listed_with_their_points() -> None:
    """A missed credit is listed; one that was given is not, nor is a missed objection."""
    found = explained(mail("odd"), rules(LADDER))
    assert found.absent == (Absent("good", -5, "not: text 'good'"),)
    assert explained(mail("good"), rules(LADDER)).absent == ()


def test_ceilings_that_did_not_fire_are_listed() -> None:
    """A ceiling would have helped too, whatever its points; a floor would not."""
    scorecard = rules("""
        lid: {when: {text: lid}, at_most: tag}
        floor: {when: {text: floor}, at_least: tag}
    """)
    assert [one.name for one in explained(mail("x"), scorecard).absent] == ["lid"]


@pytest.mark.parametrize(
    ("condition", "text", "expected"),
    [
        ("{text: gold}", "x", "not: text 'gold'"),
        ("{text: gold, zone: own}", "x", "not: text 'gold' in own"),
        ("{text: [a, b, c, d]}", "x", "not: text 'a', 'b', 'c', …"),
        ("{header: X-A}", "x", "not: header X-A is there"),
        ("{header: X-A, is: [b, c]}", "x", "not: header X-A is b or c"),
        ("{header: X-A, contains: b}", "x", "not: header X-A contains b"),
        ("{header: X-A, phrase: b}", "x", "not: header X-A has b"),
        ("{address: [from, cc], in: a.example}", "x", "not: from or cc address in a.example"),
        ("{labels: [Rate, Role], at_least: 2}", "x", "not: 2 or more labels of Rate, Role"),
        ("{authenticated: true}", "x", "not: authenticated"),
        ("{asked_to_stop: true}", "x", "not: asked to stop, and grace is over"),
        ("{search: [active, passive]}", "x", "not: job search is active or passive"),
        ("{date: {until: 2026-05-31}}", "x", "not: date from ever until 2026-05-31"),
        ("{kind: inmail}", "x", "not: kind is inmail"),
    ],
)
def test_every_test_says_what_it_lacked(condition: str, text: str, expected: str) -> None:
    """A test that does not hold is named in the policy's own words."""
    assert missing(condition, mail(text)) == expected


@pytest.mark.parametrize(
    ("condition", "text", "expected"),
    [
        ("{all: [{text: red}, {text: blue}]}", "red", "not: text 'blue'"),
        ("{all: [{text: red}, {text: blue}]}", "x", "not: text 'red'; not: text 'blue'"),
        ("{any: [{text: red}, {text: blue}]}", "x", "not: text 'red' and not: text 'blue'"),
        ("{not: {text: red}}", "so red", "text 'red': “red”"),
        ("{not: {any: [{text: red}, {text: blue}]}}", "blue", "text 'blue': “blue”"),
        ("{not: {rule: everything}}", "x", "rule everything fired"),
        ("{not: {not: {text: red}}}", "x", ""),
    ],
)
def test_joined_conditions_name_what_is_missing_only(
    condition: str, text: str, expected: str
) -> None:
    """Of `all` the tests that fail, of `any` all of them, of `not` what holds, with its words."""
    assert missing(condition, mail(text)) == expected


CIRCLE = """
trust: {authserv: mx.test}
lists:
  people: []
  firms: [firm.example]
  recognised: []
  relays: [relay.example]
  connection: [we met]
rules:
  everything: {when: {not: {header: X-Never}}, pitch: 1}
  it: {when: {relationship: known-firm}, points: -1}
"""


@pytest.mark.parametrize(
    ("sender", "text", "expected"),
    [
        ("a@else.example", "", "the sender is: stranger"),
        ("a@else.example", "we met", "the sender is: stated"),
        ("a@relay.example", "", "a@relay.example is a relay: nobody's identity"),
        (
            "a@firm.example",
            "",
            "a@firm.example is listed as known-firm, but the mail is not authenticated",
        ),
    ],
)
def test_a_relationship_says_why_it_is_not_nearer(sender: str, text: str, expected: str) -> None:
    """S11, S22: a listed sender without proof is told apart from a stranger and from a relay."""
    found = missing("", mail(text, sender=sender), card(CIRCLE))
    assert found == f"not: relationship is known-firm ({expected})"


def test_a_listed_sender_is_told_that_nobody_is_trusted() -> None:
    """Where no mail server is named, that is what the friend lacks."""
    found = missing(
        "",
        mail("", sender="a@firm.example"),
        card(CIRCLE.replace("trust: {authserv: mx.test}", "")),
    )
    assert "trust: {authserv: ...}" in found


WORK = """
lists:
  remote: [fully remote]
  remote-limits: [hybrid]
  hybrid: [hybrid]
  onsite: [onsite]
rules:
  everything: {when: {not: {header: X-Never}}, pitch: 1}
  it: {when: {work: remote}, points: -1}
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Fully remote, later Hybrid.", "not: work is remote (the message says “Hybrid”)"),
        ("an office", "not: work is remote"),
    ],
)
def test_remote_work_that_is_taken_back_is_quoted(text: str, expected: str) -> None:
    """S25: the words that took the promise back are shown."""
    assert missing("", mail(text), card(WORK)) == expected


PLACES = """
reader: {{commute: {{from: "Albany, NY", miles: 40}}}}
lists: {{place-cues: ["location:"], relays: []}}
rules:
  everything: {{when: {{not: {{header: X-Never}}}}, pitch: 1}}
  it: {{when: {{place: {side}}}, points: -1}}
"""


@pytest.mark.parametrize(
    ("side", "subject", "expected"),
    [
        ("near", "DBA in Plano, TX", "not: place is near (Plano, TX is far)"),
        ("near", "DBA", "not: place is near"),
        ("near", "DBA in Nowhereville, NY", "not: place is near (Nowhereville, NY is unknown)"),
        (
            "far",
            "DBA, Albany, NY or Austin, TX",
            "not: place is far (Albany, NY is near; Austin, TX is far)",
        ),
    ],
)
def test_a_place_says_what_was_found(side: str, subject: str, expected: str) -> None:
    """S24: every place that counted is named with its side."""
    assert missing("", mail("", subject), card(PLACES.format(side=side))) == expected


def test_a_place_without_a_home_says_so() -> None:
    """Nothing is near or far for a reader who has not said where home is."""
    body = PLACES.format(side="near").replace("reader:", "# reader:")
    found = missing("", mail("", "DBA in Plano, TX"), card(body))
    assert found.endswith("(the policy says no reader.commute, so no place is near or far)")


# --- margins --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "milder", "harsher"),
    [
        ("bad", Step(Verdict.TAG, 3), Step(Verdict.TRASH, 8)),
        ("bad good", Step(Verdict.KEEP, 3), Step(Verdict.FILE, 3)),
        ("odd", None, Step(Verdict.TAG, 2)),
        ("", None, Step(Verdict.TAG, 5)),
    ],
)
def test_margins_tell_the_points_to_the_next_steps(
    text: str, milder: Step | None, harsher: Step | None
) -> None:
    """Points fewer until the score falls off its step, points more until the next one."""
    found = explained(mail(text), rules(LADDER))
    assert (found.milder, found.harsher) == (milder, harsher)


def test_nothing_is_harsher_than_the_last_step() -> None:
    """At the top of the ladder there is a milder verdict only."""
    scorecard = rules("it: {when: {text: it}, points: 25}")
    found = explained(mail("it"), scorecard)
    assert (found.milder, found.harsher) == (Step(Verdict.FILE, 6), None)


@settings(max_examples=60)
@given(points=st.integers(-30, 40).filter(bool))
def test_margins_are_true(points: int) -> None:
    """Moving the score by a margin gives the verdict that it names, and one point less does not."""
    scorecard = rules(f"it: {{when: {{text: it}}, points: {points}}}")
    found = explained(mail("it"), scorecard)

    def verdict_at(score: int) -> Verdict:
        moved = rules(f"it: {{when: {{text: it}}, points: {score}}}") if score else rules("")
        return judge(read(mail("it")), moved, today=TODAY).verdict

    for step, sign in ((found.milder, -1), (found.harsher, 1)):
        if step is not None and step.verdict is not found.judgement.verdict:
            assert verdict_at(points + sign * step.points) is step.verdict
            assert verdict_at(points + sign * (step.points - 1)) is found.judgement.verdict


# --- floors and ceilings --------------------------------------------------------------------

BOUNDS = """
small: {when: {text: small}, points: 1}
floor: {when: {text: floor}, points: 1, at_least: trash}
lid: {when: {text: lid}, points: -1, at_most: tag}
big: {when: {text: big}, points: 30}
"""


@pytest.mark.parametrize(
    ("text", "verdict", "by_score", "floor", "ceiling"),
    [
        ("small", Verdict.KEEP, Verdict.KEEP, "", ""),
        ("floor", Verdict.TRASH, Verdict.KEEP, "floor", ""),
        ("big floor", Verdict.TRASH, Verdict.TRASH, "", ""),
        ("big lid", Verdict.TAG, Verdict.TRASH, "", "lid"),
        ("floor lid", Verdict.TAG, Verdict.KEEP, "", "lid"),
        ("lid", Verdict.KEEP, Verdict.KEEP, "", ""),
    ],
)
def test_the_bound_that_decided_is_named(
    text: str, verdict: Verdict, by_score: Verdict, floor: str, ceiling: str
) -> None:
    """S23, S58: a floor or ceiling is named only where it changed the verdict."""
    outcome = explained(mail(text), rules(BOUNDS)).outcome
    assert (outcome.verdict, outcome.by_score) == (verdict, by_score)
    assert (outcome.floor, outcome.ceiling) == (floor, ceiling)


# --- flips ----------------------------------------------------------------------------------


def test_flips_take_away_what_fired_and_add_what_did_not() -> None:
    """Each rule by itself, smallest first; what makes no difference is left out."""
    found = explained(mail("bad"), rules(LADDER))
    assert found.flips == (
        Flip("good", fired=False, points=-5, verdict=Verdict.TAG),
        Flip("bad", fired=True, points=12, verdict=Verdict.KEEP),
    )


def test_a_floor_can_be_the_smallest_change() -> None:
    """A bound flips a verdict that its points could not."""
    scorecard = rules("floor: {when: {text: floor}, points: 1, at_least: trash}")
    added = explained(mail("x"), scorecard).flips
    assert added == (Flip("floor", fired=False, points=1, verdict=Verdict.TRASH),)
    taken = explained(mail("floor"), scorecard).flips
    assert taken == (Flip("floor", fired=True, points=1, verdict=Verdict.KEEP),)


def test_a_ceiling_that_holds_leaves_nothing_to_flip_above_it() -> None:
    """Under a ceiling no objection makes it worse; without the ceiling it would be."""
    scorecard = rules("""
        lid: {when: {text: lid}, at_most: keep}
        bad: {when: {text: bad}, points: 30}
        worse: {when: {text: worse}, points: 30}
    """)
    found = explained(mail("lid bad"), scorecard)
    assert found.flips == (Flip("lid", fired=True, points=0, verdict=Verdict.TRASH),)


def test_a_bare_bound_is_nothing_that_could_be_added() -> None:
    """A rule without points is no advice to a sender."""
    scorecard = rules("""
        lid: {when: {text: lid}, at_most: keep}
        bad: {when: {text: bad}, points: 30}
    """)
    found = explained(mail("bad"), scorecard)
    assert [flip.rule for flip in found.flips] == ["bad"]


# --- mail that is no pitch ------------------------------------------------------------------

QUIET = """
lists: {foes: [foe.example]}
rules:
  job: {when: {text: job}, pitch: 1}
  bad: {when: {text: bad}, points: 10}
  good: {when: {text: good}, points: -10}
  never: {when: {address: from, in: "@foes"}, points: 20, always: true}
"""


def test_without_a_pitch_only_rules_marked_always_are_looked_at() -> None:
    """What does not count is neither missed nor a way to another verdict."""
    found = explained(mail("bad"), card(QUIET))
    assert not found.judgement.recruiting
    assert found.absent == ()
    assert found.flips == (Flip("never", fired=False, points=20, verdict=Verdict.TRASH),)
    assert found.outcome.verdict is Verdict.KEEP


def test_an_always_rule_explains_its_verdict_without_a_pitch() -> None:
    """Its points, its step and what it would be without it are there as for any other rule."""
    found = explained(mail("x", sender="a@foe.example"), card(QUIET))
    assert found.outcome.objections == 20
    assert found.milder == Step(Verdict.FILE, 1)
    assert found.flips == (Flip("never", fired=True, points=20, verdict=Verdict.KEEP),)


def test_a_standing_is_explained_like_a_list() -> None:
    """`--as` decides the tier, and nothing else is missing then."""
    found = explained(mail(), card(CIRCLE), Standing(Tier.KNOWN_FIRM, authenticated=True))
    assert found.absent == ()
    (fired,) = [one for one in found.judgement.fired if one.name == "it"]
    assert fired.evidence[0].where == "standing"


def test_the_day_decides_what_is_missing() -> None:
    """The same mail explained on another day lacks something else."""
    scorecard = rules("it: {when: {date: {from: 2026-07-01}}, points: -1}")
    assert explained(mail(), scorecard).absent[0].name == "it"
    assert explained(mail(), scorecard, today=dt.date(2026, 7, 1)).absent == ()


# --- what fresh readers stumbled over -------------------------------------------------------

KNOWS = """
lists: {people: [], firms: [], recognised: [], relays: [], connection: [we met]}
rules:
  everything: {when: {not: {header: X-Never}}, pitch: 1}
  cold: {when: {relationship: stranger}, points: 10}
  met: {when: {relationship: stated}, points: -4, at_most: tag, sieve: approximate}
"""


def test_a_nearer_relationship_is_judged_anew() -> None:
    """Whoever says how they know the reader is no stranger any more: both rules change."""
    found = explained(mail("hi"), card(KNOWS))
    assert found.flips == (
        Flip("relationship stated", fired=False, points=-14, verdict=Verdict.KEEP),
    )


def test_evidence_against_a_pitch_counts_in_what_is_missing() -> None:
    """The pitch is shown as 0 at least, but it takes the real number of points to get there."""
    scorecard = card("rules:\n  a: {when: {text: a}, pitch: 2}\n  b: {when: {text: b}, pitch: -8}")
    found = explained(mail("a b"), scorecard)
    assert (found.judgement.pitch, found.missing) == (0, 7)


def test_a_margin_never_leads_to_the_verdict_that_is_there() -> None:
    """Below the first step the verdict is `keep` already."""
    scorecard = rules("good: {when: {text: good}, points: -4}")
    assert explained(mail("good"), scorecard).harsher == Step(Verdict.TAG, 9)
