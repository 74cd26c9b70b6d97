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
    from coldstop.scorecard.facts import Facts, Found


def offered(role: str, context: Context) -> tuple[str, ...]:
    """The phrases that say, in running text, that this role is offered."""
    ways = {
        "role-cues": f"@role-cues {{0-3 words}} ({role})",
        "role-labels": f"@role-labels {{0-3 words}} ({role})",
        "role-nouns": f"({role}) @role-nouns",
    }
    return tuple(phrase for name, phrase in ways.items() if context.lists[name])


def compile_role(test: RoleTest, context: Context) -> Node:
    """Each role counts once, in the subject or in the text."""
    roles = tuple(
        (
            context.phrase(role),
            frozenset(context.phrase(phrase) for phrase in offered(role, context)),
        )
        for role in context.entries(test.role)
    )

    def run(facts: Facts) -> Hit | None:
        found: dict[int, Found] = {}
        for subject, texts in roles:
            if subject in facts.subject:
                found[subject] = facts.subject[subject]
            else:
                # However often it is worded, a role is one role.
                found |= dict(list(find(texts, facts.body).items())[:1])
        return holds(found)

    return Node(run, f"offered role is {', '.join(test.role)}")
