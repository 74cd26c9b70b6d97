"""The phrase language means the same on raw text, on folded text, and in three regex engines."""

from __future__ import annotations

import contextlib
import ctypes
import itertools
import random
import re
from typing import Any

import pytest
import re2
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from coldstop.lexicon import match as match_module
from coldstop.lexicon.fold import Folded, fold
from coldstop.lexicon.match import Matcher, Span
from coldstop.lexicon.phrase import Parser, Phrase, PhraseError, parse
from coldstop.lexicon.regex import (
    branches,
    folded_core,
    folded_regex,
    raw_alternation,
    raw_core,
    raw_regex,
)

LISTS = {"l": ["dba", "on-site", "a b", "r&d"], "m": ["@l", "c* dba", "won't"]}
PARSER = Parser(LISTS)
SOURCES = [
    *("dba", "a", "b", "c", "nb", "sp", "amp", "nbsp", "rsquo", "39", "8217", "8", "40", "1,000"),
    *(
        "on-site",
        "a-b-c",
        "won't",
        "a\u2019b",
        "r&d",
        "b:",
        "c,",
        "C#",
        ".net",
        "#a",
        "$8k",
        "${number}",
    ),
    *("\u00e9", "ab", "dba*", "a*", "n*", "8*", "c?", "(dba)?", "a(b|c)", "(a)?b", "b(c)?"),
    *(
        "(a|b)-c",
        "(a)?-b",
        "b(a)?-c",
        "a-(b)?-c",
        "(a|b):",
        "(b)?:",
        "a(b)?:",
        ":",
        ",",
        "&",
        "a&",
        "&a",
    ),
    *("a;", ";a", "-", "-a", "a-", "{number}", "{number >= 39}", "{number <= 120}k", "@l", "@m"),
    *("\u2014", "\u2013", "a\u2013b", "x;y", "&#39", "nbsp;", "a\\*", "\\(b\\)"),
    *("(a|b c)", "(a|b c)?", "{number 8-40}", "${number 5-1200}", "{0-2 words}", "{1-2 words}"),
    *("{1 word}", "(a {0-2 words} b|c)", "(dba* c|amp)", "(a*|@l) b", "((a|b)? c|-b a)"),
    "(a (b)? c)?",
]
SPACES = [b" ", b" ", b" ", b" ", b"\n", b"\r\n", b"\t", b"\v", b"\f", b"\r"]
CONFUSING = [
    *SPACES,
    *(b"\x1c", b"\0", b"\xc2\xa0", b"&nbsp;", b"&NBSP;", b"<br>", b"<a href='dba'>", b"<>", b"<"),
    *(b">", b"<a", b"a>", b"'", b"\xe2\x80\x99", b"&rsquo;", b"&#39;", b"&#8217;", b"&apos;"),
    *(b"&amp;", b"&", b";", b"-", b"\xe2\x80\x90", b"\xe2\x80\x91", b"\xe2\x80\x93", b"\xa0"),
    *(b"\xe2\x80\x94", b"\xc2", b":", b",", b".", b"#", b"$", b"\xc3\xa9", b"\xc3\x89", b"(", b"*"),
    *(b"on", b"site", b"won", b"t", b"A", b"B", b"C", b"DBA", b"net", b"amp", b"39", b"x", b"99"),
]
GAPS = [
    b" ",
    b" ",
    b" ",
    b" ",
    b"",
    b"\n ",
    b"<br>",
    b"&nbsp;",
    b" - ",
    b"\xc2\xa0<b>",
    b"-",
    b"--",
]


def own_words(phrase: Phrase) -> list[bytes]:
    """Every word and mark that the phrase's source holds."""
    return [word.encode() for word in re.findall(r"[0-9a-z]+|[^0-9a-z\s]", str(phrase))]


@st.composite
def phrases(draw: st.DrawFn) -> Phrase:
    """Phrases over a vocabulary that provokes every rule."""
    atoms = draw(st.lists(st.sampled_from(SOURCES), min_size=1, max_size=5))
    glue = draw(st.lists(st.sampled_from(["", " ", " ", " ", " "]), min_size=5, max_size=5))
    try:
        return PARSER.parse("".join(itertools.chain(*zip(atoms, glue, strict=False))))
    except PhraseError:
        assume(condition=False)
        raise


@st.composite
def texts(draw: st.DrawFn, phrase: Phrase, most: int = 24) -> bytes:
    """Texts of the phrase's own words and of whatever could confuse, in either case."""
    own = st.tuples(st.sampled_from(own_words(phrase)), st.sampled_from(GAPS)).map(b"".join)
    atoms = st.one_of(own, own, own, st.sampled_from(CONFUSING))
    upper = st.booleans()
    parts = draw(st.lists(st.tuples(atoms, upper), max_size=most))
    return b"".join(a.upper() if up and a[:1] not in b"&<" else a for a, up in parts)


OPTIONS = re2.Options()
OPTIONS.encoding = re2.Options.Encoding.LATIN1


def in_re2(pattern: bytes, text: bytes) -> bool:
    """Search with RE2 on bytes."""
    return re2.compile(pattern, OPTIONS).search(text) is not None


def in_re(pattern: bytes, text: bytes) -> bool:
    """Search with Python's engine, a backtracking one as PCRE is."""
    spelled = pattern.replace(b"[:alnum:]", b"0-9A-Za-z").replace(b"[:space:]", b" \t\n\v\f\r")
    return re.search(spelled, text) is not None


class Libc:
    """`regcomp` and `regexec` of the C library, in the C locale, as a Sieve host calls them."""

    EXTENDED_NOSUB = 1 | 8
    ALL_CATEGORIES = 0x1FBF

    def __init__(self) -> None:
        self.lib: Any = ctypes.CDLL(None)
        self.lib.newlocale.restype = ctypes.c_void_p
        self.lib.newlocale.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p]
        self.lib.uselocale.restype = ctypes.c_void_p
        self.lib.uselocale.argtypes = [ctypes.c_void_p]
        self.c_locale = self.lib.newlocale(self.ALL_CATEGORIES, b"C", None)

    def search(self, pattern: bytes, text: bytes) -> bool:
        """Search a text without NUL."""
        compiled = ctypes.create_string_buffer(512)
        before = self.lib.uselocale(self.c_locale)
        try:
            assert self.lib.regcomp(compiled, pattern, self.EXTENDED_NOSUB) == 0, pattern
            found = self.lib.regexec(compiled, text, 0, None, 0) == 0
            self.lib.regfree(compiled)
        finally:
            self.lib.uselocale(before)
        return bool(found)


def first_span(phrase: Phrase, folded: bytes) -> Span | None:
    """Find the leftmost and then longest occurrence by trying every start and end."""
    core = re.compile(folded_core(phrase))
    edges = [
        i
        for i in range(len(folded) + 1)
        if not folded[i - 1 : i].isalnum() or not folded[i : i + 1].isalnum()
    ]
    starts = [i for i in edges if i == 0 or not folded[i - 1 : i].isalnum()]
    ends = [i for i in edges if not folded[i : i + 1].isalnum()]
    for start in starts:
        for end in reversed(ends):
            if end > start and core.fullmatch(folded, start, end):
                return Span(start, end)
    return None


MANY = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
)


@MANY
@given(st.data())
def test_raw_and_folded_text_agree(data: st.DataObject) -> None:
    """Matcher, folded regex, and raw regex in RE2 and in Python give one answer."""
    phrase = data.draw(phrases())
    text = data.draw(texts(phrase))
    raw = raw_regex(phrase)
    expected = in_re2(raw, text)
    folded = fold(text)
    assert in_re(raw, text) is expected
    assert in_re2(folded_regex(phrase), folded.folded) is expected
    found = Matcher([phrase, phrase]).scan(folded)
    assert (0 in found) is expected
    assert found.get(0) == found.get(1) == first_span(phrase, folded.folded)


def random_cases(seed: int, count: int, most: int) -> list[tuple[Phrase, bytes]]:
    """Phrases and texts as above, from a seed: cheaper than drawn ones by far."""
    rng = random.Random(seed)
    cases: list[tuple[Phrase, bytes]] = []
    while len(cases) < count:
        atoms = rng.choices(SOURCES, k=rng.randrange(1, 5))
        try:
            phrase = PARSER.parse("".join(a + rng.choice(["", " ", " ", " "]) for a in atoms))
        except PhraseError:
            continue
        own = own_words(phrase)
        parts = []
        for _ in range(rng.randrange(most)):
            part = rng.choice(own) + rng.choice(GAPS)
            part = part if rng.random() < 0.75 else rng.choice(CONFUSING)
            parts.append(part.upper() if rng.random() < 0.2 and part[:1] not in b"&<" else part)
        cases.append((phrase, b"".join(parts)))
    return cases


def test_the_c_library_agrees() -> None:
    """Raw regexes compile with libc's `regcomp` and find what the matcher finds."""
    libc = Libc()
    hits = 0
    for phrase, text in random_cases(5, 1500, 24):
        shown = text.replace(b"\0", b"")
        expected = 0 in Matcher([phrase]).scan(fold(shown))
        assert libc.search(raw_regex(phrase), shown) is expected, (str(phrase), shown)
        hits += expected
    assert hits > 100


def test_many_phrases_in_one_automaton_keep_apart() -> None:
    """Each phrase of many gives the answer that it gives alone, shared strings or not."""
    cases = random_cases(6, 80, 40)
    everything = [phrase for phrase, _ in cases]
    together = Matcher(everything)
    for _, text in cases:
        folded = fold(text)
        found = together.scan(folded)
        expected = {i: first_span(p, folded.folded) for i, p in enumerate(everything)}
        assert found == {i: span for i, span in expected.items() if span is not None}


def test_an_alternation_finds_what_any_of_its_phrases_finds() -> None:
    """`raw_alternation` is the union of its phrases."""
    libc = Libc()
    cases = random_cases(7, 200, 20)
    for (a, text), (b, _) in itertools.pairwise(cases):
        shown = text.replace(b"\0", b"")
        either = in_re2(raw_regex(a), shown) or in_re2(raw_regex(b), shown)
        both = raw_alternation([a, b])
        assert in_re2(both, shown) is either
        assert libc.search(both, shown) is either
        assert raw_core(a) in both


@pytest.mark.parametrize("often", [1, 1 << 30], ids=["crowded", "plain"])
def test_long_texts_are_read_in_chunks(monkeypatch: pytest.MonkeyPatch, often: int) -> None:
    """Seams between chunks, and strings dropped because they crowd, change no answer."""
    monkeypatch.setattr(match_module, "_CHUNK", 23)
    monkeypatch.setattr(match_module, "_DENSE", 0)
    monkeypatch.setattr(match_module, "_OFTEN", often)
    monkeypatch.setattr(match_module, "_HITS_A_PATTERN", 0)
    for phrase, text in random_cases(8, 500, 60):
        folded = fold(text)
        found = Matcher([phrase, parse("help")]).scan(folded)
        assert found.get(0) == first_span(phrase, folded.folded), (str(phrase), text)


@MANY
@given(st.data())
def test_a_phrase_prints_as_its_own_source(data: st.DataObject) -> None:
    """`parse(str(phrase))` gives the phrase again."""
    phrase = data.draw(phrases())
    assert parse(str(phrase)) == phrase


@MANY
@given(
    st.text(
        st.sampled_from("ab c(|)?*{}@\\-'&;:,0123 words number<>=\u00a0\u200b\u2019\x00"),
        max_size=30,
    )
)
def test_any_source_is_read_or_refused(source: str) -> None:
    """Whatever the source, `parse` returns a phrase or raises PhraseError with a column in it."""
    error: PhraseError | None = None
    try:
        phrase = PARSER.parse(source)
    except PhraseError as caught:
        error = caught
    if error is None:
        assert parse(str(phrase)) == phrase
        assert not in_re2(raw_regex(phrase), b"")
        assert branches(phrase) >= 1
    else:
        assert 1 <= error.column <= len(source) + 1
        assert error.message


@given(st.text(max_size=40))
@settings(max_examples=100, deadline=None)
def test_any_text_at_all_is_read_or_refused(source: str) -> None:
    """The same for any Unicode, surrogates included."""
    with contextlib.suppress(PhraseError):
        raw_regex(parse(source))


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_bytes_fold(text: bytes) -> None:
    """Folding takes any bytes; both forms are of one length and differ in case alone."""
    folded = fold(text)
    assert isinstance(folded, Folded)
    assert folded.cased.lower() == folded.folded
    assert b"  " not in folded.folded
    assert b"<" not in folded.folded
