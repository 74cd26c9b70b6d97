"""From fired rules to a verdict: two tallies, the ladder, floors and ceilings. Arithmetic only.

`judge` settles what fired; `explain` settles the same list with a rule more or less, to say
what would have changed the verdict.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldstop.policy.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from coldstop.policy.model import Rung


@dataclass(frozen=True, slots=True)
class Weight:
    """What a fired rule does to score and verdict."""

    name: str
    points: int
    at_least: Verdict | None = None
    at_most: Verdict | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Score and verdict, and what bound the verdict."""

    objections: int
    credits: int
    verdict: Verdict
    folder: str
    by_score: Verdict
    """What the ladder alone says."""
    floor: str
    """The rule whose floor made the verdict harsher; empty if none did."""
    ceiling: str
    """The rule whose ceiling made it milder; empty if none did."""

    @property
    def score(self) -> int:
        """Objections minus credits."""
        return self.objections - self.credits


def rung_for(score: int, ladder: tuple[tuple[int, Rung], ...]) -> tuple[Verdict, str]:
    """The verdict and folder for a score; below the lowest step it is `keep`."""
    verdict, folder = Verdict.KEEP, ""
    for step, rung in ladder:
        if score < step:
            break
        verdict, folder = rung.verdict, rung.folder or ""
    return verdict, folder


def settle(
    weights: Iterable[Weight],
    ladder: tuple[tuple[int, Rung], ...],
    folders: Mapping[Verdict, str],
) -> Outcome:
    """Add up, climb the ladder, then apply the harshest floor and the mildest ceiling.

    A ceiling beats every floor (S58).
    """
    fired = tuple(weights)
    objections = sum(weight.points for weight in fired if weight.points > 0)
    credits_ = -sum(weight.points for weight in fired if weight.points < 0)
    floors = [(w.at_least, w.name) for w in fired if w.at_least is not None]
    ceilings = [(w.at_most, w.name) for w in fired if w.at_most is not None]
    by_score, folder = rung_for(objections - credits_, ladder)
    verdict, floored, capped = by_score, "", ""
    if floors:
        floor, name = max(floors, key=_severity)
        if floor.severity > verdict.severity:
            verdict, floored = floor, name
    if ceilings:
        ceiling, name = min(ceilings, key=_severity)
        if ceiling.severity < verdict.severity:
            verdict, floored, capped = ceiling, "", name
    if verdict is not by_score:
        folder = next((r.folder or "" for _, r in ladder if r.verdict is verdict), "")
    return Outcome(
        objections,
        credits_,
        verdict,
        folder or folders.get(verdict, ""),
        by_score,
        floored,
        capped,
    )


def _severity(bound: tuple[Verdict, str]) -> int:
    return bound[0].severity
