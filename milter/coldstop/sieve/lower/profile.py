"""`profile`: whether one of the reader's skills stands in Subject or text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.policy.implied import SKILLS
from coldstop.sieve.lower.meaning import Meaning, Sum, Unit
from coldstop.sieve.lower.text import phrase_test
from coldstop.sieve.script import FALSE
from coldstop.sieve.simplify import negated

if TYPE_CHECKING:
    from coldstop.policy import model
    from coldstop.sieve.lower.context import Lowering


def lower_profile(test: model.ProfileTest, lowering: Lowering) -> Meaning:
    """Each skill counts once; without skills nothing holds."""
    skills = [lowering.phrases.parse(one) for one in lowering.entries(f"@{SKILLS}")]
    if not skills:
        return Meaning(FALSE)
    found = phrase_test(lowering, skills, subject=True, body=True)
    if test.profile == "mismatch":
        return Meaning(negated(found))
    return Meaning(
        found,
        lambda: Sum(
            tuple(Unit(phrase_test(lowering, (one,), subject=True, body=True)) for one in skills)
        ),
        counted=True,
    )
