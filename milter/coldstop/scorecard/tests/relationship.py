"""`relationship`: how the reader stands to the sender (S1-S16).

Known people, known firms and recognised origins come from the policy's lists and need an
authenticated From domain (S11, S22, H11). A stated connection needs the sender's own words
(S3-S6): platform footers do not count (S5). A relay's address is nobody's identity (T7).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from coldstop.policy.model import RelationshipTest, Tier
from coldstop.scorecard.judgement import Evidence
from coldstop.scorecard.node import Hit, Node
from coldstop.scorecard.tests.address import AddressSet
from coldstop.scorecard.tests.text import find

if TYPE_CHECKING:
    from coldstop.scorecard.context import Context
    from coldstop.scorecard.facts import Facts, Found


@dataclass(frozen=True, slots=True)
class Circle:
    """Whom the reader knows, as the policy's lists say."""

    people: AddressSet
    firms: AddressSet
    recognised: AddressSet
    relays: AddressSet
    connection: frozenset[int]

    @classmethod
    def of(cls, context: Context) -> Circle:
        """Read the lists of the policy."""
        people, firms, recognised, relays = (
            AddressSet.of(context.entries((f"@{name}",)))
            for name in ("people", "firms", "recognised", "relays")
        )
        connection = context.phrase_ids(("@connection",))
        return cls(people, firms, recognised, relays, connection)

    def listed(self, facts: Facts) -> tuple[Tier, str]:
        """The nearest tier whose list has the sender, and the address; stranger if none."""
        if len(facts.senders) != 1:
            return Tier.STRANGER, ""
        spec = facts.senders[0].spec
        if self.relays.covers(spec):
            return Tier.STRANGER, spec
        for tier, names in (
            (Tier.KNOWN_PERSON, self.people),
            (Tier.KNOWN_FIRM, self.firms),
            (Tier.RECOGNISED, self.recognised),
        ):
            if names.covers(spec):
                return tier, spec
        return Tier.STRANGER, spec

    def stated(self, facts: Facts) -> Found | None:
        """The sender's own words on how they know the reader."""
        if self.connection.isdisjoint(facts.body):
            return None
        return next(iter(find(self.connection, facts.own).values()), None)

    def tier(self, facts: Facts) -> tuple[Tier, tuple[Evidence, ...]]:
        """The tier that counts, with its evidence."""
        if facts.standing.tier is not None:
            return facts.standing.tier, (Evidence("standing", facts.standing.tier.value),)
        tier, spec = self.listed(facts)
        if tier is not Tier.STRANGER and facts.authenticated:
            return tier, (Evidence("header from", spec),)
        stated = self.stated(facts)
        if stated is not None:
            return Tier.STATED, (stated.quoted(),)
        return Tier.STRANGER, (Evidence("header from", spec),) if spec else ()


def compile_relationship(test: RelationshipTest, context: Context) -> Node:
    """The tier is exactly one of those named."""
    circle = Circle.of(context)
    wanted = frozenset(test.relationship)

    def run(facts: Facts) -> Hit | None:
        tier, evidence = circle.tier(facts)
        return Hit(evidence) if tier in wanted else None

    def why_not(facts: Facts) -> str:
        tier, _ = circle.tier(facts)
        listed, spec = circle.listed(facts)
        if listed is not Tier.STRANGER and listed is not tier:
            if not facts.trusted:
                return (
                    f"{spec} is listed as {listed.value}, but the policy has no trust: {{authserv: "
                    "...}, so nobody is known; coldstop trust FILE finds what to write"
                )
            return f"{spec} is listed as {listed.value}, but the mail is not authenticated"
        if spec and circle.relays.covers(spec):
            return f"{spec} is a relay: nobody's identity"
        return f"the sender is: {tier.value}"

    return Node(run, f"relationship is {' or '.join(test.relationship)}", why_not=why_not)
