"""Exact 95 % intervals of a share (Clopper and Pearson, 1934), without a statistics library.

The bounds are where the binomial tail of what was seen falls to 2.5 %: 23 of 23 proves no more
than 85 %. Found by bisection, to eight digits. Refuses more successes than trials (`ValueError`);
no trial at all proves nothing: 0 to 1.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

ALPHA = 0.05
"""Chance that the truth lies outside, both sides together."""
_STEPS = 60
"""Halvings of 0..1; more than a float can tell apart."""


def interval(successes: int, trials: int, alpha: float = ALPHA) -> tuple[float, float]:
    """The share's lower and upper bound."""
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} of {trials}")
    low, high = 0.0, 1.0
    if successes > 0:
        low = _bisect(lambda share: at_least(successes, trials, share) < alpha / 2)
    if successes < trials:
        high = _bisect(lambda share: at_most(successes, trials, share) > alpha / 2)
    return low, high


def at_most(successes: int, trials: int, share: float) -> float:
    """The chance of so many successes or fewer, where each trial succeeds with `share`."""
    return math.fsum(_chance(count, trials, share) for count in range(successes + 1))


def at_least(successes: int, trials: int, share: float) -> float:
    """The chance of so many successes or more."""
    # The shorter tail, seen from the other side: 4,146 of 4,150 sums five terms, not 4,147.
    return at_most(trials - successes, trials, 1.0 - share)


def _chance(count: int, trials: int, share: float) -> float:
    if share <= 0.0 or share >= 1.0:
        return float(count == (trials if share >= 1.0 else 0))
    ways = math.lgamma(trials + 1) - math.lgamma(count + 1) - math.lgamma(trials - count + 1)
    return math.exp(ways + count * math.log(share) + (trials - count) * math.log1p(-share))


def _bisect(below: Callable[[float], bool]) -> float:
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if below(middle):
            low = middle
        else:
            high = middle
    return (low + high) / 2
