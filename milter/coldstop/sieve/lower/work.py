"""`work`: the mode of work offered; `remote` means all of the time (S25)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.sieve.lower.meaning import Meaning, Sum, Unit
from coldstop.sieve.lower.text import phrase_test
from coldstop.sieve.simplify import every, negated

if TYPE_CHECKING:
    from coldstop.lexicon.phrase import Phrase
    from coldstop.policy import model
    from coldstop.sieve.lower.context import Lowering
    from coldstop.sieve.script import Test


def lower_work(test: model.WorkTest, lowering: Lowering) -> Meaning:
    """Look in the subject and in every text part."""
    wanted = _phrases(lowering, f"@{test.work}")
    found = _anywhere(lowering, wanted)
    if test.work == "remote":
        found = every((found, negated(_anywhere(lowering, _phrases(lowering, "@remote-limits")))))
    return Meaning(
        found,
        lambda: Sum(tuple(Unit(_anywhere(lowering, (one,))) for one in wanted)),
        counted=test.work != "remote",
    )


def _phrases(lowering: Lowering, source: str) -> tuple[Phrase, ...]:
    return tuple(lowering.phrases.parse(one) for one in lowering.entries(source))


def _anywhere(lowering: Lowering, phrases: tuple[Phrase, ...]) -> Test:
    return phrase_test(lowering, phrases, subject=True, body=True)
