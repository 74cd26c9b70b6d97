"""`place`: where the job is, seen from the reader's home (S23, S24, T4).

A place counts only in the Subject, or behind a cue of `@place-cues` ("Location:", "located
in", "on-site in"), with at most three words between: a bare `Town, ST` anywhere is a
signature or an address more often than a job. Town and region are case-sensitive, a town may be
in capitals. Followed by a postal code it is an address. Relays' mail has the relay's own address
in its footer, so places never count there (LinkedIn's "Sunnyvale, CA 94085").

The definition is some patterns for near and some for far (`places.patterns`) that POSIX, PCRE and
RE2 read alike: judging runs them here, a Sieve script holds the same ones. Up to three capitalised
words may stand before a town ("Greater Boston Area, MA" names none that is known); before a state
of the US in which nothing is near, and before another country, any capitalised word is a town. For
readers outside the US, towns of their own country also count behind a cue without a region.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import re2

from coldstop.lexicon.fold import fold
from coldstop.lexicon.regex import raw_core
from coldstop.places.gazetteer import us_states
from coldstop.places.patterns import (
    bare_pattern,
    head_of_bare,
    head_of_subject,
    head_of_text,
    subject_cues,
    subject_pattern,
    text_pattern,
)
from coldstop.places.sides import Sides, Towns, sides
from coldstop.scorecard.judgement import Evidence
from coldstop.scorecard.node import Hit, Node
from coldstop.scorecard.tests.address import AddressSet

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from coldstop.policy.model import PlaceTest
    from coldstop.scorecard.context import Context
    from coldstop.scorecard.facts import Facts
__all__ = [
    "Finder",
    "Sides",
    "Towns",
    "bare_pattern",
    "compile_place",
    "cue_cores",
    "sides",
    "subject_cues",
    "subject_pattern",
    "text_pattern",
]


def cue_cores(context: Context) -> tuple[bytes, ...]:
    """The cues of the policy, spelled for raw text."""
    return tuple(raw_core(context.parse(cue)) for cue in context.entries(("@place-cues",)))


class Finder:
    """Finds the places of one side that count."""

    def __init__(self, groups: Collection[Towns], cues: Collection[bytes]) -> None:
        bare = tuple(group for group in groups if group.bare)
        named = tuple(group for group in groups if not group.bare)
        self._subject: list[_Pattern] = []
        self._text: list[_Pattern] = []
        if named:
            self._subject.append(_Pattern(subject_pattern(named), head_of_subject()))
        if named and cues:
            self._text.append(_Pattern(text_pattern(named, cues), head_of_text(cues)))
        if bare:
            also = subject_cues(cues)
            self._subject.append(_Pattern(bare_pattern(bare, also), head_of_bare(bare, also)))
        if bare and cues:
            self._text.append(_Pattern(bare_pattern(bare, cues), head_of_bare(bare, cues)))

    def find(self, facts: Facts) -> Evidence | None:
        """Give the first place, the Subject's before those of the text."""
        for pattern in self._subject:
            for value in facts.message.header("subject"):
                found = pattern.find(value.encode("utf-8", "surrogateescape"))
                if found is not None:
                    return _evidence("subject", found)
        for pattern in self._text:
            for part in facts.message.parts:
                found = pattern.find(part.text)
                if found is not None:
                    return _evidence("html" if part.kind == "text/html" else "text", found)
        return None


class _Pattern:
    """A pattern, and which part of what it finds is the place.

    It is looked for without groups, which RE2 does in one pass; with groups it would walk from the
    beginning of the text to the place in lockstep (5 s for a hostile megabyte). The place is then
    picked out of the last bytes of the match.
    """

    def __init__(self, pattern: bytes, head: bytes) -> None:
        self._pattern = pattern
        self._head = head
        self._quick = _compiled(pattern, capture=False)

    def find(self, text: bytes) -> bytes | None:
        """Give the first place in the text."""
        found = self._quick.search(text)
        if not found:
            return None
        tail: bytes = text[max(found.start(), found.end() - TAIL) : found.end()]
        place = _compiled(self._pattern, capture=True).search(tail)
        if not place:  # the cue is too far off
            return tail[-SHOWN:]
        return bytes(place.group(_compiled(self._head, capture=True).groups + 1))


TAIL = 1000
"""Bytes in which cue and place stand, but for freaks."""
SHOWN = 40
"""Bytes of a freak that are quoted."""


def _evidence(where: str, found: bytes) -> Evidence:
    return Evidence(where, fold(found).cased.decode("utf-8", "replace"))


@functools.lru_cache(maxsize=128)
def _compiled(pattern: bytes, *, capture: bool) -> re2._Regexp:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = 64 << 20
    options.never_capture = not capture
    return re2.compile(pattern, options)


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
