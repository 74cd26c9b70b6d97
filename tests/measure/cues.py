"""Every phrase and label that speaks for a pitch: in how many messages of each set it stands.

For tuning: a cue that stands in one positive only proves nothing, one that stands in wanted mail
costs something. The cues are the policy's own words; of the mail nothing is printed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldstop.message.reader import read
from measure import sets
from measure.phrases import Cues

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from coldstop.scorecard.resolve import Scorecard
    from measure.sets import Sample


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue and its hits."""

    name: str
    core: int
    near: int
    own: int
    sources: int
    """From how many sources the positives are that have it."""
    wanted: int
    spam: int


def table(card: Scorecard, samples: Iterable[Sample]) -> list[Cue]:
    """All cues that stand anywhere, the most costly first."""
    cues = Cues(card)
    hits: dict[str, Counter[str]] = {}
    sources: dict[str, set[str]] = {}
    for one in samples:
        if one.twin:
            continue
        for cue in cues.of(read(one.raw)):
            hits.setdefault(cue, Counter())[one.group] += 1
            if one.group in (sets.CORE, sets.NEAR):
                sources.setdefault(cue, set()).add(one.source)
    rows = [
        Cue(
            name,
            count[sets.CORE],
            count[sets.NEAR],
            count[sets.OWN_PITCH],
            len(sources.get(name, ())),
            sum(count[group] for group in sets.WANTED),
            count[sets.SPAM],
        )
        for name, count in hits.items()
    ]
    return sorted(rows, key=lambda row: (-row.wanted, row.core + row.near, row.name))


def lines(rows: Iterable[Cue]) -> Iterator[str]:
    """The table, for people."""
    yield f"{'core':>6}{'near':>6}{'own':>6}{'sources':>9}{'wanted':>8}{'spam':>6}  cue"
    for row in rows:
        yield (
            f"{row.core:>6}{row.near:>6}{row.own:>6}{row.sources:>9}{row.wanted:>8}{row.spam:>6}"
            f"  {row.name}"
        )
