"""`role`: the role that is offered, not a word anywhere (T3)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.lexicon.phrase import Group, Phrase, Token
from coldstop.scorecard.tests.role import offered
from coldstop.sieve.lower.meaning import Meaning, Sum, Unit
from coldstop.sieve.lower.text import phrase_test
from coldstop.sieve.simplify import some

if TYPE_CHECKING:
    from coldstop.policy import model
    from coldstop.sieve.lower.context import Lowering
    from coldstop.sieve.lower.meaning import Count

_STAND_IN = "rolestandin"


def lower_role(test: model.RoleTest, lowering: Lowering) -> Meaning:
    """All roles share their cues: one pattern instead of one a role."""
    roles = [lowering.phrases.parse(one) for one in lowering.entries(*test.role)]
    if not roles:
        return Meaning(some(()))
    context = lowering.phrases
    parse = context.parse
    offers = [_with_roles(parse(one), roles) for one in offered(_STAND_IN, context)]
    found = some(
        (
            phrase_test(lowering, roles, subject=True, body=False),
            phrase_test(lowering, offers, subject=False, body=True),
        )
    )

    def count() -> Count:
        """However often it is worded, a role is one role."""
        return Sum(
            tuple(
                Unit(
                    some(
                        (
                            phrase_test(lowering, (parse(role),), subject=True, body=False),
                            phrase_test(
                                lowering,
                                [parse(one) for one in offered(role, context)],
                                subject=False,
                                body=True,
                            ),
                        )
                    )
                )
                for role in lowering.entries(*test.role)
            )
        )

    return Meaning(found, count, counted=True)


def _with_roles(offer: Phrase, roles: list[Phrase]) -> Phrase:
    """Put all roles where the stand-in is, `(rolestandin)`."""
    every_role = Token((Group(tuple(roles)),))
    return Phrase(tuple(every_role if _STAND_IN in str(item) else item for item in offer.items))
