"""`relationship`: how the reader stands to the sender (S1-S16), found out once a message.

Known people, firms and recognised origins need an authenticated From domain. A stated connection
is looked for in the whole text: whose words they are cannot be told there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.policy.model import Tier
from coldstop.scorecard.tests.address import AddressSet
from coldstop.sieve.lower.address import sender_test
from coldstop.sieve.lower.authenticated import authenticated
from coldstop.sieve.lower.meaning import Meaning
from coldstop.sieve.lower.text import NO_BODY, OWN_WORDS, body_test
from coldstop.sieve.script import (
    FALSE,
    TRUE,
    Block,
    Branch,
    If,
    Match,
    Ref,
    Set,
    StringTest,
    when,
)
from coldstop.sieve.simplify import every, negated, some

if TYPE_CHECKING:
    from coldstop.policy import model
    from coldstop.sieve.lower.context import Lowering
    from coldstop.sieve.script import Test

TIER = "tier"
_LISTS = (
    (Tier.KNOWN_PERSON, "@people"),
    (Tier.KNOWN_FIRM, "@firms"),
    (Tier.RECOGNISED, "@recognised"),
)


def lower_relationship(test: model.RelationshipTest, lowering: Lowering) -> Meaning:
    """The tier is one of those named; only those are asked for that the script can find."""
    known = _known(lowering)
    stated = bool(lowering.entries("@connection"))
    found = [
        Tier.STRANGER,
        *([Tier.STATED] if stated else []),
        *(tier for tier, _ in known),
    ]
    wanted = [tier for tier in found if tier in test.relationship]
    if not wanted:
        return Meaning(FALSE)
    if len(wanted) == len(found):
        return Meaning(TRUE)
    _note(test, lowering, stated=stated)
    name = lowering.fact(TIER, lambda: _found_out(lowering, known))
    # Empty means stranger, so that the commonest case needs no command.
    tests = [
        StringTest((Ref(name),), Match.IS, "" if tier is Tier.STRANGER else tier.value)
        for tier in wanted
    ]
    others = [
        StringTest((Ref(name),), Match.IS, "" if tier is Tier.STRANGER else tier.value)
        for tier in found
        if tier not in wanted
    ]
    return Meaning(some(tests) if len(tests) <= len(others) else negated(some(others)))


def _known(lowering: Lowering) -> tuple[tuple[Tier, AddressSet], ...]:
    """Tiers that the lists give, where anybody is authenticated at all."""
    lists = tuple(
        (tier, AddressSet.of(lowering.entries(name)))
        for tier, name in _LISTS
        if lowering.entries(name)
    )
    if not lists or authenticated(lowering) == FALSE:
        return ()
    return lists


def _note(test: model.RelationshipTest, lowering: Lowering, *, stated: bool) -> None:
    both = Tier.STATED in test.relationship and Tier.STRANGER in test.relationship
    if stated and not both:
        lowering.note(NO_BODY if lowering.target.strategy == "headers-only" else OWN_WORDS)


def _found_out(lowering: Lowering, known: tuple[tuple[Tier, AddressSet], ...]) -> Block:
    phrases = [lowering.phrases.parse(one) for one in lowering.entries("@connection")]
    says = body_test(lowering, phrases) if phrases else FALSE
    stated = when(
        every((StringTest((Ref(TIER),), Match.IS, ""), says)) if known else says,
        Set(TIER, Tier.STATED.value),
    )
    if not known:
        return stated
    relays = AddressSet.of(lowering.entries("@relays"))
    branches = tuple(
        Branch(sender_test(lowering, wanted), (Set(TIER, tier.value),)) for tier, wanted in known
    )
    listed: Test = every(
        (
            # Nobody is authenticated whose message has several senders.
            authenticated(lowering),
            negated(sender_test(lowering, relays)),
        )
    )
    return (*when(listed, If(branches)), *stated)
