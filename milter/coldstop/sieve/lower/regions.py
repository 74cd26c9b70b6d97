"""Places a few regions at a time, each asked for only where a region's name stands at all.

The towns of a reader's surroundings make an expression of many kilobytes, which libc compiles each
time that it is asked for. Whatever it finds ends in the name of a region, outside tags and set off
by what is no letter or digit (`places.patterns`): a look for those few names comes first. Bare
towns need no region, so there is no such look for them.

Refuses nothing and cannot fail.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from coldstop.lexicon.regex import exact
from coldstop.sieve.lower.spelling import alternation
from coldstop.sieve.lower.text import guarded
from coldstop.sieve.script import BodyTest, Comparator, HeaderTest, Match, Test
from coldstop.sieve.simplify import every, some

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from coldstop.places.sides import Towns
    from coldstop.sieve.lower.context import Lowering

CHUNK: Final = 2_000
"""Bytes of town names that are asked for together."""


def in_chunks(
    groups: Sequence[Towns],
    lowering: Lowering,
    stands: Callable[[Sequence[Towns], Lowering], Test],
) -> Test:
    """What `stands` says of all groups, cut up where that makes a host quick."""
    if not lowering.target.quick:
        return stands(groups, lowering)
    tests: list[Test] = []
    bare = [group for group in groups if group.bare]
    for chunk in apart([group for group in groups if not group.bare]):
        test = stands(chunk, lowering)
        tests.append(every((named_at_all(chunk), test)))
    return some((*tests, stands(bare, lowering)))


def apart(groups: Sequence[Towns]) -> Iterator[tuple[Towns, ...]]:
    """Cut groups of towns into chunks, of whole groups; those without town names stay together."""
    whole = tuple(group for group in groups if not group.names)
    if whole:
        yield whole
    chunk: list[Towns] = []
    size = 0
    for group in groups:
        if not group.names:
            continue
        more = len("".join(group.names).encode())
        if chunk and size + more > CHUNK:
            yield tuple(chunk)
            chunk, size = [], 0
        chunk.append(group)
        size += more
    if chunk:
        yield tuple(chunk)


def named_at_all(groups: Sequence[Towns]) -> Test:
    """A region of the groups is named in the subject or in the text."""
    names = dict.fromkeys(name for group in groups for name in group.regions)
    spelled = "|".join(exact(name.encode()).decode() for name in names)
    regex = alternation((spelled,))
    return some(
        (
            HeaderTest(("subject",), Match.REGEX, (regex,), Comparator.OCTET),
            guarded((BodyTest(Match.REGEX, (regex,)),)),
        )
    )
