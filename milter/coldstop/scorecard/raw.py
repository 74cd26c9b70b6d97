"""Portable patterns on text as it stands in the mail, and what they found as evidence.

A pattern is written for POSIX, PCRE and RE2 alike: judging runs it here, a Sieve script holds the
same one. It has two parts: `head`, where what is looked for may begin, and `core`, what is quoted.

Refuses nothing and cannot fail for patterns that RE2 can read.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final, NamedTuple

import re2

from coldstop.lexicon.fold import fold
from coldstop.lexicon.regex import exact
from coldstop.scorecard.facts import AROUND
from coldstop.scorecard.judgement import Evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from coldstop.scorecard.facts import Facts

TAIL: Final = 1_000
"""Bytes in which head and core stand, but for freaks."""
SHOWN: Final = 60
"""Bytes of a freak that are quoted."""
_WINDOW: Final = 4 * AROUND
"""Bytes on either side of a find in which its neighbours are looked for."""
_MEMORY: Final = 64 << 20


class Form(NamedTuple):
    """One way of saying something."""

    head: bytes
    core: bytes

    @property
    def pattern(self) -> bytes:
        """The whole of it."""
        return self.head + b"(" + self.core + b")"


class Finder:
    """Looks for any of some forms; made once a policy."""

    def __init__(self, forms: Sequence[Form]) -> None:
        self._forms = tuple(forms)
        # Without groups RE2 finds it in one pass; with them it would walk the text in lockstep.
        self._quick = (
            _compiled(b"|".join(form.pattern for form in forms), capture=False) if forms else None
        )

    def find(self, texts: Iterable[tuple[str, bytes]]) -> Evidence | None:
        """Give what was found first, in the first of the texts that has any of it."""
        if self._quick is None:
            return None
        for where, text in texts:
            found = self._quick.search(text)
            if found:
                start, end = self._core(text, found.start(), found.end())
                return evidence(where, text, start, end, shown(text[start:end].rstrip(b"<")))
        return None

    def _core(self, text: bytes, start: int, end: int) -> tuple[int, int]:
        """Give the bounds of what is quoted."""
        start = max(start, end - TAIL)
        for form in self._forms:
            place = _compiled(form.pattern, capture=True).search(text[start:end])
            if place:
                core = _compiled(form.head, capture=True).groups + 1
                return start + place.start(core), start + place.end(core)
        return max(start, end - SHOWN), end  # its head is too far off


def shown(text: bytes) -> str:
    """Give text as people see it, without tags."""
    return fold(text).cased.decode("utf-8", "replace")


def evidence(where: str, text: bytes, start: int, end: int, quote: str) -> Evidence:
    """Quote what stands between two offsets, with a few words around it."""
    before = shown(text[max(0, start - _WINDOW) : start].rpartition(b">")[2])
    after = shown(text[end : end + _WINDOW].partition(b"<")[0])
    blank = " " * text[:start].endswith((b" ", b"\n"))
    gap = " " * text[end : end + 1].isspace()
    return Evidence(where, quote, before[-AROUND:] + blank, gap + after[:AROUND])


def subjects(facts: Facts) -> Iterator[tuple[str, bytes]]:
    """Every Subject, as bytes."""
    for value in facts.message.header("subject"):
        yield "subject", value.encode("utf-8", "surrogateescape")


def parts(facts: Facts) -> Iterator[tuple[str, bytes]]:
    """Every text part, as it stands."""
    for part in facts.message.parts:
        yield ("html" if part.kind == "text/html" else "text"), part.text


def any_case(text: str) -> bytes:
    """Spell text for a pattern so that ASCII letters mean both cases: `[Hh][Rr]`."""
    return b"".join(
        f"[{char.upper()}{char.lower()}]".encode()
        if char.isascii() and char.isalpha()
        else exact(char.encode())
        for char in text
    )


def either(*texts: str) -> bytes:
    """Spell a choice between texts, in any case."""
    return b"(" + b"|".join(map(any_case, texts)) + b")"


@functools.lru_cache(maxsize=256)
def _compiled(pattern: bytes, *, capture: bool) -> re2._Regexp:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.max_mem = _MEMORY
    options.never_capture = not capture
    return re2.compile(pattern, options)
