"""`authenticated`: our own Authentication-Results vouch for the single From domain (H11).

The host's own field is the topmost (`:index 1`). It is read strictly: no quotes, comments one
deep, results in lower case; any doubt is "not authenticated", as in `message.authentication`. Two
things a script cannot see: which `Received` fields are ours, so a host that writes no results
itself must remove foreign ones that carry its id (RFC 8601 §5); and more than one signature, of
which one is looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.lexicon.regex import exact
from coldstop.sieve.lower.meaning import Meaning
from coldstop.sieve.lower.spelling import letters
from coldstop.sieve.script import (
    FALSE,
    AddressTest,
    Block,
    Comparator,
    HeaderTest,
    Match,
    Part,
    Ref,
    Set,
    StringTest,
    Test,
    when,
)
from coldstop.sieve.simplify import every, negated, some

if TYPE_CHECKING:
    from coldstop.policy import model
    from coldstop.sieve.lower.context import Lowering

FORMS = (
    "authentication is read from the topmost Authentication-Results field alone, in the plain "
    "forms that mail servers write"
)
FORMS_SHORT = FORMS + ", and SPF is left out for want of room"
NO_FORMS = "the host knows no regular expressions, so no Authentication-Results can be read"
NO_INDEX = "the host cannot tell its own Authentication-Results from forged ones: none is believed"

NO_COUNT = "the host cannot count From addresses, so nobody is authenticated"

_SOME = '[^;"()]*([(][^()"]*[)][^;"()]*)*'
"""One result, or a part of it: no quotes, comments one deep."""
_BETWEEN = f"([[:space:]]{_SOME}[[:space:]]|[[:space:]]+)"
_NAME = "([[:alnum:].-]+)"
_REST = f"([[:space:]]{_SOME})?(;{_SOME})*$"
_DOTTED = "^[[:alnum:]-]+([.][[:alnum:]-]+)+$"


def lower_authenticated(test: model.AuthenticatedTest, lowering: Lowering) -> Meaning:
    """The state is the wanted one."""
    found = authenticated(lowering)
    return Meaning(found if test.authenticated else negated(found))


def authenticated(lowering: Lowering) -> Test:
    """The From domain is vouched for."""
    if not lowering.policy.authserv:
        lowering.remark("nobody is authenticated: the policy says no trust.authserv")
        return FALSE
    for missing, why in (("regex", NO_FORMS), ("index", NO_INDEX), ("relational", NO_COUNT)):
        if not lowering.target.has(missing):
            lowering.note(why)
            return FALSE
    lowering.note(FORMS_SHORT if lowering.target.compact else FORMS)
    name = lowering.fact("authenticated", lambda: _found_out(lowering))
    return StringTest((Ref(name),), Match.IS, "yes")


def _found_out(lowering: Lowering) -> Block:
    vouched = Set("authenticated", "yes")
    signer, domain = (Ref("signer"),), (Ref("domain"),)
    dotted = StringTest(signer, Match.REGEX, _DOTTED)
    aligned = some(
        (
            StringTest(signer, Match.IS, domain),
            StringTest(signer, Match.MATCHES, ("*.", *domain)),
            StringTest(domain, Match.MATCHES, ("*.", *signer)),
        )
    )
    same = StringTest(signer, Match.IS, domain)

    def read(pattern: str, group: int, wanted: Test) -> Block:
        found = Set("signer", (Ref(str(group)),), lower=True)
        return when(_ours(lowering, pattern), found, *when(wanted, vouched))

    # A verdict of DMARC counts before signatures (RFC 7489 §3).
    results: Block = (
        *read(f"dmarc=pass{_BETWEEN}header[.]from={_NAME}", 7, same),
        *read(f"dkim=pass{_BETWEEN}header[.][di]=@?{_NAME}", 7, every((dotted, aligned))),
    )
    if not lowering.target.compact:  # which has no room for every form
        results += read(
            f'spf=pass{_BETWEEN}smtp[.]mailfrom=([^[:space:];"()@]+@)?{_NAME}',
            8,
            every((dotted, aligned)),
        )
    failed = _ours(lowering, "dmarc=fail")
    block = when(
        every((StringTest(domain, Match.REGEX, _DOTTED), negated(failed))),
        *results,
    )
    return when(
        every(
            (
                _count("from"),
                AddressTest(Part.ALL, Match.COUNT_EQ, "from", ("1",), Comparator.NUMERIC),
                AddressTest(Part.DOMAIN, Match.MATCHES, "from", ("*",)),
            )
        ),
        Set("domain", (Ref("1"),), lower=True),
        *block,
    )


def _count(name: str) -> Test:
    return HeaderTest((name,), Match.COUNT_EQ, ("1",), Comparator.NUMERIC)


def _ours(lowering: Lowering, result: str) -> Test:
    """The topmost field is ours and holds the result."""
    ids = letters(lowering, "|".join(map(_any_case, lowering.policy.authserv)))
    field = (
        f"^[[:space:]]*({ids})([[:space:]]+1)?[[:space:]]*;({_SOME};)*[[:space:]]*{result}{_REST}"
    )
    return HeaderTest(("authentication-results",), Match.REGEX, (field,), Comparator.OCTET, index=1)


def _any_case(name: str) -> str:
    return "".join(
        f"[{char.upper()}{char.lower()}]"
        if char.isascii() and char.isalpha()
        else exact(char.encode()).decode()
        for char in name
    )
