"""`profile`: whether the mail names anything that the reader can do (S46, S63).

`match` holds where one of `reader.skills` stands in Subject or text, as a phrase; `mismatch` where
none does. A policy that says no skills has no profile: neither holds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.policy.implied import SKILLS
from coldstop.scorecard.judgement import Evidence
from coldstop.scorecard.node import Hit, Node
from coldstop.scorecard.tests.text import find, holds

if TYPE_CHECKING:
    from coldstop.policy.model import ProfileTest
    from coldstop.scorecard.context import Context
    from coldstop.scorecard.facts import Facts

NO_SKILLS = "the policy says no reader.skills"


def compile_profile(test: ProfileTest, context: Context) -> Node:
    """Look in the subject and in every text part; each skill counts once."""
    ids = context.phrase_ids((f"@{SKILLS}",))
    label = f"profile is a {test.profile}"
    if not ids:
        return Node(lambda _facts: None, label, why_not=lambda _facts: NO_SKILLS)

    def match(facts: Facts) -> Hit | None:
        return holds(find(ids, facts.subject) | find(ids, facts.body))

    def mismatch(facts: Facts) -> Hit | None:
        if match(facts) is not None:
            return None
        return Hit((Evidence("policy", f"none of {len(ids)} skills is named"),))

    def why_not(facts: Facts) -> str:
        hit = match(facts)
        if hit is None:
            return f"none of {len(ids)} skills is named"
        return f"the message says “{hit.evidence[0].quoted().quote}”"

    return Node(match if test.profile == "match" else mismatch, label, why_not=why_not)
