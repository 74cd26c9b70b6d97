"""What makes a script quick changes nothing: no word is missed, expressions stay what they were."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

import pytest
import re2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coldstop.lexicon.phrase import Parser
from coldstop.lexicon.regex import GAP, raw_regex
from coldstop.places.sides import Towns
from coldstop.policy.load import load_text
from coldstop.sieve.compile import compile_policy
from coldstop.sieve.lower.regions import apart
from coldstop.sieve.lower.words import Word, fewest, needed_words
from coldstop.sieve.named import named
from coldstop.sieve.quick import PIECE, look_regex, quick
from coldstop.sieve.quote import joined
from coldstop.sieve.script import (
    Block,
    BodyTest,
    Comparator,
    HeaderTest,
    If,
    Match,
    Ref,
    Set,
    Stop,
    String,
    StringTest,
    all_tests,
    when,
)
from coldstop.sieve.simplify import some
from coldstop.sieve.targets import load_target
from lexicon.test_lexicon_meaning import OPTIONS, phrases, texts
from support.judging import TODAY
from support.sievecheck import Pigeonhole

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = "(^|>)([^<>]*[^[:alnum:]<>])?"
SUFFIX = "([^[:alnum:]]|$)"


def _look(*words: Word) -> re2._Regexp:
    return re2.compile(look_regex(frozenset(words)).encode(), OPTIONS)


@settings(max_examples=300, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.data())
def test_whatever_holds_a_phrase_holds_a_needed_word(data: st.DataObject) -> None:
    """A look for words never misses a text that the phrase is in."""
    phrase = data.draw(phrases())
    words = needed_words(phrase)
    text = data.draw(texts(phrase))
    if words and re2.compile(raw_regex(phrase), OPTIONS).search(text):
        assert _look(*fewest(words)).search(text)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("opportunity", {"opportunity"}),
        ("a surprising opportunity", {"surprising"}),
        ("(junior|senior) dba(s)?", {"junior", "senior"}),
        ("please send me your resume", {"resume"}),
        ("recruit*", {"recruit"}),
    ],
)
def test_the_rarest_words_are_needed(source: str, words: set[str]) -> None:
    """Of what a phrase cannot do without, what is least usual."""
    found = needed_words(Parser().parse(source))
    assert found is not None
    assert {word.text for word in found} == words


@pytest.mark.parametrize("source", ["how are you", "{number} (days)? you", "(please|resume) do"])
def test_common_words_are_none(source: str) -> None:
    """Where only such words are certain, there is nothing to look for."""
    assert needed_words(Parser().parse(source)) is None


def test_words_are_set_off_where_the_phrase_is() -> None:
    """`rate` is not looked for inside `corporate`; a suffix may follow a stem."""
    rate = Word("rate", left=True, right=True)
    assert _look(rate).search(b"the rate: 5")
    assert not _look(rate).search(b"corporate rates")
    assert not _look(rate).search(b"<a href='rate'>")
    stem = Word("recruit", left=True, right=False)
    assert _look(rate, stem).search(b"Recruiters")
    assert not _look(rate, stem).search(b"prerecruit")


def test_a_word_inside_another_stands_for_it() -> None:
    """Only where nothing must stand before or behind it."""
    words = frozenset(
        {
            Word("rate", left=True, right=True),
            Word("rates", left=True, right=True),
            Word("hire", left=True, right=False),
            Word("hired", left=True, right=True),
        }
    )
    assert {word.text for word in fewest(words)} == {"rate", "rates", "hire"}


# --- a script before and after --------------------------------------------------------------


def _policy() -> tuple[Block, dict[String, frozenset[Word]]]:
    """Six rules of two phrases, one of them longer than a variable may be."""
    needed: dict[String, frozenset[Word]] = {}
    block: list[If | Set] = []
    for number in range(6):
        core = "".join(f"[{c.upper()}{c}]" for c in "opportunity") + f"{GAP.decode()}+{number}"
        if number == 3:
            core = "|".join(f"{core}{more}é" for more in range(100))
        regex = f"{PREFIX}({core}){SUFFIX}"
        needed[regex] = frozenset({Word("opportunity", left=True, right=True)})
        test = some(
            (
                HeaderTest(("subject",), Match.REGEX, (regex,), Comparator.OCTET),
                BodyTest(Match.REGEX, (regex,)),
            )
        )
        block += [one for one in when(test, Stop()) if isinstance(one, If)]
    return tuple(block), needed


def _seen(block: Block, values: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Every expression of subject and body, as a host sees it when all looks find something."""

    def expanded(string: String) -> str:
        return "".join(
            values.get(piece.name, "") if isinstance(piece, Ref) else piece
            for piece in joined(string)
        )

    for command in block:
        if isinstance(command, Set):
            values[command.name] = expanded(command.value)
            assert len(values[command.name].encode()) <= PIECE
        elif isinstance(command, If):
            for branch in command.branches:
                for test in all_tests(branch.test):
                    if isinstance(test, HeaderTest | BodyTest):
                        where = "body" if isinstance(test, BodyTest) else "subject"
                        yield from ((where, expanded(key)) for key in test.keys)
                yield from _seen(branch.block, values)
        else:
            assert isinstance(command, Stop)


def test_expressions_stay_what_they_were() -> None:
    """In the text, `(^|>)` is taken apart; with variables written out, nothing else has changed."""
    block, needed = _policy()
    defined, after = named(quick(block, needed), 100)
    found = list(_seen((*defined, *after), {}))
    bare = [str(key).removeprefix("(^|>)") for key in needed]
    wanted = list(
        chain.from_iterable(
            (("subject", f"(^|>){key}"), ("body", f">{key}"), ("body", f"^{key}")) for key in bare
        )
    )
    assert found[3:] == wanted
    assert [where for where, _ in found[:3]] == ["subject", "body", "body"]
    assert re.search("[Oo][Pp][Pp]".replace("[", r"\["), found[0][1])


def test_one_look_serves_all_tests_of_its_words() -> None:
    """Each test asks first whether a word was seen where it looks."""
    block, needed = _policy()
    after = quick(block, needed)
    flags = [
        test
        for command in after
        if isinstance(command, If)
        for branch in command.branches
        for inner in branch.block
        if isinstance(inner, If)
        for test in all_tests(inner.branches[0].test)
        if isinstance(test, StringTest)
    ]
    assert [flag.key for flag in flags] == ["s", "t"] * 6
    assert {flag.source for flag in flags} == {(Ref("words1"),)}


def test_few_tests_are_not_worth_a_look() -> None:
    """One expression costs as much as the look would."""
    block, needed = _policy()
    assert not any(
        isinstance(test, StringTest)
        for command in quick(block[:1], needed)
        if isinstance(command, If)
        for branch in command.branches
        for test in all_tests(branch.test)
    )


def test_only_so_many_variables() -> None:
    """What would pass the host's bound stays written out."""
    block, needed = _policy()
    fast = quick(block, needed)
    defined, _ = named(fast, 100)
    names = {one.name for one in defined if isinstance(one, Set)}
    assert {"_opportunity", "blank"} <= names
    defined, _ = named(fast, 0)
    assert {one.name for one in defined if isinstance(one, Set)} == {"blank"}


def test_towns_are_cut_into_chunks() -> None:
    """Whole states together; towns by states, as many as make a short expression."""
    states = Towns((), ("TX", "Texas"))
    large = [Towns(tuple(f"Town{n}" for n in range(300)), (code,)) for code in ("NY", "MA")]
    small = Towns(("Troy",), ("VT",))
    assert list(apart([large[0], states, large[1], small])) == [
        (states,),
        (large[0],),
        (large[1], small),
    ]


# --- on the host ----------------------------------------------------------------------------

POLICY = """
coldstop: 1
name: quick
pitch: {threshold: 1}
reader: {commute: {from: "Albany, NY", miles: 40}}
lists: {place-cues: ["location:", located in], relays: []}
rules:
  any: {when: {not: {header: X-Never}}, pitch: 1}
  one: {when: {text: [job vacancy, "recruit*"]}, points: 1}
  two: {when: {text: [resume, "t-sql role"]}, points: 2}
  three: {when: {all: [{text: candidate}, {not: {text: internal}}]}, points: 4}
  four: {when: {text: [vacancy, internship], zone: subject}, points: 8}
  far: {when: {place: far}, points: 16}
  near: {when: {place: near}, points: 32}
ladder: {0: keep, 1: file}
"""


@pytest.mark.parametrize(
    ("subject", "body", "points"),
    [
        ("x", "nothing", 0),
        ("x", "job<b> </b>vacancy", 1),
        ("x", "<p>job <a href='resume'>vacancy</a>", 1),
        ("Recruiters", "nothing", 1),
        ("x", "<p title='a resume'>x</p>", 0),
        ("x", "resume", 2),
        ("x", "T&nbsp;-SQL&nbsp;role", 2),
        ("x", "a candidate", 4),
        ("x", "an internal candidate", 0),
        ("x", "candidates", 0),
        ("a vacancy", "vacancy", 8),
        ("Plano, TX", "candidate", 20),
        ("x", "Location: Troy, NY", 32),
        ("x", "<b>Location:</b> Buffalo, NY", 16),
        ("x", "Troy, NY", 0),
        ("x", "recruit resume candidate; located in Dallas, TX.", 23),
    ],
)
def test_a_host_counts_what_the_rules_say(subject: str, body: str, points: int) -> None:
    """Looks for words and regions, texts in variables: all on a real Pigeonhole."""
    script = compile_policy(
        load_text(POLICY), load_target("pigeonhole"), trace=True, today=TODAY
    ).text
    assert "words1" in script
    assert "${gap}" in script
    raw = f"From: a@b.example\nSubject: {subject}\nContent-Type: text/html\n\n{body}\n".encode()
    with Pigeonhole() as host:
        told = host.run(script, raw)
    assert re.search(r"\$coldstop-objections-(\d+)", told)[1] == str(points)  # type: ignore[index]
