"""Limits of the phrase language: every bound in one place.

A phrase comes from a policy file, which its reader wrote; the bounds protect the reader from a
slip (a list that includes a thousand others, a count of words that reaches across the whole mail)
and keep every phrase within what a Sieve host's regex engine can hold. What passes a bound is
refused with `PhraseError`, never cut.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one phrase. Counts, unless a line says otherwise."""

    source: int = 1_000
    """Characters in the source of one phrase, each entry of a list counted by itself."""

    nesting: int = 6
    """Brackets and lists inside one another."""

    branches: int = 5_000
    """Alternatives of one phrase in all its brackets, the entries of its lists included."""

    words: int = 8
    """The upper bound that `{0-3 words}` may name."""

    digits: int = 9
    """Digits in a bound of `{number}`."""

    literals: int = 256
    """Spellings up to which a phrase is looked up as plain text. Beyond it, one telling part of
    the phrase is looked up and the rest is confirmed by RE2: a matter of speed, not of meaning."""

    regex_memory: int = 64 << 20
    """Bytes that RE2 may use for one phrase; phrases near `branches` need more than its 8 MB."""


LIMITS = Limits()
