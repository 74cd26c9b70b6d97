"""`place`: where the job is; the very patterns of `scorecard.tests.place`, packed to fit."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from coldstop.places.sides import brief
from coldstop.scorecard.tests import place
from coldstop.scorecard.tests.address import AddressSet
from coldstop.sieve.lower.address import sender_test
from coldstop.sieve.lower.meaning import Meaning
from coldstop.sieve.lower.regions import in_chunks
from coldstop.sieve.lower.spelling import Keys, any_case, cased, fits
from coldstop.sieve.lower.text import NO_BODY, guarded
from coldstop.sieve.script import (
    FALSE,
    BodyTest,
    Branch,
    HeaderTest,
    If,
    Match,
    Ref,
    Set,
    StringTest,
    Test,
    when,
)
from coldstop.sieve.simplify import negated, some

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from coldstop.policy import model
    from coldstop.scorecard.tests.place import Towns
    from coldstop.sieve.lower.context import Lowering
    from coldstop.sieve.script import Block

SIDE = "place"
NO_REGEX = "places need regular expressions"
NO_FAR_TOWNS = "far towns of states in which something is near are left out for want of room: {}"
FEWER_FAR = "only the largest far towns of states in which something is near: {} of {}"
FEWER_NEAR = "only the largest near towns: {} of {}"
FEWER_ABROAD = "of other countries only those from which most jobs are offered: {} of {} names"


def lower_place(test: model.PlaceTest, lowering: Lowering) -> Meaning:
    """Near, or far with nothing near; found out once a message."""
    if lowering.policy.reader.commute is None:
        return Meaning(FALSE)
    if not lowering.target.has("regex"):
        lowering.note(NO_REGEX)
        return Meaning(FALSE)
    name = lowering.fact(SIDE, lambda: _found_out(lowering))
    return Meaning(StringTest((Ref(name),), Match.IS, test.place))


def _found_out(lowering: Lowering) -> Block:
    known = place.sides(lowering.policy.reader)
    near, far = _fitted(known, lowering)
    lowering.towns = (len(_named((*near, *far))), len(_named((*known.near, *known.far))))
    relays = AddressSet.of(lowering.entries("@relays"))
    sides = (
        ("near", in_chunks(near, lowering, _stands)),
        ("far", in_chunks(far, lowering, _stands)),
    )
    branches = tuple(Branch(test, (Set(SIDE, side),)) for side, test in sides if test != FALSE)
    if not branches:
        return ()
    return when(negated(sender_test(lowering, relays)), If(branches))


def _fitted(known: place.Sides, lowering: Lowering) -> tuple[tuple[Towns, ...], tuple[Towns, ...]]:
    """Leave out the smallest towns, as the target and the caller say."""
    room = 0 if lowering.target.places == "near" else lowering.trim.far_towns
    total = _total(known.far)
    far = largest(known.far, room)
    if _total(far) < total:
        why = (
            FEWER_FAR.format(_total(far), total)
            if far and _total(far)
            else NO_FAR_TOWNS.format(total)
        )
        lowering.note(why)
    if lowering.target.places == "near":
        far = tuple(_brief(group, lowering) for group in far)
    near = largest(known.near, lowering.trim.near_towns)
    if _total(near) < _total(known.near):
        lowering.note(FEWER_NEAR.format(_total(near), _total(known.near)))
    return near, far


def _brief(group: Towns, lowering: Lowering) -> Towns:
    kept = brief(group)
    if len(kept.regions) < len(group.regions):
        lowering.note(FEWER_ABROAD.format(len(kept.regions), len(group.regions)))
    return kept


def _named(groups: Sequence[Towns]) -> frozenset[str]:
    return frozenset(name for group in groups for name in group.names)


def _total(groups: Sequence[Towns]) -> int:
    return sum(len(group.names) for group in groups)


def largest(groups: Sequence[Towns], room: int | None) -> tuple[Towns, ...]:
    """At most so many towns, in turn from each state, the largest first; whole states stay."""
    if room is None or _total(groups) <= room:
        return tuple(groups)
    kept = {number: 0 for number, group in enumerate(groups) if group.names}
    left = room
    while left:
        for number, count in kept.items():
            if left and count < len(groups[number].names):
                kept[number] = count + 1
                left -= 1
    return tuple(
        group if not group.names else replace(group, names=group.names[: kept[number]])
        for number, group in enumerate(groups)
        if not group.names or kept[number]
    )


def _stands(groups: Sequence[Towns], lowering: Lowering) -> Test:
    """A place of the groups stands in the subject, or behind a cue in a text part."""
    if not groups:
        return FALSE
    bare = tuple(group for group in groups if group.bare)
    named = tuple(group for group in groups if not group.bare)
    cues = _cues(lowering, place.cue_cores(lowering.phrases))
    also = _cues(lowering, place.subject_cues(place.cue_cores(lowering.phrases)))
    subject = [
        *_packed(named, place.subject_pattern, lowering),
        *_packed(bare, lambda some_: place.bare_pattern(some_, also), lowering),
    ]
    tests: list[Test] = [
        HeaderTest(("subject",), key.match, key.keys, key.comparator) for key in subject
    ]
    if cues and lowering.target.strategy == "headers-only":
        lowering.note(NO_BODY)
    elif cues:
        text = [
            *_packed(named, lambda some_: place.text_pattern(some_, cues), lowering),
            *_packed(bare, lambda some_: place.bare_pattern(some_, cues), lowering),
        ]
        tests.append(guarded(BodyTest(key.match, key.keys, key.comparator) for key in text))
    return some(tests)


def _cues(lowering: Lowering, cues: Sequence[bytes]) -> tuple[bytes, ...]:
    return tuple(any_case(lowering, cue.decode()).encode() for cue in cues)


def _packed(
    groups: Sequence[Towns],
    pattern: Callable[[Sequence[Towns]], bytes],
    lowering: Lowering,
) -> Iterator[Keys]:
    """Spell patterns of as many towns as fit; halve what does not."""
    if not groups:
        return
    limits = lowering.target.limits
    text = pattern(groups).decode()
    if len(text.encode()) <= limits.regex_bytes and fits(text, limits):
        yield cased(lowering, text)
        return
    halves = _halves(groups)
    if halves is None:
        lowering.note("the cues of places are too long for a regular expression of this host")
        return
    for half in halves:
        yield from _packed(half, pattern, lowering)


def _halves(groups: Sequence[Towns]) -> tuple[Sequence[Towns], Sequence[Towns]] | None:
    if len(groups) > 1:
        middle = len(groups) // 2
        return groups[:middle], groups[middle:]
    (only,) = groups
    if len(only.names) > 1:
        middle = len(only.names) // 2
        return (
            (replace(only, names=only.names[:middle]),),
            (replace(only, names=only.names[middle:]),),
        )
    if not only.names and len(only.regions) > 1:
        middle = len(only.regions) // 2
        return (
            (replace(only, regions=only.regions[:middle]),),
            (replace(only, regions=only.regions[middle:]),),
        )
    return None
