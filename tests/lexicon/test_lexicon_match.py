"""The matcher: spans, shared strings, and texts made to cost much."""

from __future__ import annotations

import random

import pytest

from coldstop.lexicon.fold import Folded, fold
from coldstop.lexicon.limits import LIMITS
from coldstop.lexicon.literals import plan
from coldstop.lexicon.lower import lower
from coldstop.lexicon.match import Matcher, Span
from coldstop.lexicon.phrase import parse

MEGABYTE = 1 << 20


def scan(text: str, *sources: str) -> dict[int, Span]:
    """Scan a text for phrases."""
    return Matcher([parse(source) for source in sources]).scan(fold(text.encode()))


def test_nothing_is_found_in_nothing() -> None:
    """No phrases, no text, no hits: an empty answer."""
    assert Matcher([]).scan(fold(b"help desk")) == {}
    assert scan("", "help desk") == {}
    assert scan("desk help", "help desk") == {}


def test_the_first_occurrence_and_of_those_the_longest() -> None:
    """The span is the phrase's own, leftmost, then longest."""
    text = "xhelp, help desk help desk call"
    assert scan(text, "help desk (call)?", "help (desk)?", "desk call") == {
        0: Span(7, 16),
        1: Span(7, 16),
        2: Span(22, 31),
    }
    assert scan("a b c", "(b|a b c)", "(a b|a b c)") == {0: Span(0, 5), 1: Span(0, 5)}
    assert scan("#a b", "(#a|a b)") == {0: Span(0, 2)}


def test_equal_phrases_and_shared_strings() -> None:
    """Equal phrases, and phrases that share a string, are all found."""
    found = scan(
        "the help desk", "help desk", "HELP DESK", "help {0-1 words} desk", "desk", "desk*"
    )
    assert found == {0: Span(4, 13), 1: Span(4, 13), 2: Span(4, 13), 3: Span(9, 13), 4: Span(9, 13)}


def test_spellings_up_to_the_limit_need_no_regex() -> None:
    """`LIMITS.literals` spellings are looked up exactly; one more, and an anchor is confirmed."""
    for count, exact in ((LIMITS.literals, True), (LIMITS.literals + 1, False)):
        phrase = parse("hire (@options)", {"options": [f"option{i}" for i in range(count)]})
        assert all(hook.exact for hook in plan(lower(phrase)).hooks) is exact
        matcher = Matcher([phrase])
        assert matcher.scan(fold(b"we Hire option7 now")) == {0: Span(3, 15)}
        assert matcher.scan(fold(b"we hire option7x now")) == {}


def test_a_match_wider_than_any_window_is_found() -> None:
    """Words of any length stand between an anchor and the ends of its phrase."""
    long_word = "x" * 5_000
    filler = "lorem ipsum " * 2_000
    for text in (
        f"{filler} met {long_word} {long_word} conference {filler}",
        f"{filler} conference {filler} met {long_word} conference {filler}",
    ):
        folded = fold(text.encode())
        span = Matcher([parse("met {0-3 words} conference")]).scan(folded)[0]
        quote = folded.folded[span.start : span.end]
        assert quote.startswith(b"met x")
        assert quote.endswith(b"x conference")


UNITS = [
    *(b"<br>", b"<", b">", b"<>", b"><", b"<a", b"<a<b>", b"&nbsp;", b"&amp;", b" ", b"a  "),
    *(b"\xc2\xa0", b"-", b"- ", b"help", b"help ", b"help desk ", b"recruit", b"on - ", b"9,"),
]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.decode("latin-1"))
def test_a_megabyte_of_one_thing(unit: bytes) -> None:
    """Hostile repetition gives the answer that a short text of it gives."""
    sources = ["help", "help desk", "recruit*", "on-site", "help {0-8 words} zebra", "9 zebra"]
    sources += [f"help desk {{0-2 words}} zebra{i}" for i in range(20)]
    matcher = Matcher([parse(source) for source in sources])
    short = matcher.scan(fold(unit * 20))
    long = matcher.scan(fold(unit * (MEGABYTE // len(unit))))
    assert {i: span.start for i, span in long.items()} == {i: s.start for i, s in short.items()}


def test_rotating_crowds() -> None:
    """A text whose crowding word changes again and again still shows every phrase once."""
    words = [f"word{chr(97 + i)}" for i in range(12)]
    sources = [*words, *(f"{word} {{0-2 words}} end{word}" for word in words)]
    text = b"".join(f"{word} ".encode() * 12_000 + f"end{word} ".encode() for word in words)
    folded = Folded(text, text)
    found = Matcher([parse(source) for source in sources]).scan(folded)
    assert sorted(found) == list(range(24))
    for index, word in enumerate(words):
        assert found[index].start == text.index(word.encode())


def test_twenty_thousand_phrases() -> None:
    """Many phrases are found among many, by plain search of each."""
    rng = random.Random(4)
    letters = "abcdefghij"
    words = ["".join(rng.choices(letters, k=rng.randrange(3, 7))) for _ in range(4_000)]
    sources = list({" ".join(rng.choices(words, k=rng.randrange(1, 4))) for _ in range(20_000)})
    text = " ".join(rng.choices(words, k=800))
    found = Matcher([parse(source) for source in sources]).scan(fold(text.encode()))
    padded = f" {text} "
    assert sorted(found) == [i for i, source in enumerate(sources) if f" {source} " in padded]
