"""`header`: a field is there, equals, contains, or has a phrase; every instance is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.scorecard.facts import QUOTE, Facts
from coldstop.scorecard.judgement import Evidence
from coldstop.scorecard.node import Hit, Node
from coldstop.scorecard.tests.text import find, holds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldstop.policy.model import HeaderTest
    from coldstop.scorecard.context import Context


def ascii_lower(text: str) -> str:
    """Lower-case A-Z only, as Sieve's i;ascii-casemap does (RFC 4790 §9.2)."""
    return text.lower() if text.isascii() else text.translate(_LOWER)


_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


def compile_header(test: HeaderTest, context: Context) -> Node:
    """Compare in ASCII without case, on unfolded and decoded values."""
    names = tuple(ascii_lower(name) for name in test.header)
    label = f"header {', '.join(test.header)}"
    if test.phrase is not None:
        ids = context.phrase_ids(test.phrase)

        def has_phrase(facts: Facts) -> Hit | None:
            for name in names:
                if facts.message.has(name):
                    hit = holds(find(ids, facts.scan_header(name)))
                    if hit is not None:
                        return hit
            return None

        return Node(has_phrase, f"{label} has {', '.join(test.phrase)}")

    if test.contains is not None:
        return _contains(
            names, context.entries(test.contains), f"{label} contains {' or '.join(test.contains)}"
        )

    wanted: frozenset[str] | None = None
    if test.is_ is not None:
        wanted = frozenset(map(ascii_lower, context.entries(test.is_)))
        label += f" is {' or '.join(test.is_)}"
    else:
        label += " is there"

    def run(facts: Facts) -> Hit | None:
        for name in names:
            if facts.message.has(name):
                for value in facts.message.header(name):
                    if wanted is None or ascii_lower(value) in wanted:
                        return Hit((Evidence(f"header {name}", value[:QUOTE]),))
        return None

    return Node(run, label)


def _contains(names: tuple[str, ...], entries: tuple[str, ...], label: str) -> Node:
    """Look for letters anywhere in a value."""
    parts = tuple(map(ascii_lower, entries))
    # What has no blank cannot stand across a fold, so that plain values need no decoding: the
    # many Received fields of every mail are asked for the names of mailers.
    plain = all(part.isascii() and part.isprintable() and " " not in part for part in parts)
    raw_parts = tuple(part.encode() for part in parts)

    def decoded(facts: Facts, name: str) -> Hit | None:
        for value in facts.message.header(name):
            lowered = ascii_lower(value)
            for part in parts:
                if part in lowered:
                    return Hit((Evidence(f"header {name}", value[:QUOTE]),))
        return None

    def run(facts: Facts) -> Hit | None:
        for name in names:
            values = facts.message.raw(name)
            if values and (not plain or _may_hold(values, raw_parts)):
                hit = decoded(facts, name)
                if hit is not None:
                    return hit
        return None

    return Node(run, label)


def _may_hold(values: Sequence[bytes], parts: tuple[bytes, ...]) -> bool:
    """Whether decoding could show one of the parts: it stands there, or something is encoded."""
    together = b"\n".join(values).lower()
    return b"=?" in together or any(part in together for part in parts)
