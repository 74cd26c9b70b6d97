"""`role`: the role that is offered (S28), not a word anywhere (T3).

A role is offered where it stands in the subject, behind words that offer or look for somebody
(`@role-cues`), behind a label (`@role-labels`), or in front of "position" and the like
(`@role-nouns`). The three lists belong to the vocabulary of `base.yaml`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.scorecard.node import Hit, Node
from coldstop.scorecard.tests.text import find, holds

if TYPE_CHECKING:
    from coldstop.policy.model import RoleTest
    from coldstop.scorecard.context import Context
    from coldstop.scorecard.facts import Facts


def offered(role: str) -> tuple[str, ...]:
    """The phrases that say, in running text, that this role is offered."""
    return (
        f"@role-cues {{0-3 words}} ({role})",
        f"@role-labels {{0-3 words}} ({role})",
        f"({role}) @role-nouns",
    )


def compile_role(test: RoleTest, context: Context) -> Node:
    """Each role counts once, in the subject or in the text."""
    roles = context.entries(test.role)
    subject_ids = context.phrase_ids(roles)
    text_ids = frozenset(context.phrase(phrase) for role in roles for phrase in offered(role))

    def run(facts: Facts) -> Hit | None:
        return holds(find(subject_ids, facts.subject) | find(text_ids, facts.body))

    return Node(run, f"offered role is {', '.join(test.role)}")
