"""`differs`: two address fields name different domains, such as From and Reply-To (S22).

Holds only where each of the two has exactly one address, and neither domain is the other one or
above or below it: `mail.firm.example` and `firm.example` do not differ. Fields with a semicolon are
left alone: a group (RFC 5322 §3.4) is one address more for some hosts. Mailing services and
assistants answer elsewhere, too, so this is worth little by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.scorecard.judgement import Evidence
from coldstop.scorecard.node import Hit, Node

if TYPE_CHECKING:
    from coldstop.policy.model import DiffersTest
    from coldstop.scorecard.facts import Facts


GROUP = ";"
"""What ends a group of addresses."""


def related(one: str, other: str) -> bool:
    """Whether two domains are equal, or one stands above the other."""
    return f".{one}".endswith(f".{other}") or f".{other}".endswith(f".{one}")


def compile_differs(test: DiffersTest) -> Node:
    """Compare the domains of the only addresses of both fields."""
    first, second = test.differs

    def pair(facts: Facts) -> tuple[str, str] | None:
        if not (facts.message.has(first) and facts.message.has(second)):
            return None
        if any(GROUP in value for name in test.differs for value in facts.message.header(name)):
            return None
        one, other = facts.message.addresses(first), facts.message.addresses(second)
        return (one[0].spec, other[0].spec) if len(one) == len(other) == 1 else None

    def run(facts: Facts) -> Hit | None:
        found = pair(facts)
        if found is None or related(*(spec.rpartition("@")[2] for spec in found)):
            return None
        return Hit(
            tuple(
                Evidence(f"header {field}", spec)
                for field, spec in zip(test.differs, found, strict=True)
            )
        )

    def why_not(facts: Facts) -> str:
        found = pair(facts)
        return (
            f"{found[0]} and {found[1]}" if found else f"not one address each in {first}, {second}"
        )

    return Node(run, f"{first} and {second} domains differ", why_not=why_not)
