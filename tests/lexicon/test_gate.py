"""Gates turn away anchors by a look at their neighbours; none may turn away a match."""

from __future__ import annotations

import random

import pytest

from coldstop.lexicon.confirm import Confirmation
from coldstop.lexicon.fold import fold
from coldstop.lexicon.gate import gate
from coldstop.lexicon.literals import plan
from coldstop.lexicon.lower import lower
from coldstop.lexicon.match import Matcher
from coldstop.lexicon.phrase import parse
from support.stopwatch import cpu_seconds

ENDS = ("open", "(work|job)", "né", "role", "12k")
SPELLED = {
    "open": ["open"],
    "role": ["role"],
    "12k": ["12k"],
    "né": ["né"],
    "(work|job)": ["work", "job", "jobs"],
    "(your|our) (profile)?": ["your", "our profile", "your  profile"],
    "recruit*": ["recruit", "recruiting"],
    "(a|the)?": ["", "a", "the"],
    "{0-2 words}": ["", "some", "some old", "x" * 300],
    "{0-4 words}": ["", "a b c d", "a b c d e", "y" * 60 + " " + "x" * 150],
    "{1-1 words}": ["", "one"],
    "full-time": ["full-time", "full - time", "full time", "full  --  time"],
    "{number}k": ["12k", "1,200k", "x12k"],
    "title:": ["title:", "title :"],
}
FILLER = ["the-", ",", "job.", "(role", "k", "x" * 199, "open", "role", "your", "new", "12", "<b>"]


def phrase_and_text(rng: random.Random) -> tuple[str, bytes]:
    """A phrase that names a word at both ends, and a text in which it may well stand."""
    parts = [rng.choice(ENDS), *rng.choices(list(SPELLED), k=rng.randrange(4)), rng.choice(ENDS)]
    words: list[str] = []
    for _ in range(rng.randrange(1, 4)):
        words += rng.choices(FILLER, k=rng.randrange(6))
        words += [rng.choice(SPELLED[part]) for part in parts]
    return " ".join(parts), fold(" ".join(words).encode()).folded


@pytest.mark.parametrize("seed", range(8))
def test_what_a_gate_turns_away_is_no_match(seed: int) -> None:
    """With its gate and without, a phrase is found at the same place in 1,500 random texts."""
    rng = random.Random(seed)
    gated = found = 0
    for _ in range(1_500):
        source, text = phrase_and_text(rng)
        node = lower(parse(source))
        hooks, seam = plan(node)
        anchors = [
            at for at in range(len(text)) if any(text.startswith(hook.text, at) for hook in hooks)
        ]
        expected = Confirmation(node).first(text, anchors) if anchors else None
        assert Confirmation(node, seam).first(text, anchors) == expected, (source, text)
        gated += gate(node, seam) is not None
        found += expected is not None
    assert gated > 100
    assert found > 300


def test_a_lone_common_word_is_turned_away() -> None:
    """An anchor without its neighbours passes no gate; with them it does."""
    node = lower(parse("your {0-1 words} (profile|resume)"))
    made = gate(node, 0)
    assert made is not None
    text = b"your money or your old resume"
    assert made.passed(text, [0, 14]) == [14]


def test_what_reaches_too_far_passes() -> None:
    """A word longer than a gate reads is left to RE2."""
    node = lower(parse("your {0-1 words} resume"))
    text = b"your " + b"x" * 500 + b" resume"
    assert Matcher([parse("your {0-1 words} resume")]).scan(fold(text))[0].end == len(text)
    made = gate(node, 0)
    assert made is not None
    assert made.passed(text, [0]) == [0]


def test_phrases_with_countless_ways_have_no_gate() -> None:
    """Python's backtracking is not trusted with many gaps in a row."""
    node = lower(parse("open {0-8 words} new {0-8 words} job {0-8 words} role {0-8 words} work"))
    assert gate(node, 0) is None


def test_a_gate_is_quick_on_a_hostile_text() -> None:
    """Twelve anchors among words of one letter take less than a tenth of a second."""
    node = lower(parse("open {0-8 words} (a|b|c) {0-8 words} (a|b|d) {0-4 words} role"))
    made = gate(node, 0)
    assert made is not None
    text = b"open " + b"a b " * 400
    assert cpu_seconds(lambda: made.passed(text, [0] * 12), 0.1) < 0.1
