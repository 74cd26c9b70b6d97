"""What the parts of a script weigh, for a guess at what is left of it (`fitting`).

Refuses nothing and cannot fail.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldstop.scorecard.tests.place import sides
from coldstop.sieve.fitting import weigh
from coldstop.sieve.lower.place import SIDE
from coldstop.sieve.requires import references
from coldstop.sieve.shorter import choices

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from coldstop.places.sides import Towns
    from coldstop.sieve.lower.context import Lowering, Trim
    from coldstop.sieve.rules import Lowered
    from coldstop.sieve.script import Block


@dataclass(frozen=True, slots=True)
class Weights:
    """What rules and facts weigh, for a guess at what is left of a script."""

    rules: Mapping[str, int]
    facts: tuple[tuple[frozenset[str], int], ...]
    """The rules that ask for a fact, and its weight."""
    places: tuple[frozenset[str], int]
    towns: int
    phrases: Mapping[str, int]
    """Letters of all phrases of a rule that may be left out one by one."""

    @classmethod
    def of(cls, lowering: Lowering, lowered: Iterable[Lowered]) -> Weights:
        """What a script weighs before anything is left out."""
        asked: dict[str, set[str]] = {name: set() for name in lowering.facts}
        for one in lowered:
            for name in needed(one.block, lowering):
                asked[name].add(one.name)
        facts = {
            name: (frozenset(asked[name]), weigh(fact.block))
            for name, fact in lowering.facts.items()
        }
        places = facts.pop(SIDE, (frozenset(), 0))
        towns = sum(len(one.names) for one in _every_group(lowering))
        rules_ = {one.name: weigh(one.block) for one in lowered}
        phrases: Counter[str] = Counter()
        for choice, _ in choices(lowering.policy):
            phrases[choice.rule] += len(choice.phrase)
        return cls(rules_, tuple(facts.values()), places, towns, phrases)

    def left(self, step: Trim) -> float:
        """What a step leaves."""
        kept = self.rules.keys() - step.rules
        gone: Counter[str] = Counter()
        for choice in step.choices:
            gone[choice.rule] += len(choice.phrase)
        asked = [*self.facts]
        if step.near_towns is not None or step.far_towns is not None:
            share = ((step.near_towns or 0) + (step.far_towns or 0)) / max(self.towns, 1)
            asked.append((self.places[0], round(self.places[1] * min(1.0, share))))
        else:
            asked.append(self.places)
        rules_ = sum(
            self.rules[name] * (1 - gone[name] / max(self.phrases.get(name, 0), 1)) for name in kept
        )
        return rules_ + sum(weight for users, weight in asked if users & kept)


def needed(block: Block, lowering: Lowering) -> list[str]:
    """The facts that a block asks for, and those that they ask for, in their order."""
    wanted = references(block)
    for name in reversed(lowering.facts):
        if name in wanted:
            wanted |= references(lowering.facts[name].block)
    return [name for name in lowering.facts if name in wanted]


def _every_group(lowering: Lowering) -> tuple[Towns, ...]:
    known = sides(lowering.policy.reader)
    return known.near if lowering.target.places == "near" else (*known.near, *known.far)
