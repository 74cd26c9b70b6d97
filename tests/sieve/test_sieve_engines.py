"""Scripts find the same whichever engine a Dovecot has: libc, or PCRE2 with its silent bounds."""

from __future__ import annotations

import datetime as dt
import time
from typing import TYPE_CHECKING

import pytest
import re2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coldstop.lexicon.phrase import Parser
from coldstop.lexicon.regex import GAP, raw_regex
from coldstop.policy.load import load_policy, load_text
from coldstop.scorecard.tests.labels import label_regex
from coldstop.sieve.budget import check
from coldstop.sieve.compile import compile_policy
from coldstop.sieve.loss import Loss
from coldstop.sieve.named import named
from coldstop.sieve.possessive import possessive
from coldstop.sieve.regexdepth import goes_deeper, regex_depth, regex_groups
from coldstop.sieve.script import Match, Set, StringTest, when
from coldstop.sieve.seen import seen
from coldstop.sieve.targets import load_target, target_names
from differential.gaps import LONG
from differential.small import texts as small_policies
from differential.speak import HTML_GAPS
from lexicon.test_lexicon_meaning import CONFUSING, phrases, texts
from support.judging import TODAY
from support.regexengines import libc_finds, pcre2_finds

if TYPE_CHECKING:
    from coldstop.policy.effective import Policy
    from coldstop.sieve.script import Block

BOUNDED = {
    load_target(name).limits: name
    for name in target_names()
    if load_target(name).limits.regex_depth
}
"""One target for each set of limits."""


def _reference(regex: bytes, text: bytes) -> bool:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = 64 << 20
    return re2.compile(regex, options).search(text) is not None


def _everywhere(regex: bytes, text: bytes) -> set[bool]:
    form = possessive(regex.decode()).encode()
    return {
        libc_finds(form, text),
        pcre2_finds(form, text, groups=True),
        pcre2_finds(form, text, groups=False),
    }


@settings(max_examples=300, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.data())
def test_every_engine_finds_a_phrase(data: st.DataObject) -> None:
    """Whatever the gaps of a text are made of, libc and PCRE2 say what RE2 says."""
    phrase = data.draw(phrases())
    regex = raw_regex(phrase)
    if goes_deeper(possessive(regex.decode()), 98):
        return  # such a phrase is told as lost
    text = data.draw(texts(phrase)).replace(b"\0", b" ")
    long = data.draw(st.sampled_from([b" ", *(one.encode() for one in LONG[HTML_GAPS])]))
    text = text.replace(b" ", long)
    assert _everywhere(regex, text) == {_reference(regex, text)}


@settings(max_examples=200, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.lists(st.sampled_from([*CONFUSING, b"Rate", b"Pay", b"&nbsp;", b":"]), max_size=16))
def test_every_engine_finds_a_label(parts: list[bytes]) -> None:
    """Before and behind a label, too."""
    regex = label_regex("Rate", "Pay Rate")
    text = b"".join(part * 60 if part in (b" ", b"&nbsp;") else part for part in parts)
    text = text.replace(b"\0", b" ")
    assert _everywhere(regex, text) == {_reference(regex, text)}


@pytest.mark.parametrize(
    "piece", [b" ", b"\t", b"&nbsp;", b"\xc2\xa0", b"<br>", b"\r\n", b" &nbsp;"]
)
@pytest.mark.parametrize("count", [1, 20, 150, 300, 20_000])
def test_no_gap_is_too_long(piece: bytes, count: int) -> None:
    """The plain form is lost at 50 or 100 pieces, the possessive one is not; libc takes both."""
    regex = raw_regex(Parser().parse("three days"))
    text = b"x three" + piece * count + b"days."
    assert _everywhere(regex, text) == {True}
    assert pcre2_finds(regex, text, groups=False) == (count < 50)
    assert libc_finds(regex, text)


def test_libc_takes_a_second_plus_without_going_quadratic() -> None:
    """A megabyte of gaps behind the first word costs libc no more than a few times as much."""
    # With one beginning, as scripts have it (`quick`).
    plain = b"^" + raw_regex(Parser().parse("three days")).removeprefix(b"(^|>)")
    text = b"x three" + b"&nbsp;" * 170_000 + b"x"
    costs = []
    for form in (plain, possessive(plain.decode()).encode()):
        started = time.process_time()
        assert not libc_finds(form, text)
        costs.append(time.process_time() - started)
    assert costs[1] < 5 * costs[0] + 0.05


def test_only_ninety_nine_groups_are_seen() -> None:
    """Beyond, a `header` test of PCRE2 finds nothing, though a `body` test does."""
    for groups, found in ((99, True), (100, False)):
        regex = "|".join(f"(x{number}y)" for number in range(groups))
        assert regex_groups(regex) == groups
        text = f"x{groups - 1}y".encode()
        assert pcre2_finds(regex.encode(), text, groups=True) is found
        assert pcre2_finds(regex.encode(), text, groups=False)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 60), st.sampled_from(["(a|b)", "(a)?", "(a){0,2}", "a*b?", "(a*b|c)"]))
def test_what_is_deep_enough_is_found(count: int, piece: str) -> None:
    """An expression whose depth is within the bound finds what is there."""
    regex = "^" + piece * count + "$"
    for text in (b"a" * count, b"ab" * count, b"aa" * count):
        if text and not goes_deeper(regex, 98) and _reference(regex.encode(), text):
            assert pcre2_finds(regex.encode(), text, groups=True)


@pytest.mark.parametrize(
    ("regex", "depth"),
    [
        ("abc", 0),
        ("[Hh][Ii]", 0),
        ("[a-z]*b", 1),
        ("(a|(b))", 2),
        ("a+b?", 2),
        ("(a)+", float("inf")),
        ("(a){2,}", float("inf")),
        ("[(]+(x)", 2),
    ],
)
def test_how_deep_an_expression_goes(regex: str, depth: float) -> None:
    """A frame for each choice; a group without end has no bound unless it is possessive."""
    assert regex_depth(regex) == depth
    assert goes_deeper(regex, 98) == (depth > 98)


def test_bounded_words_count_each() -> None:
    """`{0-3 words}` may be undone word by word."""
    three, eight = (
        regex_depth(possessive(raw_regex(Parser().parse(f"a {{0-{n} words}} b")).decode()))
        for n in (3, 8)
    )
    assert three < eight < 98


def _policies() -> dict[str, Policy]:
    small = {name: load_text(text, name) for name, text in small_policies(TODAY).items()}
    return {"passive": load_policy("passive"), "ray": load_policy("ray"), **small}


def _whole(policy: Policy, target: str, monkeypatch: pytest.MonkeyPatch) -> Block:
    """The tree that a script is written from."""
    kept: list[Block] = []

    def spied(body: Block, *rest: object) -> None:
        kept.append(body)
        check(body, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("coldstop.sieve.compile.check", spied)
    compile_policy(policy, load_target(target), today=TODAY, trace=True)
    return kept[-1]


@pytest.mark.slow
@pytest.mark.parametrize("target", sorted(BOUNDED.values()))
def test_scripts_stay_within_what_is_seen(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No expression of a shipped or small policy has more groups or depth than the target's."""
    limits = load_target(target).limits
    assert limits.regex_depth is not None
    for name, policy in _policies().items():
        for regex, kept in seen(_whole(policy, target, monkeypatch)):
            assert not goes_deeper(regex, limits.regex_depth), (name, regex)
            if kept:
                assert regex_groups(regex) <= (limits.regex_groups or 0), (name, regex)


def test_what_goes_too_deep_is_told() -> None:
    """A phrase beyond the bound is left out of the script, and the loss report says so."""
    deep = "a" + " {0-8 words} b" * 5
    text = (
        "coldstop: 1\nname: deep\npitch: {threshold: 1}\nrules:\n"
        f"  deep: {{when: {{text: '{deep}'}}, pitch: 1}}\nladder: {{0: keep, 100: file}}\n"
    )
    compiled = compile_policy(load_text(text), load_target("pigeonhole"), today=TODAY)
    assert any("too long for a regular expression" in str(one) for one in compiled.loss)
    assert isinstance(compiled.loss[0], Loss)


def test_the_script_asks_its_host_for_the_engine() -> None:
    r"""`gap` is possessive where `\h` is a blank, so libc pays nothing for it."""
    policy = load_text(small_policies(dt.date(2026, 1, 1))["words"], "words")
    script = compile_policy(policy, load_target("pigeonhole"), today=TODAY).text
    asked = 'if string :regex " " "^\\\\h$" {\n  set "plus" "+";\n}\n'
    gap = f'set "gap" "{GAP.decode()}+${{plus}}";\n'
    assert script.index(asked) < script.index(gap)
    assert libc_finds(rb"^\h$", b"h")
    assert not libc_finds(rb"^\h$", b" ")
    assert pcre2_finds(rb"^\h$", b" ", groups=True)


def test_without_gaps_nothing_is_asked() -> None:
    """A script that needs no gap has no question for the host."""
    test = StringTest(("x",), Match.REGEX, "[Aa][Bb]")
    defined, _ = named(when(test, Set("y", "1")), 100)
    assert defined == ()
