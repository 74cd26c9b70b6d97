"""`header`: a field is there, equals, contains, or has a phrase; every instance is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.scorecard.facts import QUOTE, Facts
from coldstop.scorecard.judgement import Evidence
from coldstop.scorecard.node import Hit, Node
from coldstop.scorecard.tests.text import find, holds

if TYPE_CHECKING:
    from collections.abc import Callable

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

    matches: Callable[[str], bool]
    if test.is_ is not None:
        wanted = frozenset(map(ascii_lower, context.entries(test.is_)))
        matches = wanted.__contains__
        label += f" is {' or '.join(test.is_)}"
    elif test.contains is not None:
        parts = tuple(map(ascii_lower, context.entries(test.contains)))
        label += f" contains {' or '.join(test.contains)}"

        def matches(value: str) -> bool:
            return any(part in value for part in parts)
    else:
        label += " is there"

        def matches(value: str) -> bool:
            del value
            return True

    def run(facts: Facts) -> Hit | None:
        for name in names:
            if facts.message.has(name):
                for value in facts.message.header(name):
                    if matches(ascii_lower(value)):
                        return Hit((Evidence(f"header {name}", value[:QUOTE]),))
        return None

    return Node(run, label)
