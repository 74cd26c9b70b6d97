"""What the rules of a script and its facts weigh, and what a way to leave out some of them leaves.

A guess for `fitting`, not a measure. Refuses nothing and cannot fail.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldstop.scorecard.tests.place import sides
from coldstop.sieve.fitting import weigh
from coldstop.sieve.lower.place import SIDE
from coldstop.sieve.requires import references

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from coldstop.places.sides import Towns
    from coldstop.sieve.lower.context import Lowering, Trim
    from coldstop.sieve.rules import Lowered
    from coldstop.sieve.script import Block


def needed_facts(block: Block, lowering: Lowering) -> list[str]:
    """The facts that a block asks for, and those that they ask for, in their order."""
    wanted = references(block)
    for name in reversed(lowering.facts):
        if name in wanted:
            wanted |= references(lowering.facts[name].block)
    return [name for name in lowering.facts if name in wanted]


def towns_of(lowering: Lowering) -> tuple[int, int]:
    """How many names of near and of far towns there are to leave out."""
    known = sides(lowering.policy.reader)
    far = () if lowering.target.places == "near" else known.far
    return sum(len(group.names) for group in known.near), sum(len(group.names) for group in far)


@dataclass(frozen=True, slots=True)
class Weights:
    """What rules and facts weigh, for a guess at what is left of a script."""

    rules: Mapping[str, int]
    facts: tuple[tuple[frozenset[str], int], ...]
    """The rules that ask for a fact, and its weight."""
    places: tuple[frozenset[str], int]
    towns: int

    @classmethod
    def of(cls, lowering: Lowering, lowered: Iterable[Lowered]) -> Weights:
        """Weigh the rules of a script that leaves out nothing."""
        asked: dict[str, set[str]] = {name: set() for name in lowering.facts}
        for one in lowered:
            for name in needed_facts(one.block, lowering):
                asked[name].add(one.name)
        facts = {
            name: (frozenset(asked[name]), weigh(fact.block))
            for name, fact in lowering.facts.items()
        }
        places = facts.pop(SIDE, (frozenset(), 0))
        towns = sum(len(one.names) for one in _every_group(lowering))
        rules_ = {one.name: weigh(one.block) for one in lowered}
        return cls(rules_, tuple(facts.values()), places, towns)

    def left(self, step: Trim) -> float:
        """What a step leaves."""
        kept = self.rules.keys() - step.rules
        asked = [*self.facts]
        if step.near_towns is not None or step.far_towns is not None:
            share = ((step.near_towns or 0) + (step.far_towns or 0)) / max(self.towns, 1)
            asked.append((self.places[0], round(self.places[1] * min(1.0, share))))
        else:
            asked.append(self.places)
        return sum(map(self.rules.__getitem__, kept)) + sum(
            weight for users, weight in asked if users & kept
        )


def _every_group(lowering: Lowering) -> tuple[Towns, ...]:
    known = sides(lowering.policy.reader)
    return known.near if lowering.target.places == "near" else (*known.near, *known.far)
