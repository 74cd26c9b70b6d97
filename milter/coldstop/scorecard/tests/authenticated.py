"""`authenticated`: our own Authentication-Results vouch for the single From domain (H11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.scorecard.node import HOLDS, Hit, Node

if TYPE_CHECKING:
    from coldstop.policy.model import AuthenticatedTest
    from coldstop.scorecard.facts import Facts


def compile_authenticated(test: AuthenticatedTest) -> Node:
    """Hold where the state is the wanted one."""
    wanted = test.authenticated

    def run(facts: Facts) -> Hit | None:
        return HOLDS if facts.authenticated is wanted else None

    return Node(run, "authenticated" if wanted else "not authenticated")
