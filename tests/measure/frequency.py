"""How often each rule fires, and among which mail: the table of SpamAssassin's hit-frequencies.

A rule that feeds the pitch is held against all mail. A rule that scores is asked in pitches only,
so its figures are shares of the pitches that were recognised, and say nothing of other mail.

*S/O* is the pitches' share of the hits, as if there were as many pitches as wanted mails: 1 for a
rule that fires in pitches only, 0 for one that fires in wanted mail only. *Rank* goes from 1 (the
best of the table) to 0 by how often a rule fires where it should, times the square of how seldom
it fires where it should not; for evidence against a pitch the sides are changed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from measure.trial import Trial


@dataclass(frozen=True, slots=True)
class Row:
    """One rule of the table."""

    name: str
    points: int
    """What the rule is worth once."""
    pitches: float
    """Share of the pitches in which it fired."""
    wanted: float
    """Share of the wanted mail in which it fired."""
    spam: float
    """Share of the other spam in which it fired: for information, no part of S/O."""
    ratio: float | None
    """S/O; None where it fired in neither."""
    rank: float = 0.0


@dataclass(frozen=True, slots=True)
class Score:
    """One score rule: how many of the recognised pitches it fired in."""

    name: str
    points: int
    hits: int
    pitches: int


def frequencies(
    points: Mapping[str, int],
    pitches: Sequence[Trial],
    wanted: Sequence[Trial],
    spam: Sequence[Trial] = (),
) -> list[Row]:
    """The rows of the rules in `points` (name: what it is worth), best rank first."""
    rows = [
        _row(name, worth, share(name, pitches), share(name, wanted), share(name, spam))
        for name, worth in points.items()
    ]
    ordered = sorted(rows, key=lambda row: (-_goodness(row), row.name))
    last = max(1, len(ordered) - 1)
    return [replace(row, rank=1 - place / last) for place, row in enumerate(ordered)]


def scores(points: Mapping[str, int], pitches: Sequence[Trial]) -> list[Score]:
    """How often score rules fired in recognised pitches, most often first."""
    recognised = [one for one in pitches if one.recruiting]
    found = [
        Score(name, worth, hits(name, recognised), len(recognised))
        for name, worth in points.items()
    ]
    return sorted(found, key=lambda one: (-one.hits, one.name))


def hits(name: str, trials: Iterable[Trial]) -> int:
    """In how many trials a rule fired."""
    return sum(any(fired == name for fired, _ in one.fired) for one in trials)


def share(name: str, trials: Sequence[Trial]) -> float:
    """In which share of the trials a rule fired; 0 of none."""
    return hits(name, trials) / len(trials) if trials else 0.0


def _row(name: str, points: int, pitches: float, wanted: float, spam: float) -> Row:
    both = pitches + wanted
    return Row(name, points, pitches, wanted, spam, pitches / both if both else None)


def _goodness(row: Row) -> float:
    if row.ratio is None:
        return 0.0
    if row.points < 0:
        return row.wanted * (1 - row.ratio) ** 2
    return row.pitches * row.ratio**2
