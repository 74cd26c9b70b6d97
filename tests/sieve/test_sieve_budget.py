"""Limits of targets: kept, told when passed, and met by leaving out towns only when asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from coldstop.policy.load import load_policy, load_text
from coldstop.scorecard.tests.place import Towns
from coldstop.sieve.budget import bytes_of
from coldstop.sieve.compact import compact
from coldstop.sieve.compile import compile_policy
from coldstop.sieve.errors import SieveCode, SieveError
from coldstop.sieve.fitting import ENOUGH, NEAR, TRIES, first_that_fits
from coldstop.sieve.leftout import left_out
from coldstop.sieve.loss import State
from coldstop.sieve.lower.context import Trim
from coldstop.sieve.lower.place import largest
from coldstop.sieve.lower.spelling import factored
from coldstop.sieve.regexsize import regex_size
from coldstop.sieve.requires import regexes
from coldstop.sieve.rewrite import expanded
from coldstop.sieve.script import BodyTest, Branch, If, Match, Set, Stop
from coldstop.sieve.targets import Target, load_target
from coldstop.sieve.trimming import LEFT_OUT, least_worth, trims
from support.judging import TODAY

if TYPE_CHECKING:
    from random import Random

SMALL = """
coldstop: 1
name: small
pitch: {threshold: 1}
rules:
  any: {when: {not: {header: X-Never}}, pitch: 1}
  it: {when: {all: [{header: X-A}, {any: [{header: X-B}, {not: {header: X-C}}]}]}, points: 5}
ladder: {0: keep, 5: file}
"""


def _target(**limits: int) -> Target:
    target = load_target("pigeonhole")
    return target.model_copy(update={"limits": target.limits.model_copy(update=limits)})


def _use(name: str) -> int:
    """How much of a limit the small policy takes: the least value that it compiles with."""
    policy = load_text(SMALL)
    low, high = 0, 10_000
    while low < high:
        middle = (low + high) // 2
        try:
            compile_policy(policy, _target(**{name: middle}), today=TODAY)
            high = middle
        except SieveError:
            low = middle + 1
    return low


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("script_bytes", SieveCode.SCRIPT_TOO_LARGE),
        ("literal_bytes", SieveCode.LITERAL_TOO_LONG),
        ("variables", SieveCode.TOO_MANY_VARIABLES),
        ("blocks", SieveCode.TOO_DEEP),
        ("tests", SieveCode.TOO_DEEP),
        ("instructions", SieveCode.TOO_MANY_INSTRUCTIONS),
    ],
)
def test_a_limit_holds_to_the_last_unit(name: str, code: SieveCode) -> None:
    """At the limit it compiles; one less is an error that says what to drop."""
    policy = load_text(SMALL)
    use = _use(name)
    compile_policy(policy, _target(**{name: use}), today=TODAY)
    with pytest.raises(SieveError) as caught:
        compile_policy(policy, _target(**{name: use - 1}), today=TODAY)
    assert caught.value.code is code
    assert caught.value.hint


@pytest.mark.slow
def test_towns_fill_the_room_and_rules_go_only_when_asked() -> None:
    """Far towns go first, and the report says how many are left; a rule only with --trim."""
    policy = load_policy("ray")
    whole = compile_policy(policy, _target(), today=TODAY)
    assert whole.towns == (370, 370)
    room = len(whole.text.encode()) - 6_000
    fewer = compile_policy(policy, _target(script_bytes=room), today=TODAY)
    assert room * 0.95 < bytes_of(fewer.text) <= room
    told = next(loss for loss in fewer.loss if loss.rule == "relocation")
    assert any("largest far towns" in why for why in told.why)
    assert any("(Albany|ALBANY" in line for line in fewer.text.splitlines())
    assert left_out(fewer).endswith("of 370 names of towns left out; see --loss")
    with pytest.raises(SieveError) as caught:
        compile_policy(policy, _target(script_bytes=room // 2), today=TODAY)
    assert "--trim" in caught.value.hint
    assert "offers-a-job" in caught.value.hint
    trimmed = compile_policy(policy, _target(script_bytes=room // 2), trim=True, today=TODAY)
    assert room * 0.4 < bytes_of(trimmed.text) <= room // 2
    assert re.match(r"\d+ of 95 rules and 370 of 370 names of towns left out", left_out(trimmed))


@dataclass(frozen=True)
class _Full:
    fullness: float


@given(
    st.lists(st.integers(1, 1_000), min_size=1, max_size=40),
    st.integers(1, 1_200),
    st.floats(0.2, 5.0),
    st.integers(0, 41),
    st.randoms(use_true_random=False),
)
def test_the_first_that_fits_is_found(
    sizes: list[int], room: int, likely: float, fine: int, chance: Random
) -> None:
    """However wrong the weights are: the first way that fits, one near it, or nearly full."""
    falling = sorted(sizes, reverse=True)
    weights = sorted((size * chance.uniform(0.7, 1.4) for size in falling), reverse=True)
    tried: list[int] = []

    def build(way: int) -> _Full:
        tried.append(way)
        if falling[way] > room:
            share = falling[way] / room
            raise SieveError(SieveCode.SCRIPT_TOO_LARGE, "too large", fullness=share)
        return _Full(falling[way] / room)

    def found() -> float:
        return first_that_fits(
            build,
            range(len(falling)),
            weights.__getitem__,
            likely=likely / room,
            fine=min(fine, len(falling)),
        ).fullness

    first = next((way for way, size in enumerate(falling) if size <= room), None)
    if first is None:
        with pytest.raises(SieveError):
            found()
        return
    fullness = found()
    near = falling[first : first + NEAR + 1] if first < fine else falling[first : first + 1]
    late = first < fine and len(tried) >= TRIES
    assert late or fullness >= ENOUGH or fullness in {size / room for size in near}
    assert len(tried) == len(set(tried))


def test_the_largest_towns_stay() -> None:
    """In turn from each state; whole states are never left out."""
    groups = (Towns((), ("TX",)), Towns(("A", "B", "C"), ("NY",)), Towns(("D",), ("MA",)))
    assert [group.names for group in largest(groups, 3)] == [(), ("A", "B"), ("D",)]
    assert [group.names for group in largest(groups, 0)] == [()]
    assert largest(groups, None) == groups


def test_a_compact_script_says_the_same() -> None:
    """With its variables written out, every expression is what it was."""
    texts = [f"(^|>)(dear (job|career) seeker {n}|(job|career) opportunity)$" for n in range(30)]
    tests = [BodyTest(Match.REGEX, (text,)) for text in (*texts, *texts)]
    block = tuple(If((Branch(test, (Stop(),)),)) for test in tests)
    defined, smaller = compact(block)
    values = {one.name: one.value for one in defined if isinstance(one, Set)}
    assert values
    assert [expanded(one, values) for one in regexes(smaller)] == [*texts, *texts]


@pytest.mark.parametrize(
    "words",
    [
        ["engineer", "engineers", "analyst"],
        ["role", "position", "job"],
        ["a", "an", "and", "any"],
        ["opportunity", "opportunities", "op"],
    ],
)
def test_words_with_a_common_beginning(words: list[str]) -> None:
    """Written shorter, found alike."""
    pattern = re2.compile(f"({factored(words)})")
    assert all(pattern.fullmatch(word) for word in words)
    assert not any(pattern.fullmatch(word) for word in ("", "x", "engine", "opp", "ro", "anya"))
    assert len(factored(words)) <= len("|".join(words))


@pytest.mark.parametrize(
    ("regex", "size"), [("abc", 6), ("[ab]", 34), ("(a|b)", 16), ("a{3}", 18), ("(ab){0,2}", 26)]
)
def test_the_size_of_a_compiled_expression(regex: str, size: int) -> None:
    """A rough count: what is repeated counts as often as it may stand."""
    assert regex_size(regex) == size


def test_rules_are_left_out_the_least_worth_first() -> None:
    """Where towns do not suffice rules go, but not what binds or keeps other mail untouched."""
    policy = load_policy("ray")
    order = list(least_worth(policy))
    worth = {name: policy.rules[name].most for name in order}
    assert order.index("growth") < order.index("insults") < order.index("offers-a-job")
    assert not {"mailing-list", "hires-inside", "never-again", "known-person"} & set(order)
    asked = {"flatters": "flattery-without-connection", "job-form": "form-letter"}
    assert all(order.index(asking) < order.index(name) for name, asking in asked.items())
    assert worth[order[0]] == min(worth.values())


def test_the_last_step_keeps_what_is_enough_by_itself() -> None:
    """Without room for anything else: what is left touches no other mail."""
    policy = load_policy("berlin")
    *_, last = trims(policy, 0, 0, rules=True)
    assert {"linkedin-inmail", "linkedin-invitation", "never-again", "known-person"}.isdisjoint(
        last.rules
    )
    assert {"offers-a-job", "says-recruiter", "newsletter", "states-pay"} <= last.rules


def test_each_step_leaves_out_more() -> None:
    """But the last, which keeps what is enough by itself: halving finds the first that fits."""
    steps = list(trims(load_policy("ray"), 20, 500, rules=True))
    for before, after in pairwise(steps[:-1]):
        assert before.rules <= after.rules
        assert before.choices <= after.choices
    assert steps[0] == Trim()


@pytest.mark.slow
def test_what_is_left_out_is_told() -> None:
    """A trimmed script fits, and its report names each rule for which there was no room."""
    target = load_target("cyrus")
    compiled = compile_policy(load_policy("ray"), target, trim=True, today=TODAY)
    assert len(compiled.text.encode()) + compiled.text.count("\n") <= 32_768
    gone = [loss for loss in compiled.loss if loss.why == (LEFT_OUT,)]
    assert [loss.rule for loss in gone]
    assert all(loss.state is State.DROPPED for loss in gone)
