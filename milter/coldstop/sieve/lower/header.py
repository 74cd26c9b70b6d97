"""`header`: a field is there, equals, contains, or has a phrase; every instance is asked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from coldstop.sieve.lower.meaning import First, Meaning, Sum, Unit
from coldstop.sieve.lower.text import header_test
from coldstop.sieve.script import Exists, HeaderTest, Match
from coldstop.sieve.simplify import some

if TYPE_CHECKING:
    from coldstop.policy import model
    from coldstop.sieve.lower.context import Lowering
    from coldstop.sieve.lower.meaning import Count

_FIELD_NAME = re.compile(r"[!-9;-~]{1,76}")
"""RFC 5322 §2.2; no message has any other field."""


def lower_header(test: model.HeaderTest, lowering: Lowering) -> Meaning:
    """Compare in ASCII without case, on unfolded and decoded values."""
    names = tuple(name for name in dict.fromkeys(test.header) if _FIELD_NAME.fullmatch(name))
    if test.phrase is not None:
        phrases = [lowering.phrases.parse(one) for one in lowering.entries(*test.phrase)]

        def count() -> Count:
            options = tuple(
                (
                    header_test(lowering, (name,), phrases),
                    Sum(tuple(Unit(header_test(lowering, (name,), (one,))) for one in phrases)),
                )
                for name in names
            )
            return options[0][1] if len(options) == 1 else First(options)

        found = header_test(lowering, names, phrases) if names else some(())
        return Meaning(found, count, counted=len(names) == 1)
    if test.is_ is not None:
        match, wanted = Match.IS, test.is_
    elif test.contains is not None:
        match, wanted = Match.CONTAINS, test.contains
    else:
        return Meaning(some(map(Exists, names)))
    keys = lowering.entries(*wanted)
    if not names or not keys:
        return Meaning(some(()))
    if not all(map(str.isascii, keys)) and not lowering.target.eight_bit:
        lowering.note("header fields in 8-bit characters without a charset are not read")
    return Meaning(HeaderTest(names, match, keys))
