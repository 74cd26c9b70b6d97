"""Tests joined, with what is certain left out: the house's `and`, `or` and `not`.

A condition that a host cannot say, or that cannot hold, becomes `false` where it stands; these
functions carry that upwards, so that a dead rule costs nothing in the script.

Refuses nothing and cannot fail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.sieve.script import FALSE, TRUE, Always, Every, Negation, Some, Test

if TYPE_CHECKING:
    from collections.abc import Iterable


def every(tests: Iterable[Test]) -> Test:
    """All of them hold."""
    kept: dict[Test, None] = {}
    for test in tests:
        if test == FALSE:
            return FALSE
        if isinstance(test, Every):
            kept.update(dict.fromkeys(test.tests))
        elif test != TRUE:
            kept[test] = None
    if not kept:
        return TRUE
    return next(iter(kept)) if len(kept) == 1 else Every(tuple(kept))


def some(tests: Iterable[Test]) -> Test:
    """At least one of them holds."""
    kept: dict[Test, None] = {}
    for test in tests:
        if test == TRUE:
            return TRUE
        if isinstance(test, Some):
            kept.update(dict.fromkeys(test.tests))
        elif test != FALSE:
            kept[test] = None
    if not kept:
        return FALSE
    return next(iter(kept)) if len(kept) == 1 else Some(tuple(kept))


def negated(test: Test) -> Test:
    """It does not hold."""
    if isinstance(test, Always):
        return FALSE if test.value else TRUE
    if isinstance(test, Negation):
        return test.test
    return Negation(test)
