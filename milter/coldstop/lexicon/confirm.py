"""Confirm, by RE2, that a phrase stands where one of its anchors was seen.

Anchors are looked at one by one, each in a window that is wide enough to hold any match around it;
windows keep the cost in proportion to the anchors and not to the mail. Where anchors are so many or
words so long that the windows would add up to the text, the text is searched once instead.

Expressions are compiled on first use (some 200 µs), for most phrases never meet their anchor; who
judges much mail compiles them all beforehand (`ready`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import re2

from coldstop.lexicon.gate import gate
from coldstop.lexicon.limits import LIMITS
from coldstop.lexicon.literals import most_gaps
from coldstop.lexicon.regex import FOLDED_PREFIX, FOLDED_SUFFIX, spell_folded

if TYPE_CHECKING:
    from coldstop.lexicon.lower import Node

_WORD_BYTES = 12
"""Bytes by which a window grows for each gap that a match may hold."""
_WINDOW_COST = 3_000
"""What one window costs besides its length, in bytes searched."""


class Confirmation:
    """Searches one phrase in folded text. Safe to share between threads."""

    __slots__ = ("_core", "_gaps", "_gate", "_search", "_tail", "_whole")

    def __init__(self, node: Node, seam: int | None = None) -> None:
        """`seam`: the part of the node that begins at an anchor, where that is known."""
        self._core = spell_folded(node)
        self._gate = gate(node, seam)
        self._gaps = most_gaps(node)
        self._search: Any = None
        self._tail: Any = None
        self._whole: Any = None

    def ready(self) -> None:
        """Compile now what would be compiled on first use."""
        if self._gate is not None:
            self._gate.ready()
        if self._search is None:
            self._search = _compile(FOLDED_PREFIX + b"(" + self._core + b")" + FOLDED_SUFFIX)

    def first(self, text: bytes, anchors: list[int] | None) -> tuple[int, int] | None:
        """Return the first match and its longest end.

        `anchors` are offsets, of which every match holds one; None where they are not known.
        """
        passed = None
        if self._gate is not None and anchors is not None:
            passed = self._gate.passed(text, anchors)
            if passed == []:
                return None
        if self._search is None:
            self.ready()
        search = self._search.search
        start = 0
        if passed:
            start = self._window(text, min(passed))[0]  # what passed a gate nearly always matches
        elif anchors is not None and len(anchors) * _WINDOW_COST < len(text):
            spent = 0
            for anchor in sorted(anchors):
                window = self._window(text, anchor)
                start = window[0]
                spent += _WINDOW_COST + window[1] - start
                if spent > len(text) or search(text, *window):
                    break
            else:
                return None
        # A match around the anchor in hand begins within its window; one around an earlier anchor
        # would have been seen. So the leftmost match of all is the leftmost from here.
        found = search(text, start)
        return self._span(text, found.start()) if found else None

    def _window(self, text: bytes, anchor: int) -> tuple[int, int]:
        """Return bounds within which any match that holds the anchor begins and ends."""
        if self._gaps is None:
            return 0, len(text)
        width = _WORD_BYTES * (self._gaps + 2)
        low = high = anchor
        reach = width
        while low > 0:
            low = max(0, anchor - reach)
            # One gap more than a match can hold stands between here and the anchor.
            if text.count(b" ", low, anchor) > self._gaps:
                break
            reach *= 8
        reach = width
        while high < len(text):
            high = min(len(text), anchor + reach)
            if text.count(b" ", anchor, high) > self._gaps + 1:
                break
            reach *= 8
        return low, high

    def _span(self, text: bytes, at: int) -> tuple[int, int]:
        """Refine a match that begins at `at` or one byte later; the earlier start, if it can be."""
        if self._tail is None:
            self._tail = _compile(b"(" + self._core + b")" + FOLDED_SUFFIX, longest=True)
            self._whole = _compile(self._core)
        starts = (0, 1) if at == 0 else (at + 1,)
        for start in starts:
            found = self._tail.match(text, start)
            if found:
                end: int = found.end()
                if end < len(text) or not self._whole.fullmatch(text, start, end):
                    end -= 1
                return start, end
        raise AssertionError(self._core)  # pragma: no cover - the search has just found it


def _compile(pattern: bytes, *, longest: bool = False) -> Any:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.never_capture = True
    options.longest_match = longest
    options.log_errors = False
    # RE2 keeps its automaton's states within this, 300 phrases times 8 MB would be too much.
    options.max_mem = min(LIMITS.regex_memory, (1 << 20) + 500 * len(pattern))
    return re2.compile(pattern, options)
