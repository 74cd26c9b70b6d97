"""`letters`: these letters in a row, anywhere in Subject or text; any host can look for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.scorecard.tests.letters import spellings
from coldstop.sieve.lower.meaning import Meaning, Sum, Unit
from coldstop.sieve.lower.text import NO_BODY, guarded
from coldstop.sieve.script import BodyTest, Comparator, HeaderTest, Match
from coldstop.sieve.simplify import some

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coldstop.policy import model
    from coldstop.sieve.lower.context import Lowering
    from coldstop.sieve.script import Test

EIGHT_BIT = "header fields in 8-bit characters without a charset are not read"


def lower_letters(test: model.LettersTest, lowering: Lowering) -> Meaning:
    """Any of the texts, in any of the zones; each counts once."""
    texts = lowering.entries(*test.letters)
    if not texts:
        return Meaning(some(()))
    in_subject, in_text = "subject" in test.zone, "all" in test.zone
    if in_text and lowering.target.strategy == "headers-only":
        lowering.note(NO_BODY)
        in_text = False
    if in_subject and not lowering.target.eight_bit and not all(map(str.isascii, texts)):
        lowering.note(EIGHT_BIT)

    def any_of(wanted: Sequence[str]) -> Test:
        keys = tuple(dict.fromkeys(one for text in wanted for one in spellings(text)))
        tests: list[Test] = []
        if in_subject:
            tests.append(HeaderTest(("subject",), Match.CONTAINS, keys))
        if in_text:
            tests.append(guarded((BodyTest(Match.CONTAINS, keys, Comparator.CASEMAP),)))
        return some(tests)

    return Meaning(
        any_of(texts), lambda: Sum(tuple(Unit(any_of((one,))) for one in texts)), counted=True
    )
