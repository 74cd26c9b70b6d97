"""Leaving out what was learnt from the message itself, on a few small mails."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from coldstop.lexicon.phrase import Parser
from coldstop.message.reader import read
from measure.cues import lines, table
from measure.phrases import Cues, hold_out, only, variants
from measure.sets import CORE, NEGATIVE, Sample
from support.judging import card, mail

if TYPE_CHECKING:
    from coldstop.scorecard.resolve import Scorecard

POLICY = """
lists:
  offers: ["(job|career) opportunity", "we are hiring"]
  forms: [Location, Rate]
rules:
  offers-a-job: {when: {text: "@offers"}, pitch_each: 3, cap: 9}
  form: {when: {labels: "@forms", at_least: 2}, pitch: 3}
  subject: {when: {text: position, zone: subject}, pitch: 3}
  from-us: {when: {header: X-Note, phrase: nice job}, pitch: 3}
  not-a-joke: {when: {all: [{text: seriously}, {not: {text: just kidding}}]}, pitch: 3}
  thanks: {when: {text: thank you for applying}, pitch: -9}
"""
HEAD = """
coldstop: 1
name: tiny
pitch: {threshold: 3}
ladder: {0: keep}
"""


def scorecard() -> Scorecard:
    """A policy of one rule for each kind of cue."""
    return card(POLICY, HEAD)


def sample(text: str, source: str, subject: str = "") -> Sample:
    """One positive."""
    return Sample(text[:20], mail(text, subject), CORE, "pitch", source)


def cues(text: str, subject: str = "", **headers: str) -> set[str]:
    """The cues of one mail."""
    return set(Cues(scorecard()).of(read(mail(text, subject, **headers))))


def test_a_phrase_is_a_cue_where_its_rule_looks_for_it() -> None:
    """A word that counts in the subject is no cue of a mail that has it in the text."""
    assert cues("We are hiring.") == {"we are hiring"}
    assert cues("", subject="A position") == {"position"}
    assert cues("A position") == set()
    assert cues("", X_Note="nice job") == {"nice job"}


def test_a_label_is_a_cue_at_the_start_of_a_line() -> None:
    """The word alone is none; one label is, although its rule wants two."""
    assert cues("Location: here") == {"location"}
    assert cues("The location: here") == set()


def test_what_speaks_against_a_pitch_is_no_cue() -> None:
    """Leaving it out would help the message."""
    assert cues("Thank you for applying. Just kidding. Seriously.") == {"seriously"}


def test_a_message_is_judged_without_the_cues_that_it_alone_has() -> None:
    """What two messages share holds; what one alone taught does not."""
    shared = [sample("We are hiring.", "a"), sample("We are hiring you.", "b")]
    alone = sample("A job opportunity.", "c")
    held = hold_out(scorecard(), [*shared, alone])
    assert held.own == (True, True, False)
    assert held.dropped[2] == ("(job|career) opportunity",)


def test_wordings_of_one_phrase_are_told_apart() -> None:
    """A phrase with alternatives may have been learnt from each message by itself."""
    held = hold_out(
        scorecard(), [sample("A job opportunity.", "a"), sample("A career opportunity.", "b")]
    )
    assert held.own == (True, True)
    assert held.worded == (False, False)


def test_a_source_is_judged_without_what_it_alone_says() -> None:
    """Two messages of one source do not vouch for one another."""
    held = hold_out(
        scorecard(),
        [
            sample("We are hiring.", "a"),
            sample("We are hiring you.", "a"),
            sample("A job opportunity.", "b"),
            sample("A job opportunity!", "c"),
        ],
    )
    assert held.own == (True, True, True, True)
    assert held.source == (False, False, True, True)


def test_a_phrase_is_written_out_choice_by_choice() -> None:
    """Alternatives and options, separate and glued, each give a wording; gaps stay."""
    for source, expected in (
        ("plain words", {"plain words"}),
        ("(job|career move) now", {"job now", "career move now"}),
        ("(senior)? dba", {"dba", "senior dba"}),
        ("day(s)? off", {"day off", "day(s) off"}),
        ("met {0-3 words} at (a|b)", {"met {0-3 words} at a", "met {0-3 words} at b"}),
    ):
        found = {str(one) for one in variants(Parser({}).parse(source))}
        assert found == {str(Parser({}).parse(one)) for one in expected}, source


def test_a_phrase_with_too_many_choices_stays_whole() -> None:
    """Then it is one wording, as it is one cue."""
    phrase = Parser({}).parse("(a|b|c|d|e|f|g|h) " * 5 + "end")
    assert variants(phrase) == [phrase]


def test_only_what_nobody_else_has() -> None:
    """The rest is shared."""
    assert only({"a", "b"}, [{"b"}, {"c"}]) == {"a"}
    assert only({"a"}, []) == {"a"}


def test_the_table_of_cues_counts_each_set_by_itself() -> None:
    """What costs wanted mail comes first; a message that two corpora have counts once."""
    wanted = replace(sample("We are hiring a colleague.", "d"), group=NEGATIVE)
    rows = table(
        scorecard(),
        [
            sample("We are hiring.", "a"),
            sample("A job opportunity. We are hiring.", "b"),
            wanted,
            replace(wanted, twin=True),
        ],
    )
    assert [(row.name, row.core, row.sources, row.wanted) for row in rows] == [
        ("we are hiring", 2, 2, 1),
        ("(job|career) opportunity", 1, 1, 0),
    ]
    assert len(list(lines(rows))) == 3
