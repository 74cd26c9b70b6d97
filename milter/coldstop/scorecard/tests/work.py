"""`work`: the mode of work offered.

`remote` means full-time remote (S25): a phrase of `@remote` stands somewhere and none of
`@remote-limits` (hybrid, "remote until", "no remote"). `hybrid` and `onsite` are plain lists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.scorecard.facts import Facts, quote
from coldstop.scorecard.node import Hit, Node
from coldstop.scorecard.tests.text import find, holds

if TYPE_CHECKING:
    from coldstop.policy.model import WorkTest
    from coldstop.scorecard.context import Context


def compile_work(test: WorkTest, context: Context) -> Node:
    """Look in the subject and in every text part."""
    wanted = context.phrase_ids((f"@{test.work}",))
    limits = context.phrase_ids(("@remote-limits",)) if test.work == "remote" else frozenset[int]()

    def run(facts: Facts) -> Hit | None:
        found = find(wanted, facts.subject) | find(wanted, facts.body)
        if not found or find(limits, facts.subject) or find(limits, facts.body):
            return None
        return holds(found)

    def why_not(facts: Facts) -> str:
        against = find(limits, facts.subject) | find(limits, facts.body)
        for one in against.values():
            return f"the message says “{quote(one).quote}”"
        return ""

    return Node(run, f"work is {test.work}", why_not=why_not)
