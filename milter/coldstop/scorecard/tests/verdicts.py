"""`kind` and `rule`: tests on what judging found out already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.scorecard.judgement import Evidence
from coldstop.scorecard.node import HOLDS, Hit, Node

if TYPE_CHECKING:
    from coldstop.policy.model import KindTest, RuleTest
    from coldstop.scorecard.facts import Facts


def compile_kind(test: KindTest) -> Node:
    """The message is of one of the kinds; never holds while the pitch is still being weighed."""
    wanted = frozenset(test.kind)

    def run(facts: Facts) -> Hit | None:
        kind = facts.kind
        return Hit((Evidence("kind", kind.value),)) if kind is not None and kind in wanted else None

    return Node(run, f"kind is {' or '.join(test.kind)}")


def compile_rule(test: RuleTest) -> Node:
    """Another rule fired; resolving puts that rule first."""
    name = test.rule

    def run(facts: Facts) -> Hit | None:
        return HOLDS if name in facts.fired else None

    return Node(run, f"rule {name} fired")
