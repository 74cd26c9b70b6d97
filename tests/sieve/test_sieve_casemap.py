"""Expressions for hosts that ignore case (PCRE): the same finds, and the host's stack is safe."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coldstop.lexicon.phrase import Parser
from coldstop.lexicon.regex import RAW_PREFIX, raw_regex
from coldstop.policy.load import load_text
from coldstop.scorecard.tests.labels import label_regex
from coldstop.sieve.compile import compile_policy
from coldstop.sieve.lower.spelling import uncased
from coldstop.sieve.possessive import possessive
from coldstop.sieve.targets import load_target
from lexicon.test_lexicon_meaning import CONFUSING, phrases, texts
from support.hostile import hostile_set
from support.judging import TODAY
from support.sievehosts import CyrusHost

_CLASSES = {"[:alnum:]": "0-9A-Za-z", "[:space:]": r" \t\n\v\f\r", "[:cntrl:]": r"\0-\x1f\x7f"}


def _searched(regex: str, text: bytes, flags: int = 0) -> bool:
    """Search bytes with Python's engine, a backtracking one as PCRE is."""
    for name, members in _CLASSES.items():
        regex = regex.replace(name, members)
    return re.search(regex.encode(), text, flags) is not None


@settings(max_examples=300, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.data())
def test_letters_without_brackets_find_the_same(data: st.DataObject) -> None:
    """Case is ignored in words and nowhere else, and a gap that is kept loses nothing."""
    phrase = data.draw(phrases())
    regex = raw_regex(phrase).decode()
    text = data.draw(texts(phrase))
    assert _searched(possessive(uncased(regex)), text, re.IGNORECASE) == _searched(regex, text)


@settings(max_examples=300, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.lists(st.sampled_from([*CONFUSING, b"Rate", b"Pay", b"&nbsp;", b":"]), max_size=16))
def test_labels_find_the_same(parts: list[bytes]) -> None:
    """Before a label, `&nbsp;` is tried before its own first character."""
    regex = label_regex("Rate", "Pay Rate").decode()
    text = b"".join(parts)
    assert _searched(possessive(regex), text) == _searched(regex, text)


@pytest.mark.parametrize(
    ("text", "found"),
    [("résumé", True), ("RéSUMé", True), ("RÉSUMÉ", False), ("resume", False)],
)
def test_accents_keep_their_case(text: str, found: bool) -> None:
    """Only ASCII has no case, as in judging."""
    regex = uncased(raw_regex(Parser().parse("résumé")).decode())
    for name, members in _CLASSES.items():
        regex = regex.replace(name, members)
    assert (re.search(regex, text, re.IGNORECASE) is not None) == found


def test_no_gap_is_ever_given_back() -> None:
    """Every repeated gap is possessive, and nothing else has changed."""
    regex = raw_regex(Parser().parse("on-site {0-2 words} role:")).decode()
    after = possessive(regex)
    assert regex.startswith(RAW_PREFIX.decode())
    assert "<[^<>]*>)+[" not in after
    assert after.replace("++", "+").replace("*+", "*") == regex


POLICY = """
coldstop: 1
name: gaps
pitch: {threshold: 1}
rules:
  any: {when: {not: {header: X-Never}}, pitch: 1}
  words: {when: {text: [a role, on-site work, "{number} dollars"]}, points: 1}
  many: {when: {text: "{number >= 500} (people|staff)"}, points: 1}
  labels: {when: {labels: [Rate, Pay Rate]}, points: 2}
ladder: {0: keep, 100: file}
"""


@pytest.mark.real
@pytest.mark.parametrize("name", ["entities", "spaces", "br", "digits"])
def test_hostile_gaps_do_not_end_the_delivery(name: str) -> None:
    """A megabyte of gaps behind the first word of a phrase is taken by Cyrus."""
    script = compile_policy(load_text(POLICY), load_target("cyrus"), today=TODAY).text
    head, _, body = hostile_set()[name].partition(b"\n\n")
    with CyrusHost() as host:
        host.activate("alice", script)
        assert host.deliver("alice", [head + b"\n\n" + body + b"\n"])[0][0] == 250
