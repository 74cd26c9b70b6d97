"""`address`: an address of a field is in a list; a domain in a list covers its subdomains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from coldstop.policy.model import AddressField, AddressTest
from coldstop.scorecard.judgement import Evidence
from coldstop.scorecard.node import Hit, Node
from coldstop.scorecard.tests.writers import Writers

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coldstop.message.model import Address
    from coldstop.scorecard.context import Context
    from coldstop.scorecard.facts import Facts


@dataclass(frozen=True, slots=True)
class AddressSet:
    """Addresses and domains, ready to be asked."""

    specs: frozenset[str]
    domains: frozenset[str]

    @classmethod
    def of(cls, entries: Iterable[str]) -> AddressSet:
        """Sort entries into addresses (with an @) and domains (`x.example`, `@x.example`)."""
        specs, domains = set(), set()
        for entry in entries:
            name = entry.strip().lower()
            if "@" in name.lstrip("@"):
                specs.add(name)
            else:
                domains.add(name.lstrip("@").rstrip("."))
        return cls(frozenset(specs), frozenset(domains))

    def covers(self, spec: str) -> bool:
        """Whether the address itself, its domain or a parent domain is in the set."""
        if spec in self.specs:
            return True
        return bool(self.domains) and self.covers_domain(spec.rpartition("@")[2])

    def covers_domain(self, domain: str) -> bool:
        """Whether the domain or a parent of it is in the set."""
        while domain:
            if domain in self.domains:
                return True
            domain = domain.partition(".")[2]
        return False

    def __bool__(self) -> bool:
        return bool(self.specs or self.domains)


def addresses(facts: Facts, field: AddressField) -> tuple[str, ...]:
    """The addresses of a field, lower-case, without display names."""
    match field:
        case AddressField.FROM:
            return facts.sender_specs
        case AddressField.ENVELOPE_FROM:
            sender = facts.message.envelope.sender.lower()
            return (sender,) if sender else ()
        case AddressField.SENDER | AddressField.REPLY_TO | AddressField.TO | AddressField.CC:
            return specs(facts.message.addresses(field.value))
        case AddressField.ANY_SENDER:
            return ()  # `Writers` looks for these
        case _:
            assert_never(field)


def specs(found: tuple[Address, ...]) -> tuple[str, ...]:
    """The bare addresses."""
    return tuple(address.spec for address in found)


def compile_address(test: AddressTest, context: Context) -> Node:
    """Any address of any of the fields suffices."""
    wanted = AddressSet.of(context.entries(test.in_))
    fields = [field for field in test.address if field is not AddressField.ANY_SENDER]
    writers = Writers(wanted) if AddressField.ANY_SENDER in test.address else None

    def run(facts: Facts) -> Hit | None:
        if not wanted:
            return None
        for field in fields:
            for spec in addresses(facts, field):
                if wanted.covers(spec):
                    return Hit((Evidence(f"header {field.value}", spec),))
        found = writers.find(facts) if writers is not None else None
        return None if found is None else Hit((Evidence(f"header {found[0]}", found[1]),))

    return Node(run, f"{' or '.join(test.address)} address in {', '.join(test.in_)}")
