"""A compiled condition: a small tree that can be run, and walked to explain a verdict.

`run` is what judging calls. `children` and `label` are there for `explain`, which runs the
same nodes one by one: there is no second evaluator.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from coldstop.scorecard.facts import Facts
    from coldstop.scorecard.judgement import Quotable


class Hit(NamedTuple):
    """A condition that holds."""

    evidence: tuple[Quotable, ...] = ()
    found: int = 0
    """How many labels, phrases or breaches were found; 0 for tests that do not count."""


HOLDS = Hit()


def _silent(_facts: Facts) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Node:
    """One condition, ready to run."""

    run: Callable[[Facts], Hit | None]
    """None where the condition does not hold."""
    label: str
    """The condition in the policy's own words."""
    join: Literal["all", "any", "not", "test"] = "test"
    children: tuple[Node, ...] = ()
    why_not: Callable[[Facts], str] = field(default=_silent)
    """For a test that does not hold: what was found instead, where that helps."""
    needs: frozenset[int] | None = None
    """Phrases of which one must stand in the text or the Subject, or it cannot hold: judging
    passes by a rule without running it. None where it may hold without."""


def all_of(children: tuple[Node, ...]) -> Node:
    """Every child holds; their evidence is joined, their counts are added."""
    runs = tuple(child.run for child in children)

    def run(facts: Facts) -> Hit | None:
        evidence: tuple[Quotable, ...] = ()
        found = 0
        for child in runs:
            hit = child(facts)
            if hit is None:
                return None
            evidence += hit.evidence
            found += hit.found
        return Hit(evidence, found)

    needs = next((child.needs for child in children if child.needs is not None), None)
    return Node(run, "all of", "all", children, needs=needs)


def any_of(children: tuple[Node, ...]) -> Node:
    """At least one child holds; the first that does gives the evidence."""
    runs = tuple(child.run for child in children)

    def run(facts: Facts) -> Hit | None:
        for child in runs:
            hit = child(facts)
            if hit is not None:
                return hit
        return None

    asked = [child.needs for child in children if child.needs is not None]
    needs = frozenset[int]().union(*asked) if len(asked) == len(children) else None
    return Node(run, "any of", "any", children, needs=needs)


def negated(child: Node) -> Node:
    """The child does not hold; there is nothing to quote for an absence."""
    inner = child.run

    def run(facts: Facts) -> Hit | None:
        return HOLDS if inner(facts) is None else None

    return Node(run, "not", "not", (child,))
