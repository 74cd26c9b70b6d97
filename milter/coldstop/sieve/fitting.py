"""Find the first of several ways to leave out more and more that a host has room for.

A build takes a good part of a second, so few are made: what each way leaves is *weighed* first, by
the length of its strings, and each build tells how heavy a script may be. The answer is that of
trying them one by one, but for this: of ways that leave out towns, one of the next `NEAR` will do,
after `TRIES` any that fits, and of those that leave out rules, one that fills its host to `ENOUGH`.

Fails: whatever the last way fails with, and what no leaving out can help.
"""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

from coldstop.sieve.budget import EACH_LESS
from coldstop.sieve.errors import SieveError
from coldstop.sieve.quote import joined
from coldstop.sieve.requires import strings, tests
from coldstop.sieve.script import all_commands

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from coldstop.sieve.script import Block

NEAR: Final = 4
TRIES: Final = 3
ENOUGH: Final = 0.985
_AIM: Final = 0.99
"""Where a guess aims: one that is a little too large was made in vain."""
_HOPE: Final = 1.05
"""How full the whole script may look and still be tried; weights are not that sure."""
_COMMAND: Final = 30
"""Bytes that a command or a test takes besides its strings, about."""


class Fills(Protocol):
    """A script that knows how full it makes its host."""

    @property
    def fullness(self) -> float:
        """Its share of the tightest limit."""


Script = TypeVar("Script", bound=Fills)
Way = TypeVar("Way")


def weigh(block: Block) -> int:
    """Give about the bytes of a block, written out in full."""
    pieces = (piece for string in strings(block) for piece in joined(string))
    letters = sum(len(piece) if isinstance(piece, str) else len(piece.name) for piece in pieces)
    commands = sum(1 for _ in all_commands(block)) + sum(1 for _ in tests(block))
    return letters + _COMMAND * commands


def first_that_fits(
    build: Callable[[Way], Script],
    ways: Sequence[Way],
    weight: Callable[[Way], float],
    *,
    likely: float,
    fine: int,
) -> Script:
    """Give the script of the first way that fits, about.

    `likely`: how full a weight of 1 makes a host; `fine`: how many ways leave out towns only.

    Each way must leave out more than the one before.
    """
    low, high = 0, len(ways) - 1
    weights = [weight(way) for way in ways]
    over: tuple[float, float] | None = None  # weight and fullness of the lightest that is too large
    under: tuple[float, float] | None = None  # of the heaviest that fits
    best: Script | None = None
    at = 0 if weights[0] * likely <= _HOPE else _guess(weights, 0, high, likely)
    for tries in count(1):
        try:
            made = build(ways[at])
        except SieveError as error:
            if error.code not in EACH_LESS or at == len(ways) - 1:
                raise
            low = at + 1
            over = (weights[at], error.fullness)
        else:
            if at < fine:
                will_do = at - low <= NEAR or tries >= TRIES
            else:
                will_do = made.fullness >= ENOUGH and low >= fine
            if at == low or will_do:
                return made
            best, high = made, at - 1
            under = (weights[at], made.fullness)
        if low > high:
            if best is not None:
                return best
            high = low  # only the last way is left
        at = _next(weights, low, high, over, under)
    raise AssertionError  # pragma: no cover - count never ends


def _next(
    weights: list[float],
    low: int,
    high: int,
    over: tuple[float, float] | None,
    under: tuple[float, float] | None,
) -> int:
    if over and under and over[0] > under[0]:
        # Between the two, fullness is a line.
        slope = (over[1] - under[1]) / (over[0] - under[0])
        aim = under[0] + (_AIM - under[1]) / slope
        return next((at for at in range(low, high + 1) if weights[at] <= aim), high)
    heavy, full = over or under or (1.0, 1.0)
    return _guess(weights, low, high, full / max(heavy, 1.0))


def _guess(weights: list[float], low: int, high: int, ratio: float) -> int:
    return next((at for at in range(low, high + 1) if weights[at] * ratio <= _AIM), high)
