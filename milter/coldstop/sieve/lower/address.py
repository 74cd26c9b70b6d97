"""`address`: an address of a field is in a list; a domain in a list covers its subdomains."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.lexicon.regex import exact
from coldstop.policy.model import AddressField
from coldstop.scorecard.tests.address import AddressSet
from coldstop.scorecard.tests.writers import PARSED
from coldstop.sieve.lower.meaning import Meaning
from coldstop.sieve.lower.writers import tagged, written
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
    "senders are known by plain From fields alone: no comma or bracket outside quotes, no "
    "second address, no quotes and only ASCII in the address"
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


def _any_sender(lowering: Lowering, wanted: AddressSet) -> Iterable[Test]:
    """Whoever may have written it: parsed where hosts parse, and in the text of fields."""
    yield from _covered(PARSED, wanted, lowering, envelope=False)
    if lowering.target.has("envelope"):
        yield from _covered("from", wanted, lowering, envelope=True)
        keys = tagged(wanted)
        if keys:
            yield AddressTest(Part.ALL, Match.MATCHES, "from", keys, envelope=True)
    else:
        lowering.note(NO_ENVELOPE)
    yield from written(lowering, wanted)


def sender_test(lowering: Lowering, wanted: AddressSet) -> Test:
    """A From address is in the set."""
    return field_test(lowering, AddressField.FROM, wanted)


def sole_sender() -> Test:
    """The From field names one sender without doubt; for hosts that know `regex`."""
    return HeaderTest(("from",), Match.REGEX, (_SOLE,), Comparator.OCTET)


def field_test(lowering: Lowering, field: AddressField, wanted: AddressSet) -> Test:
    """Any address of the field is in the set."""
    if field is AddressField.ANY_SENDER:
        return some(_any_sender(lowering, wanted) if wanted else ())
    envelope = field is AddressField.ENVELOPE_FROM
    if envelope and wanted and not lowering.target.has("envelope"):
        lowering.note(NO_ENVELOPE)
        return some(())
    name = "from" if envelope else field.value
    return some(_covered(name, wanted, lowering, envelope=envelope))


def _covered(
    name: str | tuple[str, ...], wanted: AddressSet, lowering: Lowering, *, envelope: bool
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
