"""The exact interval of a share."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measure.intervals import ALPHA, at_least, at_most, interval


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        # Closed forms: of nothing but successes, the lower bound is the n-th root of 2.5 %.
        (23, 23, 0.025 ** (1 / 23), 1.0),
        (0, 4150, 0.0, 1 - 0.025 ** (1 / 4150)),
        (1, 1, 0.025, 1.0),
        (0, 0, 0.0, 1.0),
        # As published tables and R's binom.test have them.
        (5, 10, 0.1870860, 0.8129140),
        (22, 23, 0.7805134, 0.9988998),
        (1, 10, 0.0025286, 0.4450161),
    ],
)
def test_known_bounds(successes: int, trials: int, low: float, high: float) -> None:
    """Bounds are those of the literature."""
    assert interval(successes, trials) == pytest.approx((low, high), abs=5e-7)


def test_23_of_23_proves_no_more_than_85_percent() -> None:
    """A small set without a miss is no proof of a filter without a miss."""
    assert f"{interval(23, 23)[0]:.0%}" == "85%"


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_bounds_are_where_the_tails_weigh_a_fortieth(pair: tuple[int, int]) -> None:
    """At each bound, what was seen or worse has a chance of 2.5 %; the share lies between them."""
    successes, trials = pair
    low, high = interval(successes, trials)
    assert low <= successes / trials <= high
    if successes:
        assert at_least(successes, trials, low) == pytest.approx(ALPHA / 2, abs=1e-9)
    if successes < trials:
        assert at_most(successes, trials, high) == pytest.approx(ALPHA / 2, abs=1e-9)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 10))
def test_tails_are_those_of_exact_arithmetic(successes: int, more: int, tenths: int) -> None:
    """The sum of logarithms is the sum of fractions."""
    trials = successes + more
    share = Fraction(tenths, 10)
    exact = sum(
        math.comb(trials, count) * share**count * (1 - share) ** (trials - count)
        for count in range(successes + 1)
    )
    assert at_most(successes, trials, tenths / 10) == pytest.approx(float(exact), abs=1e-12)


@pytest.mark.parametrize(("successes", "trials"), [(2, 1), (-1, 5)])
def test_more_successes_than_trials_are_refused(successes: int, trials: int) -> None:
    """A count that cannot be is a fault of the caller."""
    with pytest.raises(ValueError, match="of"):
        interval(successes, trials)
