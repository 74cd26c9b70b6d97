"""What a condition becomes: a test, and what it counts where a rule has `points_each`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, assert_never

from coldstop.sieve.script import Branch, Command, If, Ref, Set, String, Test, when

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Unit:
    """Counts where the test holds."""

    test: Test
    times: int = 1


@dataclass(frozen=True, slots=True)
class Length:
    """Counts as much as a variable has characters, at most `most`."""

    variable: str
    most: int


@dataclass(frozen=True, slots=True)
class Sum:
    """Counts all of the parts."""

    parts: tuple[Count, ...] = ()


@dataclass(frozen=True, slots=True)
class First:
    """Counts the first part whose test holds."""

    options: tuple[tuple[Test, Count], ...]


Count: TypeAlias = Unit | Length | Sum | First
NOTHING = Sum()


@dataclass(frozen=True, slots=True)
class Meaning:
    """A lowered condition."""

    test: Test
    count: Callable[[], Count] = lambda: NOTHING
    """Made only for rules that count."""
    counted: bool = False
    """The condition holds exactly where the count is above 0."""


def most(count: Count) -> int:
    """The highest count possible."""
    match count:
        case Unit():
            return count.times
        case Length():
            return count.most
        case Sum():
            return sum(map(most, count.parts))
        case First():
            return max((most(one) for _, one in count.options), default=0)
        case _ as never:
            assert_never(never)


def counting(count: Count, variable: str, mark: str) -> tuple[Command, ...]:
    """Commands that append `mark` to the variable for each thing counted."""
    match count:
        case Unit():
            return when(count.test, _append(variable, mark * count.times))
        case Length():
            return (_append(variable, *[Ref(count.variable)] * len(mark)),)
        case Sum():
            return tuple(
                command for part in count.parts for command in counting(part, variable, mark)
            )
        case First():
            branches = tuple(
                Branch(test, counting(one, variable, mark)) for test, one in count.options
            )
            return (If(branches),) if branches else ()
        case _ as never:
            assert_never(never)


def _append(variable: str, *pieces: str | Ref) -> Set:
    value: String = (Ref(variable), *pieces)
    return Set(variable, value)
