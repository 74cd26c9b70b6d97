"""`kind` and `rule`: tests on what the script found out already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.policy.model import Kind
from coldstop.scorecard.judge import KIND_ORDER
from coldstop.sieve.lower.meaning import Meaning
from coldstop.sieve.script import FALSE, Match, Ref, StringTest
from coldstop.sieve.simplify import some

if TYPE_CHECKING:
    from coldstop.policy import model
    from coldstop.sieve.lower.context import Lowering

KIND = "kind"
"""The variable that holds the kind of a message; empty where no evidence names one."""
KINDS = "kinds"
"""All kinds that evidence for a pitch names: `.blast.job.`."""
EXCUSES = "excuses"
"""All kinds that evidence against a pitch names: `.ats-status.`."""
FIRED = "fired"
"""The rules that fired and that others ask about: `.r3.r12.`."""


def lower_kind(test: model.KindTest, lowering: Lowering) -> Meaning:
    """The message is of one of the kinds; only those are asked for that some rule can give."""
    if not lowering.scoring:
        return Meaning(FALSE)
    possible = {*lowering.kinds, *lowering.excuses, Kind.JOB.value}
    wanted = [kind.value for kind in KIND_ORDER if kind in test.kind and kind.value in possible]
    return Meaning(some(StringTest((Ref(KIND),), Match.IS, kind) for kind in wanted))


def lower_rule(test: model.RuleTest, lowering: Lowering) -> Meaning:
    """Another rule fired; rules are lowered after those that they ask about."""
    state = lowering.inexact.get(test.rule)
    if state is not None:
        lowering.note(f"it asks about the rule {test.rule}, which is {state}")
    mark = lowering.fired.get(test.rule)
    if mark is None:
        return Meaning(FALSE)
    return Meaning(StringTest((Ref(FIRED),), Match.CONTAINS, f".{mark}."))
