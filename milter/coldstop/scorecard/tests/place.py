"""`place`: where the job is, seen from the reader's home (S23, S24).

A place counts only in the Subject, or behind a cue of `@place-cues` ("Location:", "located
in", "on-site in"), with at most three words between: a bare `Town, ST` anywhere is a
signature or an address more often than a job. Town and state are case-sensitive, a town may be
in capitals. Followed by a postal code it is an address. Relays' mail has the relay's own address
in its footer, so places never count there (LinkedIn's "Sunnyvale, CA 94085").

The definition is a pair of patterns, one for near and one for far, that POSIX, PCRE and RE2 read
alike: judging runs them here, a Sieve script holds the same ones. Up to three capitalised words
may stand before a town ("Greater Boston Area, MA" names none that is known); before the state of
which nothing is near, any capitalised word is a town.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import re2

from coldstop.lexicon.fold import fold
from coldstop.lexicon.regex import GAP, RAW_PREFIX, raw_core
from coldstop.places.gazetteer import towns, us_states
from coldstop.places.reach import reach
from coldstop.scorecard.judgement import Evidence
from coldstop.scorecard.node import Hit, Node
from coldstop.scorecard.tests.address import AddressSet
from coldstop.scorecard.tests.labels import exact

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from coldstop.places.gazetteer import Town
    from coldstop.policy.model import PlaceTest, Reader
    from coldstop.scorecard.context import Context
    from coldstop.scorecard.facts import Facts

_WORD = rb"[A-Z][A-Za-z.']*"
_BEFORE = b"(" + _WORD + b"(-|" + GAP + b"+)){0,3}"
"""Capitalised words in front of the town's own name."""
_SPACE = b"[[:space:]]+"
_STOP = b"([-:,()/|]|" + GAP + b")"
_BETWEEN = _STOP + b"*([A-Za-z0-9%]+" + _STOP + b"+){0,3}"
"""Up to three words between a cue and a place."""
_COMMA = GAP + b"*," + GAP + b"*"
_COMMA_OR_GAP = b"(" + _COMMA + b"|" + GAP + b"+)"
_END = (
    # Whatever may follow a state, but a postal code: five digits, a gap or a hyphen before them.
    # POSIX cannot look ahead, so it says what may stand there instead.
    b"("
    + GAP
    + b"*(-?($|[^[:alnum:][:space:]<&\xc2\xa0-]|&[^n])|-([[:space:]<-]|&n))|("
    + GAP
    + b"+-?|-)([A-Za-z]|[0-9]{1,4}([^0-9]|$)))"
)


@dataclass(frozen=True, slots=True)
class Towns:
    """Towns of one state, or of several states of which every town counts."""

    names: tuple[str, ...]
    """The largest first; empty: any capitalised word."""
    regions: tuple[str, ...]
    """How the states are written: `NY`, `New York`."""


@dataclass(frozen=True, slots=True)
class Sides:
    """What is near and what is far, by name."""

    near: tuple[Towns, ...]
    far: tuple[Towns, ...]


@functools.lru_cache(maxsize=64)
def sides(reader: Reader) -> Sides:
    """Resolve a reader's commute to towns and states; the reader must have one.

    Fails: UnknownPlaceError for a home or place that the gazetteer does not have.
    """
    if reader.commute is None:
        return Sides((), ())
    within = reach(reader.commute, reader.places)
    near, far = (
        sorted(
            (town for town in towns() if town.state and (town.name.casefold(), town.state) in side),
            key=lambda town: (-town.people, town.name),
        )
        for side in (within.near, within.far)
    )
    states = us_states()
    beyond = tuple(name for code in sorted(within.far_states) for name in (code, states[code]))
    return Sides(
        _grouped(near),
        (*((Towns((), beyond),) if beyond else ()), *_grouped(far)),
    )


def _grouped(found: list[Town]) -> tuple[Towns, ...]:
    states = us_states()
    names: dict[str, list[str]] = {}
    for town in found:
        if town.state in states:
            names.setdefault(town.state, []).append(town.name)
    return tuple(
        Towns(tuple(dict.fromkeys(group)), (code, states[code]))
        for code, group in sorted(names.items())
    )


def named(group: Towns) -> bytes:
    """Spell the towns of a group, as they are written and in capitals."""
    if not group.names:
        return _WORD
    spellings = dict.fromkeys(spelling for name in group.names for spelling in (name, name.upper()))
    return b"(" + b"|".join(map(_town, spellings)) + b")"


def _town(name: str) -> bytes:
    words = [exact(word) for word in name.encode().split()]
    if name.casefold() == "new york city":  # so GeoNames has it, and no recruiter
        return words[0] + _SPACE + words[1] + b"(" + _SPACE + words[2] + b")?"
    return _SPACE.join(words)


def subject_pattern(groups: Iterable[Towns]) -> bytes:
    """Find a town of the groups in a Subject: `Plano, TX`."""
    return _head_of_subject() + _places(groups, _COMMA) + _END


def text_pattern(groups: Iterable[Towns], cues: Iterable[bytes]) -> bytes:
    """Find a town of the groups behind a cue; there the comma may be missing."""
    return _head_of_text(cues) + _places(groups, _COMMA_OR_GAP) + _END


def _head_of_subject() -> bytes:
    return RAW_PREFIX


def _head_of_text(cues: Iterable[bytes]) -> bytes:
    return RAW_PREFIX + b"(" + b"|".join(cues) + b")" + _BETWEEN


def _places(groups: Iterable[Towns], comma: bytes) -> bytes:
    spelled = (
        named(group) + comma + b"(" + b"|".join(exact(one.encode()) for one in group.regions) + b")"
        for group in groups
    )
    return b"(" + _BEFORE + b"(" + b"|".join(spelled) + b"))"


def cue_cores(context: Context) -> tuple[bytes, ...]:
    """The cues of the policy, spelled for raw text."""
    return tuple(raw_core(context.parse(cue)) for cue in context.entries(("@place-cues",)))


class Finder:
    """Finds the places of one side that count."""

    def __init__(self, groups: Collection[Towns], cues: Collection[bytes]) -> None:
        self._subject = _compiled(subject_pattern(groups)) if groups else None
        self._text = _compiled(text_pattern(groups, cues)) if groups and cues else None
        self._in_subject = _groups(_head_of_subject()) + 1
        self._in_text = _groups(_head_of_text(cues)) + 1

    def find(self, facts: Facts) -> Evidence | None:
        """Give the first place, the Subject's before those of the text."""
        if self._subject is not None:
            for value in facts.message.header("subject"):
                found = self._subject.search(value.encode("utf-8", "surrogateescape"))
                if found:
                    return _evidence("subject", found.group(self._in_subject))
        if self._text is not None:
            for part in facts.message.parts:
                found = self._text.search(part.text)
                if found:
                    where = "html" if part.kind == "text/html" else "text"
                    return _evidence(where, found.group(self._in_text))
        return None


def _evidence(where: str, found: bytes) -> Evidence:
    return Evidence(where, fold(found).cased.decode("utf-8", "replace"))


@functools.lru_cache(maxsize=64)
def _compiled(pattern: bytes) -> re2._Regexp:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = 64 << 20
    return re2.compile(pattern, options)


def _groups(pattern: bytes) -> int:
    return int(_compiled(pattern).groups)


def compile_place(test: PlaceTest, context: Context) -> Node:
    """Hold if any place that counts is on the wanted side; a near place outweighs far ones.

    "Albany, NY or Austin, TX" offers a near one: then nothing is far.
    """
    label = f"place is {test.place}"
    reader = context.policy.reader
    if reader.commute is None:
        return Node(
            lambda _facts: None,
            label,
            why_not=lambda _facts: "the policy says no reader.commute, so no place is near or far",
        )
    known = sides(reader)
    cues = cue_cores(context)
    near, far = Finder(known.near, cues), Finder(known.far, cues)
    relays = AddressSet.of(context.entries(("@relays",)))

    def from_relay(facts: Facts) -> bool:
        return any(relays.covers(sender.spec) for sender in facts.senders)

    def run(facts: Facts) -> Hit | None:
        if from_relay(facts):
            return None
        if test.place == "near":
            found = near.find(facts)
        else:
            found = far.find(facts)
            if found is not None and near.find(facts) is not None:
                return None
        return None if found is None else Hit((found,))

    def why_not(facts: Facts) -> str:
        if from_relay(facts):
            return "a relay's mail names its own place"
        return "; ".join(_told(facts, near, far, cues))

    return Node(run, label, why_not=why_not)


def _told(facts: Facts, near: Finder, far: Finder, cues: tuple[bytes, ...]) -> Iterator[str]:
    told = False
    for side, finder in (("near", near), ("far", far)):
        found = finder.find(facts)
        if found is not None:
            told = True
            yield f"{found.quote} is {side}"
    if not told:
        everywhere = tuple(name for pair in us_states().items() for name in pair)
        found = Finder((Towns((), everywhere),), cues).find(facts)
        if found is not None:
            yield f"{found.quote} is unknown"
