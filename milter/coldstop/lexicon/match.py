"""Find which of many phrases stand in a text, and where each stands first.

One Aho-Corasick automaton holds a few plain strings for every phrase (`literals`). A pass over the
folded text shows the strings that are there; most phrases are settled by a look at the neighbours
of a hit, the others are confirmed by RE2 (`confirm`). The cost follows the length of the text and
hardly the number of phrases.

The answer is that of `regex.folded_regex` on the folded text and of `regex.raw_regex` on the raw
one; a property test holds the three together. Nothing is raised.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

from coldstop.lexicon.confirm import Confirmation
from coldstop.lexicon.literals import plan
from coldstop.lexicon.lower import lower
from coldstop.lexicon.model import alternatives

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from coldstop.lexicon.fold import Folded
    from coldstop.lexicon.model import Phrase

_IS_WORD = bytes(chr(b).isalnum() and b < 128 for b in range(256))
_REST_OF_WORD = re.compile(rb"[0-9a-z]*")
_CHUNK = 1 << 16
"""Bytes searched at a time: a hostile text has a hit in every few bytes, each a tuple."""
_DENSE = _CHUNK // 16
"""Hits in a chunk from which on it is asked whether a few strings crowd the text."""
_OFTEN = _CHUNK // 64
"""Hits of one string in a chunk from which on it is dropped, if that pays."""
_AFTER = b" "
"""Stands after the last byte of a text and, as the one at -1, before the first."""
_HITS_A_PATTERN = 8
"""Hits that cost as much as building a pattern into a new automaton."""
_THINNINGS = 3
"""New automata built for one text at most."""
_DFA_BYTES = 150_000
"""Bytes of strings up to which a full automaton is built. It is twice as fast at 2,000 phrases; at
20,000 it no longer fits the processor's caches, and the compact one is as fast."""

_Owners: TypeAlias = tuple[tuple[int, bool, bool, bool], ...]
_Hits: TypeAlias = list[tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Span:
    """Offsets into `Folded.folded` and `Folded.cased`."""

    start: int
    end: int


class Matcher:
    """Looks for phrases; made once a policy, safe to share between threads and forks."""

    def __init__(self, phrases: Sequence[Phrase], headings: AbstractSet[int] = frozenset()) -> None:
        """`headings`: numbers of the phrases that nobody looks for in a body."""
        owners: dict[bytes, list[tuple[int, bool, bool, bool]]] = {}
        self.phrases = tuple(phrases)
        """In the order of their numbers."""
        self._headings = headings
        # A choice is looked up branch by branch: each has rarer anchors and a smaller expression.
        branches = [(one, i) for i, phrase in enumerate(phrases) for one in alternatives(phrase)]
        self._branches = tuple(branch for branch, _ in branches)
        self._owner = tuple(index for _, index in branches)
        self._confirm: dict[int, Confirmation] = {}
        for index, phrase in enumerate(self._branches):
            node = lower(phrase)
            look_up = plan(node)
            for text, left, right, exact in look_up.hooks:
                owners.setdefault(text, []).append((index, left, right, exact))
                if not exact and index not in self._confirm:
                    self._confirm[index] = Confirmation(node, look_up.seam)
        small = sum(map(len, owners)) <= _DFA_BYTES
        self._strings = _Strings(
            list(owners), list(map(tuple, owners.values())), Implementation.DFA if small else None
        )

    def ready(self) -> None:
        """Compile now what would be compiled on first use."""
        for confirm in self._confirm.values():
            confirm.ready()

    def scan(self, text: Folded, *, body: bool = False) -> dict[int, Span]:
        """Return, for each phrase that is there, its first occurrence and of those the longest.

        Keys are indexes into the phrases; a phrase that is not there has no key. In a `body` the
        phrases for headings need not be found.
        """
        folded = text.folded
        look = _Look(folded, self._confirm.keys())
        if len(folded) <= _CHUNK:
            hits = self._strings.find(folded, overlapping=True)
            if not hits:
                return {}
            look.read(folded + _AFTER, hits, self._strings.owners, 0)
        else:
            look.read_chunks(folded + _AFTER, self._strings)
        best = look.best
        spared = self._headings if body else frozenset()
        for index, starts in look.anchors.items():
            if index not in look.crowded and self._owner[index] not in spared:
                _keep(best, index, self._confirm[index].first(folded, starts))
        for index in look.crowded:
            confirm = self._confirm.get(index) or Confirmation(lower(self._branches[index]))
            _keep(best, index, confirm.first(folded, None))
        owned: dict[int, tuple[int, int]] = {}
        for index, span in best.items():
            _keep(owned, self._owner[index], span)
        return {index: Span(start, end) for index, (start, end) in owned.items()}


def _keep(best: dict[int, tuple[int, int]], index: int, found: tuple[int, int] | None) -> None:
    """Keep the earlier start, of equal starts the later end."""
    if found is not None:
        start, end = best.get(index, found)
        if found[0] < start or (found[0] == start and found[1] >= end):
            best[index] = found


class _Strings:
    """Strings in an automaton, and the phrases that each belongs to."""

    __slots__ = ("find", "longest", "owners", "texts")

    def __init__(
        self, texts: list[bytes], owners: list[_Owners], implementation: Implementation | None
    ) -> None:
        self.texts = texts
        self.owners = owners
        self.longest = max(map(len, texts), default=0)
        automaton = BytesAhoCorasick(texts, MatchKind.Standard, implementation)
        self.find = automaton.find_matches_as_indexes


class _Look:
    """What one pass over one text shows.

    `best`: spans of phrases found by their spelling. `anchors`: offsets at which phrases are
    to be confirmed. `crowded`: phrases whose strings are so many that only a search of the
    whole text tells.
    """

    __slots__ = ("anchors", "best", "confirmed", "crowded", "folded")

    def __init__(self, folded: bytes, confirmed: AbstractSet[int]) -> None:
        self.folded = folded
        self.confirmed = confirmed
        self.best: dict[int, tuple[int, int]] = {}
        self.anchors: dict[int, list[int]] = {}
        self.crowded: set[int] = set()

    def read_chunks(self, padded: bytes, strings: _Strings) -> None:
        """Read a long text; a hit on a seam may come twice, which does not matter."""
        view = memoryview(self.folded)
        overlap = strings.longest
        thinnings = 0
        for base in range(0, len(view), _CHUNK):
            hits = strings.find(view[base : base + _CHUNK + overlap], overlapping=True)
            self.read(padded, hits, strings.owners, base)
            if len(hits) > _DENSE and thinnings < _THINNINGS:
                thinner = self._thinned(strings, hits, base + _CHUNK)
                if thinner is not None:
                    strings, thinnings = thinner, thinnings + 1

    def read(self, padded: bytes, hits: _Hits, all_owners: list[_Owners], base: int) -> None:
        """Sort hits into spans and anchors; `base`: where the text that they are of begins."""
        is_word = _IS_WORD
        best = self.best
        for number, first, last in hits:
            start = first + base
            end = last + base
            word_left = is_word[padded[start - 1]]
            word_right = is_word[padded[end]]
            for index, left, right, exact in all_owners[number]:
                if (left and word_left) or (right and word_right):
                    continue
                if not exact:
                    self.anchors.setdefault(index, []).append(start)
                    continue
                old = best.get(index)
                if old is None or start <= old[0]:
                    rest = None if right else _REST_OF_WORD.match(padded, end)
                    stop = rest.end() if rest else end
                    if old is None or start < old[0] or stop > old[1]:
                        best[index] = (start, stop)

    def _thinned(self, strings: _Strings, hits: _Hits, seam: int) -> _Strings | None:
        """Drop the strings that crowd a hostile text; their phrases are settled or `crowded`."""
        counts = Counter(number for number, _, _ in hits)
        often = {number for number, count in counts.items() if count >= _OFTEN}
        chunks_left = (len(self.folded) - seam) // _CHUNK
        saved = chunks_left * sum(counts[number] for number in often)
        if saved < _HITS_A_PATTERN * len(strings.texts):
            return None
        for number in often:
            for index, _, _, _ in strings.owners[number]:
                # No hit beyond the seam can come before one that was found by its spelling.
                found = self.best.get(index)
                if index in self.confirmed or found is None or found[0] >= seam:
                    self.crowded.add(index)
        keep = [number for number in range(len(strings.texts)) if number not in often]
        texts = [strings.texts[number] for number in keep]
        return _Strings(texts, [strings.owners[number] for number in keep], None)
