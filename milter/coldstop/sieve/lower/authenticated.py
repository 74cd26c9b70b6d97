"""`authenticated`: our own Authentication-Results vouch for the single From domain (H11).

The host's own field is the topmost (`:index 1`), or among the first so many where the policy says
that the border removes foreign ones. A host decodes RFC 2047 before a script sees a field, so what
a sender encoded looks like the server's words: believed is only what no sender can have written,
by the forms of known software (`sieve.results`). Any doubt is "not authenticated"; whatever is
authenticated here is so for `message.authentication` where the field is one that servers write,
never the reverse. (Only the judge sees encoded words and broken grammar *behind* a verdict.)

What a script cannot see: which `Received` fields are ours, so a host that writes no results itself
must remove foreign ones that carry its id (RFC 8601 §5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldstop.sieve.lower.address import ODD_FROM, sole_sender
from coldstop.sieve.lower.meaning import Meaning
from coldstop.sieve.lower.spelling import caseless, comparator, uncased
from coldstop.sieve.results import BLANK, DOMAIN, any_case, believable
from coldstop.sieve.script import (
    FALSE,
    AddressTest,
    Block,
    Branch,
    Command,
    Comparator,
    HeaderTest,
    If,
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
    from collections.abc import Iterator

    from coldstop.policy import model
    from coldstop.sieve.lower.context import Lowering

AUTHENTICATED = "authenticated"
NO_FORMS = "the host knows no regular expressions, so no Authentication-Results can be read"
NO_INDEX = "the host cannot tell its own Authentication-Results from forged ones: none is believed"

NO_COUNT = "the host cannot count From addresses, so nobody is authenticated"

_DOTTED = "^[[:alnum:]-]+([.][[:alnum:]-]+)+$"
# What may stand behind a verdict: quoted strings and comments that end, two deep.
_COMMENT = r"[(][^()\\]*([(][^()\\]*[)][^()\\]*)*[)]"
_ODD = f'("[^"\\\\]*"|{_COMMENT})'
_REST = f'{BLANK}*(;{BLANK}*([[:alnum:]_.-]+{BLANK}*=[^"();\\\\]*({_ODD}[^"();\\\\]*)*)?)*$'
_TWICE = f"{any_case('dmarc')}.*{any_case('dmarc')}"
_FAILED = f"{any_case('dmarc')}[^;=]*=[^;=[:alnum:]]*{any_case('fail')}"


def lower_authenticated(test: model.AuthenticatedTest, lowering: Lowering) -> Meaning:
    """The state is the wanted one."""
    found = authenticated(lowering)
    return Meaning(found if test.authenticated else negated(found))


def authenticated(lowering: Lowering) -> Test:
    """The From domain is vouched for."""
    if not lowering.policy.trust.authserv:
        lowering.remark("nobody is authenticated: the policy says no trust.authserv")
        return FALSE
    for missing, why in (("regex", NO_FORMS), ("index", NO_INDEX), ("relational", NO_COUNT)):
        if not lowering.target.has(missing):
            lowering.note(why)
            return FALSE
    lowering.note(_forms(lowering))
    lowering.note(ODD_FROM)
    name = lowering.fact(AUTHENTICATED, lambda: _found_out(lowering))
    return StringTest((Ref(name),), Match.IS, "yes")


def believed(lowering: Lowering) -> Iterator[str]:
    """Say whose results the script believes, and whose not, where it asks for any."""
    if AUTHENTICATED in lowering.facts:
        known = believable()
        yield f"results are believed as these write them: {', '.join(known.believed)}"
        for refused in known.refused:
            yield f"results are not believed: {refused} (docs/trust.md)"


def _forms(lowering: Lowering) -> str:
    trust = lowering.policy.trust
    where = (
        f"the first {trust.topmost} Authentication-Results fields"
        if trust.together
        else "the topmost Authentication-Results field alone"
    )
    return f"authentication is read from {where}, and only what no sender can have written"


def _found_out(lowering: Lowering) -> Block:
    vouched = Set(AUTHENTICATED, "yes")
    signer, domain = (Ref("signer"),), (Ref("domain"),)
    dotted = StringTest(signer, Match.REGEX, _DOTTED)
    same = StringTest(signer, Match.IS, domain)
    aligned = some(
        (
            same,
            StringTest(signer, Match.MATCHES, ("*.", *domain)),
            StringTest(domain, Match.MATCHES, ("*.", *signer)),
        )
    )
    verified = every((dotted, aligned))
    known, ids = believable(), _ids(lowering)
    fields = range(1, lowering.policy.trust.topmost + 1)

    def captured(index: int, front: str, wanted: Test) -> Branch:
        """What stands behind `front` is taken out of a field whose form is known."""
        found = Set("signer", (Ref("1"),), lower=True)
        return Branch(
            _field(lowering, f"{front}({DOMAIN})", index), (found, *when(wanted, vouched))
        )

    # First the form, then the domain out of it: Cyrus knows match variables to ${9} only.
    results: list[Command] = []
    for index in fields:
        verdict = f'^{ids};{known.before}{known.verdict}({DOMAIN}|"{DOMAIN}"){_REST}'
        of_verdict = captured(index, f'{any_case("header.from=")}"?', same)
        once = negated(_field(lowering, _TWICE, index))
        results += when(every((once, _field(lowering, verdict, index))), If((of_verdict,)))
        for signature in known.signatures:
            whole = f"^{ids};{BLANK}*{signature};?{BLANK}*$"
            ways = (captured(index, front, verified) for front in ("@", "header[.]d="))
            results += when(_field(lowering, whole, index), If(tuple(ways)))
    failed = some(_field(lowering, _FAILED, index) for index in fields)
    block = when(
        every((StringTest(domain, Match.REGEX, _DOTTED), negated(failed))),
        *results,
    )
    return when(
        every(
            (
                _count("from"),
                AddressTest(Part.ALL, Match.COUNT_EQ, "from", ("1",), Comparator.NUMERIC),
                sole_sender(),
                AddressTest(Part.DOMAIN, Match.MATCHES, "from", ("*",)),  # the last: it gives ${1}
            )
        ),
        Set("domain", (Ref("1"),), lower=True),
        *block,
    )


def _count(name: str) -> Test:
    return HeaderTest((name,), Match.COUNT_EQ, ("1",), Comparator.NUMERIC)


def _ids(lowering: Lowering) -> str:
    """Write the authserv-ids, with a job's number, a version and a comment of a list behind."""
    ids = "|".join(map(_id, lowering.policy.trust.authserv))
    return f'{BLANK}*({ids}|"({ids})")(/[[:alnum:]]+)?{believable().comment}({BLANK}+1)?{BLANK}*'


def _id(name: str) -> str:
    if name.startswith("*."):
        return f"([[:alnum:]-]+[.]){{1,9}}{any_case(name[2:])}"
    return any_case(name)


def _field(lowering: Lowering, regex: str, index: int) -> Test:
    """One of the host's fields has this form. Not `letters`: it would add groups."""
    plain = lowering.target.letters != "brackets"
    key = caseless(lowering, uncased(regex)) if plain else regex
    if lowering.target.possessive:
        # No round begins as what follows it does, so none need be given back (`possessive`).
        key = key.replace(")*", ")*+")
    names = ("authentication-results",)
    return HeaderTest(names, Match.REGEX, (key,), comparator(lowering), index=index)
