"""`work`: the mode of work offered; `remote` means all of the time, from the reader's home."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.scorecard.tests import work
from coldstop.sieve.lower.meaning import Meaning, Sum, Unit
from coldstop.sieve.lower.text import phrase_test
from coldstop.sieve.script import Match, Ref, Set, StringTest, when
from coldstop.sieve.simplify import every, negated

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coldstop.lexicon.phrase import Phrase
    from coldstop.policy import model
    from coldstop.sieve.lower.context import Lowering
    from coldstop.sieve.script import Test


def lower_work(test: model.WorkTest, lowering: Lowering) -> Meaning:
    """Look in the subject and in every text part."""
    wanted = _parsed(lowering, lowering.entries(f"@{test.work}"))
    found = _anywhere(lowering, wanted)
    if test.work == "remote":
        # Several rules ask for it: it is found out once a message.
        promised = every((found, *map(negated, _against(lowering))))
        name = lowering.fact("remote", lambda: when(promised, Set("remote", "yes")))
        found = StringTest((Ref(name),), Match.IS, "yes")
    return Meaning(
        found,
        lambda: Sum(tuple(Unit(_anywhere(lowering, (one,))) for one in wanted)),
        counted=test.work != "remote",
    )


def _against(lowering: Lowering) -> Iterator[Test]:
    """What takes a promise of remote work back."""
    yield _anywhere(lowering, _parsed(lowering, work.limits(lowering.phrases)))
    lives, home = (_parsed(lowering, some) for some in work.residency(lowering.phrases))
    if lives:
        yield every((_anywhere(lowering, lives), negated(_anywhere(lowering, home))))


def _parsed(lowering: Lowering, sources: Iterable[str]) -> tuple[Phrase, ...]:
    return tuple(map(lowering.phrases.parse, sources))


def _anywhere(lowering: Lowering, phrases: tuple[Phrase, ...]) -> Test:
    return phrase_test(lowering, phrases, subject=True, body=True)
