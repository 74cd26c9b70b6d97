"""`address`: an address of a field is in a list; a domain in a list covers its subdomains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.lexicon.regex import exact
from coldstop.policy.model import AddressField
from coldstop.scorecard.tests.address import AddressSet
from coldstop.sieve.lower.meaning import Meaning
from coldstop.sieve.quote import wildcards
from coldstop.sieve.script import AddressTest, Comparator, HeaderTest, Match, Part
from coldstop.sieve.simplify import some

if TYPE_CHECKING:
    from collections.abc import Iterable

    from coldstop.policy import model
    from coldstop.sieve.lower.context import Lowering
    from coldstop.sieve.script import Test

NO_ENVELOPE = "the host does not tell scripts the envelope sender"
ODD_FROM = (
    "a listed sender is a stranger to the script where the From field is not plain: a comma or "
    "bracket without quotes, an address in the name, quotes or more than ASCII in the address"
)

# One address, at the end, with a plain name before it: what `message.sole` takes for no doubt, and
# less. Hosts find one address in fields where the judge sees two (`a@b <c@d>`) or a group.
_ADDRESS = '[^][:space:][(),:;<>@"]+@[[:alnum:]-]+([.][[:alnum:]-]+)+'
_SOLE = (
    f'^(([^<>@;[:cntrl:]]*[[:blank:]]?|"[^"[:cntrl:]]*"[[:space:]]*)<[[:space:]]*{_ADDRESS}'
    f"[[:space:]]*>|[[:space:],]*{_ADDRESS})[[:space:],]*([(][^()<>@]*[)][[:space:]]*)?$"
)


def lower_address(test: model.AddressTest, lowering: Lowering) -> Meaning:
    """Any address of any of the fields suffices."""
    wanted = AddressSet.of(lowering.entries(*test.in_))
    return Meaning(some(field_test(lowering, field, wanted) for field in test.address))


def sender_test(lowering: Lowering, wanted: AddressSet) -> Test:
    """A From address is in the set."""
    return field_test(lowering, AddressField.FROM, wanted)


def sole_sender() -> Test:
    """The From field names one sender without doubt; for hosts that know `regex`."""
    return HeaderTest(("from",), Match.REGEX, (_SOLE,), Comparator.OCTET)


def field_test(lowering: Lowering, field: AddressField, wanted: AddressSet) -> Test:
    """Any address of the field is in the set."""
    envelope = field is AddressField.ENVELOPE_FROM
    if envelope and wanted and not lowering.target.has("envelope"):
        lowering.note(NO_ENVELOPE)
        return some(())
    name = "from" if envelope else field.value
    return some(_covered(name, wanted, lowering, envelope=envelope))


def _covered(
    name: str, wanted: AddressSet, lowering: Lowering, *, envelope: bool
) -> Iterable[Test]:
    if wanted.specs:
        yield AddressTest(Part.ALL, Match.IS, name, tuple(sorted(wanted.specs)), envelope=envelope)
    domains = tuple(sorted(domain for domain in wanted.domains if domain))
    if lowering.target.compact and lowering.target.has("regex") and domains:
        either = "|".join(exact(domain.encode()).decode() for domain in domains)
        regex = f"(^|[.])({either})$"
        yield AddressTest(Part.DOMAIN, Match.REGEX, name, (regex,), envelope=envelope)
    elif domains:
        yield AddressTest(Part.DOMAIN, Match.IS, name, domains, envelope=envelope)
        below = tuple("*." + wildcards(domain) for domain in domains)
        yield AddressTest(Part.DOMAIN, Match.MATCHES, name, below, envelope=envelope)
