"""`pitch.words`: mail that has none of them is no pitch and is asked for nothing."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from coldstop.message.reader import read
from coldstop.policy.errors import PolicyErrors
from coldstop.policy.load import load_policy, load_text
from coldstop.resources import shipped
from coldstop.scorecard.explain import explain
from coldstop.scorecard.judge import judge
from coldstop.scorecard.resolve import resolve
from support.judging import TODAY, card, fired, judged, mail

SAMPLES = Path(__file__).resolve().parents[1] / "mail"
HEAD = """
coldstop: 1
name: worded
pitch: {threshold: 3, words: [job, "(@trade)"]}
ladder: {0: keep, 5: tag}
lists: {trade: [hiring, "recruit*"], never: [blocked.example]}
"""
RULES = """
rules:
  urgent: {when: {text: urgent}, pitch: 3}
  far: {when: {text: far away}, points: 5}
  never: {when: {address: from, in: "@never"}, points: 6, always: true}
"""
CARD = card(RULES, HEAD)


@pytest.mark.parametrize("text", ["an urgent job", "urgent, we are Hiring", "urgent recruitment"])
def test_one_word_suffices(text: str) -> None:
    """Any of the phrases, a list's included, lets evidence be asked for."""
    assert judged(mail(text), CARD).recruiting


def test_the_subject_counts() -> None:
    """A word in the Subject is as good as one in the text."""
    assert judged(mail("urgent", "Job"), CARD).recruiting


def test_without_a_word_there_is_no_pitch() -> None:
    """Evidence does not count, and neither does anything that is asked of pitches."""
    judgement = judged(mail("urgent, and far away; a jobless, rehiring, unrecruited text"), CARD)
    assert (judgement.recruiting, judgement.pitch, judgement.fired) == (False, 0, ())


def test_what_always_counts_still_does() -> None:
    """Rules marked `always` ask every mail."""
    judgement = judged(mail("hello", sender="a@blocked.example"), CARD)
    assert fired(judgement) == {"never": 6}
    assert judgement.verdict == "tag"


def test_none_asks_all_mail() -> None:
    """An empty list in a policy that extends another takes the words away."""
    policy = load_text(
        "coldstop: 1\nextends: [presets/passive.yaml]\npitch: {words: []}\n"
        "rules:\n  odd: {when: {text: urgent}, pitch: 20}\n"
    )
    assert policy.words == ()
    assert judge(read(mail("urgent")), resolve(policy), today=TODAY).recruiting


def test_explain_says_that_nothing_was_asked() -> None:
    """Whoever looks for the reason is told that the words were missing."""
    known = explain(read(mail("urgent")), CARD, today=TODAY)
    assert known.wordless
    assert not explain(read(mail("urgent job")), CARD, today=TODAY).wordless


def test_an_unknown_list_is_found_where_it_stands() -> None:
    """`check` reads the words as it reads any phrase."""
    text = HEAD.replace("(@trade)", "(@trad)") + RULES
    with pytest.raises(PolicyErrors) as caught:
        resolve(load_text(text))
    assert [(one.code, one.line) for one in caught.value.errors] == [("unknown-list", 4)]


def test_words_change_the_revision() -> None:
    """Two policies that differ in their words judge differently."""
    other = load_text(HEAD.replace("job, ", "") + RULES)
    assert load_text(HEAD + RULES).revision != other.revision


def test_the_shipped_words_cost_no_sample() -> None:
    """Without the words no more of the sample mails count as recruiting."""
    worded = resolve(load_policy("ray"))
    wordless = dataclasses.replace(worded, words=None)
    mails = [*shipped("policies", "examples", "mail").glob("*.eml"), *SAMPLES.rglob("*.eml")]
    lost = [
        file.name
        for file in mails
        if judge(read(file.read_bytes()), wordless, today=TODAY).recruiting
        and not judge(read(file.read_bytes()), worded, today=TODAY).recruiting
    ]
    assert len(mails) > 150
    assert lost == []
