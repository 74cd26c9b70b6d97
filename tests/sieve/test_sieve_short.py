"""Short forms: letters that ignore case by `(?i)`, few variables, and few builds until one fits."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
import re2

from coldstop.policy.load import load_policy
from coldstop.resources import shipped
from coldstop.scorecard.resolve import load_scorecard
from coldstop.sieve import compile as compiling
from coldstop.sieve.compact import compact
from coldstop.sieve.lower.context import Lowering, Trim
from coldstop.sieve.lower.spelling import keys_for
from coldstop.sieve.requires import regexes, set_names
from coldstop.sieve.rewrite import expanded
from coldstop.sieve.script import BodyTest, Branch, HeaderTest, If, Match, Set, Some, Stop
from coldstop.sieve.targets import load_target
from support.judging import TODAY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coldstop.sieve.script import Block, String


LISTS = ("@about-you", "@absurd-promises", "@academia", "@apologies", "@applicants", "@job-nouns")


def _lowering(target: str) -> Lowering:
    policy = load_policy("examples/berlin.yaml")
    return Lowering(policy, load_target(target), TODAY, fixed=True, trim=Trim())


def _samples() -> list[str]:
    mails = sorted(shipped("policies", "examples", "mail").glob("*.eml"))
    return [path.read_text("utf-8", "replace").replace("=\n", "") for path in mails]


@pytest.mark.slow
def test_ignoring_case_inside_an_expression_finds_the_same() -> None:
    """Phrase by phrase, `(?i)` and plain letters find what `[Hh]` finds, in capitals too."""
    spelled, short = _lowering("stalwart-1m"), _lowering("stalwart")
    texts = [text for one in _samples() for text in (one, one.upper(), one.title())]
    found = 0
    for entry in spelled.entries(*LISTS):
        phrase = spelled.phrases.parse(entry)
        (old,), (new,) = keys_for(spelled, (phrase,)), keys_for(short, (phrase,))
        (before,), (after,) = old.keys, new.keys
        assert isinstance(before, str)
        assert isinstance(after, str)
        assert after.startswith("(?i)(^|>)")
        assert "++" not in after
        for text in texts:
            hit = re2.search(before, text) is not None
            assert hit == (re2.search(after, text) is not None), entry
            found += hit
    assert found


def _said(block: Block, values: dict[str, String]) -> Iterator[str]:
    """The expressions that a host reads, in the order in which it comes to them."""
    for command in block:
        if isinstance(command, Set):
            # Variables inside a value are put in when it is set.
            values[command.name] = expanded(command.value, values)
        elif isinstance(command, If):
            tests = If(tuple(Branch(branch.test, ()) for branch in command.branches))
            yield from (expanded(one, values) for one in regexes((tests,)))
            for branch in command.branches:
                yield from _said(branch.block, values)
            yield from _said(command.otherwise, values)


@pytest.mark.parametrize("variables", [3, 6, 10, 40])
def test_few_variables_say_the_same(variables: int) -> None:
    """However few there are, every expression is what it was, and no more of them are used."""
    texts = [f"(^|>)(dear (job|career) seeker {n}|(job|career) opportunity)$" for n in range(20)]

    def asked(text: str, inner: Block) -> If:
        tests = (
            HeaderTest(("subject",), Match.REGEX, (text,)),
            BodyTest(Match.REGEX, (text,)),
        )
        return If((Branch(Some(tests), inner),))

    block = tuple(
        asked(one, (asked(two, (Stop(),)),)) for one, two in zip(texts, texts[::-1], strict=True)
    )
    defined, smaller = compact(block, variables=variables)
    assert len(set_names((*defined, *smaller))) <= variables
    assert list(_said((*defined, *smaller), {})) == list(_said(block, {}))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("policy", "target"),
    [
        ("examples/berlin.yaml", "cyrus"),
        ("examples/berlin.yaml", "stalwart"),
        ("examples/ray.yaml", "generic"),
        ("presets/passive.yaml", "cyrus"),
    ],
)
def test_a_fit_takes_few_builds(policy: str, target: str) -> None:
    """A build is a good part of a second: five at most, of up to 130 ways to leave out."""
    with patch.object(compiling, "_compiled", wraps=compiling._compiled) as builds:
        made = compiling.compile_scorecard(
            load_scorecard(policy), load_target(target), trim=True, today=TODAY
        )
    assert made.fullness <= 1
    assert builds.call_count <= 5
